//! The session's archive: opened when it is first needed, beside the event loop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::api::response;
use crate::app::Message;
use crate::app::message::ArchiveEvent;
use crate::archive::Archive;
use crate::domain::{Answer, Snapshot, SnapshotId};

use super::tasks::Outbox;

/// Where the archive is, and the archive once it is open.
pub struct Vault {
    directory: PathBuf,
    archive: OnceCell<Result<Archive, String>>,
    /// Of the demo: gone with it.
    temporary: Option<tempfile::TempDir>,
}

impl Vault {
    /// The archive in this directory.
    pub fn new(directory: PathBuf) -> Vault {
        Vault { directory, archive: OnceCell::new(), temporary: None }
    }

    /// An archive that is thrown away in the end.
    ///
    /// # Errors
    /// The system has no place for it.
    pub fn temporary() -> std::io::Result<Vault> {
        let directory = tempfile::Builder::new().prefix("kew-tui-demo-").tempdir()?;
        Ok(Vault { directory: directory.path().to_owned(), archive: OnceCell::new(), temporary: Some(directory) })
    }

    /// Whether it is thrown away in the end.
    pub fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// Its directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The archive.
    pub(super) async fn open(&self) -> Result<Archive, String> {
        let opened = self.archive.get_or_init(|| async {
            let archive = Archive::open(&self.directory).await.map_err(|error| error.to_string())?;
            super::fetch::adopt_orphans(&archive).await;
            Ok(archive)
        });
        opened.await.clone()
    }

    /// Opens it and tells what is in it.
    pub(super) async fn list(self: Arc<Self>, outbox: Outbox) {
        let listed = match self.open().await {
            Ok(archive) => archive.snapshots().await.map_err(|error| error.to_string()),
            Err(why) => Err(why),
        };
        outbox.send(Message::Archive(ArchiveEvent::Opened(listed)));
    }

    /// Reads an answer and tells of it.
    pub(super) async fn load(self: Arc<Self>, id: SnapshotId, outbox: Outbox) {
        let Ok(archive) = self.open().await else { return };
        let snapshot = match archive.snapshot(id).await {
            Ok(snapshot) => snapshot,
            Err(error) => return outbox.send(Message::TaskFailed(error.to_string())),
        };
        let result = read_answer(&archive, &snapshot).await;
        outbox.send(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(snapshot), result }));
    }
}

/// The links of a snapshot, read anew from the answer as it came, so that a better reader mends old ones.
pub(super) async fn read_answer(archive: &Archive, snapshot: &Snapshot) -> Result<Arc<Answer>, String> {
    let raw = archive.answer(snapshot.id).await.map_err(|error| error.to_string())?;
    // Milliseconds of pure CPU: not on the thread that waits for the network.
    let read = tokio::task::spawn_blocking(move || response::read(&raw).unwrap_or_else(|_| response::recover(&raw)));
    read.await.map(Arc::new).map_err(|error| error.to_string())
}
