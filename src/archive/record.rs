//! What a store keeps, in plain numbers and words. Nothing of it is believed before [`super::read`] has read it: a newer
//! version, or somebody else, may have written it.

use serde::{Deserialize, Serialize};

use crate::domain::SnapshotId;
use crate::domain::snapshot::Annotations;

/// What was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestRow {
    /// Unix time in milliseconds, as every moment here.
    pub started_ms: i64,
    pub scope: String,
    pub mode: String,
    pub target: String,
    pub count: i64,
    /// The most that it can cost, in credits.
    pub quoted: i64,
    pub balance_before: Option<i64>,
    /// Of the program.
    pub version: String,
}

/// How a request ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutcomeRow {
    pub finished_ms: i64,
    pub kind: String,
    /// Of HTTP.
    pub status: Option<i64>,
    /// In credits, as the response says.
    pub charged: Option<i64>,
    pub link_count: Option<i64>,
    /// Entries that could not be read.
    pub skipped: i64,
    /// Whether the server is done with it for certain.
    pub server_finished: bool,
    pub failure: Option<String>,
}

/// What became of a request, as far as the store knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestFate {
    /// The session that sent it is alive.
    Running,
    /// That session is gone, and has not said how it ended.
    Gone,
    Ended(OutcomeRow),
}

/// What the balance showed before and after a request; the names are those of exports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    pub settled_ms: i64,
    pub balance_before: i64,
    pub balance_after: i64,
    /// Whether another request was running between the two.
    pub shared: bool,
    /// What that proves; nothing if `None`.
    pub charged: Option<i64>,
}

/// A response as it is kept: packed, with the length and the check sum (SHA-256) of the raw bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredResponse {
    pub raw_bytes: i64,
    pub sha256: Vec<u8>,
    pub packed: Vec<u8>,
}

/// How much of a record is there to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readability {
    #[default]
    Whole,
    /// What can't be read is left empty, and nothing depends on it.
    WithoutDetails,
    /// Not even what was asked, or how it ended.
    Hardly,
}

/// Everything that is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: SnapshotId,
    pub request: RequestRow,
    pub fate: RequestFate,
    pub settlement: Option<Settlement>,
    pub annotations: Annotations,
    pub has_response: bool,
    pub legible: Readability,
}

/// A request that is about to be sent.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub request: RequestRow,
    /// A short fingerprint of the key; empty if unknown.
    pub account: String,
    /// The reading of the balance before it.
    pub reading: Option<ReadingId>,
}

/// The number of a reading of the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadingId(pub i64);

/// A balance that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReading {
    pub account: String,
    pub credits: i64,
    /// Whether a request of the account was running, or may have been, when the reading began.
    pub busy: bool,
}

/// A reading that has ended and is to be kept.
#[derive(Clone, Debug)]
pub struct NewReading {
    pub read_ms: i64,
    pub reading: StoredReading,
    /// The newest request when it began; see [`super::Store::newest`].
    pub newest_before: i64,
}

/// A request between two readings of the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbors {
    /// Whose request it is.
    pub account: String,
    pub before: StoredReading,
    pub after: StoredReading,
    /// Whether another request of its account was claimed between the two that was not certainly kept back.
    pub others: bool,
}

/// What is to be done about a request that a reading was held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettleStep {
    /// A later reading may tell more.
    Wait,
    /// There is nothing to be learned about it.
    CheckOff,
    Settle(Settlement),
}

/// A request of another archive.
#[derive(Clone, Debug)]
pub struct ImportedRequest {
    pub request: RequestRow,
    pub end: OutcomeRow,
    pub settlement: Option<Settlement>,
    pub annotations: Annotations,
    pub response: Option<StoredResponse>,
    /// Which it is of those that are like it.
    pub nth: DuplicateIndex,
}

/// How many requests of an export, up to this one, began and ended at the same moments and asked the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct DuplicateIndex {
    /// Those with the same response.
    pub same: usize,
    /// Those with any.
    pub alike: usize,
}

impl ImportedRequest {
    /// Whether it is there already, by the check sums of those that began and ended at the same moments and asked the same.
    pub fn is_known(&self, there: &[Option<Vec<u8>>]) -> bool {
        let sum = self.response.as_ref().map(|response| &response.sha256);
        let same = there.iter().filter(|one| one.as_ref() == sum).count();
        // A response that was deleted, here or before the export, does not make another request of it.
        let alike = there.iter().filter(|one| one.is_none() || sum.is_none()).count();
        same >= self.nth.same || alike >= self.nth.alike
    }
}
