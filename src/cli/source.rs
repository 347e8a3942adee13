//! What a word of the command line stands for as a source of links: a file, an answer in the archive by its number, or the newest
//! answer for a target. Nothing here buys.

use std::path::{Path, PathBuf};

use super::error::{Code, EndsCommand, IO, LIST_SNAPSHOTS, USAGE};
use super::exit::Exit;
use super::snapshots::{SnapshotFilterArgs, both_scopes};
use crate::domain::ledger::minute;
use crate::domain::number::pluralize;
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::{Snapshot, SnapshotId, Target};
use crate::formats::Format;
use crate::formats::read::{ColumnMap, ReadError};
use crate::runtime::clock::utc_offset;

/// What a command takes links from.
pub(super) const INPUTS: &str = "Targets (their newest snapshot), snapshot numbers, files, or - for stdin";

/// How what is given is understood.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input options")]
pub(super) struct SourceArgs {
    #[command(flatten)]
    pub(super) snapshots: SnapshotFilterArgs,

    #[command(flatten)]
    pub(super) columns: ColumnArgs,
}

/// How the columns of a file are understood.
#[derive(Debug, clap::Args)]
pub(super) struct ColumnArgs {
    /// Columns of a file: source=COLUMN,target=COLUMN,anchor=COLUMN
    ///
    /// COLUMN is the name or the number of a column. Only needed if kew-tui does not recognize the header.
    #[arg(long, value_name = "MAP", value_parser = ColumnMap::parse)]
    map: Option<ColumnMap>,
}

impl ColumnArgs {
    pub(super) fn map(&self) -> ColumnMap {
        self.map.clone().unwrap_or_default()
    }
}

/// Where links come from.
#[derive(Clone, Debug)]
pub(super) enum LinkSource {
    Stdin,
    File(PathBuf),
    Response(Box<Snapshot>),
}

impl LinkSource {
    /// What a person would call it.
    pub(super) fn name(&self) -> String {
        match self {
            LinkSource::Stdin => "stdin".to_owned(),
            LinkSource::File(path) => path.display().to_string(),
            LinkSource::Response(snapshot) => snapshot.request.target.to_string(),
        }
    }

    /// The target that it is an answer for.
    pub(super) fn target(&self) -> Option<&Target> {
        match self {
            LinkSource::Response(snapshot) => Some(&snapshot.request.target),
            LinkSource::Stdin | LinkSource::File(_) => None,
        }
    }
}

/// Why there are no links.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    #[error("No file called {OPEN}{0}{CLOSE}, and it is not a page or domain")]
    NoAddress(String),
    #[error("No file or saved snapshot called {OPEN}{0}{CLOSE}. {LIST_SNAPSHOTS}")]
    NoResponse(String),
    #[error("{name}: {error}")]
    Unreadable { name: String, error: ReadError },
}

impl EndsCommand for SourceError {
    fn code(&self) -> Code {
        match self {
            SourceError::NoAddress(_) | SourceError::NoResponse(_) => USAGE,
            SourceError::Unreadable { error, .. } => error.code(),
        }
    }
}

impl EndsCommand for ReadError {
    fn code(&self) -> Code {
        match self {
            ReadError::Io(_) => IO,
            ReadError::UnknownColumns { .. } | ReadError::NoColumn { .. } => (Exit::Usage, "columns"),
            ReadError::Empty | ReadError::NoLinks | ReadError::NotText { .. } => (Exit::Unreadable, "no-links"),
        }
    }
}

/// What a word stands for where nothing but the word is looked at, and the files that are there.
pub(super) enum Input {
    Source(LinkSource),
    Number(SnapshotId),
    Targets(Vec<Target>),
}

impl Input {
    /// `-`, a file that is there, the number of an answer, or a target.
    pub(super) fn of(word: &str) -> Result<Input, SourceError> {
        if word == "-" {
            return Ok(Input::Source(LinkSource::Stdin));
        }
        // Whatever is no directory can be read: a pipe too.
        if Path::new(word).metadata().is_ok_and(|there| !there.is_dir()) {
            return Ok(Input::Source(LinkSource::File(PathBuf::from(word))));
        }
        match word.parse() {
            Ok(number) => Ok(Input::Number(SnapshotId(number))),
            Err(_) => both_scopes(word).map(Input::Targets).map_err(|_| SourceError::NoAddress(word.to_owned())),
        }
    }
}

/// Whether it looks like the name of a file. `.md` is a country's too, and no file that could be read.
pub(super) fn is_file_name(word: &str) -> bool {
    Format::of_path(word).is_some_and(|format| format != Format::Markdown)
}

/// What is to be said of a file that is there under a name that could mean a target or a number too: whoever put it there may
/// be somebody else. Nothing where the name is clearly a file's.
pub(super) fn file_note(word: &str) -> Option<String> {
    let is_path = word.starts_with(['.', '/', '\\', '~']) || Path::new(word).is_absolute();
    if is_path || is_file_name(word) {
        return None;
    }
    let otherwise = if word.parse::<u64>().is_ok() && !word.starts_with('+') {
        format!(", or +{word} for the snapshot with that number")
    } else if both_scopes(word).is_err() {
        return None;
    } else if word.contains("://") {
        String::new()
    } else {
        format!(", or https://{word} for the saved target")
    };
    Some(format!("{word}: read as a file; use ./{word} for the file{otherwise}"))
}

pub(super) fn which_response(snapshot: &Snapshot) -> String {
    let request = &snapshot.request;
    format!(
        "{}: using snapshot {} of {}, {} of {} requested, {}",
        request.target,
        snapshot.id.0,
        minute(snapshot.at, utc_offset()),
        pluralize(snapshot.links, "link", "links"),
        request.count,
        request.mode.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_under_the_name_of_something_else_is_told() {
        for (word, otherwise) in [
            ("example.com", Some("https://example.com for the saved target")),
            ("example.com/page", Some("https://example.com/page for the saved target")),
            ("readme.md", Some("https://readme.md for the saved target")),
            ("12", Some("+12 for the snapshot")),
            ("https://example.com", Some("use ./https://example.com for the file")),
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
