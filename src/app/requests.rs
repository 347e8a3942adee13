//! Requests under way and the answers of this session: what makes sure that nothing is bought twice.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::purchase::admission::satisfies;
use crate::domain::{FetchError, Request, Response};

use super::elapsed::Elapsed;

/// The name of a request while it is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

/// A request that is under way.
#[derive(Clone, Debug)]
pub struct Running {
    /// Its name.
    pub id: RequestId,
    /// What was asked.
    pub request: Request,
    pub since: Elapsed,
    /// How far it has come.
    pub stage: Stage,
}

/// A request that is over.
#[derive(Clone, Debug)]
pub struct Ended {
    pub running: Running,
    /// Whether the user still waited for it.
    pub was_watched: bool,
}

/// How far a request has come.
#[derive(Clone, Debug)]
pub enum Stage {
    /// It is being written down; only then is it sent.
    Noting,
    /// Sent, nothing back yet.
    Sent {
        /// 1 for the first attempt.
        attempt: u8,
    },
    /// Another session asks the same: nothing was sent.
    Joined,
    /// The answer is arriving.
    Receiving {
        /// Bytes so far.
        bytes: u64,
    },
    /// It has ended, and the balance is read to find out what it cost.
    CheckingBalance,
    /// It will be sent again.
    Pausing {
        /// The number of the attempt that comes.
        next_attempt: u8,
        /// When it comes.
        until: Elapsed,
        /// Why the last attempt failed.
        because: FetchError,
    },
}

/// The requests of this session.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    running: Vec<Running>,
    /// The one that the user waits for; the others go on in the background, and their answers are kept.
    watched: Option<RequestId>,
    held: Vec<Held>,
    last_id: u64,
}

/// An answer that this session holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// What was asked.
    pub request: Request,
    /// What came.
    pub response: Arc<Response>,
}

impl Requests {
    /// Registers a request that is about to be sent; the user waits for it.
    pub fn begin(&mut self, request: Request, now: Elapsed) -> RequestId {
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.running.push(Running { id, request, since: now, stage: Stage::Noting });
        self.watched = Some(id);
        id
    }

    /// The request that the user waits for.
    pub fn watched(&self) -> Option<&Running> {
        self.running.iter().find(|r| Some(r.id) == self.watched)
    }

    /// All that are under way.
    pub fn running(&self) -> &[Running] {
        &self.running
    }

    /// How many go on without the user waiting for them.
    pub fn in_background(&self) -> usize {
        self.running.iter().filter(|r| Some(r.id) != self.watched).count()
    }

    /// Goes on without waiting.
    pub fn stop_watching(&mut self) {
        self.watched = None;
    }

    /// Waits for an equal request that is under way already. Returns whether there is one.
    pub fn join(&mut self, request: &Request) -> bool {
        let equal = self.running.iter().find(|r| r.request == *request).map(|r| r.id);
        self.watched = equal.or(self.watched);
        equal.is_some()
    }

    /// Notes how far a request has come.
    pub fn advance(&mut self, id: RequestId, stage: Stage) {
        if let Some(running) = self.running.iter_mut().find(|r| r.id == id) {
            running.stage = stage;
        }
    }

    /// Takes a request off the list of those under way; `None` for one that is not on it.
    pub fn end(&mut self, id: RequestId) -> Option<Ended> {
        let at = self.running.iter().position(|r| r.id == id)?;
        let was_watched = self.watched.take_if(|watched| *watched == id).is_some();
        Some(Ended { running: self.running.remove(at), was_watched })
    }

    /// Keeps an answer, so that it need not be bought again in this session.
    pub fn hold(&mut self, request: Request, response: Arc<Response>) {
        // An older answer to the same is never opened from here again: the archive has it.
        self.held.retain(|held| held.request != request);
        self.held.push(Held { request, response });
    }

    /// The newest answer that holds all that `request` could bring.
    pub fn held_for(&self, request: &Request) -> Option<&Held> {
        self.held.iter().rev().find(|h| satisfies(&h.request, h.response.links.len() + h.response.skipped, request))
    }
}

impl Running {
    /// How long it has been under way.
    pub fn elapsed(&self, now: Elapsed) -> Duration {
        now.saturating_sub(self.since)
    }
}
