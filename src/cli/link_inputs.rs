//! Finds the sources that arguments name, and reads their links, all at once or streamed and filtered.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::command_archive::CommandArchive;
use super::error::CliError;
use super::global_args::GlobalArgs;
use super::row_filter::LinkFilter;
use super::source::{Input, LinkSource, SourceArgs, SourceError, file_note, is_file_name, snapshot_note};
use crate::domain::columns::ExtraName;
use crate::domain::link_set::Segment;
use crate::domain::number::pluralize;
use crate::domain::{Link, LinkSet, RowSet, Scope, Snapshot, Target};
use crate::formats::read::{Chunk, ColumnMap, LinkReader, ReadError};

pub(super) struct LinkInputs<'a> {
    pub(super) source_args: &'a SourceArgs,
    pub(super) archive: &'a CommandArchive,
    pub(super) global: GlobalArgs,
}

impl LinkInputs<'_> {
    pub(super) async fn find_all(&self, args: &[String]) -> Result<Vec<LinkSource>, CliError> {
        let mut sources = Vec::with_capacity(args.len());
        for arg in args {
            sources.push(self.find(arg).await?);
        }
        Ok(sources)
    }

    /// Finds the source that an argument names, and prints a note if the choice may surprise the user.
    pub(super) async fn find(&self, arg: &str) -> Result<LinkSource, CliError> {
        let source = self.look_up(arg).await?;
        match &source {
            LinkSource::File(_) => file_note(arg).into_iter().for_each(|note| self.global.note(note)),
            LinkSource::Snapshot(snapshot) if arg.parse::<i64>().is_err() => self.global.note(snapshot_note(snapshot)),
            LinkSource::Snapshot(_) | LinkSource::Stdin => {}
        }
        Ok(source)
    }

    async fn look_up(&self, arg: &str) -> Result<LinkSource, CliError> {
        let input = Input::parse(arg)?;
        let is_wanted: &dyn Fn(&Snapshot) -> bool = match &input {
            Input::Source(source) => return Ok(source.clone()),
            Input::Snapshot(id) => &|snapshot| snapshot.id == *id && snapshot.can_open(),
            Input::Targets(targets) => {
                &|snapshot| targets.contains(&snapshot.request.target) && self.source_args.snapshots.matches(snapshot)
            }
        };
        let snapshots = self.archive.open().await?.snapshots().await?;
        let snapshot = snapshots.into_iter().find(is_wanted);
        let snapshot = snapshot.ok_or_else(|| SourceError::NoSnapshot(arg.to_owned()))?;
        Ok(LinkSource::Snapshot(Box::new(snapshot)))
    }

    /// The target that an argument names, if the archive has no snapshot of it. What looks like a file name is a file that does
    /// not exist, so it is never fetched.
    pub(super) async fn missing_target(&self, arg: &str, scope: Scope) -> Option<Target> {
        if is_file_name(arg) || self.look_up(arg).await.is_ok() {
            return None;
        }
        Target::parse(arg, self.source_args.snapshots.scope().unwrap_or(scope)).ok()
    }

    pub(super) async fn load(&self, source: &LinkSource) -> Result<LinkSet, CliError> {
        self.load_all(std::slice::from_ref(source)).await
    }

    /// All links in one set; each segment has the position of its source.
    pub(super) async fn load_all(&self, sources: &[LinkSource]) -> Result<LinkSet, CliError> {
        let mut links = LinkSet::default();
        for (position, source) in sources.iter().enumerate() {
            let opened = self.open(source).await?;
            self.segments(opened, |segment| {
                links.append(Arc::clone(segment), position as u16);
                Ok(())
            })?;
        }
        Ok(links)
    }

    /// Finds out what columns the sources have, so that their links can be streamed into a table, and checks that the filter
    /// uses no others.
    pub(super) async fn open_all(
        &self,
        sources: &[LinkSource],
        filter: &LinkFilter<'_>,
    ) -> Result<Vec<OpenSource>, CliError> {
        let mut opened = Vec::with_capacity(sources.len());
        for source in sources {
            opened.push(self.open(source).await?);
        }
        filter.check(opened.iter().flat_map(|source| &source.extras).map(|name| name.key()))?;
        Ok(opened)
    }

    async fn open(&self, source: &LinkSource) -> Result<OpenSource, CliError> {
        let map = self.source_args.columns.map();
        let names = |reader: &LinkReader<'_>| reader.extras().iter().map(|spec| Arc::clone(&spec.name)).collect();
        let (content, extras) = match source {
            LinkSource::Snapshot(snapshot) => {
                let links = self.archive.response(snapshot).await?.links;
                let extras = links.schema().names().cloned().collect();
                (Content::Loaded(links), extras)
            }
            LinkSource::File(path) if path.is_file() => {
                let reader = open_file(path, &map).map_err(|error| unreadable(source, error))?;
                (Content::File(path.clone()), names(&reader))
            }
            LinkSource::Stdin | LinkSource::File(_) => {
                let input: Box<dyn Read> = match source {
                    LinkSource::File(path) => {
                        Box::new(File::open(path).map_err(|error| unreadable(source, error.into()))?)
                    }
                    _ => Box::new(io::stdin()),
                };
                let reader = open_reader(input, &map).map_err(|error| unreadable(source, error))?;
                let extras = names(&reader);
                (Content::Stream(reader), extras)
            }
        };
        Ok(OpenSource { source: source.clone(), content, extras })
    }

    /// Calls `visit` with each piece of the links, and the rows that match the filter. No links are kept in memory.
    pub(super) fn stream(
        &self,
        sources: Vec<OpenSource>,
        filter: &LinkFilter<'_>,
        mut visit: impl FnMut(&LinkSet, &RowSet) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        sources.into_iter().try_for_each(|source| {
            self.segments(source, |segment| {
                let links = LinkSet::of_segment(segment);
                visit(&links, &filter.rows(&links, &[]))
            })
        })
    }

    fn segments(
        &self,
        opened: OpenSource,
        mut visit: impl FnMut(&Arc<Segment>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let OpenSource { source, content, .. } = opened;
        let reader = match content {
            Content::Loaded(links) => return links.segments().try_for_each(|(_, segment)| visit(segment)),
            Content::Stream(reader) => reader,
            Content::File(path) => {
                let map = self.source_args.columns.map();
                open_file(&path, &map).map_err(|error| unreadable(&source, error))?
            }
        };
        self.read(&source, reader, visit)
    }

    /// Calls `visit` with each link that matches the filter. No links are kept in memory.
    pub(super) async fn for_each(
        &self,
        sources: &[LinkSource],
        filter: &LinkFilter<'_>,
        mut visit: impl FnMut(&Link<'_>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let opened = self.open_all(sources, filter).await?;
        self.stream(opened, filter, |links, rows| rows.iter().try_for_each(|row| visit(&links.link(row))))
    }

    /// Reads the links segment by segment until `visit` fails. Prints what the user should know about the file.
    fn read(
        &self,
        source: &LinkSource,
        reader: LinkReader<'_>,
        mut visit: impl FnMut(&Arc<Segment>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let (mut skipped, mut notices, mut visit_error) = (0, Vec::new(), None);
        let result = reader.read(&mut |chunk: Chunk| {
            skipped += chunk.skipped;
            notices.extend(chunk.notices);
            visit_error = chunk.segments.iter().try_for_each(&mut visit).err();
            visit_error.is_none()
        });
        if let Some(error) = visit_error {
            return Err(error);
        }
        result.map_err(|error| unreadable(source, error))?;
        notices.iter().for_each(|notice| self.global.note(format!("{}: {notice}", source.name())));
        if skipped > 0 {
            let rows = pluralize(skipped, "row skipped (not a link)", "rows skipped (not links)");
            self.global.note(format!("{}: {rows}", source.name()));
        }
        Ok(())
    }
}

/// A source whose columns are known.
pub(super) struct OpenSource {
    source: LinkSource,
    content: Content,
    /// The names of its extra columns.
    pub(super) extras: Vec<Arc<ExtraName>>,
}

enum Content {
    Loaded(Arc<LinkSet>),
    /// Opened again when it is read, since many files can't be open at the same time.
    File(PathBuf),
    /// Can be opened only once.
    Stream(LinkReader<'static>),
}

fn open_file(path: &Path, map: &ColumnMap) -> Result<LinkReader<'static>, ReadError> {
    open_reader(Box::new(File::open(path)?), map)
}

fn open_reader(input: Box<dyn Read>, map: &ColumnMap) -> Result<LinkReader<'static>, ReadError> {
    // `None` only if waiting is refused.
    LinkReader::open(input, map, &mut || true)?.ok_or(ReadError::Empty)
}

fn unreadable(source: &LinkSource, error: ReadError) -> SourceError {
    SourceError::Unreadable { name: source.name(), error }
}
