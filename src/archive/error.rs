//! What can go wrong with the archive, in words for the person whose responses are in it.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// A store can't do what it shall. The words go on where the name of the archive ends.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("was written by a newer version of kew-tui: use that one. Nothing was changed")]
    Newer,
    #[error(
        "is damaged: {0}. Nothing was changed: make a copy of it, then move it away and import what you exported, or start anew"
    )]
    Damaged(String),
    /// One stored response is not as it was.
    #[error("has a damaged response of snapshot {id}: {reason}")]
    DamagedResponse { id: i64, reason: String },
    /// Why, and what to do.
    #[error("was not opened: {0}")]
    NotOpened(String),
    #[error("is on a full disk: make room, then try again. Nothing was overwritten")]
    Full,
    /// Why, and what to do.
    #[error("can't be written: {0}")]
    ReadOnly(String),
    /// Another program has had it for too long.
    #[error("is in use by another program for too long: try again")]
    Busy,
    /// There is no such request, or no response to it.
    #[error("has no such snapshot")]
    NotFound,
    #[error("has recorded before how this request ended")]
    EndedBefore,
    /// What was to be taken over could not be read.
    #[error(transparent)]
    Source(Box<ArchiveError>),
    #[error("failed: {0}")]
    Other(String),
}

/// The archive can't do what it shall. Nothing in it was deleted or overwritten.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("the archive {archive} {error}")]
    Store {
        /// Which one.
        archive: String,
        error: StoreError,
    },
    /// One stored response is not as it was.
    #[error(
        "the response of snapshot {id} is damaged in the archive: {reason}. Nothing was changed, and the others can be opened"
    )]
    DamagedResponse { id: i64, reason: String },
    /// Something that is recorded of a request is not as it was.
    #[error(
        "the record of request {0} is damaged in the archive: a part of it can't be read. Nothing was changed, and the others can be used"
    )]
    DamagedRecord(i64),
    #[error("the archive has no such snapshot")]
    NoSuchSnapshot,
    /// What killed sessions left can't be looked at.
    #[error("what had arrived can't be looked at: {}: {reason}", .directory.display())]
    NoSpools { directory: PathBuf, reason: String },
    #[error("{} holds no export of an archive: there is no manifest.json in it. Nothing was changed: name the directory that kew-tui archive export wrote", .0.display())]
    NoExport(PathBuf),
    /// What was exported can't be taken over.
    #[error("the export can't be imported: {}: {reason}. Nothing was changed in the archive: export again, or copy the directory again as a whole, then import it", .path.display())]
    BadExport {
        /// The file with the problem.
        path: PathBuf,
        reason: String,
    },
    #[error("the export could not be written: {}: {reason}. The archive is as it was: make room there or choose another directory, then export again", .path.display())]
    NotExported { path: PathBuf, reason: String },
}

impl ArchiveError {
    /// What a store says, told of the archive that it keeps.
    pub(super) fn of(error: StoreError, archive: &OsStr) -> ArchiveError {
        match error {
            StoreError::NotFound => ArchiveError::NoSuchSnapshot,
            StoreError::DamagedResponse { id, reason } => ArchiveError::DamagedResponse { id, reason },
            StoreError::Source(error) => *error,
            error => ArchiveError::Store { archive: archive.display().to_string(), error },
        }
    }

    pub(super) fn not_exported(path: &Path, error: &io::Error) -> ArchiveError {
        ArchiveError::NotExported { path: path.to_owned(), reason: error.to_string() }
    }
}
