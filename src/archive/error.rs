//! Errors of the archive, worded for the user.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// An error from a store. The message follows the archive's location: “the archive /path is damaged”.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("was written by a newer version of kew-tui. Nothing was changed. Use that version")]
    Newer,
    #[error(
        "is damaged: {0}. Nothing was changed. Copy it, then move it away and import your last export, or start with an empty one"
    )]
    Damaged(String),
    #[error("has a damaged response in snapshot {id}: {reason}")]
    DamagedResponse { id: i64, reason: String },
    /// The reason, and what to do about it.
    #[error("was not opened: {0}")]
    NotOpened(String),
    #[error("is on a full disk. Nothing was overwritten. Free some space, then try again")]
    Full,
    /// The reason, and what to do about it.
    #[error("can't be written: {0}")]
    ReadOnly(String),
    #[error("has been in use by another program for too long. Try again")]
    Busy,
    /// There is no such request, or it has no response.
    #[error("has no such snapshot")]
    NotFound,
    #[error("already has a result for this request")]
    AlreadyEnded,
    /// The data to import can't be read.
    #[error(transparent)]
    Source(Box<ArchiveError>),
    #[error("failed: {0}")]
    Other(String),
}

/// On any error, nothing in the archive has been deleted or overwritten.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("the archive {archive} {error}")]
    Store { archive: String, error: StoreError },
    #[error(
        "the archived response of snapshot {id} is damaged: {reason}. Nothing was changed. Other snapshots can still be opened"
    )]
    DamagedResponse { id: i64, reason: String },
    #[error(
        "the archived record of request {0} is damaged: part of it can't be read. Nothing was changed. Other records can still be used"
    )]
    DamagedRecord(i64),
    #[error("the archive has no such snapshot")]
    NoSuchSnapshot,
    /// The spool directory can't be read.
    #[error("can't read the partly received responses in {}: {reason}", .directory.display())]
    UnreadableSpools { directory: PathBuf, reason: String },
    #[error("there is no exported archive in {}: manifest.json is missing. Nothing was changed. Use a directory that kew-tui archive export wrote", .0.display())]
    NotAnExport(PathBuf),
    #[error("the export can't be imported: {}: {reason}. The archive was not changed. Export again, or copy the complete directory again, then import it", .path.display())]
    BadExport {
        /// The file with the problem.
        path: PathBuf,
        reason: String,
    },
    #[error("the export could not be written: {}: {reason}. The archive was not changed. Free some space or choose another directory, then export again", .path.display())]
    NotExported { path: PathBuf, reason: String },
}

impl ArchiveError {
    pub(super) fn from_store(error: StoreError, archive: &OsStr) -> ArchiveError {
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
