//! What the archive needs of whatever it is kept in. Rules are above it ([`super::Archive`]): a store keeps, finds, and makes
//! each operation happen as a whole or not at all. What has returned without an error outlasts the program and the machine.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::pin::Pin;

use super::error::StoreError;
use super::record::{
    ImportedRequest, Neighbors, NewReading, NewRequest, OutcomeRow, ReadingId, Record, SettleStep, StoredResponse,
};
use crate::domain::SnapshotId;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Annotations;

/// An operation on its way.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Which requests are wanted.
#[derive(Clone, Copy, Debug)]
pub enum RecordSelector<'a> {
    All,
    One(SnapshotId),
    OfTarget(&'a str),
    /// Those of an account that no reading of the balance has been held against for good.
    Unchecked(&'a str),
}

/// How thoroughly a store looks itself over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDepth {
    Quickly,
    Fully,
}

/// What became of a request that was to be written down.
#[derive(Clone, Debug)]
pub enum ClaimResult {
    New(SnapshotId),
    /// It was not, for what is known of its target.
    Refused(Vec<Record>),
}

/// Decides by what is known of its target whether a request may go out.
pub type AdmitFn<'a> = &'a (dyn Fn(&[Record]) -> bool + Send + Sync);

/// Decides what a reading of the balance proves about a request.
pub type SettleFn<'a> = &'a (dyn Fn(&Record, Option<&Neighbors>) -> SettleStep + Send + Sync);

/// Brings the request of this place in an import. It may be called again for the same place.
pub type ImportFn<'a> = &'a (dyn Fn(usize) -> Result<ImportedRequest, StoreError> + Send + Sync);

/// Where the archive is kept. One of these is a session: what it claims is running for as long as it is there.
///
/// # Errors
/// Whatever an operation fails with, it has changed nothing. One on a request that is not there fails with
/// [`StoreError::NotFound`].
pub trait Store: Debug + Send + Sync {
    /// Its own name, unlike that of any other, also of one that was begun anew in its place.
    fn id(&self) -> &str;

    /// What the user knows it by: in errors, and in what is told of it.
    fn location(&self) -> &OsStr;

    /// Ends once all that is under way is written.
    fn close(&self) -> StoreFuture<'_, ()>;

    /// How many bytes it takes, where that is the user's concern.
    fn size(&self) -> StoreFuture<'_, Option<u64>>;

    /// Looks whether it is whole, as far as it can tell by itself.
    fn verify(&self, thorough: CheckDepth) -> StoreFuture<'_, ()>;

    /// Gives room back that nothing takes any more.
    fn compact(&self) -> StoreFuture<'_, ()>;

    /// What is known of requests, in no order.
    fn records<'a>(&'a self, which: RecordSelector<'a>) -> StoreFuture<'a, Vec<Record>>;

    /// Writes a request down, unless `may_go` refuses. Of two sessions that claim at once, the second sees the first one's
    /// request.
    fn claim<'a>(&'a self, request: &'a NewRequest, may_go: AdmitFn<'a>) -> StoreFuture<'a, ClaimResult>;

    /// Writes down how a request ended, with its response. The first to do so wins: later ones fail with
    /// [`StoreError::EndedBefore`].
    fn finish<'a>(
        &'a self,
        id: SnapshotId,
        end: &'a OutcomeRow,
        response: Option<&'a StoredResponse>,
    ) -> StoreFuture<'a, ()>;

    /// The response to a request.
    fn response(&self, id: SnapshotId) -> StoreFuture<'_, StoredResponse>;

    /// Takes a response away, if it is there. What else is known of the request stays.
    fn delete_response(&self, id: SnapshotId) -> StoreFuture<'_, ()>;

    fn set_annotations<'a>(&'a self, id: SnapshotId, annotations: &'a Annotations) -> StoreFuture<'a, ()>;

    /// The number of the request that was claimed last, 0 without any. Later claims have larger ones, whatever the clocks say.
    fn newest(&self) -> StoreFuture<'_, i64>;

    /// Keeps a reading, and does what `decide` says about these requests by it. Returns those that were settled.
    fn add_reading<'a>(
        &'a self,
        reading: &'a NewReading,
        requests: &'a [SnapshotId],
        decide: SettleFn<'a>,
    ) -> StoreFuture<'a, (ReadingId, Vec<SnapshotId>)>;

    /// Does what `decide` says about a request by an earlier reading. What was settled before is settled anew.
    fn settle<'a>(&'a self, id: SnapshotId, after: ReadingId, decide: SettleFn<'a>) -> StoreFuture<'a, ()>;

    /// The readings before and after a request; `None` where the one before is not known.
    fn around(&self, id: SnapshotId, after: ReadingId) -> StoreFuture<'_, Option<Neighbors>>;

    /// What the user says of links, by their addresses, each for itself: of a damaged store some may be readable.
    fn notes(&self) -> StoreFuture<'_, Vec<Result<(LinkId, Note), StoreError>>>;

    /// Sets what the user says of links; an empty note takes away what was said.
    fn set_notes<'a>(&'a self, notes: &'a [(LinkId, Note)]) -> StoreFuture<'a, ()>;

    /// Takes over so many requests that are not known, and notes on links of which nothing is said here. Returns how many
    /// requests were new.
    fn import<'a>(&'a self, count: usize, load: ImportFn<'a>, notes: &'a [(LinkId, Note)]) -> StoreFuture<'a, usize>;
}
