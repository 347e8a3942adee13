//! The archive for the screen and the commands: where it is on this machine, and what the core is told of it.

use std::path::PathBuf;
use std::sync::Arc;

use super::clock::unix_now;
use super::tasks::Outbox;
use crate::app::Message;
use crate::app::compared::Compared;
use crate::app::message::{ArchiveEvent, ComparedAnswers};
use crate::archive::{ArchiveError, Place};
use crate::domain::compare::{self, Side};
use crate::domain::link_set::TooMuchText;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Label;
use crate::domain::{Answer, Snapshot, SnapshotId};
use crate::fault::Fault;
use crate::fetch::{AnswerError, LazyArchive, read_answer};

/// The archive in this directory.
pub fn archive_in(directory: PathBuf) -> LazyArchive {
    LazyArchive::new(Place::directory(directory), unix_now)
}

/// An archive that is thrown away in the end.
///
/// # Errors
/// The system has no place for it.
pub fn temporary_archive() -> std::io::Result<LazyArchive> {
    LazyArchive::temporary(unix_now)
}

/// Opens it and tells what is in it.
pub(super) async fn list(lazy: Arc<LazyArchive>, outbox: Outbox) {
    let listed = match lazy.open().await {
        Ok(archive) => {
            match archive.notes().await {
                Ok(notes) => outbox.send(Message::Archive(ArchiveEvent::Noted(notes))),
                Err(error) => outbox.send(Message::Archive(ArchiveEvent::Failed(error.to_string()))),
            }
            let strays = lazy.strays().await;
            if !strays.is_empty() {
                outbox.send(Message::Archive(ArchiveEvent::Strays(strays)));
            }
            archive.log().await
        }
        Err(error) => Err(error),
    };
    outbox.send(Message::Archive(ArchiveEvent::Opened(listed.map_err(|error| error.to_string()))));
}

/// Keeps what the user says of links.
pub(super) async fn set_notes(lazy: Arc<LazyArchive>, notes: Vec<(LinkId, Note)>, outbox: Outbox) {
    let Ok(archive) = lazy.open().await else { return };
    if let Err(error) = archive.set_notes(&notes).await {
        outbox.send(Message::Archive(ArchiveEvent::Failed(format!("the note was not saved: {error}"))));
    }
}

/// Why two answers are not compared.
#[derive(Debug, thiserror::Error)]
enum CompareError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Answer(#[from] AnswerError),
    #[error(transparent)]
    TooMuchText(#[from] TooMuchText),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Compares two answers and tells of it.
pub(super) async fn compare(lazy: Arc<LazyArchive>, later: SnapshotId, earlier: SnapshotId, outbox: Outbox) {
    let compared = try_compare(&lazy, later, earlier).await;
    let compared = compared.map(Box::new).map_err(|error| error.to_string());
    outbox.send(Message::Archive(ArchiveEvent::Compared(compared)));
}

async fn try_compare(
    lazy: &LazyArchive,
    later: SnapshotId,
    earlier: SnapshotId,
) -> Result<ComparedAnswers, CompareError> {
    let archive = lazy.open().await?;
    let later = archive.snapshot(later).await?;
    let earlier = archive.snapshot(earlier).await?;
    let (new, old) = (read_answer(&archive, &later).await?, read_answer(&archive, &earlier).await?);
    let (new_asked, old_asked) = (later.cut(), earlier.cut());
    let earlier_id = earlier.id;
    let both = tokio::task::spawn_blocking(move || {
        let later = Side { links: &new.links, asked: new_asked };
        let both = compare::compare(later, Side { links: &old.links, asked: old_asked })?;
        let answer = Answer { links: Arc::new(both.links), ..(*new).clone() };
        let (by_link, by_domain) = (both.by_link, both.by_domain);
        let compared = Compared { with: earlier_id, verdicts: both.verdicts.into(), by_link, by_domain };
        Ok::<_, TooMuchText>((Arc::new(answer), compared))
    });
    let (answer, compared) = both.await.map_err(Fault::from)??;
    Ok(ComparedAnswers { later, earlier, answer, compared })
}

/// Sets what the user says of a snapshot.
pub(super) async fn set_label(lazy: Arc<LazyArchive>, id: SnapshotId, label: Label, outbox: Outbox) {
    let Ok(archive) = lazy.open().await else { return };
    tell_change(archive.set_label(id, &label).await, &outbox);
}

/// Takes an answer out of the archive.
pub(super) async fn delete(lazy: Arc<LazyArchive>, id: SnapshotId, outbox: Outbox) {
    let Ok(archive) = lazy.open().await else { return };
    tell_change(archive.delete_answer(id).await, &outbox);
}

/// Reads an answer and tells of it.
pub(super) async fn load(lazy: Arc<LazyArchive>, id: SnapshotId, outbox: Outbox) {
    let Ok(archive) = lazy.open().await else { return };
    let snapshot = match archive.snapshot(id).await {
        Ok(snapshot) => snapshot,
        Err(error) => return outbox.send(Message::Archive(ArchiveEvent::Failed(error.to_string()))),
    };
    let result = read_answer(&archive, &snapshot).await.map_err(|error| error.to_string());
    outbox.send(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(snapshot), result }));
}

fn tell_change(changed: Result<Snapshot, ArchiveError>, outbox: &Outbox) {
    outbox.send(Message::Archive(match changed {
        Ok(snapshot) => ArchiveEvent::Changed(Box::new(snapshot)),
        Err(error) => ArchiveEvent::Failed(error.to_string()),
    }));
}
