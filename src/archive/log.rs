//! The log: a request before it goes out, its outcome with its response.

use super::base::Archive;
use super::error::{ArchiveError, StoreError};
use super::handle::RequestHandle;
use super::packed::store_packed;
use super::read;
use super::readings::Reading;
use super::record::{NewRequest, OutcomeRow, Record, RequestRow};
use super::store::{ClaimResult, RecordSelector};
use crate::domain::purchase::{Admission, Terms, admit};
use crate::domain::snapshot::{RequestStatus, UnreadableRecord};
use crate::domain::{Credits, Request, Snapshot, UnixTime};

/// A request that is about to be made.
#[derive(Clone, Debug)]
pub struct PendingRequest {
    pub request: Request,
    pub terms: Terms,
}

/// What becomes of a request that is about to be made.
#[derive(Clone, Debug)]
pub enum Claim {
    /// It is written down: it may go out.
    Proceed(RequestHandle),
    /// It must not go out.
    Blocked(Blocked),
}

/// What keeps a request from going out; see [`Admission`].
#[derive(Clone, Debug)]
pub enum Blocked {
    /// The archive holds all that it could bring.
    Held(Box<Snapshot>),
    /// The same request is running, here or elsewhere: its response will do.
    InFlight(RequestHandle),
    /// It may be paid for already, and the user has not agreed to pay again.
    Undelivered(Box<Snapshot>),
    /// A newer version recorded something about its target.
    Unreadable(UnreadableRecord),
}

/// How a request ended, and what came.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub status: RequestStatus,
    /// The HTTP status, if it came to one.
    pub http_status: Option<u16>,
    /// What the response says that it consumed.
    pub charged: Option<Credits>,
    /// How many links can be read.
    pub links: usize,
    /// How many entries can't.
    pub skipped: usize,
    /// Whether the server is done with it, so that it will not charge for it later.
    pub server_finished: bool,
    /// Why it brought no whole response.
    pub failure: Option<String>,
    /// The body as it came; empty where it is not worth keeping.
    pub raw: Vec<u8>,
}

impl Archive {
    /// Says what would become of a request, without writing anything down. `None` where it may go out.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn look_up(&self, pending: &PendingRequest) -> Result<Option<Blocked>, ArchiveError> {
        let records = self.records(RecordSelector::OfTarget(pending.request.target.as_str())).await?;
        Ok(blocked(&records, pending))
    }

    /// Writes down that a request is about to be sent, unless that would pay for something twice. It is on the disk when
    /// this returns. `before` is the reading of the balance before it, and `account` whose it is.
    ///
    /// # Errors
    /// It could not be written; the request must not go out.
    pub async fn begin(
        &self,
        pending: &PendingRequest,
        account: &str,
        before: Option<Reading>,
    ) -> Result<Claim, ArchiveError> {
        let account = account.to_owned();
        let request =
            NewRequest { request: request_row(pending, before), account, reading: before.map(|reading| reading.id) };
        let may_go = |records: &[Record]| blocked(records, pending).is_none();
        match self.told(self.store.claim(&request, &may_go).await)? {
            ClaimResult::New(id) => Ok(Claim::Proceed(RequestHandle { id })),
            ClaimResult::Refused(records) => blocked(&records, pending).map(Claim::Blocked).ok_or_else(|| {
                let unfounded = StoreError::Other("it rejected a request without a reason".to_owned());
                ArchiveError::of(unfounded, self.location())
            }),
        }
    }

    /// Writes down how a request ended, with its response. Both are on the disk when this returns, or neither is.
    ///
    /// # Errors
    /// It could not be written; the response has to go elsewhere ([`super::rescue()`]).
    pub async fn finish(&self, handle: RequestHandle, now: UnixTime, outcome: &Outcome) -> Result<(), ArchiveError> {
        let response = if outcome.raw.is_empty() { None } else { Some(self.told(store_packed(&outcome.raw))?) };
        self.told(self.store.finish(handle.id, &end(now, outcome), response.as_ref()).await)?;
        self.spools.remove(handle);
        Ok(())
    }

    /// What became of a request: `None` while it is running.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn ended(&self, handle: RequestHandle) -> Result<Option<Snapshot>, ArchiveError> {
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
        count: i64::from(request.count.get()),
        quoted: read::to_stored(request.quote()),
        balance_before: before.map(|reading| read::to_stored(reading.credits)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn end(now: UnixTime, outcome: &Outcome) -> OutcomeRow {
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

/// What keeps a request from going out, by what is known of its target.
fn blocked(records: &[Record], pending: &PendingRequest) -> Option<Blocked> {
    Some(match admit(&read::log(records), &pending.request, &pending.terms) {
        Admission::Proceed => return None,
        Admission::Held(snapshot) => Blocked::Held(Box::new(snapshot.clone())),
        Admission::InFlight(running) => Blocked::InFlight(RequestHandle { id: running.id }),
        Admission::Undelivered(failed) => Blocked::Undelivered(Box::new(failed.clone())),
        Admission::Unreadable(record) => Blocked::Unreadable(record.clone()),
    })
}
