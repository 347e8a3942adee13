//! One paid request from the wish to the settled charge: looked up, written down, sent, kept, and held against the balance.
//!
//! The screen and the commands are two clients of [`fetch()`]. It tells what happens by [`Event`]s and returns how it ended.
//!
//! | part | what it does |
//! |---|---|
//! | [`fetch()`] | one paid request, unless that would pay for something twice |
//! | [`Account`] | what is spent from: the API, the balance as it was last read, the archive |
//! | [`LazyArchive`] | the archive, opened when it is first needed, with what killed sessions left |
//! | [`Api`], [`Connect`] | what `fetch` needs of an API, and how it comes to one |
//!
//! `fetch` uses `api`, `archive`, `domain` and `error` only. The clock comes in from outside.

mod account;
mod api;
mod event;
mod lazy_archive;
mod outcome;
mod paid_request;
mod reading;

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::archive::{Archive, ArchiveError, Blocked, Claim, PendingRequest, RequestHandle};
use crate::domain::ledger::audit_note;
use crate::domain::purchase::resend::{MAX_PAUSE, MAX_RESENDS};
use crate::domain::purchase::settlement::READINGS;
use crate::domain::snapshot::{RequestStatus, ago};
use crate::domain::{FetchError, Limits, Snapshot, UnixTime};

use account::PATIENCE;
use paid_request::{PaidRequest, Record};

pub use account::{Account, Balance};
pub use api::{Api, ApiFuture, Connect};
pub use event::{ArchiveFailure, Event, Fetched};
pub use lazy_archive::LazyArchive;
pub use reading::{ResponseError, read_response};

/// How often to look whether another session has its answer.
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// Fetches, unless that would pay for something twice, and returns once all is written down and the charge is as well known
/// as it can be. Everything that it tells ends with one [`Event::Ended`].
pub async fn fetch(account: &Account, pending: PendingRequest, on_event: &(impl Fn(Event) + Sync)) -> Fetched {
    let begun = begin(account, &pending, on_event).await;
    let fetched = match begun {
        Ok(paid) => paid.run().await,
        Err(fetched) => *fetched,
    };
    if !matches!(fetched, Fetched { result: Ok(_), is_held: false, .. }) {
        on_event(Event::Ended(fetched.clone()));
    }
    fetched
}

/// Looks the request up and writes it down; what it ended with where it must not go out.
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
        let written = account.write_unrecorded(archive).await;
        written.into_iter().for_each(|snapshot| on_event(Event::Updated(Box::new(snapshot))));
        let blocked = archive.look_up(pending).await.map_err(not_archived)?;
        if let Some(blocked) = blocked {
            return Err(Box::new(not_sent(account, archive, blocked, lazy.now(), on_event).await));
        }
    }
    let (before, settled) = account.balance_before().await.map_err(unsent)?;
    settled.into_iter().for_each(|snapshot| on_event(Event::Updated(Box::new(snapshot))));
    let mut record = None;
    if let Some((archive, lazy)) = archive {
        let reading = before.as_ref().and_then(Balance::reading);
        let claim = archive.begin(pending, &api.account(archive.name()), reading).await;
        match claim.map_err(not_archived)? {
            Claim::Proceed(handle) => record = Some(Record { archive, lazy, handle }),
            Claim::Blocked(blocked) => {
                return Err(Box::new(not_sent(account, &archive, blocked, lazy.now(), on_event).await));
            }
        }
    }
    Ok(PaidRequest { account, api, record, request: pending.request.clone(), before, on_event })
}

/// What a request ends with that must not go out.
async fn not_sent(
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
            wait_for_other(archive, handle, longest(&account.limits())).await
        }
        Blocked::Undelivered(earlier) => may_be_charged(earlier_request(&earlier, now)),
        Blocked::Unreadable(record) => may_be_charged(format!(
            "record {} of {} was written by a newer version of kew-tui",
            record.id.0, record.target
        )),
    }
}

/// What is known of an earlier request for the same thing.
pub fn earlier_request(earlier: &Snapshot, now: UnixTime) -> String {
    let age = ago(now.since(earlier.at));
    let id = earlier.id.0;
    let part =
        if earlier.can_open() { format!("; write what arrived with kew-tui export {id}") } else { String::new() };
    format!("request {id} ({age}, maximum {}): {}{part}", earlier.quoted, audit_note(earlier))
}

async fn open_held(archive: &Archive, snapshot: Snapshot) -> Fetched {
    match read_response(archive, &snapshot).await {
        Ok(response) => Fetched::held(snapshot, response),
        Err(error) => Fetched::unsent(FetchError::OtherSession { reason: error.to_string() }),
    }
}

/// Longer than a request can take, however often it goes out. One that has not ended by then never does as far as the archive
/// is told: its session could not write it down, or stands still.
fn longest(limits: &Limits) -> Duration {
    let readings = (PATIENCE + limits.first_pause * 2) * u32::from(READINGS);
    (limits.total + MAX_PAUSE + readings) * (u32::from(MAX_RESENDS) + 1)
}

/// Waits for the response of another session that fetches the same, but no longer than this.
async fn wait_for_other(archive: &Archive, handle: RequestHandle, longest: Duration) -> Fetched {
    let failed = |reason| Fetched::unsent(FetchError::OtherSession { reason });
    let began = Instant::now();
    loop {
        if began.elapsed() > longest {
            return failed("the other kew-tui reports no result; quit it and start it again".to_owned());
        }
        match archive.ended(handle).await {
            Ok(None) => sleep(LOOK_EVERY).await,
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
