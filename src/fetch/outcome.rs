//! What a response, or what came of one, is worth: for the user, and for the log.

use std::sync::Arc;

use crate::api::response;
use crate::archive::Outcome;
use crate::domain::failure::Phase;
use crate::domain::number::counted;
use crate::domain::purchase::Charge;
use crate::domain::snapshot::Ending;
use crate::domain::{Answer, Failure};
use crate::fault::{self, Fault};

use super::reading::read_aside;

/// How a request ended: for the user, and for the log.
pub(super) struct Ended {
    pub(super) result: Result<Arc<Answer>, Failure>,
    pub(super) rescued: Option<Arc<Answer>>,
    pub(super) outcome: Outcome,
}

/// How a request ended that brought these bytes: well if they can be read, unless it is known to have failed.
pub(super) async fn read(raw: Vec<u8>, status: Option<u16>, failure: Option<Failure>) -> Ended {
    let raw = Arc::new(raw);
    let read = read_aside(&raw, move |raw| {
        fault::here("read");
        match failure {
            None => read_whole(raw),
            Some(failure) if is_success(status) => Err((failure, Some(response::recover(raw)))),
            Some(failure) => Err((failure, None)),
        }
    });
    let broken = |fault: Fault| Err((Failure::Fault { reason: fault.to_string() }, None));
    let read = read.await.unwrap_or_else(broken);
    let raw = Arc::unwrap_or_clone(raw);
    match read {
        Ok(answer) => answered(answer, raw, status),
        Err((failure, rescued)) => failed(failure, rescued, raw, status),
    }
}

fn is_success(status: Option<u16>) -> bool {
    status.is_some_and(|status| (200..300).contains(&status))
}

/// A whole response. One without a single entry that can be read is none, though it says what it cost.
fn read_whole(raw: &[u8]) -> Result<Answer, (Failure, Option<Answer>)> {
    let answer = response::read(raw).map_err(|failure| (failure, Some(response::recover(raw))))?;
    if answer.links.is_empty() && answer.skipped > 0 {
        let entries = counted(answer.skipped, "entry", "entries");
        return Err((Failure::WrongShape { reason: format!("no links in its {entries}") }, Some(answer)));
    }
    Ok(answer)
}

fn answered(answer: Answer, raw: Vec<u8>, status: Option<u16>) -> Ended {
    let outcome = Outcome {
        ending: Ending::Answered,
        status,
        charged: answer.consumed,
        links: answer.links.len(),
        skipped: answer.skipped,
        server_finished: true,
        failure: None,
        raw,
    };
    Ended { result: Ok(Arc::new(answer)), rescued: None, outcome }
}

/// What a failure leaves behind.
fn failed(failure: Failure, rescued: Option<Answer>, raw: Vec<u8>, status: Option<u16>) -> Ended {
    let links = rescued.as_ref().map_or(0, |answer| answer.links.len());
    let ending = match Charge::of_failure(&failure) {
        Charge::NotSent => Ending::Unsent,
        Charge::Rejected => Ending::Refused,
        _ if links == 0 => Ending::Failed,
        _ => Ending::Partial,
    };
    let outcome = Outcome {
        ending,
        status,
        charged: rescued.as_ref().and_then(|answer| answer.consumed),
        links,
        skipped: rescued.as_ref().map_or(0, |answer| answer.skipped),
        server_finished: server_finished(&failure),
        failure: Some(failure.to_string()),
        // What an error says is in its message; what a success brought is kept, readable or not.
        raw: if is_success(status) { raw } else { Vec::new() },
    };
    let rescued = rescued.filter(|_| links > 0).map(Arc::new);
    Ended { result: Err(failure), rescued, outcome }
}

/// Whether the server is done with a request that failed, so that it will not charge for it later.
pub(super) fn server_finished(failure: &Failure) -> bool {
    !matches!(failure, Failure::TimedOut { phase: Phase::AfterSending, .. } | Failure::Fault { .. })
}
