//! Events of a request.

use crate::domain::signs::DOT;
use std::sync::Arc;

use crate::app::archive_list::ArchiveStatus;
use crate::app::effect::Effects;
use crate::app::message::FetchEvent;
use crate::app::model::Model;
use crate::app::requests::{FinishedRequest, RequestId, RunningRequest, Stage};
use crate::app::screen::{FailedRequest, MainPane};
use crate::app::toasts::Severity;
use crate::domain::ledger::price_mismatch;
use crate::domain::purchase::Charge;
use crate::domain::snapshot::{Annotations, RequestStatus};
use crate::domain::{FetchError, Response, Snapshot, SnapshotId};

use super::account::read_balance;
use super::archive_events::from_archive_toast;
use super::{fetch_list, fetch_target, quit};

pub fn handle_event(model: &mut Model, id: RequestId, event: FetchEvent) -> Effects {
    match event {
        FetchEvent::Joined => {
            // The session that sent it is charged.
            model.account.meter.set_charge(id, Charge::NotSent);
            model.account.requests.set_stage(id, Stage::Joined);
        }
        FetchEvent::Held { snapshot, response } => {
            model.account.meter.set_charge(id, Charge::NotSent);
            if let Some(FinishedRequest { running, was_watched }) = model.account.requests.finish(id) {
                model.account.requests.keep_response(running.request, Arc::clone(&response));
                model.toast(Severity::Success, from_archive_toast(model, &snapshot));
                model.archive.list.upsert((*snapshot).clone());
                if fetch_list::includes(model, id) {
                    let links = fetch_target::link_count(&response);
                    return fetch_list::advance(model, &links, snapshot.request.target.as_str(), was_watched);
                }
                if was_watched {
                    fetch_target::show_response(model, snapshot.request, &response, Some(snapshot.id));
                }
            }
        }
        FetchEvent::Sending { attempt } => model.account.requests.set_stage(id, Stage::Sent { attempt }),
        FetchEvent::Receiving { bytes } => model.account.requests.set_stage(id, Stage::Receiving { bytes }),
        FetchEvent::CheckingBalance => model.account.requests.set_stage(id, Stage::CheckingBalance),
        FetchEvent::Retrying { next_attempt, pause, error } => {
            let until = model.session.now + pause;
            model.account.requests.set_stage(id, Stage::Retrying { next_attempt, until, error });
        }
        FetchEvent::Recorded(snapshot) => {
            model.account.meter.link_snapshot(id, &snapshot);
            model.archive.list.upsert(*snapshot);
        }
        FetchEvent::Completed(response) => {
            if let Some(finished) = model.account.requests.finish(id) {
                return completed(model, finished, &response);
            }
        }
        FetchEvent::Failed { failure, rescued, charge } => {
            if let Some(finished) = model.account.requests.finish(id) {
                return failed(model, finished, failure, rescued, charge);
            }
        }
        FetchEvent::Settled(charge) => {
            model.account.meter.set_charge(id, charge);
            if let Some(credits) = charge.credits() {
                model.toast(Severity::Info, format!("your balance shows a charge of {}", credits.in_words()));
            }
        }
    }
    Effects::new()
}

fn completed(
    model: &mut Model,
    FinishedRequest { running, was_watched }: FinishedRequest,
    response: &Arc<Response>,
) -> Effects {
    let charge = response.charged.map_or(Charge::Unknown, Charge::Response);
    model.account.meter.set_charge(running.id, charge);
    record_for_session(model, &running, RequestStatus::Completed, charge, response);
    let entries = response.links.len() + response.skipped;
    if let Some(odd) = response.charged.and_then(|charged| price_mismatch(&running.request, entries, charged)) {
        model.toast(Severity::Warning, odd);
    }
    model.account.requests.keep_response(running.request.clone(), Arc::clone(response));
    let cost = response.charged.map_or_else(|| "cost unknown".to_owned(), |c| c.to_string());
    let summary = format!("{} {DOT} {cost}", fetch_target::link_count(response));
    if fetch_list::includes(model, running.id) {
        let mut effects = fetch_list::advance(model, &summary, running.request.target.as_str(), was_watched);
        effects.push(read_balance(model));
        return effects;
    }
    if was_watched {
        model.toast(Severity::Success, summary);
        fetch_target::show_response(model, running.request, response, None);
    } else {
        let (links, target) = (fetch_target::link_count(response), &running.request.target);
        model.toast(Severity::Success, format!("{target}: {links} fetched; open them from the archive (free)"));
    }
    vec![read_balance(model)]
}

fn failed(
    model: &mut Model,
    FinishedRequest { running, was_watched }: FinishedRequest,
    failure: FetchError,
    rescued: Option<Arc<Response>>,
    charge: Charge,
) -> Effects {
    quit::cancel(model);
    if fetch_list::includes(model, running.id) {
        fetch_list::stop(model, 0);
    }
    model.account.meter.set_charge(running.id, charge);
    let status = match Charge::of_failure(&failure) {
        Charge::NotSent => RequestStatus::Unsent,
        Charge::Rejected => RequestStatus::Rejected,
        _ => RequestStatus::Failed,
    };
    record_for_session(model, &running, status, charge, &rescued.clone().unwrap_or_default());
    if was_watched {
        model.screen.main =
            MainPane::Failed(FailedRequest { request: running.request, failure, rescued, charge, scroll: 0 });
    } else {
        model.toast(Severity::Error, format!("{}: {}: {failure}", running.request.target, failure.title()));
    }
    // Also after a rejection, which most likely cost nothing.
    if charge == Charge::NotSent { Effects::new() } else { vec![read_balance(model)] }
}

/// Without an archive the session keeps the record itself, so that nothing is paid for twice.
fn record_for_session(
    model: &mut Model,
    running: &RunningRequest,
    status: RequestStatus,
    charge: Charge,
    response: &Response,
) {
    if model.archive.list.status != ArchiveStatus::Off {
        return;
    }
    let snapshot = Snapshot {
        id: SnapshotId(running.id.0 as i64),
        at: model.session.unix_now(),
        maximum_cost: running.request.quote(),
        request: running.request.clone(),
        tool: None,
        status,
        charge,
        links: response.links.len(),
        skipped: response.skipped,
        balance_readings: None,
        failure: None,
        has_response: false,
        annotations: Annotations::default(),
    };
    model.account.meter.link_snapshot(running.id, &snapshot);
    model.archive.list.upsert(snapshot);
}
