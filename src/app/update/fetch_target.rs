//! The way of a request from the wish to the network. Everything that spends goes through [`ask`] and nothing else.

use std::sync::Arc;

use crate::app::account::Access;
use crate::app::archive_list::ArchiveStatus;
use crate::app::effect::{Effect, Effects};
use crate::app::key_prompt::KeyPrompt;
use crate::app::model::Model;
use crate::app::overlay::{ConfirmReason, Confirmation, Overlay};
use crate::app::screen::{EmptyResponse, Focus, MainPane};
use crate::app::source::Source;
use crate::app::toasts::Severity;
use crate::domain::number::pluralize;
use crate::domain::purchase::admission::undelivered;
use crate::domain::purchase::{Admission, Agreed, Terms, admit, check_budget};
use crate::domain::{Request, Response, Snapshot, SnapshotId};

/// Gets the links of a request: from this session or the archive for nothing, from an equal request under way, or from
/// the API, after a question where more is at stake than the settings allow without one.
pub fn fetch(model: &mut Model, request: Request) -> Effects {
    if let Some(held) = model.account.requests.response_for(&request) {
        let (response, request) = (Arc::clone(&held.response), held.request.clone());
        model.toast(Severity::Success, format!("{} from this session (free)", link_count(&response)));
        show_response(model, request, &response, None);
        return Effects::new();
    }
    let terms =
        Terms { now: model.session.unix_now(), max_age: model.session.settings.max_age, agreed: Agreed::Nothing };
    let reason = match admit(model.archive.list.log(), &request, &terms) {
        Admission::Held(held) => {
            let id = held.id;
            model.screen.focus = Focus::Main;
            return vec![Effect::OpenSnapshot { id }];
        }
        Admission::Undelivered(earlier) if earlier.can_open() => {
            let id = earlier.id;
            model.screen.focus = Focus::Main;
            return vec![Effect::OpenSnapshot { id }];
        }
        Admission::Undelivered(earlier) => Some(ConfirmReason::MayBePaidAlready(earlier.id)),
        Admission::Unreadable(_) => Some(ConfirmReason::NewerRecord),
        // The engine joins it.
        Admission::InFlight(_) | Admission::Proceed => None,
    };
    if let Some(effects) = join_running(model, &request) {
        return effects;
    }
    let older = model.archive.list.held_for(&request, terms.now, None).cloned().map(Box::new);
    let agreed = if reason.is_some() { Agreed::AfterFailure } else { Agreed::Nothing };
    fetch_from_api(model, request, agreed, older, reason)
}

/// Asks again and pays, whatever is held; always after a question.
pub fn refetch(model: &mut Model, request: Request) -> Effects {
    if let Some(effects) = join_running(model, &request) {
        return effects;
    }
    let reason = undelivered(model.archive.list.snapshots(), &request)
        .map(|earlier| ConfirmReason::MayBePaidAlready(earlier.id));
    fetch_from_api(model, request, Agreed::Refetch, None, reason)
}

/// Waits for an equal request that is under way.
fn join_running(model: &mut Model, request: &Request) -> Option<Effects> {
    if !model.account.requests.join(request) {
        return None;
    }
    model.screen.focus = Focus::Main;
    model.toast(Severity::Info, "already running: waiting for that response");
    Some(Effects::new())
}

fn fetch_from_api(
    model: &mut Model,
    request: Request,
    agreed: Agreed,
    older: Option<Box<Snapshot>>,
    reason: Option<ConfirmReason>,
) -> Effects {
    match blocked(model, &request) {
        Some(Blocked::Deferred) => {
            model.account.deferred_request = Some(request);
            return Effects::new();
        }
        Some(Blocked::NeedsKey) => return Effects::new(),
        Some(Blocked::Rejected(why)) => {
            model.toast(Severity::Warning, why);
            return Effects::new();
        }
        None => {}
    }
    let mut reasons = confirm_reasons(model, &request, agreed, older.is_some());
    reasons.extend(reason);
    if reasons.is_empty() {
        send(model, request, agreed)
    } else {
        model.confirm(Confirmation::Spend { request, agreed, older, reasons });
        Effects::new()
    }
}

/// Why nothing can be bought right now.
enum Blocked {
    /// Something is just starting; it is asked once that is there, unless another key comes first.
    Deferred,
    /// There is no key: it is asked for first.
    NeedsKey,
    /// It will not do.
    Rejected(String),
}

fn blocked(model: &mut Model, request: &Request) -> Option<Blocked> {
    match model.account.access {
        Access::Key | Access::Demo => {}
        Access::NoKey { .. } => {
            // Nothing is fetched once the key is there: Enter does that then.
            model.overlay = Some(Overlay::KeyPrompt(KeyPrompt::for_fetch()));
            return Some(Blocked::NeedsKey);
        }
        Access::DemoStarting => return Some(Blocked::Deferred),
    }
    match &model.archive.list.status {
        ArchiveStatus::Failed(why) => {
            let why = format!("nothing sent: {why}. To fetch without saving, start with --no-archive");
            Some(Blocked::Rejected(why))
        }
        ArchiveStatus::Opening => Some(Blocked::Deferred),
        ArchiveStatus::Off | ArchiveStatus::Open => over_budget(model, request).map(Blocked::Rejected),
    }
}

/// Asks what had to wait.
pub fn resume_deferred(model: &mut Model) -> Effects {
    model.account.deferred_request.take().map(|request| fetch(model, request)).unwrap_or_default()
}

fn over_budget(model: &Model, request: &Request) -> Option<String> {
    let budget = model.session.settings.session_budget?;
    let over = check_budget(budget, model.account.meter.sums(), request.quote()).err()?;
    Some(format!("nothing sent: {over}"))
}

fn confirm_reasons(model: &Model, request: &Request, agreed: Agreed, has_older: bool) -> Vec<ConfirmReason> {
    let quote = request.quote();
    let is_short = model.account.meter.balance().is_some_and(|balance| balance < quote);
    [
        (agreed == Agreed::Refetch, ConfirmReason::FetchedBefore),
        (has_older, ConfirmReason::SnapshotTooOld),
        (quote > model.session.settings.confirm_above, ConfirmReason::AboveLimit),
        (is_short, ConfirmReason::BalanceBelowMaximum),
    ]
    .into_iter()
    .filter_map(|(applies, reason)| applies.then_some(reason))
    .collect()
}

/// Sends a request that the user has agreed to.
pub fn send(model: &mut Model, request: Request, agreed: Agreed) -> Effects {
    if let Some(effects) = join_running(model, &request) {
        return effects;
    }
    let id = model.account.requests.start(request.clone(), model.session.now);
    model.account.meter.add_request(id, request.quote());
    model.screen.focus = Focus::Main;
    vec![Effect::Fetch { id, request, agreed }]
}

/// Shows an answer: its links, or the other addresses to try where it has none.
///
/// `snapshot` is the one that holds it, if that is known.
pub fn show_response(model: &mut Model, request: Request, response: &Response, snapshot: Option<SnapshotId>) {
    model.account.requests.stop_watching();
    model.screen.focus = Focus::Main;
    model.detail.scroll = 0;
    model.target.fill(&request);
    if response.links.is_empty() {
        let variant = |target| Request { target, ..request.clone() };
        let variants = request.target.variants().into_iter().map(variant).collect();
        model.screen.main = MainPane::Empty(EmptyResponse { request, variants, selected: 0 });
        return;
    }
    if response.skipped > 0 {
        let rows = pluralize(response.skipped, "row", "rows");
        model.toast(Severity::Warning, format!("{rows} of the response skipped: unreadable"));
    }
    let source = Source::Response(request, snapshot);
    model.table.state = Some(model.new_table(source, &response.links));
    model.screen.main = MainPane::Links;
}

/// How many links an answer holds, in words.
pub fn link_count(response: &Response) -> String {
    pluralize(response.links.len(), "link", "links")
}
