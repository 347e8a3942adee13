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
pub fn ask(model: &mut Model, request: Request) -> Effects {
    if let Some(held) = model.account.requests.held_for(&request) {
        let (response, asked) = (Arc::clone(&held.response), held.request.clone());
        model.toast(Severity::Success, format!("{} from this session (free)", links(&response)));
        open(model, asked, &response, None);
        return Effects::new();
    }
    let terms =
        Terms { now: model.session.unix_now(), max_age: model.session.settings.max_age, agreed: Agreed::Nothing };
    let caution = match admit(model.archive.list.log(), &request, &terms) {
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
    if let Some(effects) = join(model, &request) {
        return effects;
    }
    let older = model.archive.list.held_for(&request, terms.now, None).cloned().map(Box::new);
    let agreed = if caution.is_some() { Agreed::AfterFailure } else { Agreed::Nothing };
    buy(model, request, agreed, older, caution)
}

/// Asks again and pays, whatever is held; always after a question.
pub fn refresh(model: &mut Model, request: Request) -> Effects {
    if let Some(effects) = join(model, &request) {
        return effects;
    }
    let earlier = undelivered(model.archive.list.snapshots(), &request)
        .map(|earlier| ConfirmReason::MayBePaidAlready(earlier.id));
    buy(model, request, Agreed::Refetch, None, earlier)
}

/// Waits for an equal request that is under way.
fn join(model: &mut Model, request: &Request) -> Option<Effects> {
    if !model.account.requests.join(request) {
        return None;
    }
    model.screen.focus = Focus::Main;
    model.toast(Severity::Info, "already running: waiting for that response");
    Some(Effects::new())
}

fn buy(
    model: &mut Model,
    request: Request,
    agreed: Agreed,
    older: Option<Box<Snapshot>>,
    earlier: Option<ConfirmReason>,
) -> Effects {
    match obstacle(model, &request) {
        Some(Obstacle::NotYet) => {
            model.account.deferred_request = Some(request);
            return Effects::new();
        }
        Some(Obstacle::NeedsKey) => return Effects::new(),
        Some(Obstacle::Refused(why)) => {
            model.toast(Severity::Warning, why);
            return Effects::new();
        }
        None => {}
    }
    let mut why = cautions(model, &request, agreed, older.is_some());
    why.extend(earlier);
    if why.is_empty() {
        send(model, request, agreed)
    } else {
        model.confirm(Confirmation::Spend { request, agreed, older, why });
        Effects::new()
    }
}

/// Why nothing can be bought right now.
enum Obstacle {
    /// Something is just starting; it is asked once that is there, unless another key comes first.
    NotYet,
    /// There is no key: it is asked for first.
    NeedsKey,
    /// It will not do.
    Refused(String),
}

fn obstacle(model: &mut Model, request: &Request) -> Option<Obstacle> {
    match model.account.access {
        Access::Key | Access::Demo => {}
        Access::NoKey { .. } => {
            // Nothing is fetched once the key is there: Enter does that then.
            model.overlay = Some(Overlay::Key(KeyPrompt::for_fetch()));
            return Some(Obstacle::NeedsKey);
        }
        Access::DemoStarting => return Some(Obstacle::NotYet),
    }
    match &model.archive.list.status {
        ArchiveStatus::Failed(why) => {
            let why = format!("nothing sent: {why}. To fetch without saving, start with --no-archive");
            Some(Obstacle::Refused(why))
        }
        ArchiveStatus::Opening => Some(Obstacle::NotYet),
        ArchiveStatus::Off | ArchiveStatus::Open => over_budget(model, request).map(Obstacle::Refused),
    }
}

/// Asks what had to wait.
pub fn resume(model: &mut Model) -> Effects {
    model.account.deferred_request.take().map(|request| ask(model, request)).unwrap_or_default()
}

fn over_budget(model: &Model, request: &Request) -> Option<String> {
    let budget = model.session.settings.session_budget?;
    let over = check_budget(budget, model.account.meter.sums(), request.quote()).err()?;
    Some(format!("nothing sent: {over}"))
}

fn cautions(model: &Model, request: &Request, agreed: Agreed, has_older: bool) -> Vec<ConfirmReason> {
    let quote = request.quote();
    let short = model.account.meter.balance().is_some_and(|balance| balance < quote);
    [
        (agreed == Agreed::Refetch, ConfirmReason::FetchedBefore),
        (has_older, ConfirmReason::OnlyOlder),
        (quote > model.session.settings.confirm_above, ConfirmReason::AboveLimit),
        (short, ConfirmReason::BalanceBelowQuote),
    ]
    .into_iter()
    .filter_map(|(applies, caution)| applies.then_some(caution))
    .collect()
}

/// Sends a request that the user has agreed to.
pub fn send(model: &mut Model, request: Request, agreed: Agreed) -> Effects {
    if let Some(effects) = join(model, &request) {
        return effects;
    }
    let id = model.account.requests.begin(request.clone(), model.session.now);
    model.account.meter.begin(id, request.quote());
    model.screen.focus = Focus::Main;
    vec![Effect::Fetch { id, request, agreed }]
}

/// Shows an answer: its links, or the other addresses to try where it has none.
///
/// `snapshot` is the one that holds it, if that is known.
pub fn open(model: &mut Model, request: Request, response: &Response, snapshot: Option<SnapshotId>) {
    model.account.requests.stop_watching();
    model.screen.focus = Focus::Main;
    model.detail.scroll = 0;
    model.target.fill(&request);
    if response.links.is_empty() {
        let again = |target| Request { target, ..request.clone() };
        let variants = request.target.variants().into_iter().map(again).collect();
        model.screen.main = MainPane::Empty(EmptyResponse { request, variants, selected: 0 });
        return;
    }
    if response.skipped > 0 {
        let rows = pluralize(response.skipped, "row", "rows");
        model.toast(Severity::Warning, format!("{rows} of the response skipped: unreadable"));
    }
    let source = Source::Response(request, snapshot);
    model.table.state = Some(model.browse(source, &response.links));
    model.screen.main = MainPane::Links;
}

/// How many links an answer holds, in words.
pub fn links(response: &Response) -> String {
    pluralize(response.links.len(), "link", "links")
}
