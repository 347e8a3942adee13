//! Finds the sources that arguments name, and reads their links, all at once or streamed and filtered.

use std::fs::File;
use std::io;
use std::sync::Arc;

use super::command_archive::CommandArchive;
use super::error::CliError;
use super::global_args::GlobalArgs;
use super::row_filter::LinkFilter;
use super::source::{Input, LinkSource, SourceArgs, SourceError, file_note, is_file_name, snapshot_note};
use crate::domain::link_set::Segment;
use crate::domain::number::pluralize;
use crate::domain::{Link, LinkSet, Scope, Snapshot, Target};
use crate::formats::read::{Chunk, ColumnMap, ReadError, read};

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
            let append = |segment: &Arc<Segment>| {
                links.append(Arc::clone(segment), position as u16);
                Ok(())
            };
            self.read(source, append).await?;
        }
        Ok(links)
    }

    /// Calls `visit` with each link that matches the filter. No links are kept in memory.
    pub(super) async fn for_each(
        &self,
        sources: &[LinkSource],
        filter: &LinkFilter<'_>,
        mut visit: impl FnMut(&Link<'_>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        for source in sources {
            let visit_matches = |segment: &Arc<Segment>| {
                let rows = filter.rows(&LinkSet::of_segment(segment), &[]);
                rows.iter().try_for_each(|row| visit(&segment.link(row.index())))
            };
            self.read(source, visit_matches).await?;
        }
        Ok(())
    }

    /// Reads the links segment by segment until `visit` fails.
    async fn read(
        &self,
        source: &LinkSource,
        mut visit: impl FnMut(&Arc<Segment>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        match source {
            LinkSource::Snapshot(snapshot) => {
                let response = self.archive.response(snapshot).await?;
                response.links.segments().try_for_each(|(_, segment)| visit(segment))
            }
            LinkSource::Stdin | LinkSource::File(_) => {
                read_file(source, &self.source_args.columns.map(), self.global, visit)
            }
        }
    }
}

/// Reads the links of a file or stdin segment by segment until `visit` fails. Prints how many records are not links.
pub(super) fn read_file(
    source: &LinkSource,
    map: &ColumnMap,
    global: GlobalArgs,
    mut visit: impl FnMut(&Arc<Segment>) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let (mut skipped, mut visit_error) = (0, None);
    let mut visit_chunk = |chunk: Chunk| {
        skipped += chunk.skipped;
        visit_error = chunk.segments.iter().try_for_each(&mut visit).err();
        visit_error.is_none()
    };
    let result = match source {
        LinkSource::File(path) => {
            File::open(path).map_err(ReadError::from).and_then(|file| read(file, map, &mut visit_chunk))
        }
        LinkSource::Stdin | LinkSource::Snapshot(_) => read(io::stdin(), map, &mut visit_chunk),
    };
    if let Some(error) = visit_error {
        return Err(error);
    }
    result.map_err(|error| SourceError::Unreadable { name: source.name(), error })?;
    if skipped > 0 {
        let rows = pluralize(skipped, "row skipped (not a link)", "rows skipped (not links)");
        global.note(format!("{}: {rows}", source.name()));
    }
    Ok(())
}
