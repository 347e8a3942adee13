//! The session's archive: opened when it is first needed, beside the event loop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::api::response;
use crate::app::Message;
use crate::app::compared::Compared;
use crate::app::message::{ArchiveEvent, ComparedAnswers};
use crate::archive::{Archive, ArchiveError, Place};
use crate::domain::compare::{Side, compare};
use crate::domain::link_set::TooMuchText;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Label;
use crate::domain::{Answer, Snapshot, SnapshotId};

use super::fetch::orphans::adopt_orphans;
use super::panics;
use super::tasks::Outbox;

/// Where the archive is, and the archive once it is open.
pub struct Vault {
    place: Place,
    archive: OnceCell<Result<Opened, String>>,
    /// Of the demo: gone with it.
    temporary: Option<tempfile::TempDir>,
}

/// An open archive.
#[derive(Clone)]
struct Opened {
    archive: Archive,
    /// Files of received responses that belong to no request of it.
    strays: Arc<[PathBuf]>,
}

impl Vault {
    /// The archive in this directory.
    pub fn new(directory: PathBuf) -> Vault {
        Vault { place: Place::directory(directory), archive: OnceCell::new(), temporary: None }
    }

    /// An archive that is thrown away in the end.
    ///
    /// # Errors
    /// The system has no place for it.
    pub fn temporary() -> std::io::Result<Vault> {
        let directory = tempfile::Builder::new().prefix("kew-tui-demo-").tempdir()?;
        let place = Place::directory(directory.path());
        Ok(Vault { place, archive: OnceCell::new(), temporary: Some(directory) })
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
    /// It can't be opened, in words for the user.
    pub async fn open(&self) -> Result<Archive, String> {
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

    async fn opened(&self) -> &Result<Opened, String> {
        let open = || async {
            let archive = self.place.open().await.map_err(|error| error.to_string())?;
            let strays = adopt_orphans(&archive).await.into();
            Ok(Opened { archive, strays })
        };
        self.archive.get_or_init(open).await
    }

    /// Opens it and tells what is in it.
    pub(super) async fn list(self: Arc<Self>, outbox: Outbox) {
        let listed = match self.open().await {
            Ok(archive) => {
                match archive.notes().await {
                    Ok(notes) => outbox.send(Message::Archive(ArchiveEvent::Noted(notes))),
                    Err(error) => outbox.send(Message::Archive(ArchiveEvent::Failed(error.to_string()))),
                }
                let strays = self.strays().await;
                if !strays.is_empty() {
                    outbox.send(Message::Archive(ArchiveEvent::Strays(strays)));
                }
                archive.log().await.map_err(|error| error.to_string())
            }
            Err(why) => Err(why),
        };
        outbox.send(Message::Archive(ArchiveEvent::Opened(listed)));
    }

    /// Keeps what the user says of links.
    pub(super) async fn set_notes(self: Arc<Self>, notes: Vec<(LinkId, Note)>, outbox: Outbox) {
        let Ok(archive) = self.open().await else { return };
        if let Err(error) = archive.set_notes(&notes).await {
            outbox.send(Message::Archive(ArchiveEvent::Failed(format!("the note is not kept: {error}"))));
        }
    }

    /// Compares two answers and tells of it.
    pub(super) async fn compare(self: Arc<Self>, later: SnapshotId, earlier: SnapshotId, outbox: Outbox) {
        let compared = self.try_compare(later, earlier).await.map(Box::new);
        outbox.send(Message::Archive(ArchiveEvent::Compared(compared)));
    }

    async fn try_compare(&self, later: SnapshotId, earlier: SnapshotId) -> Result<ComparedAnswers, String> {
        let archive = self.open().await?;
        let words = |error: ArchiveError| error.to_string();
        let later = archive.snapshot(later).await.map_err(words)?;
        let earlier = archive.snapshot(earlier).await.map_err(words)?;
        let (new, old) = (read_answer(&archive, &later).await?, read_answer(&archive, &earlier).await?);
        let (new_asked, old_asked) = (later.cut(), earlier.cut());
        let earlier_id = earlier.id;
        let both = tokio::task::spawn_blocking(move || {
            let later = Side { links: &new.links, asked: new_asked };
            let both = compare(later, Side { links: &old.links, asked: old_asked })?;
            let answer = Answer { links: Arc::new(both.links), ..(*new).clone() };
            let (by_link, by_domain) = (both.by_link, both.by_domain);
            let compared = Compared { with: earlier_id, verdicts: both.verdicts.into(), by_link, by_domain };
            Ok::<_, TooMuchText>((Arc::new(answer), compared))
        });
        let (answer, compared) = both.await.map_err(panics::fault_of)?.map_err(|e| e.to_string())?;
        Ok(ComparedAnswers { later, earlier, answer, compared })
    }

    /// Sets what the user says of a snapshot.
    pub(super) async fn set_label(self: Arc<Self>, id: SnapshotId, label: Label, outbox: Outbox) {
        let Ok(archive) = self.open().await else { return };
        tell_change(archive.set_label(id, &label).await, &outbox);
    }

    /// Takes an answer out of the archive.
    pub(super) async fn delete(self: Arc<Self>, id: SnapshotId, outbox: Outbox) {
        let Ok(archive) = self.open().await else { return };
        tell_change(archive.delete_answer(id).await, &outbox);
    }

    /// Reads an answer and tells of it.
    pub(super) async fn load(self: Arc<Self>, id: SnapshotId, outbox: Outbox) {
        let Ok(archive) = self.open().await else { return };
        let snapshot = match archive.snapshot(id).await {
            Ok(snapshot) => snapshot,
            Err(error) => return outbox.send(Message::Archive(ArchiveEvent::Failed(error.to_string()))),
        };
        let result = read_answer(&archive, &snapshot).await;
        outbox.send(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(snapshot), result }));
    }
}

fn tell_change(changed: Result<Snapshot, ArchiveError>, outbox: &Outbox) {
    outbox.send(Message::Archive(match changed {
        Ok(snapshot) => ArchiveEvent::Changed(Box::new(snapshot)),
        Err(error) => ArchiveEvent::Failed(error.to_string()),
    }));
}

/// The links of a snapshot, read anew from the answer as it came, so that a better reader mends old ones.
pub(super) async fn read_answer(archive: &Archive, snapshot: &Snapshot) -> Result<Arc<Answer>, String> {
    let raw = archive.answer(snapshot.id).await.map_err(|error| error.to_string())?;
    // Milliseconds of pure CPU: not on the thread that waits for the network.
    let read = tokio::task::spawn_blocking(move || response::read(&raw).unwrap_or_else(|_| response::recover(&raw)));
    read.await.map(Arc::new).map_err(panics::fault_of)
}
