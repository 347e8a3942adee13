//! From a target to a request. Every request that can cost credits is sent by [`send_as`] and nowhere else.

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
use crate::domain::{Credits, Request, Response, Snapshot, SnapshotId};

/// Gets the links for a request: from this session or the archive (free), from an identical running request, or from
/// the API, after a confirmation if the settings ask for one.
pub fn fetch(model: &mut Model, request: Request) -> Effects {
    if let Some(kept) = model.account.requests.response_for(&request) {
        let (response, request) = (Arc::clone(&kept.response), kept.request.clone());
        model.toast(Severity::Success, format!("{} from this session (free)", link_count(&response)));
        show_response(model, request, &response, None);
        return Effects::new();
    }
    let terms =
        Terms { now: model.session.unix_now(), max_age: model.session.settings.max_age, agreed: Agreed::Nothing };
    let reason = match admit(model.archive.list.log(), &request, &terms) {
        Admission::Held(snapshot) => {
            let id = snapshot.id;
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
        // The engine waits for the request of the other session.
        Admission::InFlight(_) | Admission::Proceed => None,
    };
    if let Some(effects) = join_running(model, &request) {
        return effects;
    }
    let older = model.archive.list.snapshot_for(&request, terms.now, None).cloned().map(Box::new);
    let agreed = if reason.is_some() { Agreed::AfterFailure } else { Agreed::Nothing };
    fetch_from_api(model, request, agreed, older, reason)
}

/// Fetches again, always after a confirmation: it is charged again.
pub fn refetch(model: &mut Model, request: Request) -> Effects {
    if let Some(effects) = join_running(model, &request) {
        return effects;
    }
    let reason = undelivered(model.archive.list.snapshots(), &request)
        .map(|earlier| ConfirmReason::MayBePaidAlready(earlier.id));
    fetch_from_api(model, request, Agreed::Refetch, None, reason)
}

/// Waits for an identical running request.
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
    match blocked(model, request.quote()) {
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

/// Why a request can't be sent now.
pub(super) enum Blocked {
    /// The archive or the demo is starting. The request is sent when it is ready, unless a key is pressed first.
    Deferred,
    /// There is no key; the prompt for one is open.
    NeedsKey,
    /// Not possible; the reason is shown.
    Rejected(String),
}

pub(super) fn blocked(model: &mut Model, maximum: Credits) -> Option<Blocked> {
    match model.account.access {
        Access::Key | Access::Demo => {}
        Access::NoKey { .. } => {
            // Entering the key does not fetch: that takes another Enter.
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
        ArchiveStatus::Off | ArchiveStatus::Open => over_budget(model, maximum).map(Blocked::Rejected),
    }
}

/// Fetches the request that had to wait.
pub fn resume_deferred(model: &mut Model) -> Effects {
    model.account.deferred_request.take().map(|request| fetch(model, request)).unwrap_or_default()
}

fn over_budget(model: &Model, maximum: Credits) -> Option<String> {
    let budget = model.session.settings.session_budget?;
    let over = check_budget(budget, model.account.meter.sums(), maximum).err()?;
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
    model.screen.focus = Focus::Main;
    send_as(model, request, agreed, true)
}

/// Sends a request that is not running yet. `watch`: whether the user waits for it.
pub(super) fn send_as(model: &mut Model, request: Request, agreed: Agreed, watch: bool) -> Effects {
    let id = model.account.requests.start(request.clone(), model.session.now, watch);
    model.account.meter.add_request(id, request.quote());
    vec![Effect::Fetch { id, request, agreed }]
}

/// Shows a response: its links, or other addresses to try if it has none.
///
/// `snapshot` is the one that holds it, if known.
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

/// The number of links in words.
pub fn link_count(response: &Response) -> String {
    pluralize(response.links.len(), "link", "links")
}
