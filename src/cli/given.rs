//! The links that a command is given: of a file, of an answer in the archive by its number, or of the newest answer for a
//! target. Nothing here buys.

use crate::domain::signs::{CLOSE, OPEN};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::history::both_scopes;
use super::manner::Manner;
use super::mode::ModeFilter;
use super::office::{Shelf, read as read_answer};
use super::refusal::{OTHER, Refusal, UNREADABLE, USAGE};
use crate::domain::ledger::minute;
use crate::domain::link_set::Segment;
use crate::domain::number::counted;
use crate::domain::{LinkSet, Scope, Snapshot, SnapshotId, Target};
use crate::formats::Format;
use crate::formats::read::{ColumnMap, Piece, ReadError, read};
use crate::runtime::clock::utc_offset;

/// How what is given is understood.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Of a target, only answers for one page, or only for a whole domain
    #[arg(long, value_name = "page|domain", value_parser = super::parse_scope)]
    scope: Option<Scope>,

    #[command(flatten)]
    pub(super) mode: ModeFilter,

    /// Of a file, which columns are which: source=COLUMN,target=COLUMN,anchor=COLUMN, by names or numbers
    #[arg(long, value_name = "MAP", value_parser = ColumnMap::parse)]
    map: Option<ColumnMap>,
}

/// Where links come from.
#[derive(Clone, Debug)]
pub(super) enum Given {
    Stdin,
    File(PathBuf),
    Answer(Box<Snapshot>),
}

impl Given {
    /// What a person would call it.
    pub(super) fn name(&self) -> String {
        match self {
            Given::Stdin => "the standard input".to_owned(),
            Given::File(path) => path.display().to_string(),
            Given::Answer(snapshot) => snapshot.request.target.to_string(),
        }
    }
}

impl Options {
    /// Finds what a word stands for: `-`, a file that is there, the number of an answer, or a target with an answer.
    pub(super) async fn find(&self, word: &str, shelf: &Shelf, manner: Manner) -> Result<Given, Refusal> {
        if word == "-" {
            return Ok(Given::Stdin);
        }
        // Whatever is no directory can be read: a pipe too.
        if Path::new(word).metadata().is_ok_and(|there| !there.is_dir()) {
            if let Some(note) = file_note(word) {
                manner.note(note);
            }
            return Ok(Given::File(PathBuf::from(word)));
        }
        let nothing = |why: &str| Refusal::usage(format!("{OPEN}{word}{CLOSE} is no file that is there, and {why}"));
        let number = word.parse().ok().map(SnapshotId);
        let targets = match number {
            Some(_) => Vec::new(),
            None => both_scopes(word).map_err(|_| nothing("no address of a page or domain"))?,
        };
        let snapshots = shelf.archive().await?.snapshots().await?;
        let fits = |snapshot: &&Snapshot| {
            let of_target = targets.contains(&snapshot.request.target)
                && self.scope.is_none_or(|scope| snapshot.request.target.scope() == scope)
                && self.mode.takes(snapshot.request.mode);
            snapshot.can_open() && (of_target || Some(snapshot.id) == number)
        };
        let hint = "kew-tui history lists those there are";
        let snapshot =
            snapshots.iter().find(fits).ok_or_else(|| nothing(&format!("the archive has no such answer; {hint}")))?;
        if number.is_none() {
            manner.note(which_answer(snapshot));
        }
        Ok(Given::Answer(Box::new(snapshot.clone())))
    }

    /// The target that a word stands for, where it is one of which the archive has no answer. What looks like the name of a file
    /// is one that is not there, and nothing to buy.
    pub(super) async fn lacking(&self, word: &str, shelf: &Shelf, scope: Scope) -> Option<Target> {
        if is_file_name(word) || self.find(word, shelf, Manner::silent()).await.is_ok() {
            return None;
        }
        Target::parse(word, self.scope.unwrap_or(scope)).ok()
    }

    /// Reads the links piece by piece, until `take` refuses. Records of a file that are no links are told of.
    pub(super) async fn read(
        &self,
        given: &Given,
        shelf: &Shelf,
        manner: Manner,
        mut take: impl FnMut(&Arc<Segment>) -> Result<(), Refusal> + Send,
    ) -> Result<(), Refusal> {
        let (mut broken, mut refused) = (0, None);
        let mut piece = |piece: Piece| {
            broken += piece.broken;
            refused = piece.segments.iter().try_for_each(&mut take).err();
            refused.is_none()
        };
        let map = self.map.clone().unwrap_or_default();
        let result = match given {
            Given::Stdin => read(io::stdin(), &map, &mut piece),
            Given::File(path) => {
                File::open(path).map_err(ReadError::from).and_then(|file| read(file, &map, &mut piece))
            }
            Given::Answer(snapshot) => {
                let answer = read_answer(shelf.archive().await?, snapshot).await?;
                return answer.links.segments().try_for_each(|(_, segment)| take(segment));
            }
        };
        if let Some(refusal) = refused {
            return Err(refusal);
        }
        result.map_err(|error| unreadable(&given.name(), &error))?;
        if broken > 0 {
            let records = counted(broken, "record is no link", "records are no links");
            manner.note(format!("{}: {records}", given.name()));
        }
        Ok(())
    }

    /// All links of it.
    pub(super) async fn load(&self, given: &Given, shelf: &Shelf, manner: Manner) -> Result<LinkSet, Refusal> {
        let mut links = LinkSet::default();
        self.read(given, shelf, manner, |segment| {
            links.append(Arc::clone(segment), 0);
            Ok(())
        })
        .await?;
        Ok(links)
    }
}

/// Whether it looks like the name of a file. `.md` is a country's too, and no file that could be read.
fn is_file_name(word: &str) -> bool {
    Format::of_path(word).is_some_and(|format| format != Format::Markdown)
}

/// What is to be said of a file that is there under a name that could mean a target or a number too: whoever put it there may
/// be somebody else. Nothing where the name is clearly a file's.
fn file_note(word: &str) -> Option<String> {
    let is_path = word.starts_with(['.', '/', '\\', '~']) || Path::new(word).is_absolute();
    if is_path || is_file_name(word) {
        return None;
    }
    let otherwise = if word.parse::<u64>().is_ok() && !word.starts_with('+') {
        format!(", or +{word} for the snapshot of that number")
    } else if both_scopes(word).is_err() {
        return None;
    } else if word.contains("://") {
        String::new()
    } else {
        format!(", or https://{word} for the target in the archive")
    };
    Some(format!("{word}: read as a file; write ./{word} for the file{otherwise}"))
}

fn which_answer(snapshot: &Snapshot) -> String {
    let request = &snapshot.request;
    format!(
        "{}: answer {} of {}, {} of {}, {}",
        request.target,
        snapshot.id.0,
        minute(snapshot.at, utc_offset()),
        counted(snapshot.links, "link", "links"),
        request.count,
        request.mode.name()
    )
}

/// The exit code of a file that can't be read, and the word for scripts.
pub(super) fn code_of(error: &ReadError) -> (u8, &'static str) {
    match error {
        ReadError::Io(_) => (OTHER, "io"),
        ReadError::UnknownColumns { .. } | ReadError::NoColumn { .. } => (USAGE, "columns"),
        ReadError::Empty | ReadError::NoLinks | ReadError::NotText { .. } => (UNREADABLE, "no-links"),
    }
}

fn unreadable(name: &str, error: &ReadError) -> Refusal {
    let (code, kind) = code_of(error);
    Refusal::new(code, kind, format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_under_the_name_of_something_else_is_told() {
        for (word, otherwise) in [
            ("example.com", Some("https://example.com for the target")),
            ("example.com/page", Some("https://example.com/page for the target")),
            ("readme.md", Some("https://readme.md for the target")),
            ("12", Some("+12 for the snapshot")),
            ("https://example.com", Some("write ./https://example.com for the file")),
            ("links.csv", None),
            ("./example.com", None),
            ("../example.com", None),
            ("/tmp/example.com", None),
        ] {
            let note = file_note(word);
            let is_right = match (&note, otherwise) {
                (Some(note), Some(says)) => note.starts_with(word) && note.contains(says),
                (note, says) => note.is_none() && says.is_none(),
            };
            assert!(is_right, "{word}: {note:?}");
        }
    }
}
