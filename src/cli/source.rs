//! What an argument names as a source of links: a file, a snapshot by its number, or the newest snapshot of a target. Nothing is
//! fetched here.

use std::path::{Path, PathBuf};

use super::error::{Code, CommandError, IO, LIST_SNAPSHOTS, USAGE};
use super::exit::Exit;
use super::snapshots::{SnapshotFilterArgs, both_scopes};
use crate::domain::ledger::minute;
use crate::domain::number::pluralize;
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::{Snapshot, SnapshotId, Target};
use crate::formats::Format;
use crate::formats::read::{ColumnMap, ReadError};
use crate::runtime::clock::utc_offset;

/// The help of every argument that names sources.
pub(super) const INPUTS: &str = "Targets (their newest snapshot), snapshot numbers, files, or - for stdin";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input options")]
pub(super) struct SourceArgs {
    #[command(flatten)]
    pub(super) snapshots: SnapshotFilterArgs,

    #[command(flatten)]
    pub(super) columns: ColumnArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct ColumnArgs {
    /// Columns of a file: source=COLUMN,target=COLUMN,anchor=COLUMN
    ///
    /// COLUMN is a column name, a column number, or a JSON key such as source.url. source-domain and target-domain can
    /// be mapped too. Needed only if kew-tui does not know the columns; the error message suggests a map.
    #[arg(long, value_name = "MAP", value_parser = ColumnMap::parse)]
    map: Option<ColumnMap>,
}

impl ColumnArgs {
    pub(super) fn map(&self) -> ColumnMap {
        self.map.clone().unwrap_or_default()
    }
}

#[derive(Clone, Debug)]
pub(super) enum LinkSource {
    Stdin,
    File(PathBuf),
    Snapshot(Box<Snapshot>),
}

impl LinkSource {
    /// For messages.
    pub(super) fn name(&self) -> String {
        match self {
            LinkSource::Stdin => "stdin".to_owned(),
            LinkSource::File(path) => path.display().to_string(),
            LinkSource::Snapshot(snapshot) => snapshot.request.target.to_string(),
        }
    }

    pub(super) fn target(&self) -> Option<&Target> {
        match self {
            LinkSource::Snapshot(snapshot) => Some(&snapshot.request.target),
            LinkSource::Stdin | LinkSource::File(_) => None,
        }
    }

    /// The number of links at which it was cut off. Files are complete.
    pub(super) fn limit(&self) -> usize {
        match self {
            LinkSource::Snapshot(snapshot) => snapshot.limit(),
            LinkSource::Stdin | LinkSource::File(_) => usize::MAX,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    #[error("No file called {OPEN}{0}{CLOSE}, and it is not a page or domain")]
    NotATarget(String),
    #[error("No file or saved snapshot called {OPEN}{0}{CLOSE}. {LIST_SNAPSHOTS}")]
    NoSnapshot(String),
    #[error("{name}: {error}")]
    Unreadable { name: String, error: ReadError },
}

impl CommandError for SourceError {
    fn code(&self) -> Code {
        match self {
            SourceError::NotATarget(_) | SourceError::NoSnapshot(_) => USAGE,
            SourceError::Unreadable { error, .. } => error.code(),
        }
    }
}

impl CommandError for ReadError {
    fn code(&self) -> Code {
        match self {
            ReadError::Io(_) => IO,
            ReadError::UnknownColumns(_) | ReadError::NoColumn { .. } => (Exit::Usage, "columns"),
            ReadError::NotLinks { .. } | ReadError::SeveralFiles(_) => (Exit::Usage, "no-links"),
            ReadError::Empty | ReadError::NoLinks | ReadError::NotAList { .. } | ReadError::Damaged(_) => {
                (Exit::Unreadable, "no-links")
            }
        }
    }
}

/// An argument, resolved without the archive.
pub(super) enum Input {
    Source(LinkSource),
    Snapshot(SnapshotId),
    Targets(Vec<Target>),
}

impl Input {
    /// Tries `-`, an existing file, the number of a snapshot, and a target, in this order.
    pub(super) fn parse(arg: &str) -> Result<Input, SourceError> {
        if arg == "-" {
            return Ok(Input::Source(LinkSource::Stdin));
        }
        // Anything but a directory can be read, such as a pipe.
        if Path::new(arg).metadata().is_ok_and(|metadata| !metadata.is_dir()) {
            return Ok(Input::Source(LinkSource::File(PathBuf::from(arg))));
        }
        match arg.parse() {
            Ok(number) => Ok(Input::Snapshot(SnapshotId(number))),
            Err(_) => both_scopes(arg).map(Input::Targets).map_err(|_| SourceError::NotATarget(arg.to_owned())),
        }
    }
}

/// Whether it has the extension of a link file. `.md` is also a top-level domain, and Markdown files can't be read.
pub(super) fn is_file_name(arg: &str) -> bool {
    Format::of_path(arg).is_some_and(|format| format != Format::Markdown)
}

/// The note for an existing file whose name could also be a target or a snapshot number. The user may not know about the
/// file: another user may have put it there. `None` if the name is clearly that of a file.
pub(super) fn file_note(arg: &str) -> Option<String> {
    let is_path = arg.starts_with(['.', '/', '\\', '~']) || Path::new(arg).is_absolute();
    if is_path || is_file_name(arg) {
        return None;
    }
    let otherwise = if arg.parse::<u64>().is_ok() && !arg.starts_with('+') {
        format!(", or +{arg} for the snapshot with that number")
    } else if both_scopes(arg).is_err() {
        return None;
    } else if arg.contains("://") {
        String::new()
    } else {
        format!(", or https://{arg} for the saved target")
    };
    Some(format!("{arg}: read as a file; use ./{arg} for the file{otherwise}"))
}

pub(super) fn snapshot_note(snapshot: &Snapshot) -> String {
    let request = &snapshot.request;
    let mut links = pluralize(snapshot.links, "link", "links");
    if snapshot.tool.is_none() {
        links = format!("{links} of {} requested", request.count);
    }
    format!(
        "{}: using snapshot {} of {}, {links}, {}",
        request.target,
        snapshot.id.0,
        minute(snapshot.at, utc_offset()),
        snapshot.kind()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ambiguous_file_name_has_a_note() {
        for (arg, expected) in [
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
            let note = file_note(arg);
            let is_right = match (&note, expected) {
                (Some(note), Some(part)) => note.starts_with(arg) && note.contains(part),
                (note, part) => note.is_none() && part.is_none(),
            };
            assert!(is_right, "{arg}: {note:?}");
        }
    }
}
