//! The archive: every response that was paid for, and what it cost.
//!
//! It is a log of requests and responses. A request is recorded before it is sent, and its response before its links
//! are shown. [`Archive`] has the rules; a [`Store`] stores the data and knows none of them.
//!
//! | part | what it does |
//! |---|---|
//! | [`ArchiveLocation`] | where an archive is stored, and which store opens it |
//! | [`Archive`] | which requests may be sent, packing, checksums, records of newer versions, export, import, links of files |
//! | [`Store`] | stores and finds records; each operation is atomic |
//! | [`sqlite`], [`memory`] | the stores |
//!
//! `archive` uses `domain` and `files` only.

mod add;
mod base;
mod check;
mod error;
mod export;
mod handle;
mod import;
mod location;
mod log;
mod manifest;
pub mod memory;
mod orphans;
mod packed;
mod read;
mod readings;
mod record;
mod rescue;
mod spool;
pub mod sqlite;
mod store;

pub use add::{Added, Addition};
pub use base::Archive;
pub use check::{CheckReport, Damage, DamageKind};
pub use error::{ArchiveError, StoreError};
pub use export::TransferCounts;
pub use handle::RequestHandle;
pub use location::ArchiveLocation;
pub use log::{Blocked, Claim, Outcome, PendingRequest};
pub use orphans::{Orphan, Orphans};
#[doc(hidden)]
pub use packed::{pack, unpack};
pub use readings::{OpenReading, Reading};
pub use record::{
    DuplicateIndex, ImportedRequest, NewReading, NewRequest, OutcomeRow, Readability, ReadingId, Record, RequestFate,
    RequestRow, SettleStep, Settlement, StoredReading, StoredResponse, SurroundingReadings,
};
pub use rescue::rescue;
pub use spool::Spool;
pub use store::{AdmitFn, CheckDepth, ClaimResult, ImportFn, RecordSelector, SettleFn, Store, StoreFuture};
