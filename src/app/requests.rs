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
pub struct RunningRequest {
    /// Its name.
    pub id: RequestId,
    /// What was asked.
    pub request: Request,
    pub started_at: Elapsed,
    /// How far it has come.
    pub stage: Stage,
}

/// A request that is over.
#[derive(Clone, Debug)]
pub struct FinishedRequest {
    pub running: RunningRequest,
    /// Whether the user still waited for it.
    pub was_watched: bool,
}

/// How far a request has come.
#[derive(Clone, Debug)]
pub enum Stage {
    /// It is being written down; only then is it sent.
    Recording,
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
    Retrying {
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
    running: Vec<RunningRequest>,
    /// The one that the user waits for; the others go on in the background, and their answers are kept.
    watched: Option<RequestId>,
    responses: Vec<SessionResponse>,
    last_id: u64,
}

/// An answer that this session holds.
#[derive(Clone, Debug)]
pub struct SessionResponse {
    /// What was asked.
    pub request: Request,
    /// What came.
    pub response: Arc<Response>,
}

impl Requests {
    /// Registers a request that is about to be sent; the user waits for it.
    pub fn start(&mut self, request: Request, now: Elapsed) -> RequestId {
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.running.push(RunningRequest { id, request, started_at: now, stage: Stage::Recording });
        self.watched = Some(id);
        id
    }

    /// The request that the user waits for.
    pub fn watched(&self) -> Option<&RunningRequest> {
        self.running.iter().find(|r| Some(r.id) == self.watched)
    }

    /// All that are under way.
    pub fn running(&self) -> &[RunningRequest] {
        &self.running
    }

    /// How many go on without the user waiting for them.
    pub fn background_count(&self) -> usize {
        self.running.iter().filter(|r| Some(r.id) != self.watched).count()
    }

    /// Goes on without waiting.
    pub fn stop_watching(&mut self) {
        self.watched = None;
    }

    /// Waits for an equal request that is under way already. Returns whether there is one.
    pub fn join(&mut self, request: &Request) -> bool {
        let same = self.running.iter().find(|r| r.request == *request).map(|r| r.id);
        self.watched = same.or(self.watched);
        same.is_some()
    }

    /// Notes how far a request has come.
    pub fn set_stage(&mut self, id: RequestId, stage: Stage) {
        if let Some(running) = self.running.iter_mut().find(|r| r.id == id) {
            running.stage = stage;
        }
    }

    /// Takes a request off the list of those under way; `None` for one that is not on it.
    pub fn finish(&mut self, id: RequestId) -> Option<FinishedRequest> {
        let index = self.running.iter().position(|r| r.id == id)?;
        let was_watched = self.watched.take_if(|watched| *watched == id).is_some();
        Some(FinishedRequest { running: self.running.remove(index), was_watched })
    }

    /// Keeps an answer, so that it need not be bought again in this session.
    pub fn keep_response(&mut self, request: Request, response: Arc<Response>) {
        // An older answer to the same is never opened from here again: the archive has it.
        self.responses.retain(|kept| kept.request != request);
        self.responses.push(SessionResponse { request, response });
    }

    /// The newest answer that holds all that `request` could bring.
    pub fn response_for(&self, request: &Request) -> Option<&SessionResponse> {
        self.responses
            .iter()
            .rev()
            .find(|h| satisfies(&h.request, h.response.links.len() + h.response.skipped, request))
    }
}

impl RunningRequest {
    /// How long it has been under way.
    pub fn elapsed(&self, now: Elapsed) -> Duration {
        now.saturating_sub(self.started_at)
    }
}
