//! Opening the file, or beginning one.

use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::SqlitePool;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::super::error::StoreError;
use super::SqliteStore;
use super::error::of_io;
use super::migrations::migrator;
use super::schema::refuse_foreign_objects;
use super::sessions::Session;
use crate::files;

/// One writes while another reads.
const MOST_CONNECTIONS: u32 = 2;

/// How long to wait for another program that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait for another program that opens the archive: it may have to lay it out anew.
const PATIENCE_TO_OPEN: Duration = Duration::from_secs(30);

/// How often to look whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The archive's file in its directory.
pub fn file_in(directory: &Path) -> PathBuf {
    directory.join("archive.sqlite")
}

impl SqliteStore {
    /// Opens the archive in `directory`, or begins one there. The directory and its files are the user's alone.
    ///
    /// # Errors
    /// Whatever it is, nothing was deleted or overwritten.
    pub async fn open(directory: &Path) -> Result<SqliteStore, StoreError> {
        let path = file_in(directory);
        let in_io = |error: io::Error| of_io(&error);
        files::create_private_directory(directory).map_err(in_io)?;
        let trusted =
            files::refuse_foreign_links(directory).and_then(|()| files::refuse_if_others_can_change(directory));
        trusted.map_err(|error| StoreError::NotOpened(format!("{error}, or set KEW_DATA_DIR to another directory")))?;
        files::open_or_create(&path).map_err(in_io)?;
        // One at a time: of two programs that begin an archive together, only one may lay out its tables.
        let _alone = lock_for_opening(directory, PATIENCE_TO_OPEN).await?;
        let pool = connect(&path).await?;
        refuse_foreign_objects(&pool).await?;
        lay_out(&pool).await?;
        let id = sqlx::query_scalar("SELECT id FROM identity").fetch_one(&pool).await?;
        let sessions = directory.join("sessions");
        let session = Session::register(&sessions).map_err(in_io)?;
        Ok(SqliteStore { pool, path, sessions, session, id })
    }

    /// Makes it fail as if the disk had no more room than this many pages of 4 KiB.
    #[doc(hidden)]
    pub async fn limit_pages_for_tests(&self, pages: u32) {
        let statement = format!("PRAGMA max_page_count = {pages}");
        // Each connection has its own limit, so all of them are taken at once.
        let mut taken = Vec::new();
        while taken.len() < MOST_CONNECTIONS as usize {
            match self.pool.acquire().await {
                Ok(connection) => taken.push(connection),
                Err(error) => return tracing::warn!(%error, "no limit was set"),
            }
        }
        for connection in &mut taken {
            if let Err(error) = sqlx::query(sqlx::AssertSqlSafe(statement.clone())).execute(&mut **connection).await {
                tracing::warn!(%error, "no limit was set");
            }
        }
    }
}

async fn connect(path: &Path) -> sqlx::Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An answer is on the disk before it is on the screen, also if the power fails.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What stands in the layout of a file that others wrote may call nothing that acts outside of it.
        .pragma("trusted_schema", "OFF")
        .busy_timeout(PATIENCE);
    SqlitePoolOptions::new().max_connections(MOST_CONNECTIONS).acquire_timeout(PATIENCE).connect_with(options).await
}

/// Brings an older archive up to date.
async fn lay_out(pool: &SqlitePool) -> Result<(), StoreError> {
    migrator().run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => StoreError::Newer,
        MigrateError::Execute(error) => error.into(),
        error => StoreError::Damaged(error.to_string()),
    })
}

/// Waits until no other program opens this archive. The lock ends with the file.
async fn lock_for_opening(directory: &Path, patience: Duration) -> Result<fs::File, StoreError> {
    let path = directory.join("opening.lock");
    let in_io = |error: io::Error| {
        let of_lock = format!("{}: {error}", path.display());
        of_io(&io::Error::new(error.kind(), of_lock))
    };
    let file = files::open_or_create(&path).map_err(in_io)?;
    let until = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < until => tokio::time::sleep(LOOK_AGAIN).await,
            Err(TryLockError::WouldBlock) => {
                let (file, seconds) = (path.display(), patience.as_secs());
                return Err(StoreError::NotOpened(format!(
                    "another program has held {file} for {seconds} seconds. Nothing was changed. Quit any kew-tui that hangs, or \
                     whatever else uses that file, then try again"
                )));
            }
            Err(TryLockError::Error(error)) => return Err(in_io(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lock_that_is_never_let_go_is_given_up() {
        let directory = tempfile::tempdir().unwrap();
        let lock = || lock_for_opening(directory.path(), Duration::from_millis(100));
        let held = lock().await.unwrap();
        let error = lock().await.unwrap_err().to_string();
        assert!(error.contains("opening.lock") && error.contains("another program"), "{error}");
        drop(held);
        lock().await.unwrap();
    }
}
