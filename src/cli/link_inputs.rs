//! The links that a command works on, from wherever its words say: found, read piece by piece or as a whole, filtered.

use std::fs::File;
use std::io;
use std::sync::Arc;

use super::command_archive::CommandArchive;
use super::error::CliError;
use super::global_args::GlobalArgs;
use super::row_filter::LinkFilter;
use super::source::{Input, LinkSource, SourceArgs, SourceError, file_note, is_file_name, which_response};
use crate::domain::link_set::Segment;
use crate::domain::number::pluralize;
use crate::domain::{Link, LinkSet, Scope, Snapshot, Target};
use crate::formats::read::{Piece, ReadError, read};

/// What words are looked up in, and how.
pub(super) struct LinkInputs<'a> {
    pub(super) args: &'a SourceArgs,
    pub(super) archive: &'a CommandArchive,
    pub(super) global: GlobalArgs,
}

impl LinkInputs<'_> {
    /// Finds what each word stands for.
    pub(super) async fn find_all(&self, words: &[String]) -> Result<Vec<LinkSource>, CliError> {
        let mut sources = Vec::with_capacity(words.len());
        for word in words {
            sources.push(self.find(word).await?);
        }
        Ok(sources)
    }

    /// Finds what a word stands for, and says what a person may not expect.
    pub(super) async fn find(&self, word: &str) -> Result<LinkSource, CliError> {
        let source = self.look_up(word).await?;
        match &source {
            LinkSource::File(_) => file_note(word).into_iter().for_each(|note| self.global.note(note)),
            LinkSource::Response(snapshot) if word.parse::<i64>().is_err() => {
                self.global.note(which_response(snapshot))
            }
            LinkSource::Response(_) | LinkSource::Stdin => {}
        }
        Ok(source)
    }

    async fn look_up(&self, word: &str) -> Result<LinkSource, CliError> {
        let meaning = Input::of(word)?;
        let is_meant: &dyn Fn(&Snapshot) -> bool = match &meaning {
            Input::Source(source) => return Ok(source.clone()),
            Input::Number(id) => &|snapshot| snapshot.id == *id && snapshot.can_open(),
            Input::Targets(targets) => {
                &|snapshot| targets.contains(&snapshot.request.target) && self.args.snapshots.takes(snapshot)
            }
        };
        let snapshots = self.archive.open().await?.snapshots().await?;
        let snapshot = snapshots.into_iter().find(is_meant);
        let snapshot = snapshot.ok_or_else(|| SourceError::NoResponse(word.to_owned()))?;
        Ok(LinkSource::Response(Box::new(snapshot)))
    }

    /// The target that a word stands for, where it is one of which the archive has no answer. What looks like the name of a file
    /// is one that is not there, and nothing to buy.
    pub(super) async fn lacking(&self, word: &str, scope: Scope) -> Option<Target> {
        if is_file_name(word) || self.look_up(word).await.is_ok() {
            return None;
        }
        Target::parse(word, self.args.snapshots.scope().unwrap_or(scope)).ok()
    }

    /// All links of one.
    pub(super) async fn load(&self, source: &LinkSource) -> Result<LinkSet, CliError> {
        self.load_all(std::slice::from_ref(source)).await
    }

    /// All links in one list, each with the place of its source among the sources.
    pub(super) async fn load_all(&self, sources: &[LinkSource]) -> Result<LinkSet, CliError> {
        let mut links = LinkSet::default();
        for (place, source) in sources.iter().enumerate() {
            let take = |segment: &Arc<Segment>| {
                links.append(Arc::clone(segment), place as u16);
                Ok(())
            };
            self.read(source, take).await?;
        }
        Ok(links)
    }

    /// Lets `take` have each link that the filter finds, without keeping any.
    pub(super) async fn for_each(
        &self,
        sources: &[LinkSource],
        filter: &LinkFilter<'_>,
        mut take: impl FnMut(&Link<'_>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        for source in sources {
            let take_found = |segment: &Arc<Segment>| {
                let rows = filter.rows(&LinkSet::of_segment(segment), &[]);
                rows.iter().try_for_each(|row| take(&segment.link(row as usize)))
            };
            self.read(source, take_found).await?;
        }
        Ok(())
    }

    /// Reads the links piece by piece, until `take` refuses. Records of a file that are no links are told of.
    async fn read(
        &self,
        source: &LinkSource,
        mut take: impl FnMut(&Arc<Segment>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let (mut broken, mut refused) = (0, None);
        let mut piece = |piece: Piece| {
            broken += piece.broken;
            refused = piece.segments.iter().try_for_each(&mut take).err();
            refused.is_none()
        };
        let map = self.args.columns.map();
        let result = match source {
            LinkSource::Stdin => read(io::stdin(), &map, &mut piece),
            LinkSource::File(path) => {
                File::open(path).map_err(ReadError::from).and_then(|file| read(file, &map, &mut piece))
            }
            LinkSource::Response(snapshot) => {
                let response = self.archive.response(snapshot).await?;
                return response.links.segments().try_for_each(|(_, segment)| take(segment));
            }
        };
        if let Some(error) = refused {
            return Err(error);
        }
        result.map_err(|error| SourceError::Unreadable { name: source.name(), error })?;
        if broken > 0 {
            let rows = pluralize(broken, "row skipped (not a link)", "rows skipped (not links)");
            self.global.note(format!("{}: {rows}", source.name()));
        }
        Ok(())
    }
}
