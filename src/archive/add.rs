//! Adds the links of a file as a snapshot of the tool that exported them.

use super::base::Archive;
use super::error::ArchiveError;
use super::packed::stored_response;
use super::read;
use super::record::{DuplicateIndex, ImportedRequest, OutcomeRow, Record, RequestRow, StoredResponse};
use super::store::RecordSelector;
use crate::domain::snapshot::{Annotations, RequestStatus};
use crate::domain::{Snapshot, SnapshotId, Target, UnixTime};

/// The mode of such a record. No request has it.
const MODE: &str = "file";

#[derive(Clone, Copy, Debug)]
pub struct Addition<'a> {
    pub target: &'a Target,
    pub tool: &'a str,
    /// The date of the links.
    pub at: UnixTime,
    pub now: UnixTime,
    pub links: usize,
    /// The links in any form that the caller can read again.
    pub raw: &'a [u8],
}

/// The result of [`Archive::add`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    New(Box<Snapshot>),
    /// The archive already has the same links of this target, from the same tool or with the same date.
    Known(SnapshotId),
}

impl Archive {
    /// Stores links that were not requested from the API. Durable once this returns.
    ///
    /// # Errors
    /// They are too large or the archive can't be written. In both cases nothing was changed.
    pub async fn add(&self, addition: &Addition<'_>) -> Result<Added, ArchiveError> {
        let response = self.with_location(stored_response(addition.raw))?;
        if let Some(known) = self.find_added(addition, &response).await? {
            return Ok(Added::Known(known.id));
        }
        let incoming = ImportedRequest {
            request: request_row(addition),
            outcome: outcome_row(addition),
            settlement: None,
            annotations: Annotations::default(),
            response: Some(response.clone()),
            // Not the same as one that was deleted.
            nth: DuplicateIndex { same: usize::MAX, alike: usize::MAX },
        };
        self.with_location(self.store.import(1, &|_| Ok(incoming.clone()), &[]).await)?;
        let added = self.find_added(addition, &response).await?;
        added.as_ref().and_then(read::snapshot).map(Box::new).map(Added::New).ok_or(ArchiveError::NoSuchSnapshot)
    }

    async fn find_added(
        &self,
        addition: &Addition<'_>,
        response: &StoredResponse,
    ) -> Result<Option<Record>, ArchiveError> {
        for record in self.records(RecordSelector::OfTarget(addition.target.as_str())).await? {
            let RequestRow { scope, tool, started_ms, .. } = &record.request;
            let is_candidate = *scope == addition.target.scope().name()
                && tool.as_ref().is_some_and(|tool| tool == addition.tool || *started_ms == addition.at.0)
                && record.has_response;
            // A damaged one is not the same.
            let is_same = is_candidate
                && self.store.response(record.id).await.is_ok_and(|stored| stored.sha256 == response.sha256);
            if is_same {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// Nothing was requested, so the number and the maximum cost are 0.
fn request_row(addition: &Addition<'_>) -> RequestRow {
    RequestRow {
        started_ms: addition.at.0,
        scope: addition.target.scope().name().to_owned(),
        mode: MODE.to_owned(),
        target: addition.target.as_str().to_owned(),
        tool: Some(addition.tool.to_owned()),
        count: 0,
        quoted: 0,
        balance_before: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn outcome_row(addition: &Addition<'_>) -> OutcomeRow {
    OutcomeRow {
        finished_ms: addition.now.0,
        kind: RequestStatus::Completed.name().to_owned(),
        charged: Some(0),
        link_count: Some(addition.links as i64),
        server_finished: true,
        ..OutcomeRow::default()
    }
}
