//! Opens or creates the archive's file.

use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::SqlitePool;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::super::error::StoreError;
use super::SqliteStore;
use super::error::from_io;
use super::migrations::migrator;
use super::schema::refuse_foreign_objects;
use super::sessions::Session;
use crate::files;

/// One connection can read while another writes.
const MAX_CONNECTIONS: u32 = 2;

/// How long to wait for another program that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for another program that is opening the archive, which may be running migrations.
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);

/// How often to try the lock.
const LOCK_RETRY: Duration = Duration::from_millis(20);

pub fn archive_file(directory: &Path) -> PathBuf {
    directory.join("archive.sqlite")
}

impl SqliteStore {
    /// Opens the archive in `directory`, or creates one. Only the user can access the directory and its files.
    ///
    /// # Errors
    /// On any error, nothing has been deleted or overwritten.
    pub async fn open(directory: &Path) -> Result<SqliteStore, StoreError> {
        let path = archive_file(directory);
        let io_error = |error: io::Error| from_io(&error);
        files::create_private_directory(directory).map_err(io_error)?;
        let trusted =
            files::refuse_foreign_links(directory).and_then(|()| files::refuse_if_others_can_change(directory));
        trusted.map_err(|error| StoreError::NotOpened(format!("{error}, or set KEW_DATA_DIR to another directory")))?;
        files::open_or_create(&path).map_err(io_error)?;
        // One at a time: if two programs create an archive together, only one may create its tables.
        let _lock = lock_for_opening(directory, OPEN_TIMEOUT).await?;
        let pool = connect(&path).await?;
        refuse_foreign_objects(&pool).await?;
        migrate(&pool).await?;
        let id = sqlx::query_scalar("SELECT id FROM identity").fetch_one(&pool).await?;
        let sessions = directory.join("sessions");
        let session = Session::register(&sessions).map_err(io_error)?;
        Ok(SqliteStore { pool, path, sessions, session, id })
    }

    /// Simulates a full disk: the database can't grow beyond this many pages of 4 KiB.
    #[doc(hidden)]
    pub async fn limit_pages_for_tests(&self, pages: u32) {
        let statement = format!("PRAGMA max_page_count = {pages}");
        // Each connection has its own limit, so all of them are acquired at once.
        let mut connections = Vec::new();
        while connections.len() < MAX_CONNECTIONS as usize {
            match self.pool.acquire().await {
                Ok(connection) => connections.push(connection),
                Err(error) => return tracing::warn!(%error, "no limit was set"),
            }
        }
        for connection in &mut connections {
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
        // A response must survive a power failure before it is shown.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // In a file from elsewhere, the schema must not call functions with side effects.
        .pragma("trusted_schema", "OFF")
        .busy_timeout(BUSY_TIMEOUT);
    SqlitePoolOptions::new().max_connections(MAX_CONNECTIONS).acquire_timeout(BUSY_TIMEOUT).connect_with(options).await
}

async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    migrator().run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => StoreError::Newer,
        MigrateError::Execute(error) => error.into(),
        error => StoreError::Damaged(error.to_string()),
    })
}

/// Waits until no other program is opening this archive. Closing the file releases the lock.
async fn lock_for_opening(directory: &Path, timeout: Duration) -> Result<fs::File, StoreError> {
    let path = directory.join("opening.lock");
    let io_error = |error: io::Error| {
        let message = format!("{}: {error}", path.display());
        from_io(&io::Error::new(error.kind(), message))
    };
    let file = files::open_or_create(&path).map_err(io_error)?;
    let deadline = Instant::now() + timeout;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => tokio::time::sleep(LOCK_RETRY).await,
            Err(TryLockError::WouldBlock) => {
                let (file, seconds) = (path.display(), timeout.as_secs());
                return Err(StoreError::NotOpened(format!(
                    "another program has held {file} for {seconds} seconds. Nothing was changed. Quit any kew-tui that hangs, or \
                     whatever else uses that file, then try again"
                )));
            }
            Err(TryLockError::Error(error)) => return Err(io_error(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn opening_times_out_while_another_program_holds_the_lock() {
        let directory = tempfile::tempdir().unwrap();
        let lock = || lock_for_opening(directory.path(), Duration::from_millis(100));
        let lock_file = lock().await.unwrap();
        let error = lock().await.unwrap_err().to_string();
        assert!(error.contains("opening.lock") && error.contains("another program"), "{error}");
        drop(lock_file);
        lock().await.unwrap();
    }
}
