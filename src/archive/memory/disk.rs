//! A disk that can be made to lose, refuse and stop. An operation has happened whole or not at all, whatever becomes of it.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use super::super::error::StoreError;
use super::state::State;

/// Whether an operation in the midst of which the machine stops has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitOnCrash {
    Wholly,
    NotAtAll,
}

/// What an archive in memory is kept on. It is there as long as somebody holds it, as a disk is without the machine.
#[derive(Debug)]
pub struct Disk(Mutex<DiskState>);

#[derive(Debug)]
struct DiskState {
    state: State,
    /// What is there after the machine stops, while writes are kept back.
    durable: Option<State>,
    /// The machine stops in the midst of a write, after so many others.
    stop: Option<(u64, CommitOnCrash)>,
    refuses: Option<fn() -> StoreError>,
    /// Whether an operation lets others run before it happens, and before anybody hears of it.
    takes_turns: bool,
    /// Sessions before this one are gone with their machine.
    first_session: u64,
    next_session: u64,
    has_stopped: bool,
}

impl Disk {
    /// An empty one.
    pub fn new() -> Arc<Disk> {
        static MADE: AtomicU64 = AtomicU64::new(1);
        let state = State::new(format!("memory{:08x}", MADE.fetch_add(1, Ordering::Relaxed)));
        let inside = DiskState {
            state,
            durable: None,
            stop: None,
            refuses: None,
            takes_turns: false,
            first_session: 0,
            next_session: 0,
            has_stopped: false,
        };
        Arc::new(Disk(Mutex::new(inside)))
    }

    /// Keeps what is written from now on in a memory that the next stop takes away.
    pub fn keep_back(&self) {
        let mut inside = self.lock();
        inside.durable = Some(inside.state.clone());
    }

    /// Makes durable what was kept back, and whatever is written from now on.
    pub fn flush(&self) {
        self.lock().durable = None;
    }

    /// Stops the machine now: sessions are gone, and what was not durable is lost. The next session begins with the rest.
    pub fn crash(&self) {
        let mut inside = self.lock();
        inside.crash();
        inside.has_stopped = false;
    }

    /// Stops the machine in the midst of a write, after so many others. Everything fails then until [`Disk::crash`] has
    /// ended what was running.
    pub fn stop_after(&self, writes: u64, happens: CommitOnCrash) {
        self.lock().stop = Some((writes, happens));
    }

    /// Whether the machine has stopped.
    pub fn has_stopped(&self) -> bool {
        self.lock().has_stopped
    }

    /// Lets every write fail and change nothing, or none any more.
    pub fn refuse(&self, with: Option<fn() -> StoreError>) {
        self.lock().refuses = with;
    }

    /// Lets every operation from now on give way before it happens, and before anybody hears of it, as on a real disk: others
    /// come in between, and who waits for it can be dropped there.
    pub fn take_turns(&self) {
        self.lock().takes_turns = true;
    }

    pub(super) async fn in_turn<T>(&self, operation: impl FnOnce() -> T) -> T {
        let takes_turns = self.lock().takes_turns;
        give_way(takes_turns).await;
        let done = operation();
        give_way(takes_turns).await;
        done
    }

    pub(super) fn begin_session(&self) -> Result<(u64, String), StoreError> {
        let mut inside = self.lock();
        if inside.has_stopped {
            return Err(stopped());
        }
        let session = inside.next_session;
        inside.next_session += 1;
        inside.state.sessions.insert(session);
        Ok((session, inside.state.id.clone()))
    }

    pub(super) fn end_session(&self, session: u64) {
        self.lock().state.sessions.remove(&session);
    }

    pub(super) fn read<T>(
        &self,
        session: u64,
        read: impl FnOnce(&State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let inside = self.lock();
        inside.refuse_gone(session)?;
        read(&inside.state)
    }

    pub(super) fn write<T>(
        &self,
        session: u64,
        write: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut inside = self.lock();
        inside.refuse_gone(session)?;
        if let Some(refusal) = inside.refuses {
            return Err(refusal());
        }
        match inside.stop {
            Some((0, CommitOnCrash::NotAtAll)) => {}
            Some((0, CommitOnCrash::Wholly)) => drop(write(&mut inside.state)),
            Some((writes, happens)) => {
                inside.stop = Some((writes - 1, happens));
                return write(&mut inside.state);
            }
            None => return write(&mut inside.state),
        }
        inside.crash();
        Err(stopped())
    }

    fn lock(&self) -> MutexGuard<'_, DiskState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DiskState {
    fn refuse_gone(&self, session: u64) -> Result<(), StoreError> {
        if self.has_stopped || session < self.first_session { Err(stopped()) } else { Ok(()) }
    }

    fn crash(&mut self) {
        if let Some(durable) = self.durable.take() {
            self.state = durable;
        }
        self.state.sessions.clear();
        (self.first_session, self.stop, self.has_stopped) = (self.next_session, None, true);
    }
}

fn stopped() -> StoreError {
    StoreError::Other("the machine has stopped".to_owned())
}

/// Lets others run, if at all, and goes on right after them.
async fn give_way(at_all: bool) {
    let mut has_waited = !at_all;
    let once = poll_fn(|context| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    once.await;
}
