//! What the archive needs from its storage. The rules are in [`super::Archive`]: a store only stores and finds, and
//! makes each operation atomic. An operation that has returned without an error is durable.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::pin::Pin;

use super::error::StoreError;
use super::record::{
    ImportedRequest, NewReading, NewRequest, OutcomeRow, ReadingId, Record, SettleStep, StoredResponse,
    SurroundingReadings,
};
use crate::domain::SnapshotId;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Annotations;

pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

#[derive(Clone, Copy, Debug)]
pub enum RecordSelector<'a> {
    All,
    One(SnapshotId),
    OfTarget(&'a str),
    /// The requests of an account that have not been checked off; see [`SettleStep`].
    Unchecked(&'a str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDepth {
    Quick,
    Full,
}

/// The result of [`Store::claim`].
#[derive(Clone, Debug)]
pub enum ClaimResult {
    Claimed(SnapshotId),
    /// Not recorded; these are the records of its target.
    Blocked(Vec<Record>),
}

/// Decides by the records of its target whether a request may be sent.
pub type AdmitFn<'a> = &'a (dyn Fn(&[Record]) -> bool + Send + Sync);

/// Decides what a balance reading proves about a request.
pub type SettleFn<'a> = &'a (dyn Fn(&Record, Option<&SurroundingReadings>) -> SettleStep + Send + Sync);

/// Loads the request at this index of an import. It may be called again for the same index.
pub type ImportFn<'a> = &'a (dyn Fn(usize) -> Result<ImportedRequest, StoreError> + Send + Sync);

/// The storage of an archive. Each value is a session: the requests that it claims count as running until it is
/// dropped.
///
/// # Errors
/// An operation that fails has changed nothing. An operation on an unknown request fails with [`StoreError::NotFound`].
pub trait Store: Debug + Send + Sync {
    /// Unique, even among stores created one after the other in the same place.
    fn id(&self) -> &str;

    /// A name that the user recognizes, for messages.
    fn location(&self) -> &OsStr;

    /// Waits for pending writes.
    fn close(&self) -> StoreFuture<'_, ()>;

    /// In bytes; `None` if it is not stored in a file.
    fn size(&self) -> StoreFuture<'_, Option<u64>>;

    /// Checks the store's own integrity.
    fn verify(&self, depth: CheckDepth) -> StoreFuture<'_, ()>;

    /// Returns unused space to the file system.
    fn compact(&self) -> StoreFuture<'_, ()>;

    /// In no particular order.
    fn records<'a>(&'a self, which: RecordSelector<'a>) -> StoreFuture<'a, Vec<Record>>;

    /// Records a request, unless `may_send` returns false. If two sessions claim at once, the second sees the first
    /// one's request.
    fn claim<'a>(&'a self, request: &'a NewRequest, may_send: AdmitFn<'a>) -> StoreFuture<'a, ClaimResult>;

    /// Records an outcome with its response. The first call wins: later ones fail with
    /// [`StoreError::AlreadyEnded`].
    fn finish<'a>(
        &'a self,
        id: SnapshotId,
        outcome: &'a OutcomeRow,
        response: Option<&'a StoredResponse>,
    ) -> StoreFuture<'a, ()>;

    fn response(&self, id: SnapshotId) -> StoreFuture<'_, StoredResponse>;

    /// Does nothing if there is no response. The rest of the record stays.
    fn delete_response(&self, id: SnapshotId) -> StoreFuture<'_, ()>;

    fn set_annotations<'a>(&'a self, id: SnapshotId, annotations: &'a Annotations) -> StoreFuture<'a, ()>;

    /// The ID of the request that was claimed last, 0 if there is none. Later claims have higher IDs, whatever the
    /// clocks say.
    fn newest_request(&self) -> StoreFuture<'_, i64>;

    /// Stores a reading, and applies `decide` to these requests. Returns the ones that were settled.
    fn add_reading<'a>(
        &'a self,
        reading: &'a NewReading,
        requests: &'a [SnapshotId],
        decide: SettleFn<'a>,
    ) -> StoreFuture<'a, (ReadingId, Vec<SnapshotId>)>;

    /// Applies `decide` to a request, given an earlier reading. Replaces an earlier settlement.
    fn settle<'a>(&'a self, id: SnapshotId, after: ReadingId, decide: SettleFn<'a>) -> StoreFuture<'a, ()>;

    /// The readings before and after a request; `None` if the one before is unknown.
    fn surrounding_readings(&self, id: SnapshotId, after: ReadingId) -> StoreFuture<'_, Option<SurroundingReadings>>;

    /// Sorted by URL. A note that can't be read does not hide the others.
    fn notes(&self) -> StoreFuture<'_, Vec<Result<(LinkId, Note), StoreError>>>;

    /// An empty note deletes one.
    fn set_notes<'a>(&'a self, notes: &'a [(LinkId, Note)]) -> StoreFuture<'a, ()>;

    /// Adds the requests that are unknown, and the notes on links that have none. Returns the number of new requests.
    fn import<'a>(&'a self, count: usize, load: ImportFn<'a>, notes: &'a [(LinkId, Note)]) -> StoreFuture<'a, usize>;
}
