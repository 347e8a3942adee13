//! Runs a request that may be sent: sends it, resends it as long as that is free, saves the response and settles the
//! charge.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::sleep;

use crate::api::{ApiFailure, RawResponse};
use crate::archive::{Archive, Outcome, RequestHandle, Spool, rescue};
use crate::domain::purchase::resend::pause;
use crate::domain::purchase::settlement::MAX_READINGS;
use crate::domain::purchase::{Charge, Resend, resend};
use crate::domain::{Credits, FetchError, Request};
use crate::failpoint;
use crate::internal_error::InternalError;

use super::account::{Account, Balance};
use super::api::Api;
use super::event::{ArchiveFailure, Event, Fetched};
use super::lazy_archive::LazyArchive;
use super::outcome::{EndedRequest, read, server_finished};

pub(super) struct RecordedRequest<'a> {
    pub(super) archive: Archive,
    pub(super) lazy: &'a LazyArchive,
    pub(super) handle: RequestHandle,
}

pub(super) struct PaidRequest<'a, T> {
    pub(super) account: &'a Account,
    pub(super) api: Arc<dyn Api>,
    /// `None` if the user wants no archive.
    pub(super) record: Option<RecordedRequest<'a>>,
    pub(super) request: Request,
    /// The balance before the request, if it could be read.
    pub(super) before: Option<Balance>,
    pub(super) on_event: &'a T,
}

/// A balance that was read after a request, and the charge that it proves.
struct BalanceCheck {
    after: Balance,
    proof: Option<Credits>,
}

impl<T: Fn(Event) + Sync> PaidRequest<'_, T> {
    pub(super) async fn run(self) -> Fetched {
        let running = self.account.begin_request();
        let work = async {
            let (ended, check) = self.send().await;
            (self.save(ended).await, check)
        };
        let (mut fetched, check) = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(done) => done,
            Err(payload) => {
                let ended = self.after_panic(&InternalError::of_panic(payload.as_ref())).await;
                (self.save(ended).await, None)
            }
        };
        drop(running);
        // A complete response is shown at once, before its charge is settled.
        let is_complete = fetched.result.is_ok();
        if is_complete {
            (self.on_event)(Event::Ended(fetched.clone()));
        }
        if fetched.charge == Charge::Unknown {
            self.settle(&mut fetched, check).await;
            if is_complete {
                (self.on_event)(Event::Settled(fetched.charge));
            }
        }
        fetched
    }

    /// Sends the request, and resends it as long as that is free. Also returns the last balance check.
    async fn send(&self) -> (EndedRequest, Option<BalanceCheck>) {
        failpoint::hit("sent");
        let mut spool = self.record.as_ref().map(|record| record.archive.spool(record.handle));
        let mut attempt = 1;
        loop {
            let ApiFailure { failure, raw, status } = match self.send_once(attempt, spool.as_mut()).await {
                Ok(received) => return (read(received.raw, Some(received.status), None).await, None),
                Err(failed) => failed,
            };
            let pause = pause(attempt, self.account.limits().first_pause, &failure);
            let (again, check) = match resend(&failure) {
                Resend::Never => (false, None),
                Resend::Yes => (true, None),
                Resend::IfBalanceUnchanged => {
                    let check = self.check_balance().await;
                    (check.as_ref().is_some_and(|check| check.proof == Some(Credits::ZERO)), check)
                }
            };
            let Some(pause) = pause.filter(|_| again) else {
                return (read(raw, status, Some(failure)).await, check);
            };
            attempt += 1;
            if matches!(failure, FetchError::TooManyRequests { .. }) {
                self.account.pause_requests(pause);
            }
            (self.on_event)(Event::Retrying { next_attempt: attempt, pause, error: failure });
            sleep(pause).await;
        }
    }

    async fn send_once(&self, attempt: u8, spool: Option<&mut Spool>) -> Result<RawResponse, ApiFailure> {
        self.account.wait_for_server().await;
        (self.on_event)(Event::Sending { attempt });
        let mut spool = spool;
        let mut on_progress = |bytes| (self.on_event)(Event::Receiving { bytes });
        let mut on_chunk = |chunk: &[u8]| {
            if let Some(spool) = &mut spool {
                spool.add(chunk);
            }
        };
        let sent = self.api.backlinks(&self.request, &mut on_progress, &mut on_chunk).await;
        failpoint::hit("received");
        sent
    }

    /// Reads the balance until it proves a charge, or has been the same often enough.
    async fn check_balance(&self) -> Option<BalanceCheck> {
        let before = self.before.as_ref()?;
        (self.on_event)(Event::CheckingBalance);
        let mut check = None;
        for reading in 0..MAX_READINGS {
            if reading > 0 {
                sleep(self.account.limits().first_pause * u32::from(reading)).await;
            }
            let (after, updated) = self.account.balance_after(self.record.as_ref().map(|record| record.handle)).await?;
            updated.into_iter().for_each(|snapshot| (self.on_event)(Event::Updated(Box::new(snapshot))));
            let readings = match (&self.record, after.reading()) {
                (Some(record), Some(reading)) => {
                    record.archive.balance_readings(record.handle, reading).await.ok().flatten()
                }
                (Some(_), None) => None,
                (None, _) => Some(before.readings_until(&after)),
            };
            let proof = readings.and_then(|readings| readings.charge(self.request.quote()));
            check = Some(BalanceCheck { after, proof });
            if proof != Some(Credits::ZERO) {
                break;
            }
        }
        check
    }

    /// Settles an unknown charge if the balance proves it.
    async fn settle(&self, fetched: &mut Fetched, check: Option<BalanceCheck>) {
        let check = match check {
            Some(check) => Some(check),
            None => self.check_balance().await,
        };
        let Some(check) = check else { return };
        match (&self.record, check.after.reading()) {
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
                let proof = check.proof.filter(|proof| *proof > Credits::ZERO || is_over);
                fetched.charge = proof.map_or(Charge::Unknown, Charge::Balance);
            }
        }
    }

    /// Records the outcome. A response that the archive can't save goes to a file.
    async fn save(&self, ended: EndedRequest) -> Fetched {
        let EndedRequest { result, rescued, outcome } = ended;
        let charge = Charge::recorded(outcome.status, outcome.charged, None);
        let mut fetched =
            Fetched { result, rescued, charge, snapshot: None, archive_failure: None, from_archive: false };
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
                    let archive_failure = ArchiveFailure { why: error, rescued };
                    (self.on_event)(Event::ArchiveFailure(archive_failure.clone()));
                    fetched.archive_failure = Some(archive_failure);
                }
                self.account.keep_unrecorded(record.handle, now, outcome);
            }
        }
        fetched
    }

    /// The result after a panic. What had arrived is in the spool file. Without an outcome in the log, the next
    /// identical request would wait for this one forever.
    async fn after_panic(&self, error: &InternalError) -> EndedRequest {
        let raw = self.record.as_ref().map(|record| record.archive.spooled(record.handle)).unwrap_or_default();
        let EndedRequest { result, rescued, outcome } = read(raw, Some(200), None).await;
        let outcome = Outcome { server_finished: false, ..outcome };
        let failure = FetchError::InternalError { reason: error.to_string() };
        EndedRequest { rescued: result.ok().or(rescued), result: Err(failure), outcome }
    }
}
