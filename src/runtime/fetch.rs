//! The fetch task: one request to the API, its steps reported to the core.

use std::sync::Arc;

use crate::api::{Client, Progress, response};
use crate::app::requests::RequestId;
use crate::app::{FetchEvent, Message};
use crate::domain::{Failure, Request};

use super::tasks::Outbox;

/// Sends a request and reports each step. Ends with exactly one of [`FetchEvent::Answered`] and [`FetchEvent::Failed`].
pub async fn fetch(client: Result<Client, Failure>, id: RequestId, request: Request, outbox: Outbox) {
    let tell = |event| outbox.send(Message::Fetch { id, event });
    super::fault::here("fetch");
    let client = match client {
        Ok(client) => client,
        Err(failure) => return tell(FetchEvent::Failed { failure, rescued: None }),
    };
    let received = client
        .backlinks(&request, |progress| {
            tell(match progress {
                Progress::Sending { attempt } => FetchEvent::Sending { attempt },
                Progress::Receiving { bytes } => FetchEvent::Receiving { bytes },
                Progress::Retrying { next_attempt, pause, because } => {
                    FetchEvent::Retrying { next_attempt, pause, because }
                }
            });
        })
        .await;
    // Reading 10,000 links takes milliseconds of pure CPU: not on the thread that waits for the network.
    let read = tokio::task::spawn_blocking(move || match received {
        Ok(received) => match response::read(&received.raw) {
            Ok(answer) => FetchEvent::Answered(Arc::new(answer)),
            Err(failure) => FetchEvent::Failed { failure, rescued: rescue(&received.raw) },
        },
        Err(failed) => FetchEvent::Failed { failure: failed.failure, rescued: rescue(&failed.raw) },
    });
    match read.await {
        Ok(event) => tell(event),
        Err(error) => tell(FetchEvent::Failed {
            failure: Failure::WrongShape { reason: format!("reading it broke down: {error}") },
            rescued: None,
        }),
    }
}

/// The links that arrived whole in an answer that did not.
fn rescue(raw: &[u8]) -> Option<Arc<crate::domain::Answer>> {
    let answer = response::recover(raw);
    (!answer.links.is_empty()).then(|| Arc::new(answer))
}
