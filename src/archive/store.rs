//! The archive's place on disk and the connection to it.

use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::SqlitePool;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::error::ArchiveError;
use super::migrations::migrator;
use super::owner::Owner;
use super::schema::refuse_foreign_objects;
use crate::files;

/// One writes while another reads.
const MOST_CONNECTIONS: u32 = 2;

/// How long to wait for another program that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait for another program that opens the archive: it may have to lay it out anew.
const PATIENCE_TO_OPEN: Duration = Duration::from_secs(30);

/// How often to look whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The archive. Copies of it are the same one.
#[derive(Clone, Debug)]
pub struct Archive {
    pub(super) pool: SqlitePool,
    pub(super) path: PathBuf,
    pub(super) directory: PathBuf,
    pub(super) owner: Arc<Owner>,
    /// Its own name, which files beside it carry.
    pub(super) name: Arc<str>,
}

impl Archive {
    /// Opens the archive in `directory`, or begins one there. The directory and its files are the user's alone.
    ///
    /// # Errors
    /// See [`ArchiveError`]. Whatever it is, nothing was deleted or overwritten.
    pub async fn open(directory: &Path) -> Result<Archive, ArchiveError> {
        let path = directory.join("archive.sqlite");
        let in_io = |error: &io::Error| ArchiveError::of_io(&path, error);
        create_private_directory(directory).map_err(|e| in_io(&e))?;
        let trusted =
            files::refuse_foreign_links(directory).and_then(|()| files::refuse_if_others_can_change(directory));
        trusted.map_err(|e| ArchiveError::NotYours { path: path.clone(), reason: e.to_string() })?;
        files::open_or_create(&path).map_err(|e| in_io(&e))?;
        // One at a time: of two programs that begin an archive together, only one may lay out its tables.
        let _alone = lock_for_opening(directory, PATIENCE_TO_OPEN).await?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An answer is on the disk before it is on the screen, also if the power fails.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What stands in the layout of a file that others wrote may call nothing that acts outside of it.
            .pragma("trusted_schema", "OFF")
            .busy_timeout(PATIENCE);
        let in_database = |error: &sqlx::Error| ArchiveError::of_database(&path, error);
        let pool = SqlitePoolOptions::new()
            .max_connections(MOST_CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await
            .map_err(|e| in_database(&e))?;
        refuse_foreign_objects(&pool, &path).await?;
        match migrator().run(&pool).await {
            Ok(()) => {}
            Err(MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..)) => {
                return Err(ArchiveError::Newer(path));
            }
            Err(MigrateError::Execute(error)) => return Err(in_database(&error)),
            Err(error) => return Err(ArchiveError::Damaged { path, reason: error.to_string() }),
        }
        let name: String =
            sqlx::query_scalar("SELECT id FROM identity").fetch_one(&pool).await.map_err(|e| in_database(&e))?;
        let owner = Owner::register(&directory.join("sessions")).map_err(|e| in_io(&e))?;
        let (directory, owner) = (directory.to_owned(), Arc::new(owner));
        Ok(Archive { pool, path: path.clone(), directory, owner, name: name.into() })
    }

    /// The archive's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its own name, unlike that of any other archive.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Closes the connection once all that is under way is written.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Makes the archive fail as if the disk had no more room than this many pages of 4 KiB.
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

    pub(super) fn error(&self, error: &sqlx::Error) -> ArchiveError {
        ArchiveError::of_database(&self.path, error)
    }

    pub(super) fn sessions(&self) -> PathBuf {
        self.directory.join("sessions")
    }
}

/// Waits until no other program opens this archive. The lock ends with the file.
async fn lock_for_opening(directory: &Path, patience: Duration) -> Result<fs::File, ArchiveError> {
    let path = directory.join("opening.lock");
    let in_io = |error: &io::Error| ArchiveError::of_io(&path, error);
    let file = files::open_or_create(&path).map_err(|e| in_io(&e))?;
    let until = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < until => tokio::time::sleep(LOOK_AGAIN).await,
            Err(TryLockError::WouldBlock) => return Err(ArchiveError::Locked { path, seconds: patience.as_secs() }),
            Err(TryLockError::Error(error)) => return Err(in_io(&error)),
        }
    }
}

/// A directory that only the user can look into; one that is there stays as it is.
pub(super) fn create_private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
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
