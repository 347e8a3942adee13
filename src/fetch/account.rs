//! The account that is spent from: the API, the archive that keeps what it brings, and the balance as it was last read. The
//! screen and the commands spend through this and nothing else.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::archive::{Archive, OpenReading, Outcome, Reading, RequestHandle};
use crate::domain::purchase::resend::pause;
use crate::domain::purchase::settlement::{BalanceReadings, FRESH};
use crate::domain::purchase::{Charge, Resend, resend};
use crate::domain::{Credits, FetchError, Limits, Snapshot, UnixTime};

use super::api::{Api, Connect};
use super::lazy_archive::LazyArchive;

/// How long a reading of the balance may hold up a request that waits for it.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The account and its archive. Copies of it are the same one.
#[derive(Clone)]
pub struct Account {
    shared: Arc<Shared>,
    /// `None` where the user wants no archive.
    archive: Option<Arc<LazyArchive>>,
}

struct Shared {
    limits: Limits,
    connect: Arc<dyn Connect>,
    /// Made when it is first needed.
    api: OnceCell<Result<Arc<dyn Api>, FetchError>>,
    balance: Mutex<Option<Balance>>,
    /// No request goes out before this moment: the server had too many at a time.
    held_until: Mutex<Option<Instant>>,
    /// Requests of this program whose end could not be written down: the archive has them as running.
    unrecorded: Mutex<Vec<Arc<UnrecordedOutcome>>>,
    /// Paid requests of this program that have begun, and that have ended.
    begun: AtomicU64,
    ended: AtomicU64,
}

/// How and when a request ended that the archive has as running.
struct UnrecordedOutcome {
    handle: RequestHandle,
    at: UnixTime,
    outcome: Outcome,
}

/// The balance as it was last read.
#[derive(Clone, Copy, Debug)]
pub struct Balance {
    pub credits: Credits,
    at: Instant,
    /// Whether no request of the account was running when the reading began.
    is_quiet: bool,
    /// Where the archive has it.
    reading: Option<Reading>,
    /// Paid requests of this program that had begun when the reading began, and when it ended.
    begun: (u64, u64),
}

impl Balance {
    /// Whether the archive has it.
    pub fn is_recorded(&self) -> bool {
        self.reading.is_some()
    }

    /// Where the archive has it.
    pub(super) fn reading(&self) -> Option<Reading> {
        self.reading
    }

    /// What this and a later balance show about a request between them, for a program that keeps no archive.
    pub(super) fn seen_until(&self, after: &Balance) -> BalanceReadings {
        let is_alone = self.is_quiet && after.begun.1 - self.begun.0 == 1;
        BalanceReadings { before: self.credits, after: after.credits, shared: !is_alone }
    }
}

/// A paid request that is running, for as long as this is kept.
pub(super) struct Running(Arc<Shared>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl Account {
    /// Asks the API that `connect` comes to, and keeps answers in `archive`.
    pub fn new(connect: Arc<dyn Connect>, limits: Limits, archive: Option<Arc<LazyArchive>>) -> Account {
        let shared = Shared {
            limits,
            connect,
            api: OnceCell::new(),
            balance: Mutex::default(),
            held_until: Mutex::default(),
            unrecorded: Mutex::default(),
            begun: AtomicU64::default(),
            ended: AtomicU64::default(),
        };
        Account { shared: Arc::new(shared), archive }
    }

    /// The same with another API and another archive; what is under way goes on with those before.
    pub fn with(&self, connect: Arc<dyn Connect>, archive: Option<Arc<LazyArchive>>) -> Account {
        Account::new(connect, self.limits(), archive)
    }

    /// The archive, if there is one.
    pub fn archive(&self) -> Option<&Arc<LazyArchive>> {
        self.archive.as_ref()
    }

    pub fn limits(&self) -> Limits {
        self.shared.limits
    }

    /// Reads what the account has, for free, and settles by it what is still open. Returns the requests of which more is
    /// known now.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn balance(&self) -> Result<(Balance, Vec<Snapshot>), FetchError> {
        self.read_balance(None).await
    }

    /// The balance before a paid request: as it is known, if that is of the last minute and nothing waits for a newer one.
    /// `None` where it can't be read.
    ///
    /// # Errors
    /// Where not even this free request goes out or the key is refused, a paid one would not either.
    pub(super) async fn balance_before(&self) -> Result<(Option<Balance>, Vec<Snapshot>), FetchError> {
        let others = self.running() > 0;
        let begun = self.shared.begun.load(Ordering::SeqCst);
        // Behind a request that has begun since, or while it was read, the balance is not known any more. While others are running no reading is a
        // quiet one, so the last will do.
        let is_known = |last: &Balance| others || (last.is_quiet && last.begun.0 == begun);
        let known = self.last_balance().filter(|last| last.at.elapsed() < FRESH && is_known(last));
        if known.is_some() && !self.is_reading_awaited().await {
            return Ok((known, Vec::new()));
        }
        match timeout(PATIENCE, self.balance()).await {
            Ok(Ok((balance, settled))) => Ok((Some(balance), settled)),
            Ok(Err(failure)) if Charge::of_failure(&failure) == Charge::NotSent => Err(failure),
            Ok(Err(failure @ FetchError::KeyRefused { .. })) => Err(failure),
            Ok(Err(_)) | Err(_) => Ok((None, Vec::new())),
        }
    }

    /// The balance after a request that has not settled yet; `None` where it can't be read in time.
    pub(super) async fn balance_after(&self, of: Option<RequestHandle>) -> Option<(Balance, Vec<Snapshot>)> {
        timeout(PATIENCE, self.read_balance(of)).await.ok()?.ok()
    }

    async fn read_balance(&self, except: Option<RequestHandle>) -> Result<(Balance, Vec<Snapshot>), FetchError> {
        let api = self.api().await?;
        let archive = self.open_archive().await;
        let open = match &archive {
            Some((lazy, archive)) => begin_reading(archive, &*api, lazy.now()).await,
            None => None,
        };
        let begun = self.shared.begun.load(Ordering::SeqCst);
        let is_quiet = self.running() == 0;
        let credits = self.read_credits(&*api).await?;
        let mut balance = Balance {
            credits,
            at: Instant::now(),
            is_quiet,
            reading: None,
            begun: (begun, self.shared.begun.load(Ordering::SeqCst)),
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

    /// Reading costs nothing, so it is tried again wherever a paid request might be.
    async fn read_credits(&self, api: &dyn Api) -> Result<Credits, FetchError> {
        let mut resent = 0;
        loop {
            let failure = match api.balance().await {
                Ok(credits) => return Ok(credits),
                Err(failure) => failure,
            };
            resent += 1;
            let again = pause(resent, self.shared.limits.first_pause, &failure);
            match again.filter(|_| resend(&failure) != Resend::Never) {
                Some(pause) => sleep(pause).await,
                None => return Err(failure),
            }
        }
    }

    async fn is_reading_awaited(&self) -> bool {
        let Some(((lazy, archive), api)) = self.open_archive().await.zip(self.api().await.ok()) else { return false };
        begin_reading(&archive, &*api, lazy.now()).await.is_some_and(|reading| reading.is_awaited())
    }

    fn last_balance(&self) -> Option<Balance> {
        *self.shared.balance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a paid request is running.
    pub(super) fn begin_request(&self) -> Running {
        self.shared.begun.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(&self.shared))
    }

    fn running(&self) -> u64 {
        // In this order it is never less than what is running.
        let ended = self.shared.ended.load(Ordering::SeqCst);
        self.shared.begun.load(Ordering::SeqCst) - ended
    }

    /// Keeps how a request ended that could not be written down.
    pub(super) fn leave_unrecorded(&self, handle: RequestHandle, at: UnixTime, outcome: Outcome) {
        self.unrecorded().push(Arc::new(UnrecordedOutcome { handle, at, outcome }));
    }

    /// Whether the end of a request that the archive has as running could not be written down.
    pub(super) fn is_unrecorded(&self, handle: RequestHandle) -> bool {
        self.unrecorded().iter().any(|left| left.handle == handle)
    }

    /// Writes down what could not be written before. Returns what could be now.
    pub(super) async fn write_unrecorded(&self, archive: &Archive) -> Vec<Snapshot> {
        let left = self.unrecorded().clone();
        let mut written = Vec::new();
        for UnrecordedOutcome { handle, at, outcome } in left.iter().map(|left| &**left) {
            if let Err(error) = archive.finish(*handle, *at, outcome).await {
                tracing::warn!(%error, "the result of a request was not recorded");
            }
            if let Ok(Some(snapshot)) = archive.ended(*handle).await {
                self.unrecorded().retain(|left| left.handle != *handle);
                written.push(snapshot);
            }
        }
        written
    }

    fn unrecorded(&self) -> MutexGuard<'_, Vec<Arc<UnrecordedOutcome>>> {
        self.shared.unrecorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the server wants requests again.
    pub(super) async fn wait_for_server(&self) {
        loop {
            let until = *self.shared.held_until.lock().unwrap_or_else(PoisonError::into_inner);
            match until.filter(|until| *until > Instant::now()) {
                Some(until) => sleep_until(until).await,
                None => return,
            }
        }
    }

    /// Holds every request of this program back for so long.
    pub(super) fn hold_back(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut held = self.shared.held_until.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(held.map_or(until, |before| before.max(until)));
    }

    pub(super) async fn api(&self) -> Result<Arc<dyn Api>, FetchError> {
        self.shared.api.get_or_init(|| self.shared.connect.connect()).await.clone()
    }

    async fn open_archive(&self) -> Option<(&LazyArchive, Archive)> {
        let lazy = self.archive.as_ref()?;
        Some((lazy, lazy.open().await.ok()?))
    }
}

/// Notes that the balance is about to be read.
async fn begin_reading(archive: &Archive, api: &dyn Api, now: UnixTime) -> Option<OpenReading> {
    let begun = archive.begin_reading(&api.account(archive.name()), now).await;
    begun.inspect_err(|error| tracing::warn!(%error, "a reading of the balance could not start")).ok()
}
