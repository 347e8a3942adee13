//! The manifest of an export.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::record::{
    DuplicateIndex, ImportedRequest, OutcomeRow, Record, RequestFate, RequestRow, Settlement, StoredResponse,
};
use crate::domain::snapshot::{Annotations, RequestStatus};

pub(super) const MANIFEST: &str = "manifest.json";

/// The version of the manifest's layout.
pub(super) const FORMAT: u32 = 1;

/// The version of a manifest with links of other tools. A program that only knows the first version must not import them,
/// since it would take them for responses of the API.
pub(super) const FORMAT_WITH_TOOLS: u32 = 2;

/// The lowest version that has all of these.
pub(super) fn format_of(requests: &[ManifestEntry]) -> u32 {
    if requests.iter().any(|entry| entry.tool.is_some()) { FORMAT_WITH_TOOLS } else { FORMAT }
}

/// The part that every version has.
#[derive(Debug, Deserialize)]
pub(super) struct Format {
    pub(super) format: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: u32,
    pub(super) requests: Vec<ManifestEntry>,
    #[serde(default)]
    pub(super) notes: Vec<LinkNote>,
}

/// The field names are part of the format.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LinkNote {
    pub(super) source_url: String,
    pub(super) target_url: String,
    pub(super) note: String,
    pub(super) tag: String,
}

/// The field names are part of the format.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ManifestEntry {
    pub(super) started_ms: i64,
    pub(super) finished_ms: Option<i64>,
    pub(super) scope: String,
    pub(super) mode: String,
    pub(super) target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tool: Option<String>,
    #[serde(rename = "num")]
    pub(super) count: i64,
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
    #[serde(default)]
    pub(super) settlement: Option<Settlement>,
    pub(super) failure: Option<String>,
    pub(super) name: String,
    pub(super) note: String,
    pub(super) tag: String,
    pub(super) pinned: bool,
    /// The name of the response file, next to the manifest.
    pub(super) file: Option<String>,
    pub(super) sha256: Option<String>,
}

impl ManifestEntry {
    /// The start time if the outcome is unknown.
    pub(super) fn finished_ms(&self) -> i64 {
        self.finished_ms.unwrap_or(self.started_ms)
    }

    /// The request must not be running: it is exported as failed.
    pub(super) fn from_record(record: Record) -> ManifestEntry {
        let RequestRow { started_ms, scope, mode, target, tool, count, quoted, balance_before, version } =
            record.request;
        let (finished_ms, outcome) = match record.fate {
            RequestFate::Ended(outcome) => (Some(outcome.finished_ms), outcome),
            RequestFate::Abandoned | RequestFate::Running => {
                (None, OutcomeRow { kind: RequestStatus::Failed.name().to_owned(), ..OutcomeRow::default() })
            }
        };
        let Annotations { name, note, tag, pinned } = record.annotations;
        ManifestEntry {
            started_ms,
            finished_ms,
            scope,
            mode,
            target,
            tool,
            count,
            quoted,
            balance_before,
            version,
            kind: outcome.kind,
            status: outcome.status,
            charged: outcome.charged,
            link_count: outcome.link_count.unwrap_or(0),
            skipped: outcome.skipped,
            settlement: record.settlement,
            failure: outcome.failure,
            name,
            note,
            tag,
            pinned,
            file: None,
            sha256: None,
        }
    }

    pub(super) fn to_import(&self, response: Option<StoredResponse>, nth: DuplicateIndex) -> ImportedRequest {
        let request = RequestRow {
            started_ms: self.started_ms,
            scope: self.scope.clone(),
            mode: self.mode.clone(),
            target: self.target.clone(),
            tool: self.tool.clone(),
            count: self.count,
            quoted: self.quoted,
            balance_before: self.balance_before,
            version: self.version.clone(),
        };
        let outcome = OutcomeRow {
            finished_ms: self.finished_ms(),
            kind: self.kind.clone(),
            status: self.status,
            charged: self.charged,
            link_count: Some(self.link_count),
            skipped: self.skipped,
            server_finished: false,
            failure: self.failure.clone(),
        };
        let (name, note, tag) = (self.name.clone(), self.note.clone(), self.tag.clone());
        let annotations = Annotations { name, note, tag, pinned: self.pinned };
        ImportedRequest { request, outcome, settlement: self.settlement.clone(), annotations, response, nth }
    }
}

/// Counts identical requests in an export, so that each is imported exactly once.
#[derive(Default)]
pub(super) struct Occurrences<'a> {
    same: HashMap<(Identity<'a>, Option<&'a str>), usize>,
    alike: HashMap<Identity<'a>, usize>,
}

/// (started_ms, finished_ms, target, scope, mode, count)
type Identity<'a> = (i64, i64, &'a str, &'a str, &'a str, i64);

impl<'a> Occurrences<'a> {
    pub(super) fn count(&mut self, entry: &'a ManifestEntry) -> DuplicateIndex {
        let ManifestEntry { started_ms, target, scope, mode, count, .. } = entry;
        let identity = (*started_ms, entry.finished_ms(), target.as_str(), scope.as_str(), mode.as_str(), *count);
        let same = self.same.entry((identity, entry.sha256.as_deref())).or_default();
        let alike = self.alike.entry(identity).or_default();
        (*same, *alike) = (*same + 1, *alike + 1);
        DuplicateIndex { same: *same, alike: *alike }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
