//! The account that is spent from: the client, known from the start or once the demo runs, the archive that keeps what it
//! brings, and the balance as it was last read. The screen and the commands spend through this and nothing else.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::api::{ApiKey, Client, Origin};
use crate::archive::{Archive, OpenReading, Reading, RequestHandle};
use crate::demo;
use crate::domain::purchase::resend::pause;
use crate::domain::purchase::settlement::{FRESH, Seen};
use crate::domain::purchase::{Charge, Resend, resend};
use crate::domain::{Credits, Failure, Limits, Snapshot};

use super::clock::unix_now;
use super::panics;
use super::vault::Vault;

/// How long a reading of the balance may hold up a request that waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The account and its archive. Copies of it are the same one.
#[derive(Clone)]
pub struct Asker {
    api: Arc<Api>,
    /// `None` where the user wants no archive.
    vault: Option<Arc<Vault>>,
}

struct Api {
    limits: Limits,
    access: OnceLock<(Origin, ApiKey)>,
    /// Made when it is first needed: it reads the system's certificates, which the first frame must not wait for.
    client: OnceCell<Result<Client, Failure>>,
    /// Kept, since the demo ends when this is dropped.
    demo: OnceLock<demo::Server>,
    balance: Mutex<Option<Balance>>,
    /// No request goes out before this moment: the server had too many at a time.
    held_until: Mutex<Option<Instant>>,
    /// Requests of this program whose end could not be written down: the archive has them as running.
    unrecorded: Mutex<Vec<RequestHandle>>,
    /// Paid requests of this program that have begun, and that have ended.
    begun: AtomicU64,
    ended: AtomicU64,
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
    pub(super) fn seen_until(&self, after: &Balance) -> Seen {
        let is_alone = self.is_quiet && after.begun.1 - self.begun.0 == 1;
        Seen { before: self.credits, after: after.credits, shared: !is_alone }
    }
}

/// A paid request that is running, for as long as this is kept.
pub(super) struct Running(Arc<Api>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl Asker {
    /// Asks the API at `access`, none until the demo runs, and keeps answers in `vault`.
    pub fn new(access: Option<(Origin, ApiKey)>, limits: Limits, vault: Option<Arc<Vault>>) -> Asker {
        let known = OnceLock::new();
        if let Some(access) = access {
            known.get_or_init(|| access);
        }
        let api = Api {
            limits,
            access: known,
            client: OnceCell::new(),
            demo: OnceLock::new(),
            balance: Mutex::default(),
            held_until: Mutex::default(),
            unrecorded: Mutex::default(),
            begun: AtomicU64::default(),
            ended: AtomicU64::default(),
        };
        Asker { api: Arc::new(api), vault }
    }

    /// The archive, if there is one.
    pub fn vault(&self) -> Option<&Arc<Vault>> {
        self.vault.as_ref()
    }

    pub(super) fn limits(&self) -> Limits {
        self.api.limits
    }

    /// Reads what the account has, for free, and settles by it what is still open. Returns the requests of which more is
    /// known now.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn balance(&self) -> Result<(Balance, Vec<Snapshot>), Failure> {
        self.read_balance(None).await
    }

    /// The balance before a paid request: as it is known, if that is of the last minute and nothing waits for a newer one.
    /// `None` where it can't be read.
    ///
    /// # Errors
    /// Where not even this free request goes out or the key is refused, a paid one would not either.
    pub(super) async fn balance_before(&self) -> Result<(Option<Balance>, Vec<Snapshot>), Failure> {
        let others = self.running() > 0;
        let begun = self.api.begun.load(Ordering::SeqCst);
        // Behind a request that has begun since, the balance is not known any more. While others are running no reading is a
        // quiet one, so the last will do.
        let is_known = |last: &Balance| others || (last.is_quiet && last.begun.1 == begun);
        let known = self.last_balance().filter(|last| last.at.elapsed() < FRESH && is_known(last));
        if known.is_some() && !self.is_reading_awaited().await {
            return Ok((known, Vec::new()));
        }
        match timeout(PATIENCE, self.balance()).await {
            Ok(Ok((balance, settled))) => Ok((Some(balance), settled)),
            Ok(Err(failure)) if Charge::of_failure(&failure) == Charge::NotSent => Err(failure),
            Ok(Err(failure @ Failure::KeyRefused { .. })) => Err(failure),
            Ok(Err(_)) | Err(_) => Ok((None, Vec::new())),
        }
    }

    /// The balance after a request that has not settled yet; `None` where it can't be read in time.
    pub(super) async fn balance_after(&self, of: Option<RequestHandle>) -> Option<(Balance, Vec<Snapshot>)> {
        timeout(PATIENCE, self.read_balance(of)).await.ok()?.ok()
    }

    async fn read_balance(&self, except: Option<RequestHandle>) -> Result<(Balance, Vec<Snapshot>), Failure> {
        let client = self.client().await?;
        let archive = self.archive().await;
        let open = match &archive {
            Some(archive) => begin_reading(archive, &client).await,
            None => None,
        };
        let begun = self.api.begun.load(Ordering::SeqCst);
        let is_quiet = self.running() == 0;
        let credits = self.read_credits(&client).await?;
        let mut balance = Balance {
            credits,
            at: Instant::now(),
            is_quiet,
            reading: None,
            begun: (begun, self.api.begun.load(Ordering::SeqCst)),
        };
        let mut settled = Vec::new();
        if let Some((archive, open)) = archive.zip(open) {
            match archive.end_reading(open, unix_now(), credits, except).await {
                Ok((reading, requests)) => {
                    (balance.reading, balance.is_quiet, settled) = (Some(reading), reading.is_quiet, requests);
                }
                Err(error) => tracing::warn!(%error, "the balance was not written down"),
            }
        }
        *self.api.balance.lock().unwrap_or_else(PoisonError::into_inner) = Some(balance);
        Ok((balance, settled))
    }

    /// Reading costs nothing, so it is tried again wherever a paid request might be.
    async fn read_credits(&self, client: &Client) -> Result<Credits, Failure> {
        let mut resent = 0;
        loop {
            let failure = match client.balance().await {
                Ok(credits) => return Ok(credits),
                Err(failure) => failure,
            };
            resent += 1;
            let again = pause(resent, self.api.limits.first_pause, &failure);
            match again.filter(|_| resend(&failure) != Resend::Never) {
                Some(pause) => sleep(pause).await,
                None => return Err(failure),
            }
        }
    }

    async fn is_reading_awaited(&self) -> bool {
        let Some((archive, client)) = self.archive().await.zip(self.client().await.ok()) else { return false };
        begin_reading(&archive, &client).await.is_some_and(|reading| reading.is_awaited())
    }

    fn last_balance(&self) -> Option<Balance> {
        *self.api.balance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a paid request is running.
    pub(super) fn begin_request(&self) -> Running {
        self.api.begun.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(&self.api))
    }

    fn running(&self) -> u64 {
        // In this order it is never less than what is running.
        let ended = self.api.ended.load(Ordering::SeqCst);
        self.api.begun.load(Ordering::SeqCst) - ended
    }

    /// Notes that the end of a request could not be written down.
    pub(super) fn leave_unrecorded(&self, handle: RequestHandle) {
        self.api.unrecorded.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
    }

    /// Whether the archive has a request as running that has ended here.
    pub(super) fn is_unrecorded(&self, handle: RequestHandle) -> bool {
        self.api.unrecorded.lock().unwrap_or_else(PoisonError::into_inner).contains(&handle)
    }

    /// Waits until the server wants requests again.
    pub(super) async fn wait_for_server(&self) {
        loop {
            let until = *self.api.held_until.lock().unwrap_or_else(PoisonError::into_inner);
            match until.filter(|until| *until > Instant::now()) {
                Some(until) => sleep_until(until).await,
                None => return,
            }
        }
    }

    /// Holds every request of this program back for so long.
    pub(super) fn hold_back(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut held = self.api.held_until.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(held.map_or(until, |before| before.max(until)));
    }

    /// Lets an archive that is thrown away in the end take the place of the user's, which the demo never touches.
    pub(super) fn use_temporary_vault(&mut self) {
        if !self.vault.as_ref().is_some_and(|vault| vault.is_temporary()) {
            self.vault = Vault::temporary().ok().map(Arc::new);
        }
    }

    /// Sends this key from now on; what is under way goes on with the one before.
    pub(super) fn use_key(&mut self, origin: Origin, key: ApiKey) {
        *self = Asker::new(Some((origin, key)), self.api.limits, self.vault.take());
    }

    /// Starts the embedded API and asks it from now on.
    ///
    /// # Errors
    /// No port is free, or its data can't be read.
    pub async fn start_demo(&self) -> io::Result<()> {
        let server = demo::Server::start(demo::Options::default()).await?;
        let origin = Origin::parse(Some(&server.url())).map_err(io::Error::other)?;
        self.api.access.get_or_init(|| (origin, ApiKey::new(demo::KEY.into())));
        self.api.demo.get_or_init(|| server);
        Ok(())
    }

    async fn archive(&self) -> Option<Archive> {
        self.vault.as_ref()?.open().await.ok()
    }

    pub(super) async fn client(&self) -> Result<Client, Failure> {
        let made = self.api.client.get_or_init(|| async {
            let Some((origin, key)) = self.api.access.get().cloned() else {
                return Err(Failure::NoKey { reason: "no key is set".to_owned() });
            };
            let limits = self.api.limits;
            let made = tokio::task::spawn_blocking(move || Client::new(origin, &key, limits)).await;
            made.unwrap_or_else(|error| Err(Failure::Fault { reason: panics::fault_of(error) }))
        });
        made.await.clone()
    }
}

async fn begin_reading(archive: &Archive, client: &Client) -> Option<OpenReading> {
    let begun = archive.begin_reading(&client.account(archive.name()), unix_now()).await;
    begun.inspect_err(|error| tracing::warn!(%error, "a reading of the balance was not begun")).ok()
}
