//! Turns the received bytes into a result for the user and an outcome for the log.

use std::sync::Arc;

use crate::api::response;
use crate::archive::Outcome;
use crate::domain::fetch_error::Phase;
use crate::domain::number::pluralize;
use crate::domain::purchase::Charge;
use crate::domain::snapshot::RequestStatus;
use crate::domain::{FetchError, Response};
use crate::failpoint;
use crate::internal_error::InternalError;

use super::response_reader::read_off_thread;

pub(super) struct EndedRequest {
    pub(super) result: Result<Arc<Response>, FetchError>,
    pub(super) rescued: Option<Arc<Response>>,
    pub(super) outcome: Outcome,
}

/// Reads the received bytes. The request succeeded if they can be read and there is no `failure`.
pub(super) async fn read(raw: Vec<u8>, http_status: Option<u16>, failure: Option<FetchError>) -> EndedRequest {
    let raw = Arc::new(raw);
    let read = read_off_thread(&raw, move |raw| {
        failpoint::hit("read");
        match failure {
            None => read_complete(raw),
            Some(failure) if is_success(http_status) => Err((failure, Some(response::recover(raw)))),
            Some(failure) => Err((failure, None)),
        }
    });
    let panicked = |error: InternalError| Err((FetchError::InternalError { reason: error.to_string() }, None));
    let read = read.await.unwrap_or_else(panicked);
    let raw = Arc::unwrap_or_clone(raw);
    match read {
        Ok(response) => completed(response, raw, http_status),
        Err((failure, rescued)) => failed(failure, rescued, raw, http_status),
    }
}

fn is_success(http_status: Option<u16>) -> bool {
    http_status.is_some_and(|http_status| (200..300).contains(&http_status))
}

/// A response without a single readable entry is a failure, though it states its charge.
fn read_complete(raw: &[u8]) -> Result<Response, (FetchError, Option<Response>)> {
    let response = response::read(raw).map_err(|failure| (failure, Some(response::recover(raw))))?;
    if response.links.is_empty() && response.skipped > 0 {
        let entries = pluralize(response.skipped, "entry", "entries");
        return Err((FetchError::WrongShape { reason: format!("no links in its {entries}") }, Some(response)));
    }
    Ok(response)
}

fn completed(response: Response, raw: Vec<u8>, http_status: Option<u16>) -> EndedRequest {
    let outcome = Outcome {
        status: RequestStatus::Completed,
        http_status,
        charged: response.charged,
        links: response.links.len(),
        skipped: response.skipped,
        server_finished: true,
        failure: None,
        raw,
    };
    EndedRequest { result: Ok(Arc::new(response)), rescued: None, outcome }
}

fn failed(failure: FetchError, rescued: Option<Response>, raw: Vec<u8>, http_status: Option<u16>) -> EndedRequest {
    let links = rescued.as_ref().map_or(0, |response| response.links.len());
    let status = match Charge::of_failure(&failure) {
        Charge::NotSent => RequestStatus::Unsent,
        Charge::Rejected => RequestStatus::Rejected,
        _ if links == 0 => RequestStatus::Failed,
        _ => RequestStatus::Partial,
    };
    let outcome = Outcome {
        status,
        http_status,
        charged: rescued.as_ref().and_then(|response| response.charged),
        links,
        skipped: rescued.as_ref().map_or(0, |response| response.skipped),
        server_finished: server_finished(&failure),
        failure: Some(failure.to_string()),
        // An error's body is in its message; the body of a success is kept, readable or not.
        raw: if is_success(http_status) { raw } else { Vec::new() },
    };
    let rescued = rescued.filter(|_| links > 0).map(Arc::new);
    EndedRequest { result: Err(failure), rescued, outcome }
}

/// Whether the server is done with a failed request and can't charge for it later.
pub(super) fn server_finished(failure: &FetchError) -> bool {
    !matches!(failure, FetchError::TimedOut { phase: Phase::AfterSending, .. } | FetchError::InternalError { .. })
}
