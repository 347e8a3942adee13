//! The archive of a session, opened once, when it is first needed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::archive::{Archive, ArchiveError, ArchiveLocation, Orphan, Outcome};
use crate::domain::UnixTime;

use super::outcome;

type Clock = Box<dyn Fn() -> UnixTime + Send + Sync>;

/// An archive that is opened on first use.
pub struct LazyArchive {
    location: ArchiveLocation,
    archive: OnceCell<Result<Opened, ArchiveError>>,
    /// The demo's directory: deleted when this is dropped.
    temporary: Option<tempfile::TempDir>,
    clock: Clock,
}

#[derive(Clone)]
struct Opened {
    archive: Archive,
    /// Spool files that belong to no request.
    recovered_files: Arc<[PathBuf]>,
}

impl LazyArchive {
    /// `clock` returns the time to record.
    pub fn new(location: ArchiveLocation, clock: impl Fn() -> UnixTime + Send + Sync + 'static) -> LazyArchive {
        LazyArchive { location, archive: OnceCell::new(), temporary: None, clock: Box::new(clock) }
    }

    /// An archive that is deleted when it is dropped.
    pub fn temporary(clock: impl Fn() -> UnixTime + Send + Sync + 'static) -> std::io::Result<LazyArchive> {
        let directory = tempfile::Builder::new().prefix("kew-tui-demo-").tempdir()?;
        let archive = LazyArchive::new(ArchiveLocation::directory(directory.path()), clock);
        Ok(LazyArchive { temporary: Some(directory), ..archive })
    }

    pub(super) fn now(&self) -> UnixTime {
        (self.clock)()
    }

    /// Whether it is deleted when it is dropped.
    pub fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// The directory on this machine for files next to the archive.
    pub fn directory(&self) -> &Path {
        self.location.local()
    }

    /// Whether an archive exists. Does not create one.
    pub fn exists(&self) -> bool {
        self.location.exists()
    }

    /// # Errors
    /// It can't be opened; every later call returns the same error.
    pub async fn open(&self) -> Result<Archive, ArchiveError> {
        self.opened().await.as_ref().map(|opened| opened.archive.clone()).map_err(Clone::clone)
    }

    /// Spool files that belong to no request of the archive. They are kept.
    pub async fn recovered_files(&self) -> Vec<String> {
        let opened = self.opened().await.as_ref();
        opened
            .map(|opened| opened.recovered_files.iter().map(|path| path.display().to_string()).collect())
            .unwrap_or_default()
    }

    /// Closes the archive if it was opened, so that SQLite moves its write-ahead log into the file.
    pub async fn close(&self) {
        if let Some(Ok(opened)) = self.archive.get() {
            opened.archive.close().await;
        }
    }

    async fn opened(&self) -> &Result<Opened, ArchiveError> {
        let open = || async {
            let archive = self.location.open().await?;
            let recovered_files = adopt_orphans(&archive, self.now()).await.into();
            Ok(Opened { archive, recovered_files })
        };
        self.archive.get_or_init(open).await
    }
}

/// Records what killed sessions received. Returns the files that belong to no request.
async fn adopt_orphans(archive: &Archive, now: UnixTime) -> Vec<PathBuf> {
    let orphans = match archive.orphans().await {
        Ok(orphans) => orphans,
        Err(error) => {
            tracing::warn!(%error, "what killed sessions received was not recovered");
            return Vec::new();
        }
    };
    for Orphan { handle, raw } in orphans.adoptable {
        let ended = outcome::read(raw, Some(200), None).await;
        let server_finished = ended.result.is_ok();
        let outcome = Outcome { server_finished, ..ended.outcome };
        if let Err(error) = archive.finish(handle, now, &outcome).await {
            tracing::warn!(%error, "what a killed session received stays in its file");
        }
    }
    orphans.recovered_files
}
