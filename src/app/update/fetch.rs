//! What comes back from a request.

use std::sync::Arc;

use crate::app::effect::Effects;
use crate::app::message::FetchEvent;
use crate::app::model::{FailedRequest, Main, Model};
use crate::app::requests::{RequestId, Running, Stage};
use crate::app::toasts::Tone;
use crate::domain::failure::Charge;
use crate::domain::{Answer, Failure};

use super::account::read_balance;
use super::archive::from_archive;
use super::{ask, confirm};

/// Takes a step of a request.
pub fn act(model: &mut Model, id: RequestId, event: FetchEvent) -> Effects {
    match event {
        FetchEvent::Joined => model.requests.advance(id, Stage::Joined),
        FetchEvent::Held { snapshot, answer } => {
            if let Some(running) = model.requests.end(id) {
                model.requests.hold(running.request, Arc::clone(&answer));
                model.toast(Tone::Success, from_archive(model, &snapshot));
                model.shelf.change((*snapshot).clone());
                if running.watched {
                    ask::open(model, snapshot.request, &answer, Some(snapshot.id));
                }
            }
        }
        FetchEvent::Sending { attempt } => model.requests.advance(id, Stage::Sent { attempt }),
        FetchEvent::Receiving { bytes } => model.requests.advance(id, Stage::Receiving { bytes }),
        FetchEvent::Retrying { next_attempt, pause, because } => {
            let until = model.now + pause;
            model.requests.advance(id, Stage::Pausing { next_attempt, until, because });
        }
        FetchEvent::Answered(answer) => {
            if let Some(running) = model.requests.end(id) {
                return answered(model, running, &answer);
            }
        }
        FetchEvent::Failed { failure, rescued } => {
            if let Some(running) = model.requests.end(id) {
                return failed(model, running, failure, rescued);
            }
        }
    }
    Effects::new()
}

fn answered(model: &mut Model, running: Running, answer: &Arc<Answer>) -> Effects {
    if let Some(consumed) = answer.consumed {
        model.counter.charge(consumed);
    }
    if let Some(odd) = ask::odd_charge(&running.request, answer) {
        model.toast(Tone::Warning, odd);
    }
    model.requests.hold(running.request.clone(), Arc::clone(answer));
    if running.watched {
        let cost = answer.consumed.map_or_else(|| "cost unknown".to_owned(), |c| c.to_string());
        model.toast(Tone::Success, format!("{} · {cost}", ask::links(answer)));
        ask::open(model, running.request, answer, None);
    } else {
        let (links, target) = (ask::links(answer), &running.request.target);
        model.toast(
            Tone::Success,
            format!("the answer for {target} is here: {links}; ask again to open it for nothing"),
        );
    }
    vec![read_balance(model)]
}

fn failed(model: &mut Model, running: Running, failure: Failure, rescued: Option<Arc<Answer>>) -> Effects {
    let charge = failure.charge();
    confirm::stay(model);
    if charge == Charge::Unknown {
        model.requests.leave_unsettled(running.request.clone());
    }
    if running.watched {
        model.main = Main::Failed(FailedRequest { request: running.request, failure, rescued, scroll: 0 });
    } else {
        model.toast(Tone::Error, format!("{}: {}: {failure}", running.request.target, failure.title()));
    }
    match charge {
        Charge::Nothing => Effects::new(),
        // The balance tells whether it was charged after all.
        Charge::LikelyNothing | Charge::Unknown => vec![read_balance(model)],
    }
}
