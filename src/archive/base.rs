//! The archive over whatever store it is kept in: what is in it, and what the user says of it.

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

/// The archive. Copies of it are the same one.
#[derive(Clone, Debug)]
pub struct Archive {
    pub(super) store: Arc<dyn Store>,
    pub(super) spools: Spools,
}

impl Archive {
    /// The archive in a store. What arrives for it is kept in `local` meanwhile, a directory of this machine.
    pub fn over(store: Arc<dyn Store>, local: &Path) -> Archive {
        let spools = Spools::new(local, store.id());
        Archive { store, spools }
    }

    /// Its own name, unlike that of any other archive.
    pub fn name(&self) -> &str {
        self.store.id()
    }

    /// What the user knows it by.
    pub fn location(&self) -> &OsStr {
        self.store.location()
    }

    /// How many bytes it takes, where that is the user's concern.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn size(&self) -> Result<Option<u64>, ArchiveError> {
        self.told(self.store.size().await)
    }

    /// Closes it once all that is under way is written.
    pub async fn close(&self) {
        if let Err(error) = self.store.close().await {
            tracing::warn!(%error, "the archive was not closed");
        }
    }

    /// Everything that is recorded of requests, newest first.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn log(&self) -> Result<RequestLog, ArchiveError> {
        Ok(read::log(&self.records(RecordSelector::All).await?))
    }

    /// Every request that this version can read, newest first.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, ArchiveError> {
        Ok(self.log().await?.snapshots)
    }

    /// One snapshot, as it is now.
    ///
    /// # Errors
    /// There is none, or the archive can't be read.
    pub async fn snapshot(&self, id: SnapshotId) -> Result<Snapshot, ArchiveError> {
        let records = self.records(RecordSelector::One(id)).await?;
        records.first().and_then(read::snapshot).ok_or(ArchiveError::NoSuchSnapshot)
    }

    /// The answer to a request, as it came.
    ///
    /// # Errors
    /// There is none, or it can't be unpacked.
    pub async fn response(&self, id: SnapshotId) -> Result<Vec<u8>, ArchiveError> {
        let stored = self.told(self.store.response(id).await)?;
        let damaged = |error: std::io::Error| ArchiveError::DamagedResponse { id: id.0, reason: error.to_string() };
        unpack(&stored.packed, stored.raw_bytes).map_err(damaged)
    }

    /// Sets a snapshot's name, note, tag and pin, and returns it as it is now.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn set_annotations(&self, id: SnapshotId, annotations: &Annotations) -> Result<Snapshot, ArchiveError> {
        self.told(self.store.set_annotations(id, annotations).await)?;
        self.snapshot(id).await
    }

    /// Takes an answer away, and returns what is left: what it cost stays in the ledger.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn delete_response(&self, id: SnapshotId) -> Result<Snapshot, ArchiveError> {
        self.told(self.store.delete_response(id).await)?;
        self.snapshot(id).await
    }

    /// Everything that is said of links.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn notes(&self) -> Result<Vec<(LinkId, Note)>, ArchiveError> {
        let notes = self.told(self.store.notes().await)?;
        notes.into_iter().map(|note| self.told(note)).collect()
    }

    /// Takes over what is said of links now; an empty note takes away what was said. All of it is on the disk when this
    /// returns, or nothing.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn set_notes(&self, notes: &[(LinkId, Note)]) -> Result<(), ArchiveError> {
        self.told(self.store.set_notes(notes).await)
    }

    pub(super) async fn records(&self, which: RecordSelector<'_>) -> Result<Vec<Record>, ArchiveError> {
        self.told(self.store.records(which).await)
    }

    /// What a store says, told of this archive.
    pub(super) fn told<T>(&self, result: Result<T, StoreError>) -> Result<T, ArchiveError> {
        result.map_err(|error| ArchiveError::of(error, self.location()))
    }
}
