//! A simulated disk that can lose writes, fail and crash. Each operation is atomic.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use super::super::error::StoreError;
use super::state::State;

/// Whether a write that a crash interrupts takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitOnCrash {
    Committed,
    Lost,
}

/// The storage of an in-memory archive. It outlives the sessions that use it, as a real disk does.
#[derive(Debug)]
pub struct Disk(Mutex<DiskState>);

#[derive(Debug)]
struct DiskState {
    state: State,
    /// What survives a crash; `None` if every write is durable.
    durable: Option<State>,
    /// Crash during a write, after this many other writes.
    crash_at: Option<(u64, CommitOnCrash)>,
    write_error: Option<fn() -> StoreError>,
    /// Whether operations yield before and after they take effect.
    yields: bool,
    /// Sessions before this one ended in a crash.
    first_session: u64,
    next_session: u64,
    has_crashed: bool,
}

impl Disk {
    pub fn new() -> Arc<Disk> {
        static CREATED: AtomicU64 = AtomicU64::new(1);
        let state = State::new(format!("memory{:08x}", CREATED.fetch_add(1, Ordering::Relaxed)));
        let inner = DiskState {
            state,
            durable: None,
            crash_at: None,
            write_error: None,
            yields: false,
            first_session: 0,
            next_session: 0,
            has_crashed: false,
        };
        Arc::new(Disk(Mutex::new(inner)))
    }

    /// Caches later writes until [`Disk::flush`]; a crash loses them.
    pub fn cache_writes(&self) {
        let mut inner = self.lock();
        inner.durable = Some(inner.state.clone());
    }

    /// Makes cached and later writes durable.
    pub fn flush(&self) {
        self.lock().durable = None;
    }

    /// Crashes now: all sessions end, and writes that are not durable are lost. New sessions see the rest.
    pub fn crash(&self) {
        let mut inner = self.lock();
        inner.crash();
        inner.has_crashed = false;
    }

    /// Crashes during a write, after `writes` others. From then on everything fails until [`Disk::crash`] is called.
    pub fn crash_after(&self, writes: u64, commit: CommitOnCrash) {
        self.lock().crash_at = Some((writes, commit));
    }

    pub fn has_crashed(&self) -> bool {
        self.lock().has_crashed
    }

    /// Makes every write fail with this error and change nothing; `None` lets writes succeed again.
    pub fn fail_writes(&self, with: Option<fn() -> StoreError>) {
        self.lock().write_error = with;
    }

    /// Makes every operation yield before it takes effect and before it returns, as on a real disk: other tasks run in
    /// between, and a caller can be dropped there.
    pub fn enable_yields(&self) {
        self.lock().yields = true;
    }

    pub(super) async fn run<T>(&self, operation: impl FnOnce() -> T) -> T {
        let yields = self.lock().yields;
        yield_once(yields).await;
        let done = operation();
        yield_once(yields).await;
        done
    }

    pub(super) fn begin_session(&self) -> Result<(u64, String), StoreError> {
        let mut inner = self.lock();
        if inner.has_crashed {
            return Err(crashed());
        }
        let session = inner.next_session;
        inner.next_session += 1;
        inner.state.sessions.insert(session);
        Ok((session, inner.state.id.clone()))
    }

    pub(super) fn end_session(&self, session: u64) {
        self.lock().state.sessions.remove(&session);
    }

    pub(super) fn read<T>(
        &self,
        session: u64,
        read: impl FnOnce(&State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let inner = self.lock();
        inner.check_session(session)?;
        read(&inner.state)
    }

    pub(super) fn write<T>(
        &self,
        session: u64,
        write: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut inner = self.lock();
        inner.check_session(session)?;
        if let Some(error) = inner.write_error {
            return Err(error());
        }
        match inner.crash_at {
            Some((0, CommitOnCrash::Lost)) => {}
            Some((0, CommitOnCrash::Committed)) => drop(write(&mut inner.state)),
            Some((writes, commit)) => {
                inner.crash_at = Some((writes - 1, commit));
                return write(&mut inner.state);
            }
            None => return write(&mut inner.state),
        }
        inner.crash();
        Err(crashed())
    }

    fn lock(&self) -> MutexGuard<'_, DiskState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DiskState {
    fn check_session(&self, session: u64) -> Result<(), StoreError> {
        if self.has_crashed || session < self.first_session { Err(crashed()) } else { Ok(()) }
    }

    fn crash(&mut self) {
        if let Some(durable) = self.durable.take() {
            self.state = durable;
        }
        self.state.sessions.clear();
        (self.first_session, self.crash_at, self.has_crashed) = (self.next_session, None, true);
    }
}

fn crashed() -> StoreError {
    StoreError::Other("the machine has crashed".to_owned())
}

/// Yields to other tasks once if `enabled`.
async fn yield_once(enabled: bool) {
    let mut has_yielded = !enabled;
    let once = poll_fn(|context| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    once.await;
}
