//! The account that requests are charged to: the API, the archive of its responses, and the last known balance. The
//! screen and the commands both spend through this.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::archive::{Archive, OpenReading, Outcome, Reading, RequestHandle};
use crate::domain::purchase::resend::pause;
use crate::domain::purchase::settlement::{BalanceReadings, MAX_BALANCE_AGE};
use crate::domain::purchase::{Charge, Resend, resend};
use crate::domain::{Credits, FetchError, Limits, Snapshot, UnixTime};

use super::api::{Api, Connect};
use super::lazy_archive::LazyArchive;

/// How long reading the balance may delay a paid request.
pub(super) const BALANCE_TIMEOUT: Duration = Duration::from_secs(10);

/// Cheap to clone; clones share one account.
#[derive(Clone)]
pub struct Account {
    shared: Arc<Shared>,
    /// `None` if the user wants no archive.
    archive: Option<Arc<LazyArchive>>,
}

struct Shared {
    limits: Limits,
    connect: Arc<dyn Connect>,
    /// Created on first use.
    api: OnceCell<Result<Arc<dyn Api>, FetchError>>,
    balance: Mutex<Option<Balance>>,
    /// No request is sent before this time, because of an HTTP 429 response.
    paused_until: Mutex<Option<Instant>>,
    /// Outcomes that could not be recorded: in the archive, these requests are still running.
    unrecorded: Mutex<Vec<Arc<UnrecordedOutcome>>>,
    /// How many paid requests of this process have started, and how many have finished.
    started: AtomicU64,
    finished: AtomicU64,
}

/// The outcome of a request that is still running according to the archive.
struct UnrecordedOutcome {
    handle: RequestHandle,
    at: UnixTime,
    outcome: Outcome,
}

/// The last known balance.
#[derive(Clone, Copy, Debug)]
pub struct Balance {
    pub credits: Credits,
    at: Instant,
    /// Whether no request of the account was running when the reading started.
    is_quiet: bool,
    /// `None` if the archive has not recorded it.
    reading: Option<Reading>,
    /// How many paid requests of this process had started when the reading started, and when it finished.
    started: (u64, u64),
}

impl Balance {
    pub fn is_recorded(&self) -> bool {
        self.reading.is_some()
    }

    pub(super) fn reading(&self) -> Option<Reading> {
        self.reading
    }

    /// This and a later balance, as the readings before and after a request in between, if there is no archive.
    pub(super) fn readings_until(&self, after: &Balance) -> BalanceReadings {
        let is_alone = self.is_quiet && after.started.1 - self.started.0 == 1;
        BalanceReadings { before: self.credits, after: after.credits, shared: !is_alone }
    }
}

/// A paid request counts as running until this is dropped.
pub(super) struct RunningRequest(Arc<Shared>);

impl Drop for RunningRequest {
    fn drop(&mut self) {
        self.0.finished.fetch_add(1, Ordering::SeqCst);
    }
}

impl Account {
    pub fn new(connect: Arc<dyn Connect>, limits: Limits, archive: Option<Arc<LazyArchive>>) -> Account {
        let shared = Shared {
            limits,
            connect,
            api: OnceCell::new(),
            balance: Mutex::default(),
            paused_until: Mutex::default(),
            unrecorded: Mutex::default(),
            started: AtomicU64::default(),
            finished: AtomicU64::default(),
        };
        Account { shared: Arc::new(shared), archive }
    }

    /// The same limits with another API and archive. Running requests continue with the old ones.
    pub fn with(&self, connect: Arc<dyn Connect>, archive: Option<Arc<LazyArchive>>) -> Account {
        Account::new(connect, self.limits(), archive)
    }

    pub fn archive(&self) -> Option<&Arc<LazyArchive>> {
        self.archive.as_ref()
    }

    pub fn limits(&self) -> Limits {
        self.shared.limits
    }

    /// Reads the balance, which is free, and settles open charges with it. Returns the snapshots that changed.
    pub async fn balance(&self) -> Result<(Balance, Vec<Snapshot>), FetchError> {
        self.read_balance(None).await
    }

    /// The balance before a paid request: the last known one if it is fresh and no unknown charge waits for a newer
    /// one. `None` if it can't be read.
    ///
    /// # Errors
    /// This free request could not be sent, or the key was rejected: a paid one would fail too.
    pub(super) async fn balance_before(&self) -> Result<(Option<Balance>, Vec<Snapshot>), FetchError> {
        let others = self.running() > 0;
        let started = self.shared.started.load(Ordering::SeqCst);
        // The balance is unknown after a request that has started since, or while it was read. While others are
        // running, no new reading would be quiet, so the last one will do.
        let is_known = |last: &Balance| others || (last.is_quiet && last.started.0 == started);
        let known = self.last_balance().filter(|last| last.at.elapsed() < MAX_BALANCE_AGE && is_known(last));
        if known.is_some() && !self.is_charge_unsettled().await {
            return Ok((known, Vec::new()));
        }
        match timeout(BALANCE_TIMEOUT, self.balance()).await {
            Ok(Ok((balance, settled))) => Ok((Some(balance), settled)),
            Ok(Err(failure)) if Charge::of_failure(&failure) == Charge::NotSent => Err(failure),
            Ok(Err(failure @ FetchError::KeyRefused { .. })) => Err(failure),
            Ok(Err(_)) | Err(_) => Ok((None, Vec::new())),
        }
    }

    /// The balance after a request that is not settled yet; `None` if it can't be read in time.
    pub(super) async fn balance_after(&self, of: Option<RequestHandle>) -> Option<(Balance, Vec<Snapshot>)> {
        timeout(BALANCE_TIMEOUT, self.read_balance(of)).await.ok()?.ok()
    }

    async fn read_balance(&self, except: Option<RequestHandle>) -> Result<(Balance, Vec<Snapshot>), FetchError> {
        let api = self.api().await?;
        let archive = self.open_archive().await;
        let open = match &archive {
            Some((lazy, archive)) => begin_reading(archive, &*api, lazy.now()).await,
            None => None,
        };
        let started = self.shared.started.load(Ordering::SeqCst);
        let is_quiet = self.running() == 0;
        let credits = self.read_credits(&*api).await?;
        let mut balance = Balance {
            credits,
            at: Instant::now(),
            is_quiet,
            reading: None,
            started: (started, self.shared.started.load(Ordering::SeqCst)),
        };
        let mut settled = Vec::new();
        if let Some(((lazy, archive), open)) = archive.zip(open) {
            match archive.end_reading(open, lazy.now(), credits, except).await {
                Ok((reading, requests)) => {
                    (balance.reading, balance.is_quiet, settled) = (Some(reading), reading.is_quiet, requests);
                }
                Err(error) => tracing::warn!(%error, "the balance was not recorded"),
            }
        }
        *self.shared.balance.lock().unwrap_or_else(PoisonError::into_inner) = Some(balance);
        Ok((balance, settled))
    }

    /// Reading the balance is free, so it is retried wherever a paid request might be.
    async fn read_credits(&self, api: &dyn Api) -> Result<Credits, FetchError> {
        let mut attempts = 0;
        loop {
            let failure = match api.balance().await {
                Ok(credits) => return Ok(credits),
                Err(failure) => failure,
            };
            attempts += 1;
            let pause = pause(attempts, self.shared.limits.first_pause, &failure);
            match pause.filter(|_| resend(&failure) != Resend::Never) {
                Some(pause) => sleep(pause).await,
                None => return Err(failure),
            }
        }
    }

    async fn is_charge_unsettled(&self) -> bool {
        let Some(((lazy, archive), api)) = self.open_archive().await.zip(self.api().await.ok()) else { return false };
        begin_reading(&archive, &*api, lazy.now()).await.is_some_and(|reading| reading.may_settle_charge())
    }

    fn last_balance(&self) -> Option<Balance> {
        *self.shared.balance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin_request(&self) -> RunningRequest {
        self.shared.started.fetch_add(1, Ordering::SeqCst);
        RunningRequest(Arc::clone(&self.shared))
    }

    fn running(&self) -> u64 {
        // In this order, the result is never too low.
        let finished = self.shared.finished.load(Ordering::SeqCst);
        self.shared.started.load(Ordering::SeqCst) - finished
    }

    /// Keeps an outcome that could not be recorded.
    pub(super) fn keep_unrecorded(&self, handle: RequestHandle, at: UnixTime, outcome: Outcome) {
        self.unrecorded().push(Arc::new(UnrecordedOutcome { handle, at, outcome }));
    }

    /// Whether the outcome of this request could not be recorded.
    pub(super) fn is_unrecorded(&self, handle: RequestHandle) -> bool {
        self.unrecorded().iter().any(|unrecorded| unrecorded.handle == handle)
    }

    /// Tries again to record outcomes. Returns the snapshots that are recorded now.
    pub(super) async fn record_unrecorded(&self, archive: &Archive) -> Vec<Snapshot> {
        let left = self.unrecorded().clone();
        let mut written = Vec::new();
        for UnrecordedOutcome { handle, at, outcome } in left.iter().map(|left| &**left) {
            if let Err(error) = archive.finish(*handle, *at, outcome).await {
                tracing::warn!(%error, "the result of a request was not recorded");
            }
            if let Ok(Some(snapshot)) = archive.final_snapshot(*handle).await {
                self.unrecorded().retain(|left| left.handle != *handle);
                written.push(snapshot);
            }
        }
        written
    }

    fn unrecorded(&self) -> MutexGuard<'_, Vec<Arc<UnrecordedOutcome>>> {
        self.shared.unrecorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the server accepts requests again.
    pub(super) async fn wait_for_server(&self) {
        loop {
            let until = *self.shared.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
            match until.filter(|until| *until > Instant::now()) {
                Some(until) => sleep_until(until).await,
                None => return,
            }
        }
    }

    /// Delays every request of this process.
    pub(super) fn pause_requests(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut paused_until = self.shared.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        *paused_until = Some(paused_until.map_or(until, |before| before.max(until)));
    }

    pub(super) async fn api(&self) -> Result<Arc<dyn Api>, FetchError> {
        self.shared.api.get_or_init(|| self.shared.connect.connect()).await.clone()
    }

    async fn open_archive(&self) -> Option<(&LazyArchive, Archive)> {
        let lazy = self.archive.as_ref()?;
        Some((lazy, lazy.open().await.ok()?))
    }
}

async fn begin_reading(archive: &Archive, api: &dyn Api, now: UnixTime) -> Option<OpenReading> {
    let started = archive.begin_reading(&api.account(archive.id()), now).await;
    started.inspect_err(|error| tracing::warn!(%error, "a reading of the balance could not start")).ok()
}
