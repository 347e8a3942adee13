//! Converts errors of SQLite and the file system to [`StoreError`].

use std::fmt::Display;
use std::io;

use sqlx::error::{DatabaseError, ErrorKind};

use super::super::error::StoreError;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        let reason = || error.to_string();
        let database = error.as_database_error();
        match database.map(DatabaseError::kind) {
            // The row refers to a request or a reading that does not exist.
            Some(ErrorKind::ForeignKeyViolation) => return StoreError::NotFound,
            // Outcomes are the only rows that can be written just once.
            Some(ErrorKind::UniqueViolation) => return StoreError::AlreadyEnded,
            _ => {}
        }
        // SQLite result codes; the last byte is the primary one (sqlite.org/rescode.html).
        let code = database.and_then(|error| error.code()?.parse::<u32>().ok()).map(|code| code & 0xff);
        match (&error, code) {
            (sqlx::Error::Io(error), _) => from_io(error),
            (_, Some(13)) => StoreError::Full,
            (_, Some(3 | 8 | 14 | 23)) => read_only(&error),
            (_, Some(11 | 26)) => StoreError::Damaged(reason()),
            (_, Some(5 | 6)) | (sqlx::Error::PoolTimedOut, _) => StoreError::Busy,
            (sqlx::Error::RowNotFound, _) => StoreError::NotFound,
            _ => StoreError::Other(reason()),
        }
    }
}

pub(super) fn from_io(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull => StoreError::Full,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => read_only(error),
        _ => StoreError::Other(error.to_string()),
    }
}

fn read_only(error: &impl Display) -> StoreError {
    StoreError::ReadOnly(format!("{error}. Make its directory writable, or set KEW_DATA_DIR to another directory"))
}
