//! The request log: a request is recorded before it is sent, its outcome together with its response.

use super::base::Archive;
use super::error::{ArchiveError, StoreError};
use super::handle::RequestHandle;
use super::packed::stored_response;
use super::read;
use super::readings::Reading;
use super::record::{NewRequest, OutcomeRow, Record, RequestRow};
use super::store::{ClaimResult, RecordSelector};
use crate::domain::purchase::{Admission, Terms, admit};
use crate::domain::snapshot::{RequestStatus, UnreadableRecord};
use crate::domain::{Credits, Request, Snapshot, UnixTime};

#[derive(Clone, Debug)]
pub struct PendingRequest {
    pub request: Request,
    pub terms: Terms,
}

/// The result of [`Archive::begin`].
#[derive(Clone, Debug)]
pub enum Claim {
    /// Recorded; the request may be sent.
    Proceed(RequestHandle),
    Blocked(Blocked),
}

/// Why a request must not be sent; see [`Admission`].
#[derive(Clone, Debug)]
pub enum Blocked {
    /// The archive already has every link that the request could return.
    Held(Box<Snapshot>),
    /// The same request is running, here or in another session: wait for its response.
    InFlight(RequestHandle),
    /// It may have been charged already, and the user has not agreed to pay again.
    Undelivered(Box<Snapshot>),
    /// A newer version wrote a record about this target.
    Unreadable(UnreadableRecord),
}

#[derive(Clone, Debug)]
pub struct Outcome {
    pub status: RequestStatus,
    /// `None` if there was no response.
    pub http_status: Option<u16>,
    /// As stated in the response.
    pub charged: Option<Credits>,
    /// Links that can be read.
    pub links: usize,
    /// Entries that can't be read.
    pub skipped: usize,
    /// Whether the server is done with the request and can't charge for it later.
    pub server_finished: bool,
    /// Why there is no complete response.
    pub failure: Option<String>,
    /// The body as received; empty if it is not worth keeping.
    pub raw: Vec<u8>,
}

impl Archive {
    /// What would block the request, without recording it. `None` if it may be sent.
    pub async fn look_up(&self, pending: &PendingRequest) -> Result<Option<Blocked>, ArchiveError> {
        let records = self.records(RecordSelector::OfTarget(pending.request.target.as_str())).await?;
        Ok(blocked(&records, pending))
    }

    /// Records that a request is about to be sent, unless it would be paid for twice. Durable once this returns.
    /// `before` is the balance reading before the request, `account` the fingerprint of the API key.
    ///
    /// # Errors
    /// The request was not recorded and must not be sent.
    pub async fn begin(
        &self,
        pending: &PendingRequest,
        account: &str,
        before: Option<Reading>,
    ) -> Result<Claim, ArchiveError> {
        let account = account.to_owned();
        let request =
            NewRequest { request: request_row(pending, before), account, reading: before.map(|reading| reading.id) };
        let may_send = |records: &[Record]| blocked(records, pending).is_none();
        match self.with_location(self.store.claim(&request, &may_send).await)? {
            ClaimResult::Claimed(id) => Ok(Claim::Proceed(RequestHandle { id })),
            ClaimResult::Blocked(records) => blocked(&records, pending).map(Claim::Blocked).ok_or_else(|| {
                let error = StoreError::Other("it rejected a request without a reason".to_owned());
                ArchiveError::from_store(error, self.location())
            }),
        }
    }

    /// Records the outcome together with the response. Both are durable once this returns, or neither was written.
    ///
    /// # Errors
    /// The response must be saved elsewhere: [`super::rescue()`].
    pub async fn finish(&self, handle: RequestHandle, now: UnixTime, outcome: &Outcome) -> Result<(), ArchiveError> {
        let response =
            if outcome.raw.is_empty() { None } else { Some(self.with_location(stored_response(&outcome.raw))?) };
        self.with_location(self.store.finish(handle.id, &outcome_row(now, outcome), response.as_ref()).await)?;
        self.spools.remove(handle);
        Ok(())
    }

    /// The snapshot of a request that has ended; `None` while it is running.
    pub async fn final_snapshot(&self, handle: RequestHandle) -> Result<Option<Snapshot>, ArchiveError> {
        let snapshot = self.snapshot(handle.id).await?;
        Ok(Some(snapshot).filter(|snapshot| snapshot.status != RequestStatus::Running))
    }
}

fn request_row(pending: &PendingRequest, before: Option<Reading>) -> RequestRow {
    let request = &pending.request;
    RequestRow {
        started_ms: pending.terms.now.0,
        scope: request.target.scope().name().to_owned(),
        mode: read::mode_name(request.mode).to_owned(),
        target: request.target.as_str().to_owned(),
        tool: None,
        count: i64::from(request.count.get()),
        quoted: read::to_stored(request.quote()),
        balance_before: before.map(|reading| read::to_stored(reading.credits)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn outcome_row(now: UnixTime, outcome: &Outcome) -> OutcomeRow {
    OutcomeRow {
        finished_ms: now.0,
        kind: outcome.status.name().to_owned(),
        status: outcome.http_status.map(i64::from),
        charged: outcome.charged.map(read::to_stored),
        link_count: Some(outcome.links as i64),
        skipped: outcome.skipped as i64,
        server_finished: outcome.server_finished,
        failure: outcome.failure.clone(),
    }
}

/// Applies the rules to the records of the request's target.
fn blocked(records: &[Record], pending: &PendingRequest) -> Option<Blocked> {
    Some(match admit(&read::log(records), &pending.request, &pending.terms) {
        Admission::Proceed => return None,
        Admission::Held(snapshot) => Blocked::Held(Box::new(snapshot.clone())),
        Admission::InFlight(running) => Blocked::InFlight(RequestHandle { id: running.id }),
        Admission::Undelivered(failed) => Blocked::Undelivered(Box::new(failed.clone())),
        Admission::Unreadable(record) => Blocked::Unreadable(record.clone()),
    })
}
