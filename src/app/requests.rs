//! Running requests and the responses of this session, so that nothing is paid for twice.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::purchase::admission::satisfies;
use crate::domain::{FetchError, Request, Response};

use super::elapsed::Elapsed;

/// Identifies a request of this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

#[derive(Clone, Debug)]
pub struct RunningRequest {
    pub id: RequestId,
    pub request: Request,
    pub started_at: Elapsed,
    pub stage: Stage,
}

#[derive(Clone, Debug)]
pub struct FinishedRequest {
    pub running: RunningRequest,
    /// Whether the user still waited for it.
    pub was_watched: bool,
}

#[derive(Clone, Debug)]
pub enum Stage {
    /// Being recorded in the archive, before it is sent.
    Recording,
    /// Sent; no response yet.
    Sent {
        attempt: u8,
    },
    /// Another session is fetching the same: nothing was sent.
    Joined,
    Receiving {
        bytes: u64,
    },
    /// It failed; the balance is read to find out what it cost.
    CheckingBalance,
    /// Waiting to be sent again.
    Retrying {
        /// The number of the coming attempt.
        next_attempt: u8,
        /// When it is sent.
        until: Elapsed,
        /// Why the last attempt failed.
        error: FetchError,
    },
}

#[derive(Clone, Debug, Default)]
pub struct Requests {
    running: Vec<RunningRequest>,
    /// The request that the user waits for. The others run in the background, and their responses are kept.
    watched: Option<RequestId>,
    responses: Vec<SessionResponse>,
    last_id: u64,
}

#[derive(Clone, Debug)]
pub struct SessionResponse {
    pub request: Request,
    pub response: Arc<Response>,
}

impl Requests {
    /// Adds a request that is about to be sent, and waits for it if `watch` is set.
    pub fn start(&mut self, request: Request, now: Elapsed, watch: bool) -> RequestId {
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.running.push(RunningRequest { id, request, started_at: now, stage: Stage::Recording });
        if watch {
            self.watched = Some(id);
        }
        id
    }

    /// The request that the user waits for.
    pub fn watched(&self) -> Option<&RunningRequest> {
        self.running.iter().find(|r| Some(r.id) == self.watched)
    }

    pub fn running(&self) -> &[RunningRequest] {
        &self.running
    }

    /// The number of requests that the user does not wait for.
    pub fn background_count(&self) -> usize {
        self.running.iter().filter(|r| Some(r.id) != self.watched).count()
    }

    /// Leaves the request running in the background.
    pub fn stop_watching(&mut self) {
        self.watched = None;
    }

    pub fn is_running(&self, request: &Request) -> bool {
        self.running.iter().any(|running| running.request == *request)
    }

    /// Waits for an identical running request. Returns whether there is one.
    pub fn join(&mut self, request: &Request) -> bool {
        let same = self.running.iter().find(|r| r.request == *request).map(|r| r.id);
        self.watched = same.or(self.watched);
        same.is_some()
    }

    pub fn set_stage(&mut self, id: RequestId, stage: Stage) {
        if let Some(running) = self.running.iter_mut().find(|r| r.id == id) {
            running.stage = stage;
        }
    }

    /// Removes a request from the running ones; `None` if it is not one of them.
    pub fn finish(&mut self, id: RequestId) -> Option<FinishedRequest> {
        let index = self.running.iter().position(|r| r.id == id)?;
        let was_watched = self.watched.take_if(|watched| *watched == id).is_some();
        Some(FinishedRequest { running: self.running.remove(index), was_watched })
    }

    /// Keeps a response so that it need not be fetched again in this session.
    pub fn keep_response(&mut self, request: Request, response: Arc<Response>) {
        // The archive still has the older response to the same request.
        self.responses.retain(|kept| kept.request != request);
        self.responses.push(SessionResponse { request, response });
    }

    /// The newest response that has all links `request` could return.
    pub fn response_for(&self, request: &Request) -> Option<&SessionResponse> {
        self.responses
            .iter()
            .rev()
            .find(|kept| satisfies(&kept.request, kept.response.links.len() + kept.response.skipped, request))
    }
}

impl RunningRequest {
    /// Time since it was started.
    pub fn elapsed(&self, now: Elapsed) -> Duration {
        now.saturating_sub(self.started_at)
    }
}
