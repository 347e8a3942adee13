//! A request that may go out: sent as often as that costs nothing, kept, and settled.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::sleep;

use crate::api::{ApiFailure, RawResponse};
use crate::archive::{Archive, Outcome, RequestHandle, Spool, rescue};
use crate::domain::purchase::resend::pause;
use crate::domain::purchase::settlement::READINGS;
use crate::domain::purchase::{Charge, Resend, resend};
use crate::domain::{Credits, FetchError, Request};
use crate::failpoint;
use crate::internal_error::InternalError;

use super::account::{Account, Balance};
use super::api::Api;
use super::event::{ArchiveFailure, Event, Fetched};
use super::lazy_archive::LazyArchive;
use super::outcome::{Ended, read, server_finished};

/// Where a request is written down.
pub(super) struct Record<'a> {
    pub(super) archive: Archive,
    pub(super) lazy: &'a LazyArchive,
    pub(super) handle: RequestHandle,
}

/// A request that may go out.
pub(super) struct PaidRequest<'a, T> {
    pub(super) account: &'a Account,
    pub(super) api: Arc<dyn Api>,
    /// `None` where the user wants no archive.
    pub(super) record: Option<Record<'a>>,
    pub(super) request: Request,
    /// The balance before it, if it could be read.
    pub(super) before: Option<Balance>,
    pub(super) on_event: &'a T,
}

/// A balance that was read after a request, and what it proves.
struct BalanceCheck {
    after: Balance,
    proof: Option<Credits>,
}

impl<T: Fn(Event) + Sync> PaidRequest<'_, T> {
    /// Sends it, keeps what comes and settles what it cost.
    pub(super) async fn run(self) -> Fetched {
        let running = self.account.begin_request();
        let work = async {
            let (ended, checked) = self.send().await;
            (self.keep(ended).await, checked)
        };
        let (mut fetched, checked) = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(done) => done,
            Err(payload) => {
                let ended = self.broke_down(&InternalError::of_panic(payload.as_ref())).await;
                (self.keep(ended).await, None)
            }
        };
        drop(running);
        // A whole response is shown at once, whatever it cost.
        let is_whole = fetched.result.is_ok();
        if is_whole {
            (self.on_event)(Event::Ended(fetched.clone()));
        }
        if fetched.charge == Charge::Unknown {
            self.settle(&mut fetched, checked).await;
            if is_whole {
                (self.on_event)(Event::Settled(fetched.charge));
            }
        }
        fetched
    }

    /// Sends it, and again as far as that costs nothing. What the balance showed last comes back too.
    async fn send(&self) -> (Ended, Option<BalanceCheck>) {
        failpoint::hit("sent");
        let mut spool = self.record.as_ref().map(|record| record.archive.spool(record.handle));
        let mut attempt = 1;
        loop {
            let ApiFailure { failure, raw, status } = match self.send_once(attempt, spool.as_mut()).await {
                Ok(received) => return (read(received.raw, Some(received.status), None).await, None),
                Err(failed) => failed,
            };
            let pause = pause(attempt, self.account.limits().first_pause, &failure);
            let (again, checked) = match resend(&failure) {
                Resend::Never => (false, None),
                Resend::Yes => (true, None),
                Resend::IfBalanceUnchanged => {
                    let checked = self.check_balance().await;
                    (checked.as_ref().is_some_and(|checked| checked.proof == Some(Credits::ZERO)), checked)
                }
            };
            let Some(pause) = pause.filter(|_| again) else {
                return (read(raw, status, Some(failure)).await, checked);
            };
            attempt += 1;
            if matches!(failure, FetchError::TooManyRequests { .. }) {
                self.account.hold_back(pause);
            }
            (self.on_event)(Event::Retrying { next_attempt: attempt, pause, because: failure });
            sleep(pause).await;
        }
    }

    async fn send_once(&self, attempt: u8, spool: Option<&mut Spool>) -> Result<RawResponse, ApiFailure> {
        self.account.wait_for_server().await;
        (self.on_event)(Event::Sending { attempt });
        let mut spool = spool;
        let mut arriving = |bytes| (self.on_event)(Event::Receiving { bytes });
        let mut keep = |piece: &[u8]| {
            if let Some(spool) = &mut spool {
                spool.add(piece);
            }
        };
        let sent = self.api.backlinks(&self.request, &mut arriving, &mut keep).await;
        failpoint::hit("received");
        sent
    }

    /// Reads the balance until it proves what the request cost, or has been the same often enough.
    async fn check_balance(&self) -> Option<BalanceCheck> {
        let before = self.before.as_ref()?;
        (self.on_event)(Event::CheckingBalance);
        let mut checked = None;
        for reading in 0..READINGS {
            if reading > 0 {
                sleep(self.account.limits().first_pause * u32::from(reading)).await;
            }
            let (after, updated) = self.account.balance_after(self.record.as_ref().map(|record| record.handle)).await?;
            updated.into_iter().for_each(|snapshot| (self.on_event)(Event::Updated(Box::new(snapshot))));
            let seen = match (&self.record, after.reading()) {
                (Some(record), Some(reading)) => record.archive.seen(record.handle, reading).await.ok().flatten(),
                (Some(_), None) => None,
                (None, _) => Some(before.seen_until(&after)),
            };
            let proof = seen.and_then(|seen| seen.charge(self.request.quote()));
            checked = Some(BalanceCheck { after, proof });
            if proof != Some(Credits::ZERO) {
                break;
            }
        }
        checked
    }

    /// Settles an unknown charge as far as the balance can tell.
    async fn settle(&self, fetched: &mut Fetched, checked: Option<BalanceCheck>) {
        let checked = match checked {
            Some(checked) => Some(checked),
            None => self.check_balance().await,
        };
        let Some(checked) = checked else { return };
        match (&self.record, checked.after.reading()) {
            (Some(record), Some(reading)) => {
                match record.archive.settle(record.handle, reading, record.lazy.now(), true).await {
                    Ok(snapshot) => {
                        fetched.charge = snapshot.charge;
                        (self.on_event)(Event::Recorded(Box::new(snapshot.clone())));
                        fetched.snapshot = Some(Box::new(snapshot));
                    }
                    Err(error) => tracing::warn!(%error, "the charge of a request was not recorded"),
                }
            }
            (Some(_), None) => {}
            (None, _) => {
                let is_over = fetched.result.as_ref().err().is_none_or(server_finished);
                let proof = checked.proof.filter(|proof| *proof > Credits::ZERO || is_over);
                fetched.charge = proof.map_or(Charge::Unknown, Charge::Balance);
            }
        }
    }

    /// Writes down how it ended. A response that the archive can't take goes into a file.
    async fn keep(&self, ended: Ended) -> Fetched {
        let Ended { result, rescued, outcome } = ended;
        let charge = Charge::recorded(outcome.status, outcome.charged, None);
        let mut fetched = Fetched { result, rescued, charge, snapshot: None, not_kept: None, is_held: false };
        let Some(record) = &self.record else { return fetched };
        let now = record.lazy.now();
        match record.archive.finish(record.handle, now, &outcome).await {
            Ok(()) => {
                if let Ok(Some(snapshot)) = record.archive.final_snapshot(record.handle).await {
                    (self.on_event)(Event::Recorded(Box::new(snapshot.clone())));
                    fetched.snapshot = Some(Box::new(snapshot));
                }
            }
            Err(error) => {
                if outcome.raw.is_empty() {
                    tracing::warn!(%error, "the result of a request was not recorded");
                } else {
                    let rescued = rescue(record.lazy.directory(), &outcome.raw).map_err(Arc::new);
                    let not_kept = ArchiveFailure { why: error, rescued };
                    (self.on_event)(Event::ArchiveFailure(not_kept.clone()));
                    fetched.not_kept = Some(not_kept);
                }
                self.account.leave_unrecorded(record.handle, now, outcome);
            }
        }
        fetched
    }

    /// How it ended by a fault of the program. What had arrived is in its file; without an end in the log, the next request
    /// like it would wait for this one for ever.
    async fn broke_down(&self, error: &InternalError) -> Ended {
        let raw = self.record.as_ref().map(|record| record.archive.spooled(record.handle)).unwrap_or_default();
        let Ended { result, rescued, outcome } = read(raw, Some(200), None).await;
        let outcome = Outcome { server_finished: false, ..outcome };
        let failure = FetchError::InternalError { reason: error.to_string() };
        Ended { rescued: result.ok().or(rescued), result: Err(failure), outcome }
    }
}
