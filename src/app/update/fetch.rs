//! What comes back from a request.

use crate::domain::signs::DOT;
use std::sync::Arc;

use crate::app::effect::Effects;
use crate::app::message::FetchEvent;
use crate::app::model::Model;
use crate::app::requests::{Ended, RequestId, Running, Stage};
use crate::app::screen::{FailedRequest, Main};
use crate::app::shelf::ShelfState;
use crate::app::toasts::Tone;
use crate::domain::ledger::odd_price;
use crate::domain::purchase::Charge;
use crate::domain::snapshot::{Ending, Label};
use crate::domain::{Answer, Failure, Snapshot, SnapshotId};

use super::account::read_balance;
use super::archive_events::from_archive;
use super::{ask, quit};

/// Takes a step of a request.
pub fn act(model: &mut Model, id: RequestId, event: FetchEvent) -> Effects {
    match event {
        FetchEvent::Joined => {
            // Whoever sent it is charged.
            model.account.counter.charge(id, Charge::NotSent);
            model.account.requests.advance(id, Stage::Joined);
        }
        FetchEvent::Held { snapshot, answer } => {
            model.account.counter.charge(id, Charge::NotSent);
            if let Some(Ended { running, was_watched }) = model.account.requests.end(id) {
                model.account.requests.hold(running.request, Arc::clone(&answer));
                model.toast(Tone::Success, from_archive(model, &snapshot));
                model.archive.list.change((*snapshot).clone());
                if was_watched {
                    ask::open(model, snapshot.request, &answer, Some(snapshot.id));
                }
            }
        }
        FetchEvent::Sending { attempt } => model.account.requests.advance(id, Stage::Sent { attempt }),
        FetchEvent::Receiving { bytes } => model.account.requests.advance(id, Stage::Receiving { bytes }),
        FetchEvent::CheckingBalance => model.account.requests.advance(id, Stage::CheckingBalance),
        FetchEvent::Retrying { next_attempt, pause, because } => {
            let until = model.session.now + pause;
            model.account.requests.advance(id, Stage::Pausing { next_attempt, until, because });
        }
        FetchEvent::Recorded(snapshot) => {
            model.account.counter.record(id, &snapshot);
            model.archive.list.change(*snapshot);
        }
        FetchEvent::Answered(answer) => {
            if let Some(ended) = model.account.requests.end(id) {
                return answered(model, ended, &answer);
            }
        }
        FetchEvent::Failed { failure, rescued, charge } => {
            if let Some(ended) = model.account.requests.end(id) {
                return failed(model, ended, failure, rescued, charge);
            }
        }
        FetchEvent::Settled(charge) => {
            model.account.counter.charge(id, charge);
            if let Some(credits) = charge.credits() {
                model.toast(Tone::Info, format!("your balance shows a charge of {}", credits.in_words()));
            }
        }
    }
    Effects::new()
}

fn answered(model: &mut Model, Ended { running, was_watched }: Ended, answer: &Arc<Answer>) -> Effects {
    let charge = answer.consumed.map_or(Charge::Unknown, Charge::Response);
    model.account.counter.charge(running.id, charge);
    keep_for_session(model, &running, Ending::Answered, charge, answer);
    let entries = answer.links.len() + answer.skipped;
    if let Some(odd) = answer.consumed.and_then(|consumed| odd_price(&running.request, entries, consumed)) {
        model.toast(Tone::Warning, odd);
    }
    model.account.requests.hold(running.request.clone(), Arc::clone(answer));
    if was_watched {
        let cost = answer.consumed.map_or_else(|| "cost unknown".to_owned(), |c| c.to_string());
        model.toast(Tone::Success, format!("{} {DOT} {cost}", ask::links(answer)));
        ask::open(model, running.request, answer, None);
    } else {
        let (links, target) = (ask::links(answer), &running.request.target);
        model.toast(Tone::Success, format!("{target}: {links} fetched; open them from the archive (free)"));
    }
    vec![read_balance(model)]
}

fn failed(
    model: &mut Model,
    Ended { running, was_watched }: Ended,
    failure: Failure,
    rescued: Option<Arc<Answer>>,
    charge: Charge,
) -> Effects {
    quit::stay(model);
    model.account.counter.charge(running.id, charge);
    let ending = match Charge::of_failure(&failure) {
        Charge::NotSent => Ending::Unsent,
        Charge::Rejected => Ending::Refused,
        _ => Ending::Failed,
    };
    keep_for_session(model, &running, ending, charge, &rescued.clone().unwrap_or_default());
    if was_watched {
        model.screen.main =
            Main::Failed(FailedRequest { request: running.request, failure, rescued, charge, scroll: 0 });
    } else {
        model.toast(Tone::Error, format!("{}: {}: {failure}", running.request.target, failure.title()));
    }
    // Also after a rejection, which most likely cost nothing.
    if charge == Charge::NotSent { Effects::new() } else { vec![read_balance(model)] }
}

/// Without an archive the session keeps the record itself, so that nothing is paid for twice in it.
fn keep_for_session(model: &mut Model, running: &Running, ending: Ending, charge: Charge, answer: &Answer) {
    if model.archive.list.state != ShelfState::Off {
        return;
    }
    let snapshot = Snapshot {
        id: SnapshotId(running.id.0 as i64),
        at: model.session.unix_now(),
        quoted: running.request.quote(),
        request: running.request.clone(),
        ending,
        charge,
        links: answer.links.len(),
        skipped: answer.skipped,
        seen: None,
        failure: None,
        has_answer: false,
        label: Label::default(),
    };
    model.account.counter.record(running.id, &snapshot);
    model.archive.list.change(snapshot);
}
