//! The archive of a session: opened when it is first needed, and once, beside whatever waits for the user.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::archive::{Archive, ArchiveError, ArchiveLocation, Orphan, Outcome};
use crate::domain::UnixTime;

use super::outcome;

/// What time it is.
type Clock = Box<dyn Fn() -> UnixTime + Send + Sync>;

/// Where the archive is, and the archive once it is open.
pub struct LazyArchive {
    place: ArchiveLocation,
    archive: OnceCell<Result<Opened, ArchiveError>>,
    /// Of the demo: gone with it.
    temporary: Option<tempfile::TempDir>,
    clock: Clock,
}

/// An open archive.
#[derive(Clone)]
struct Opened {
    archive: Archive,
    /// Files of received responses that belong to no request of it.
    strays: Arc<[PathBuf]>,
}

impl LazyArchive {
    /// The archive in this place, whose moments are those of `clock`.
    pub fn new(place: ArchiveLocation, clock: impl Fn() -> UnixTime + Send + Sync + 'static) -> LazyArchive {
        LazyArchive { place, archive: OnceCell::new(), temporary: None, clock: Box::new(clock) }
    }

    /// An archive that is thrown away in the end.
    ///
    /// # Errors
    /// The system has no place for it.
    pub fn temporary(clock: impl Fn() -> UnixTime + Send + Sync + 'static) -> std::io::Result<LazyArchive> {
        let directory = tempfile::Builder::new().prefix("kew-tui-demo-").tempdir()?;
        let archive = LazyArchive::new(ArchiveLocation::directory(directory.path()), clock);
        Ok(LazyArchive { temporary: Some(directory), ..archive })
    }

    /// The moment that is written down for what happens now.
    pub(super) fn now(&self) -> UnixTime {
        (self.clock)()
    }

    /// Whether it is thrown away in the end.
    pub fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// The directory of this machine for what is kept beside it.
    pub fn directory(&self) -> &Path {
        self.place.local()
    }

    /// Whether there is one already. Looking begins none.
    pub fn is_begun(&self) -> bool {
        self.place.is_begun()
    }

    /// The archive.
    ///
    /// # Errors
    /// It can't be opened; the same for everybody who asks.
    pub async fn open(&self) -> Result<Archive, ArchiveError> {
        self.opened().await.as_ref().map(|opened| opened.archive.clone()).map_err(Clone::clone)
    }

    /// Files of received responses that belong to no request of the archive. They are kept where they are.
    pub async fn strays(&self) -> Vec<String> {
        let opened = self.opened().await.as_ref();
        opened.map(|opened| opened.strays.iter().map(|path| path.display().to_string()).collect()).unwrap_or_default()
    }

    /// Ends the use of the archive, if there was any: what stands in its log goes into its file.
    pub async fn close(&self) {
        if let Some(Ok(opened)) = self.archive.get() {
            opened.archive.close().await;
        }
    }

    async fn opened(&self) -> &Result<Opened, ArchiveError> {
        let open = || async {
            let archive = self.place.open().await?;
            let strays = adopt_orphans(&archive, self.now()).await.into();
            Ok(Opened { archive, strays })
        };
        self.archive.get_or_init(open).await
    }
}

/// Writes into the log what sessions that were killed had received. Returns the files that belong to no request.
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
    orphans.strays
}
