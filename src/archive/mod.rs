//! Every answer that was paid for, and what it cost.
//!
//! The truth is a log of requests and of the answers as they came. A request is written down before it goes out, its answer
//! before its links are shown. `archive` uses `domain` and `files` only; nothing of the database is in its interface, so that another
//! one can stand behind it.

mod error;
mod handle;
mod import;
mod label;
mod log;
mod lookup;
mod manifest;
mod migrations;
mod notes;
mod owner;
mod packed;
mod readings;
mod rescue;
mod row;
mod schema;
mod spool;
mod store;
mod upkeep;

pub use error::ArchiveError;
pub use handle::RequestHandle;
pub use log::{Blocked, Claim, Outcome, PendingRequest};
#[doc(hidden)]
pub use packed::{pack, unpack};
pub use readings::{OpenReading, Reading};
pub use rescue::rescue;
pub use spool::{Orphan, Orphans, Spool};
pub use store::Archive;
pub use upkeep::{Checked, Damage, Moved};
