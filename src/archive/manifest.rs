//! The file that says what is in an export.

use serde::{Deserialize, Serialize};

/// The file beside the answers that says what they are.
pub(super) const MANIFEST: &str = "manifest.json";

/// The layout of the manifest.
pub(super) const FORMAT: u32 = 1;

/// What every manifest has, whatever else its layout is.
#[derive(Debug, Deserialize)]
pub(super) struct Format {
    pub(super) format: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: u32,
    pub(super) requests: Vec<Entry>,
    /// What the user says of links.
    #[serde(default)]
    pub(super) notes: Vec<LinkNote>,
}

/// A note on a link; the names are those of the database.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LinkNote {
    pub(super) source_url: String,
    pub(super) target_url: String,
    pub(super) note: String,
    pub(super) tag: String,
}

/// A request in the manifest; the names are those of the database.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) started_ms: i64,
    pub(super) finished_ms: Option<i64>,
    pub(super) scope: String,
    pub(super) mode: String,
    pub(super) target: String,
    pub(super) num: i64,
    pub(super) quoted: i64,
    pub(super) balance_before: Option<i64>,
    pub(super) version: String,
    pub(super) kind: String,
    pub(super) status: Option<i64>,
    pub(super) charged: Option<i64>,
    pub(super) link_count: i64,
    /// Entries that could not be read.
    #[serde(default)]
    pub(super) skipped: i64,
    /// What the balance showed before and after it.
    #[serde(default)]
    pub(super) settlement: Option<Settlement>,
    pub(super) failure: Option<String>,
    pub(super) name: String,
    pub(super) note: String,
    pub(super) tag: String,
    pub(super) pinned: bool,
    /// The file with the answer, beside the manifest.
    pub(super) file: Option<String>,
    pub(super) sha256: Option<String>,
}

/// What the balance showed around a request; the names are those of the database.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Settlement {
    pub(super) settled_ms: i64,
    pub(super) balance_before: i64,
    pub(super) balance_after: i64,
    pub(super) shared: bool,
    /// What that proves.
    pub(super) charged: Option<i64>,
}

impl Entry {
    /// When it ended; a request of which nobody knows that ended when it began.
    pub(super) fn finished_ms(&self) -> i64 {
        self.finished_ms.unwrap_or(self.started_ms)
    }
}

/// A check sum as text.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
