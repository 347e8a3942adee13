//! Every answer that was paid for, and what it cost.
//!
//! The truth is a log of requests and of the answers as they came. A request is written down before it goes out, its answer
//! before its links are shown. [`Archive`] has the rules; what it is kept in stands behind [`Store`], which knows none of them.
//!
//! | part | what it does |
//! |---|---|
//! | [`ArchiveLocation`] | where an archive is, and which store serves it there |
//! | [`Archive`] | what is held and may go out, packing, check sums, records of newer versions, exports and imports |
//! | [`Store`] | keeps and finds; each operation happens as a whole or not at all |
//! | [`sqlite`], [`memory`] | stores |
//!
//! `archive` uses `domain` and `files` only.

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

pub use base::Archive;
pub use check::{Checked, Damage, DamageKind};
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
    DuplicateIndex, ImportedRequest, Neighbors, NewReading, NewRequest, OutcomeRow, Readability, ReadingId, Record,
    RequestFate, RequestRow, SettleStep, Settlement, StoredReading, StoredResponse,
};
pub use rescue::rescue;
pub use spool::Spool;
pub use store::{AdmitFn, CheckDepth, ClaimResult, ImportFn, RecordSelector, SettleFn, Store, StoreFuture};
