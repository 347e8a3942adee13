//! Finds the sources that arguments name, and reads their links, all at once or streamed and filtered.

use std::sync::Arc;

use super::command_archive::CommandArchive;
use super::error::CliError;
use super::global_args::GlobalArgs;
use super::link_files;
use super::row_filter::LinkFilter;
use super::source::{Input, LinkSource, SourceArgs, SourceError, file_note, is_file_name, snapshot_note};
use crate::domain::columns::ExtraName;
use crate::domain::link_set::Segment;
use crate::domain::{Link, LinkSet, RowSet, Scope, Snapshot, Target};
use crate::formats::read::LinkReader;

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
        let mut wanted = snapshots.into_iter().filter(is_wanted);
        let newest = wanted.next().ok_or_else(|| SourceError::NoSnapshot(arg.to_owned()))?;
        // A response of the API takes precedence over links of another tool, whatever their dates.
        let response = if newest.tool.is_some() { wanted.find(|snapshot| snapshot.tool.is_none()) } else { None };
        Ok(LinkSource::Snapshot(Box::new(response.unwrap_or(newest))))
    }

    /// The target that an argument names, if the archive has no response for it; links of another tool are none. What looks
    /// like a file name is a file that does not exist, so it is never fetched.
    pub(super) async fn missing_target(&self, arg: &str, scope: Scope) -> Option<Target> {
        let is_target = matches!(Input::parse(arg), Ok(Input::Targets(_)));
        if !is_target || is_file_name(arg) {
            return None;
        }
        if matches!(self.look_up(arg).await, Ok(LinkSource::Snapshot(snapshot)) if snapshot.tool.is_none()) {
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
        let extras = opened.iter().flat_map(|source| &source.extras).map(|name| name.key());
        filter.check(extras.clone())?;
        filter.shadow_notes(extras).into_iter().for_each(|note| self.global.note(note));
        Ok(opened)
    }

    async fn open(&self, source: &LinkSource) -> Result<OpenSource, CliError> {
        let (content, extras) = match source {
            LinkSource::Snapshot(snapshot) => {
                let links = Arc::clone(&self.archive.response(snapshot).await?.links);
                let extras = links.schema().names().cloned().collect();
                (Content::Loaded(links), extras)
            }
            LinkSource::Stdin | LinkSource::File(_) => {
                let reader = link_files::open(source, &self.source_args.columns.map())?;
                let extras = reader.extras().iter().map(|spec| Arc::clone(&spec.name)).collect();
                let can_reopen = matches!(source, LinkSource::File(path) if path.is_file());
                (if can_reopen { Content::Reopened } else { Content::Stream(reader) }, extras)
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
            Content::Reopened => link_files::open(&source, &self.source_args.columns.map())?,
        };
        link_files::read(&source, reader, self.global, visit)
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
    /// A file that is opened again when it is read, since many files can't be open at the same time.
    Reopened,
    /// Can be opened only once.
    Stream(LinkReader<'static>),
}
