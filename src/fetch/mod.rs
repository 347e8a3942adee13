//! One paid request from start to settled charge: looked up, recorded, sent, saved, and checked against the balance.
//!
//! The screen and the commands are two clients of [`fetch()`]. It reports progress as [`Event`]s and returns the
//! result.
//!
//! | part | what it does |
//! |---|---|
//! | [`fetch()`] | one paid request, unless it would be paid for twice |
//! | [`Account`] | what requests are charged to: the API, the last known balance, the archive |
//! | [`LazyArchive`] | the archive, opened on first use, with what killed sessions received |
//! | [`Api`], [`Connect`] | what `fetch` needs from an API, and how it connects to one |
//!
//! `fetch` uses `api`, `archive`, `domain`, `failpoint` and `internal_error` only. The caller provides the clock.

mod account;
mod api;
mod event;
mod lazy_archive;
mod outcome;
mod paid_request;
mod response_reader;

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::archive::{Archive, ArchiveError, Blocked, Claim, PendingRequest, RequestHandle};
use crate::domain::ledger::audit_note;
use crate::domain::purchase::resend::{MAX_PAUSE, MAX_RESENDS};
use crate::domain::purchase::settlement::MAX_READINGS;
use crate::domain::snapshot::{RequestStatus, ago};
use crate::domain::{FetchError, Limits, Snapshot, UnixTime};

use account::BALANCE_TIMEOUT;
use paid_request::{PaidRequest, RecordedRequest};

pub use account::{Account, Balance};
pub use api::{Api, ApiFuture, Connect};
pub use event::{ArchiveFailure, Event, Fetched};
pub use lazy_archive::LazyArchive;
pub use response_reader::{ResponseError, read_response};

/// How often to check whether another session has its response.
const POLL_INTERVAL: Duration = Duration::from_millis(150);

/// Fetches links, unless that could charge for the same links twice. Returns once everything is
/// recorded and the charge is as well known as it can be. Emits exactly one [`Event::Ended`].
pub async fn fetch(account: &Account, pending: PendingRequest, on_event: &(impl Fn(Event) + Sync)) -> Fetched {
    let paid = begin(account, &pending, on_event).await;
    let fetched = match paid {
        Ok(paid) => paid.run().await,
        Err(fetched) => *fetched,
    };
    if !matches!(fetched, Fetched { result: Ok(_), from_archive: false, .. }) {
        on_event(Event::Ended(fetched.clone()));
    }
    fetched
}

/// Looks the request up and records it. The error is the result of a request that must not be sent.
async fn begin<'a, T: Fn(Event) + Sync>(
    account: &'a Account,
    pending: &PendingRequest,
    on_event: &'a T,
) -> Result<PaidRequest<'a, T>, Box<Fetched>> {
    let unsent = |failure| Box::new(Fetched::unsent(failure));
    let not_archived = |error: ArchiveError| unsent(FetchError::NotArchived { reason: error.to_string() });
    let api = account.api().await.map_err(unsent)?;
    let archive = match account.archive() {
        Some(lazy) => Some((lazy.open().await.map_err(not_archived)?, lazy)),
        None => None,
    };
    if let Some((archive, lazy)) = &archive {
        let recorded = account.record_unrecorded(archive).await;
        recorded.into_iter().for_each(|snapshot| on_event(Event::Updated(Box::new(snapshot))));
        let blocked = archive.look_up(pending).await.map_err(not_archived)?;
        if let Some(blocked) = blocked {
            return Err(Box::new(blocked_result(account, archive, blocked, lazy.now(), on_event).await));
        }
    }
    let (before, settled) = account.balance_before().await.map_err(unsent)?;
    settled.into_iter().for_each(|snapshot| on_event(Event::Updated(Box::new(snapshot))));
    let mut record = None;
    if let Some((archive, lazy)) = archive {
        let reading = before.as_ref().and_then(Balance::reading);
        let claim = archive.begin(pending, &api.account(archive.id()), reading).await;
        match claim.map_err(not_archived)? {
            Claim::Proceed(handle) => record = Some(RecordedRequest { archive, lazy, handle }),
            Claim::Blocked(blocked) => {
                return Err(Box::new(blocked_result(account, &archive, blocked, lazy.now(), on_event).await));
            }
        }
    }
    Ok(PaidRequest { account, api, record, request: pending.request.clone(), before, on_event })
}

/// The result of a request that must not be sent.
async fn blocked_result(
    account: &Account,
    archive: &Archive,
    blocked: Blocked,
    now: UnixTime,
    on_event: &(impl Fn(Event) + Sync),
) -> Fetched {
    let may_be_charged = |earlier| Fetched::unsent(FetchError::MayBeCharged { earlier });
    match blocked {
        Blocked::Held(snapshot) => open_held(archive, *snapshot).await,
        Blocked::InFlight(handle) if account.is_unrecorded(handle) => may_be_charged(
            "the same request has ended, but its response could not be saved. Free some disk space, then fetch again"
                .to_owned(),
        ),
        Blocked::InFlight(handle) => {
            on_event(Event::Joined);
            wait_for_other_session(archive, handle, longest_request(&account.limits())).await
        }
        Blocked::Undelivered(earlier) => may_be_charged(describe_earlier_request(&earlier, now)),
        Blocked::Unreadable(record) => may_be_charged(format!(
            "record {} of {} was written by a newer version of kew-tui",
            record.id.0, record.target
        )),
    }
}

/// What is known about an earlier request for the same links.
pub fn describe_earlier_request(earlier: &Snapshot, now: UnixTime) -> String {
    let age = ago(now.since(earlier.at));
    let id = earlier.id.0;
    let part = if earlier.can_open() { format!("; write its links with kew-tui export {id}") } else { String::new() };
    format!("request {id} ({age}, maximum {}): {}{part}", earlier.maximum_cost, audit_note(earlier))
}

async fn open_held(archive: &Archive, snapshot: Snapshot) -> Fetched {
    match read_response(archive, &snapshot).await {
        Ok(response) => Fetched::held(snapshot, response),
        Err(error) => Fetched::unsent(FetchError::OtherSession { reason: error.to_string() }),
    }
}

/// Longer than any request takes, including retries. One that has not ended by then never will, as far as the archive
/// knows: its session could not record the outcome, or hangs.
fn longest_request(limits: &Limits) -> Duration {
    let readings = (BALANCE_TIMEOUT + limits.first_pause * 2) * u32::from(MAX_READINGS);
    (limits.total + MAX_PAUSE + readings) * (u32::from(MAX_RESENDS) + 1)
}

/// Waits for the response of another session that is fetching the same.
async fn wait_for_other_session(archive: &Archive, handle: RequestHandle, timeout: Duration) -> Fetched {
    let failed = |reason| Fetched::unsent(FetchError::OtherSession { reason });
    let started = Instant::now();
    loop {
        if started.elapsed() > timeout {
            return failed("the other kew-tui reports no result; quit it and start it again".to_owned());
        }
        match archive.final_snapshot(handle).await {
            Ok(None) => sleep(POLL_INTERVAL).await,
            Ok(Some(snapshot)) if snapshot.status == RequestStatus::Completed => {
                return open_held(archive, snapshot).await;
            }
            Ok(Some(snapshot)) => {
                return failed(snapshot.failure.unwrap_or_else(|| "it ended before a response arrived".to_owned()));
            }
            Err(error) => return failed(error.to_string()),
        }
    }
}
