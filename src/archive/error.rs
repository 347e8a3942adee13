//! What can go wrong with the archive, in words for the person whose answers are in it.

use std::io;
use std::path::{Path, PathBuf};

/// The archive can't do what it shall. Nothing in it was deleted or overwritten.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A newer program wrote it.
    #[error("the archive {} was written by a newer version of kew-tui: use that one. Nothing was changed", .0.display())]
    Newer(PathBuf),
    /// Its file is not what it should be.
    #[error("the archive {} is damaged: {reason}. Nothing was changed: make a copy of it, then move it away and import what you exported, or start anew", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database says.
        reason: String,
    },
    /// One stored response is not as it was.
    #[error(
        "the response of snapshot {id} is damaged in the archive: {reason}. Nothing was changed, and the others can be opened"
    )]
    DamagedResponse {
        /// Of which request.
        id: i64,
        /// What is wrong with it.
        reason: String,
    },
    /// There is more in it than the program puts there.
    #[error("the archive {} was not opened: it holds {what}, which kew-tui does not make. Nothing was changed: use a copy that you trust, or set KEW_DATA_DIR to another directory", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is in it.
        what: String,
    },
    /// No room is left.
    #[error("the disk with the archive {} is full: make room, then try again. Nothing was overwritten", .0.display())]
    Full(PathBuf),
    /// It may not be written.
    #[error("the archive {} can't be written: {reason}. Make its directory writable, or set KEW_DATA_DIR to another one", .path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Another program has had it for too long.
    #[error("the archive {} is in use by another program for too long: try again", .0.display())]
    Busy(PathBuf),
    /// Other users could read it or write into it.
    #[error("the archive {} was not opened: {reason}, or set KEW_DATA_DIR to another directory", .path.display())]
    NotYours {
        /// The file.
        path: PathBuf,
        /// What is wrong with the directory.
        reason: String,
    },
    /// Another program does not get on with opening it.
    #[error("another program has held {} for {seconds} seconds, so the archive was not opened. Nothing was changed: end a kew-tui that hangs, or whatever else holds that file, then try again", .path.display())]
    Locked {
        /// The file with the lock.
        path: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The directory holds nothing that was exported.
    #[error("{} holds no export of an archive: there is no manifest.json in it. Nothing was changed: name the directory that kew-tui archive export wrote", .0.display())]
    NoExport(PathBuf),
    /// What was exported can't be taken over.
    #[error("the export can't be imported: {}: {reason}. Nothing was changed in the archive: export again, or copy the directory again as a whole, then import it", .path.display())]
    BadExport {
        /// The file with the problem.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An export could not be written.
    #[error("the export could not be written: {}: {reason}. The archive is as it was: make room there or choose another directory, then export again", .path.display())]
    NotExported {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The snapshot that was asked for is not there.
    #[error("the archive has no such snapshot")]
    NoSuchSnapshot,
    /// Anything else.
    #[error("the archive {} failed: {reason}", .path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What was said.
        reason: String,
    },
}

impl ArchiveError {
    pub(super) fn of_io(path: &Path, error: &io::Error) -> ArchiveError {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::StorageFull => ArchiveError::Full(path),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                ArchiveError::ReadOnly { path, reason: error.to_string() }
            }
            _ => ArchiveError::Other { path, reason: error.to_string() },
        }
    }

    pub(super) fn of_database(path: &Path, error: &sqlx::Error) -> ArchiveError {
        let owned = path.to_owned();
        let reason = error.to_string();
        // SQLite's result codes; the last byte is the primary one (sqlite.org/rescode.html).
        let code = error.as_database_error().and_then(|e| e.code()?.parse::<u32>().ok()).map(|code| code & 0xff);
        match (error, code) {
            (sqlx::Error::Io(error), _) => ArchiveError::of_io(path, error),
            (_, Some(13)) => ArchiveError::Full(owned),
            (_, Some(3 | 8 | 14 | 23)) => ArchiveError::ReadOnly { path: owned, reason },
            (_, Some(11 | 26)) => ArchiveError::Damaged { path: owned, reason },
            (_, Some(5 | 6)) | (sqlx::Error::PoolTimedOut, _) => ArchiveError::Busy(owned),
            (sqlx::Error::RowNotFound, _) => ArchiveError::NoSuchSnapshot,
            _ => ArchiveError::Other { path: owned, reason },
        }
    }
}
