//! The archive's snapshots and notes, over any [`Store`].

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use super::error::{ArchiveError, StoreError};
use super::packed::unpack;
use super::read;
use super::record::Record;
use super::spool::Spools;
use super::store::{RecordSelector, Store};
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::{Annotations, RequestLog};
use crate::domain::{Snapshot, SnapshotId};

/// Cheap to clone; clones share one store.
#[derive(Clone, Debug)]
pub struct Archive {
    pub(super) store: Arc<dyn Store>,
    pub(super) spools: Spools,
}

impl Archive {
    /// Partially received responses are spooled to `local`, a directory on this machine.
    pub fn new(store: Arc<dyn Store>, local: &Path) -> Archive {
        let spools = Spools::new(local, store.id());
        Archive { store, spools }
    }

    /// Unique among all archives.
    pub fn id(&self) -> &str {
        self.store.id()
    }

    /// A path, or another name that the user recognizes.
    pub fn location(&self) -> &OsStr {
        self.store.location()
    }

    /// In bytes; `None` if the archive is not stored in a file.
    pub async fn size(&self) -> Result<Option<u64>, ArchiveError> {
        self.with_location(self.store.size().await)
    }

    /// Waits for pending writes.
    pub async fn close(&self) {
        if let Err(error) = self.store.close().await {
            tracing::warn!(%error, "the archive was not closed");
        }
    }

    /// All recorded requests, newest first.
    pub async fn log(&self) -> Result<RequestLog, ArchiveError> {
        Ok(read::log(&self.records(RecordSelector::All).await?))
    }

    /// The requests that this version can read, newest first.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, ArchiveError> {
        Ok(self.log().await?.snapshots)
    }

    pub async fn snapshot(&self, id: SnapshotId) -> Result<Snapshot, ArchiveError> {
        let records = self.records(RecordSelector::One(id)).await?;
        records.first().and_then(read::snapshot).ok_or(ArchiveError::NoSuchSnapshot)
    }

    /// The unpacked response body.
    pub async fn response(&self, id: SnapshotId) -> Result<Vec<u8>, ArchiveError> {
        let stored = self.with_location(self.store.response(id).await)?;
        let damaged = |error: std::io::Error| ArchiveError::DamagedResponse { id: id.0, reason: error.to_string() };
        unpack(&stored.packed, stored.raw_bytes).map_err(damaged)
    }

    /// Returns the updated snapshot.
    pub async fn set_annotations(&self, id: SnapshotId, annotations: &Annotations) -> Result<Snapshot, ArchiveError> {
        self.with_location(self.store.set_annotations(id, annotations).await)?;
        self.snapshot(id).await
    }

    /// Returns the updated snapshot. The request and its charge stay in the ledger.
    pub async fn delete_response(&self, id: SnapshotId) -> Result<Snapshot, ArchiveError> {
        self.with_location(self.store.delete_response(id).await)?;
        self.snapshot(id).await
    }

    pub async fn notes(&self) -> Result<Vec<(LinkId, Note)>, ArchiveError> {
        let notes = self.with_location(self.store.notes().await)?;
        notes.into_iter().map(|note| self.with_location(note)).collect()
    }

    /// Sets the notes on these links, all or none; an empty note deletes one. Durable once this returns.
    pub async fn set_notes(&self, notes: &[(LinkId, Note)]) -> Result<(), ArchiveError> {
        self.with_location(self.store.set_notes(notes).await)
    }

    pub(super) async fn records(&self, which: RecordSelector<'_>) -> Result<Vec<Record>, ArchiveError> {
        self.with_location(self.store.records(which).await)
    }

    pub(super) fn with_location<T>(&self, result: Result<T, StoreError>) -> Result<T, ArchiveError> {
        result.map_err(|error| ArchiveError::from_store(error, self.location()))
    }
}
