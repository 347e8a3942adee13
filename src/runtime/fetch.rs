//! The fetch task: one request to the API, written down before it goes out, its answer written down before it is shown.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;

use crate::api::{Client, Progress, response};
use crate::app::message::ArchiveEvent;
use crate::app::requests::RequestId;
use crate::app::{FetchEvent, Message};
use crate::archive::{Archive, Begun, Intent, Orphan, Outcome, Ticket, rescue};
use crate::domain::failure::Charge;
use crate::domain::snapshot::Ending;
use crate::domain::{Answer, Failure, Snapshot};

use super::clock::unix_now;
use super::panics;
use super::tasks::Outbox;
use super::vault::{Vault, read_answer};

/// How often to look whether another session has its answer.
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// Gets an answer and reports each step. Ends with exactly one of [`FetchEvent::Answered`], [`FetchEvent::Held`] and
/// [`FetchEvent::Failed`]. Without a vault nothing is written down.
pub async fn fetch(
    client: Result<Client, Failure>,
    vault: Option<Arc<Vault>>,
    id: RequestId,
    intent: Intent,
    outbox: Outbox,
) {
    let tell = Teller { id, outbox };
    let client = match client {
        Ok(client) => client,
        Err(failure) => return tell.failed(failure, None),
    };
    let Some(vault) = vault else {
        let (event, _) = send(&client, &intent, &tell, |_| {}).await;
        return tell.event(event);
    };
    let archive = match vault.open().await {
        Ok(archive) => archive,
        Err(reason) => return tell.failed(Failure::NotArchived { reason }, None),
    };
    match archive.begin(&intent).await {
        Err(error) => tell.failed(Failure::NotArchived { reason: error.to_string() }, None),
        Ok(Begun::Held(snapshot)) => tell.held(&archive, *snapshot).await,
        Ok(Begun::UnderWay(ticket)) => wait_for_other(&archive, ticket, &tell).await,
        Ok(Begun::Send(ticket)) => {
            let asked = AssertUnwindSafe(ask(&client, &archive, &vault, ticket, &intent, &tell)).catch_unwind().await;
            if let Err(payload) = asked {
                take_over(&archive, &vault, ticket, panics::fault(payload.as_ref()), &tell).await;
            }
        }
    }
}

/// Sends a request that is written down, and writes its answer down before anything is told of it.
async fn ask(client: &Client, archive: &Archive, vault: &Vault, ticket: Ticket, intent: &Intent, tell: &Teller) {
    super::fault::here("sent");
    let mut spool = archive.spool(ticket);
    let (event, outcome) = send(client, intent, tell, |piece| spool.add(piece)).await;
    super::fault::here("received");
    keep(archive, vault, ticket, &outcome, tell).await;
    tell.event(event);
}

/// Ends a request that broke down by a fault of the program. What had arrived is in its file and goes into the log; without
/// an end there, the next request like it would wait for this one for ever.
async fn take_over(archive: &Archive, vault: &Vault, ticket: Ticket, reason: String, tell: &Teller) {
    let (event, outcome) = ended(archive.arrived(ticket), Some(200), None).await;
    keep(archive, vault, ticket, &outcome, tell).await;
    let rescued = match event {
        FetchEvent::Answered(answer) => Some(answer),
        FetchEvent::Failed { rescued, .. } => rescued,
        _ => None,
    };
    tell.failed(Failure::Fault { reason }, rescued);
}

/// Sends a request; what shall be told in the end, and what shall be kept.
async fn send(client: &Client, intent: &Intent, tell: &Teller, keep: impl FnMut(&[u8])) -> (FetchEvent, Outcome) {
    let received = client
        .backlinks(
            &intent.request,
            |progress| {
                tell.event(match progress {
                    Progress::Sending { attempt } => FetchEvent::Sending { attempt },
                    Progress::Receiving { bytes } => FetchEvent::Receiving { bytes },
                    Progress::Retrying { next_attempt, pause, because } => {
                        FetchEvent::Retrying { next_attempt, pause, because }
                    }
                });
            },
            keep,
        )
        .await;
    match received {
        Ok(received) => ended(received.raw, Some(received.status), None).await,
        Err(failed) => ended(failed.raw, failed.status, Some(failed.failure)).await,
    }
}

/// How a request ended that brought these bytes: well if they can be read, unless it is known to have failed.
async fn ended(raw: Vec<u8>, status: Option<u16>, failure: Option<Failure>) -> (FetchEvent, Outcome) {
    // Reading 10,000 links takes milliseconds of pure CPU: not on the thread that waits for the network. A fault in it must
    // not take with it what was paid for.
    let raw = Arc::new(raw);
    let reading = Arc::clone(&raw);
    let read = tokio::task::spawn_blocking(move || {
        super::fault::here("read");
        let read = failure.map_or_else(|| response::read(&reading), Err);
        read.map_err(|failure| (failure, Some(response::recover(&reading))))
    });
    let broken = |error| Err((Failure::Fault { reason: panics::fault_of(error) }, None));
    let read = read.await.unwrap_or_else(broken);
    let raw = Arc::unwrap_or_clone(raw);
    match read {
        Ok(answer) => answered(answer, raw, status),
        Err((failure, rescued)) => failed(failure, rescued, raw, status),
    }
}

fn answered(answer: Answer, raw: Vec<u8>, status: Option<u16>) -> (FetchEvent, Outcome) {
    let outcome = Outcome {
        ending: Ending::Answered,
        status,
        charged: answer.consumed,
        links: answer.links.len(),
        failure: None,
        raw,
    };
    (FetchEvent::Answered(Arc::new(answer)), outcome)
}

/// What a failure leaves behind.
fn failed(failure: Failure, rescued: Option<Answer>, raw: Vec<u8>, status: Option<u16>) -> (FetchEvent, Outcome) {
    let links = rescued.as_ref().map_or(0, |answer| answer.links.len());
    let ending = match failure.charge() {
        Charge::Nothing => Ending::Unsent,
        Charge::LikelyNothing => Ending::Refused,
        // What can be read of it is worth opening; what cannot is kept all the same.
        Charge::Unknown if links == 0 => Ending::Unknown,
        Charge::Unknown => Ending::Partial,
    };
    let charged = rescued.as_ref().and_then(|answer| answer.consumed);
    let outcome = Outcome { ending, status, charged, links, failure: Some(failure.to_string()), raw };
    let rescued = rescued.filter(|_| links > 0).map(Arc::new);
    (FetchEvent::Failed { failure, rescued }, outcome)
}

/// Writes into the log what sessions that were killed had received.
pub(super) async fn adopt_orphans(archive: &Archive) {
    let orphans = match archive.orphans().await {
        Ok(orphans) => orphans,
        Err(error) => return tracing::warn!(%error, "what killed sessions left was not looked at"),
    };
    for Orphan { ticket, raw } in orphans {
        let (_, outcome) = ended(raw, Some(200), None).await;
        if let Err(error) = archive.finish(ticket, unix_now(), &outcome).await {
            tracing::warn!(%error, "what a killed session received stays in its file");
        }
    }
}

/// Writes down how a request ended. An answer that the archive can't take goes into a file.
async fn keep(archive: &Archive, vault: &Vault, ticket: Ticket, outcome: &Outcome, tell: &Teller) {
    match archive.finish(ticket, unix_now(), outcome).await {
        Ok(()) => {
            if let Ok(Some(snapshot)) = archive.ended(ticket).await {
                tell.archive(ArchiveEvent::Changed(Box::new(snapshot)));
            }
        }
        Err(error) => {
            let rescued = rescue(vault.directory(), &outcome.raw);
            let rescued = rescued.map(|path| path.display().to_string()).map_err(|error| error.to_string());
            tell.archive(ArchiveEvent::NotKept { why: error.to_string(), rescued });
        }
    }
}

/// Waits for the answer of another session that asks the same.
async fn wait_for_other(archive: &Archive, ticket: Ticket, tell: &Teller) {
    tell.event(FetchEvent::Joined);
    loop {
        match archive.ended(ticket).await {
            Ok(None) => tokio::time::sleep(LOOK_EVERY).await,
            Ok(Some(snapshot)) if snapshot.ending == Ending::Answered => return tell.held(archive, snapshot).await,
            Ok(Some(snapshot)) => {
                let reason = snapshot.failure.unwrap_or_else(|| "it ended before an answer came".to_owned());
                return tell.failed(Failure::OtherSession { reason }, None);
            }
            Err(error) => return tell.failed(Failure::OtherSession { reason: error.to_string() }, None),
        }
    }
}

/// Tells the core of one request.
struct Teller {
    id: RequestId,
    outbox: Outbox,
}

impl Teller {
    fn event(&self, event: FetchEvent) {
        self.outbox.send(Message::Fetch { id: self.id, event });
    }

    fn archive(&self, event: ArchiveEvent) {
        self.outbox.send(Message::Archive(event));
    }

    fn failed(&self, failure: Failure, rescued: Option<Arc<Answer>>) {
        self.event(FetchEvent::Failed { failure, rescued });
    }

    async fn held(&self, archive: &Archive, snapshot: Snapshot) {
        match read_answer(archive, &snapshot).await {
            Ok(answer) => self.event(FetchEvent::Held { snapshot: Box::new(snapshot), answer }),
            Err(reason) => self.failed(Failure::OtherSession { reason }, None),
        }
    }
}
