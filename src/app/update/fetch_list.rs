//! Fetching a pasted list of targets: confirmed as a whole, then one request after another. Each is admitted again
//! before it is sent, and the first failure ends the list.

use crate::app::archive_list::ArchiveStatus;
use crate::app::effect::Effects;
use crate::app::fetch_list::FetchList;
use crate::app::model::Model;
use crate::app::overlay::Confirmation;
use crate::app::requests::RequestId;
use crate::app::screen::Focus;
use crate::app::target_plan::{Planned, TargetPlan};
use crate::app::toasts::Severity;
use crate::domain::Request;
use crate::domain::number::pluralize;
use crate::domain::purchase::{Agreed, Terms};

use super::archive_screen;
use super::fetch_target::{self, Blocked};

/// Keeps the plan of the pasted list up to date, so that the cost on the screen is what would be charged.
pub fn update_plan(model: &mut Model) {
    let Some(requests) = model.target.list_requests() else { return };
    let plan = requests.ok().map(|requests| plan(model, requests));
    if let Some(list) = &mut model.target.list {
        list.plan = plan;
    }
}

fn plan(model: &Model, requests: Vec<Request>) -> TargetPlan {
    let terms =
        Terms { now: model.session.unix_now(), max_age: model.session.settings.max_age, agreed: Agreed::Nothing };
    TargetPlan::new(requests, model.archive.list.log(), &model.account.requests, &terms)
}

/// Opens the confirmation for the pasted list. Nothing is sent yet.
pub fn confirm(model: &mut Model) {
    let plan = match model.target.list_requests() {
        Some(Ok(requests)) => plan(model, requests),
        Some(Err(error)) => return model.target.report(error),
        None => return,
    };
    if plan.to_fetch().next().is_none() {
        return model.toast(Severity::Info, nothing_to_fetch(&plan));
    }
    if model.account.list.is_some() {
        return model.toast(Severity::Warning, "another list is being fetched: wait until it is done");
    }
    match fetch_target::blocked(model, plan.maximum()) {
        None => model.confirm(Confirmation::SpendList(plan)),
        Some(Blocked::Deferred) => model.toast(Severity::Info, "still starting: try again in a moment"),
        Some(Blocked::Rejected(why)) => model.toast(Severity::Warning, why),
        Some(Blocked::NeedsKey) => {}
    }
}

fn nothing_to_fetch(plan: &TargetPlan) -> String {
    match (plan.count(Planned::Saved), plan.count(Planned::MayBeCharged)) {
        (0, 0) if plan.requests.is_empty() => "nothing to fetch: no valid targets".to_owned(),
        (0, 0) => "nothing to fetch: all targets are already being fetched".to_owned(),
        (saved, 0) => {
            format!("nothing to fetch: {} already saved (free)", pluralize(saved, "target is", "targets are"))
        }
        (_, unclear) => {
            format!("{} may have been charged already: fetch one at a time", pluralize(unclear, "target", "targets"))
        }
    }
}

/// Sends the first request of a list that the user has confirmed.
pub fn start(model: &mut Model, plan: &TargetPlan) -> Effects {
    model.target.list = None;
    model.screen.focus = Focus::Main;
    model.account.list = Some(FetchList::new(plan.to_fetch().cloned().collect()));
    send_next(model, true)
}

/// Sends the next request that still has to be. `watch`: whether the user waits for the list.
fn send_next(model: &mut Model, watch: bool) -> Effects {
    while let Some(request) = model.account.list.as_mut().and_then(FetchList::take_next) {
        // Since the confirmation, it may have been fetched in another way.
        if plan(model, vec![request.clone()]).to_fetch().next().is_none() {
            continue;
        }
        match fetch_target::blocked(model, request.quote()) {
            None => {
                let effects = fetch_target::send_as(model, request, Agreed::Nothing, watch);
                let newest = model.account.requests.running().last().map(|running| running.id);
                if let Some(list) = &mut model.account.list {
                    list.current = newest;
                }
                return effects;
            }
            Some(Blocked::Rejected(why)) => model.toast(Severity::Warning, why),
            Some(Blocked::Deferred | Blocked::NeedsKey) => {}
        }
        stop(model, 1);
        return Effects::new();
    }
    model.account.list = None;
    if watch && model.archive.list.status != ArchiveStatus::Off {
        archive_screen::open(model);
    }
    Effects::new()
}

/// Whether a request is part of the list.
pub fn includes(model: &Model, id: RequestId) -> bool {
    model.account.list.as_ref().is_some_and(|list| list.current == Some(id))
}

/// Goes on after a request of the list that got its response.
pub fn advance(model: &mut Model, links: &str, target: &str, was_watched: bool) -> Effects {
    if let Some(list) = &model.account.list {
        let (number, total) = list.position();
        model.toast(Severity::Success, format!("{number} of {total}: {target}: {links}"));
    }
    send_next(model, was_watched)
}

/// Gives up the requests that are not sent yet, `more` of which have been taken out of the list.
pub fn stop(model: &mut Model, more: usize) {
    let left = model.account.list.take().map_or(0, |list| list.waiting() + more);
    if left > 0 {
        model.toast(Severity::Warning, format!("list stopped: {} not fetched", pluralize(left, "target", "targets")));
    }
}
