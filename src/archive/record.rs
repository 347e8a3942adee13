//! Records as a store keeps them: plain numbers and strings. A newer version or another program may have written them,
//! so nothing in them is trusted until [`super::read`] has parsed it.

use serde::{Deserialize, Serialize};

use crate::domain::SnapshotId;
use crate::domain::snapshot::Annotations;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestRow {
    /// Unix time in milliseconds, like all times here.
    pub started_ms: i64,
    pub scope: String,
    pub mode: String,
    pub target: String,
    /// The tool that the links were exported from; `None` for a request to the API.
    pub tool: Option<String>,
    pub count: i64,
    /// The maximum cost, in credits.
    pub quoted: i64,
    pub balance_before: Option<i64>,
    /// The version of kew-tui.
    pub version: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutcomeRow {
    pub finished_ms: i64,
    pub kind: String,
    /// The HTTP status.
    pub status: Option<i64>,
    /// In credits, as stated in the response.
    pub charged: Option<i64>,
    pub link_count: Option<i64>,
    /// Entries that could not be read.
    pub skipped: i64,
    /// Whether the server is known to be done with the request.
    pub server_finished: bool,
    pub failure: Option<String>,
}

/// The state of a request, as far as the store knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestFate {
    /// The session that sent it is running.
    Running,
    /// The session is gone and has not recorded an outcome.
    Abandoned,
    Ended(OutcomeRow),
}

/// The balances before and after a request. The field names are part of the export format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    pub settled_ms: i64,
    pub balance_before: i64,
    pub balance_after: i64,
    /// Whether another request was running in between.
    pub shared: bool,
    /// The charge that this proves; `None` if it proves none.
    pub charged: Option<i64>,
}

/// A packed response, with the length and the SHA-256 of the raw bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredResponse {
    pub raw_bytes: i64,
    pub sha256: Vec<u8>,
    pub packed: Vec<u8>,
}

/// How much of a record could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readability {
    #[default]
    Complete,
    /// Unreadable fields are left empty; nothing depends on them.
    WithoutDetails,
    /// The request or its outcome could not be read.
    Unreadable,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: SnapshotId,
    pub request: RequestRow,
    pub fate: RequestFate,
    pub settlement: Option<Settlement>,
    pub annotations: Annotations,
    pub has_response: bool,
    pub readability: Readability,
}

#[derive(Clone, Debug)]
pub struct NewRequest {
    pub request: RequestRow,
    /// A short fingerprint of the API key; empty if unknown.
    pub account: String,
    /// The balance reading before the request.
    pub reading: Option<ReadingId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadingId(pub i64);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReading {
    pub account: String,
    pub credits: i64,
    /// Whether a request of the account was running, or may have been, when the reading started.
    pub busy: bool,
}

/// A finished reading, to be stored.
#[derive(Clone, Debug)]
pub struct NewReading {
    pub read_ms: i64,
    pub reading: StoredReading,
    /// The newest request when the reading started; see [`super::Store::newest_request`].
    pub newest_before: i64,
}

/// The balance readings before and after a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurroundingReadings {
    /// The account of the request.
    pub account: String,
    pub before: StoredReading,
    pub after: StoredReading,
    /// Whether another request of the account was claimed between the two and may have been sent.
    pub has_others: bool,
}

/// What to do with an unchecked request after a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettleStep {
    /// A later reading may tell more.
    Wait,
    /// No reading can tell more.
    CheckOff,
    Settle(Settlement),
}

#[derive(Clone, Debug)]
pub struct ImportedRequest {
    pub request: RequestRow,
    pub outcome: OutcomeRow,
    pub settlement: Option<Settlement>,
    pub annotations: Annotations,
    pub response: Option<StoredResponse>,
    /// Its position among identical requests of the export.
    pub nth: DuplicateIndex,
}

/// How many requests of an export, up to and including this one, requested the same and started and ended at the same
/// times.
#[derive(Clone, Copy, Debug, Default)]
pub struct DuplicateIndex {
    /// With the same response.
    pub same: usize,
    /// With any response, or none.
    pub alike: usize,
}

impl ImportedRequest {
    /// Whether the archive already has it. `existing` are the response checksums of the requests in the archive that
    /// requested the same and started and ended at the same times.
    pub fn is_known(&self, existing: &[Option<Vec<u8>>]) -> bool {
        let sum = self.response.as_ref().map(|response| &response.sha256);
        let same = existing.iter().filter(|one| one.as_ref() == sum).count();
        // A response that was deleted, here or before the export, does not make it another request.
        let alike = existing.iter().filter(|one| one.is_none() || sum.is_none()).count();
        same >= self.nth.same || alike >= self.nth.alike
    }
}
