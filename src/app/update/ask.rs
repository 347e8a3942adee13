//! The way of a request from the wish to the network. Everything that spends goes through [`ask`] and nothing else.

use std::sync::Arc;

use crate::app::account::Access;
use crate::app::effect::{Effect, Effects};
use crate::app::model::{EmptyAnswer, Focus, Main, Model};
use crate::app::overlay::{Caution, Question};
use crate::app::shelf::ShelfState;
use crate::app::source::Source;
use crate::app::toasts::Tone;
use crate::domain::number::{Grouped, counted};
use crate::domain::{Answer, Request, Snapshot, SnapshotId};

use super::{confirm, key_prompt};

/// Gets the links of a request: from this session or the archive for nothing, from an equal request under way, or from
/// the API, after a question where more is at stake than the settings allow without one.
pub fn ask(model: &mut Model, request: Request) -> Effects {
    if let Some(held) = model.requests.held_for(&request) {
        let (answer, asked) = (Arc::clone(&held.answer), held.request.clone());
        model.toast(Tone::Success, format!("{} from this session, for no credits", links(&answer)));
        open(model, asked, &answer, None);
        return Effects::new();
    }
    let now = model.unix_now();
    if let Some(held) = model.shelf.held_for(&request, now, model.settings.max_age) {
        model.focus = Focus::Main;
        return vec![Effect::OpenSnapshot { id: held.id }];
    }
    if let Some(effects) = join(model, &request) {
        return effects;
    }
    let older = model.shelf.held_for(&request, now, None).cloned().map(Box::new);
    buy(model, request, false, older)
}

/// Asks again and pays, whatever is held; always after a question.
pub fn refresh(model: &mut Model, request: Request) -> Effects {
    if let Some(effects) = join(model, &request) {
        return effects;
    }
    buy(model, request, true, None)
}

/// Waits for an equal request that is under way.
fn join(model: &mut Model, request: &Request) -> Option<Effects> {
    if !model.requests.join(request) {
        return None;
    }
    model.focus = Focus::Main;
    model.toast(Tone::Info, "already under way: waiting for that answer");
    Some(Effects::new())
}

fn buy(model: &mut Model, request: Request, refresh: bool, older: Option<Box<Snapshot>>) -> Effects {
    match obstacle(model, &request) {
        Some(Obstacle::NotYet) => {
            model.wish = Some(request);
            return Effects::new();
        }
        Some(Obstacle::NeedsKey) => return Effects::new(),
        Some(Obstacle::Refused(why)) => {
            model.toast(Tone::Warning, why);
            return Effects::new();
        }
        None => {}
    }
    let why = cautions(model, &request, refresh, older.is_some());
    if why.is_empty() {
        send(model, request, refresh)
    } else {
        confirm::begin(model, Question::Spend { request, refresh, older, why });
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
    match model.access {
        Access::Key | Access::Demo => {}
        Access::NoKey { .. } => {
            key_prompt::begin_for_fetch(model);
            return Some(Obstacle::NeedsKey);
        }
        Access::DemoStarting => return Some(Obstacle::NotYet),
    }
    match &model.shelf.state {
        ShelfState::Failed(why) => {
            let why =
                format!("nothing was sent, since an answer could be lost: {why}. --no-archive spends without one");
            Some(Obstacle::Refused(why))
        }
        ShelfState::Opening => Some(Obstacle::NotYet),
        ShelfState::Off | ShelfState::Open => over_budget(model, request).map(Obstacle::Refused),
    }
}

/// Asks what had to wait.
pub fn resume(model: &mut Model) -> Effects {
    model.wish.take().map(|request| ask(model, request)).unwrap_or_default()
}

fn over_budget(model: &Model, request: &Request) -> Option<String> {
    let budget = model.settings.session_budget?;
    let (spent, at_stake, quote) = (model.counter.session(), model.requests.at_stake(), request.quote());
    (spent + at_stake + quote > budget).then(|| {
        format!(
            "not sent: it could cost {quote}; of the session's {budget}, {spent} are spent and {at_stake} under way"
        )
    })
}

fn cautions(model: &Model, request: &Request, refresh: bool, has_older: bool) -> Vec<Caution> {
    let quote = request.quote();
    let short = model.counter.balance().is_some_and(|balance| balance < quote);
    [
        (refresh, Caution::AskedBefore),
        (has_older, Caution::OnlyOlder),
        (quote > model.settings.confirm_above, Caution::AboveLimit),
        (short, Caution::BalanceBelowQuote),
        (model.requests.is_unsettled(request) || model.shelf.is_unsettled(request), Caution::MayBePaidAlready),
    ]
    .into_iter()
    .filter_map(|(applies, caution)| applies.then_some(caution))
    .collect()
}

/// Sends a request that the user has agreed to.
pub fn send(model: &mut Model, request: Request, refresh: bool) -> Effects {
    if let Some(effects) = join(model, &request) {
        return effects;
    }
    let id = model.requests.begin(request.clone(), model.now);
    model.focus = Focus::Main;
    vec![Effect::Fetch { id, request, refresh, balance_before: model.counter.balance() }]
}

/// Shows an answer: its links, or the other addresses to try where it has none.
///
/// `snapshot` is the one that holds it, if that is known.
pub fn open(model: &mut Model, request: Request, answer: &Answer, snapshot: Option<SnapshotId>) {
    model.requests.stop_watching();
    model.focus = Focus::Main;
    model.detail_scroll = 0;
    model.target.fill(&request);
    if answer.links.is_empty() {
        let again = |target| Request { target, ..request.clone() };
        let variants = request.target.variants().into_iter().map(again).collect();
        model.main = Main::Empty(EmptyAnswer { request, variants, selected: 0 });
        return;
    }
    if answer.skipped > 0 {
        let entries = counted(answer.skipped, "entry", "entries");
        model.toast(Tone::Warning, format!("{entries} of the answer could not be read"));
    }
    let source = Source::Answer(request, snapshot);
    model.browser = Some(model.browse(source, &answer.links));
    model.main = Main::Links;
}

/// How many links an answer holds, in words.
pub fn links(answer: &Answer) -> String {
    counted(answer.links.len(), "link", "links")
}

/// What is unusual about what an answer says that it cost, in words; `None` where it is as it should be.
pub fn odd_charge(request: &Request, answer: &Answer) -> Option<String> {
    let says = answer.consumed?;
    let price = request.mode.price_per_link().0 * (answer.links.len() + answer.skipped) as u64;
    (says.0 != price).then(|| {
        format!("the answer says it cost {says}, but {} at the known price are {} cr", links(answer), Grouped(price))
    })
}
