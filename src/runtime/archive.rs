//! Archive operations of an interactive session. Each one runs as a task and sends its result as a message.

use std::path::PathBuf;
use std::sync::Arc;

use super::clock::unix_now;
use super::snapshot_links::{SnapshotLinksError, read_snapshot};
use super::tasks::MessageSender;
use crate::app::Message;
use crate::app::compared::{Compared, ComparedList};
use crate::app::message::{ArchiveEvent, ComparedLists};
use crate::archive::{ArchiveError, ArchiveLocation};
use crate::domain::diff::{self, DiffInput};
use crate::domain::link_set::TooMuchText;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Annotations;
use crate::domain::{LinkSet, Snapshot, SnapshotId};
use crate::fetch::LazyArchive;
use crate::internal_error::InternalError;

pub fn archive_in(directory: PathBuf) -> LazyArchive {
    LazyArchive::new(ArchiveLocation::directory(directory), unix_now)
}

/// An archive in a temporary directory, deleted when it is dropped.
///
/// # Errors
/// The temporary directory can't be created.
pub fn temporary_archive() -> std::io::Result<LazyArchive> {
    LazyArchive::temporary(unix_now)
}

/// Opens the archive and sends its notes, unmatched response files and log.
pub(super) async fn open(lazy: Arc<LazyArchive>, sender: MessageSender) {
    let log = match lazy.open().await {
        Ok(archive) => {
            match archive.notes().await {
                Ok(notes) => sender.send(Message::Archive(ArchiveEvent::Noted(notes))),
                Err(error) => sender.send(Message::Archive(ArchiveEvent::Failed(error.to_string()))),
            }
            let recovered_files = lazy.recovered_files().await;
            if !recovered_files.is_empty() {
                sender.send(Message::Archive(ArchiveEvent::Strays(recovered_files)));
            }
            archive.log().await
        }
        Err(error) => Err(error),
    };
    sender.send(Message::Archive(ArchiveEvent::Opened(log.map_err(|error| error.to_string()))));
}

pub(super) async fn set_notes(lazy: Arc<LazyArchive>, notes: Vec<(LinkId, Note)>, sender: MessageSender) {
    let Ok(archive) = lazy.open().await else { return };
    if let Err(error) = archive.set_notes(&notes).await {
        sender.send(Message::Archive(ArchiveEvent::Failed(format!("the note was not saved: {error}"))));
    }
}

#[derive(Debug, thiserror::Error)]
enum CompareError {
    #[error("there is no archive")]
    NoArchive,
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Links(#[from] SnapshotLinksError),
    #[error(transparent)]
    TooMuchText(#[from] TooMuchText),
    #[error(transparent)]
    InternalError(#[from] InternalError),
}

/// `lazy` is not needed for two files.
pub(super) async fn compare(
    lazy: Option<Arc<LazyArchive>>,
    later: ComparedList,
    earlier: ComparedList,
    sender: MessageSender,
) {
    let compared = try_compare(lazy.as_deref(), later, earlier).await;
    let compared = compared.map(Box::new).map_err(|error| error.to_string());
    sender.send(Message::Archive(ArchiveEvent::Compared(compared)));
}

async fn try_compare(
    lazy: Option<&LazyArchive>,
    later: ComparedList,
    earlier: ComparedList,
) -> Result<ComparedLists, CompareError> {
    let (new, old) = (links_of(lazy, &later).await?, links_of(lazy, &earlier).await?);
    let (new_limit, old_limit) = (later.limit(), earlier.limit());
    let diffed = tokio::task::spawn_blocking(move || {
        let later = DiffInput { links: &new, limit: new_limit };
        diff::diff(later, DiffInput { links: &old, limit: old_limit })
    });
    let diff = diffed.await.map_err(InternalError::from)??;
    let (by_link, by_domain) = (diff.by_link, diff.by_domain);
    let compared = Compared { row_diffs: diff.row_diffs.into(), by_link, by_domain };
    Ok(ComparedLists { later, earlier, links: Arc::new(diff.links), compared })
}

async fn links_of(lazy: Option<&LazyArchive>, list: &ComparedList) -> Result<Arc<LinkSet>, CompareError> {
    match list {
        ComparedList::File { links, .. } => Ok(Arc::clone(links)),
        ComparedList::Snapshot(snapshot) => {
            let archive = lazy.ok_or(CompareError::NoArchive)?.open().await?;
            Ok(Arc::clone(&read_snapshot(&archive, snapshot).await?.links))
        }
    }
}

pub(super) async fn set_annotations(
    lazy: Arc<LazyArchive>,
    id: SnapshotId,
    annotations: Annotations,
    sender: MessageSender,
) {
    let Ok(archive) = lazy.open().await else { return };
    send_change(archive.set_annotations(id, &annotations).await, &sender);
}

/// Deletes the response of a snapshot; the ledger keeps the request and its charge.
pub(super) async fn delete(lazy: Arc<LazyArchive>, id: SnapshotId, sender: MessageSender) {
    let Ok(archive) = lazy.open().await else { return };
    send_change(archive.delete_response(id).await, &sender);
}

pub(super) async fn load(lazy: Arc<LazyArchive>, id: SnapshotId, sender: MessageSender) {
    let Ok(archive) = lazy.open().await else { return };
    let snapshot = match archive.snapshot(id).await {
        Ok(snapshot) => snapshot,
        Err(error) => return sender.send(Message::Archive(ArchiveEvent::Failed(error.to_string()))),
    };
    let result = read_snapshot(&archive, &snapshot).await.map_err(|error| error.to_string());
    sender.send(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(snapshot), result }));
}

fn send_change(changed: Result<Snapshot, ArchiveError>, sender: &MessageSender) {
    sender.send(Message::Archive(match changed {
        Ok(snapshot) => ArchiveEvent::Changed(Box::new(snapshot)),
        Err(error) => ArchiveEvent::Failed(error.to_string()),
    }));
}
