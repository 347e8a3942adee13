//! The way of a request from the wish to the network. Everything that spends goes through [`ask`] and nothing else.

use std::sync::Arc;

use crate::app::account::Access;
use crate::app::browser::Browser;
use crate::app::effect::{Effect, Effects};
use crate::app::model::{EmptyAnswer, Focus, Main, Model};
use crate::app::overlay::{Caution, Question};
use crate::app::toasts::Tone;
use crate::domain::number::{Grouped, counted};
use crate::domain::{Answer, Request};

use super::confirm;

/// Gets the links of a request: from this session for nothing, from an equal request under way, or from the API,
/// after a question where more is at stake than the settings allow without one.
pub fn ask(model: &mut Model, request: Request) -> Effects {
    if let Some(held) = model.requests.held_for(&request) {
        let (answer, asked) = (Arc::clone(&held.answer), held.request.clone());
        model.toast(Tone::Success, format!("{} from this session, for no credits", links(&answer)));
        open(model, asked, answer);
        return Effects::new();
    }
    if model.requests.join(&request) {
        model.focus = Focus::Main;
        model.toast(Tone::Info, "already under way: waiting for that answer");
        return Effects::new();
    }
    match model.access {
        Access::Key | Access::Demo => {}
        Access::NoKey { .. } => {
            model.main = Main::Welcome;
            model.focus = Focus::Main;
            model.toast(Tone::Warning, "nothing was sent: there is no API key yet");
            return Effects::new();
        }
        Access::DemoStarting => {
            model.toast(Tone::Info, "the demo is just starting: press Enter again in a moment");
            return Effects::new();
        }
    }
    let why = cautions(model, &request);
    if why.is_empty() {
        send(model, request)
    } else {
        confirm::begin(model, Question::Spend { request, why });
        Effects::new()
    }
}

fn cautions(model: &Model, request: &Request) -> Vec<Caution> {
    let quote = request.quote();
    let short = model.counter.balance().is_some_and(|balance| balance < quote);
    [
        (quote > model.settings.confirm_above, Caution::AboveLimit),
        (short, Caution::BalanceBelowQuote),
        (model.requests.is_unsettled(request), Caution::MayBePaidAlready),
    ]
    .into_iter()
    .filter_map(|(applies, caution)| applies.then_some(caution))
    .collect()
}

/// Sends a request that the user has agreed to.
pub fn send(model: &mut Model, request: Request) -> Effects {
    if model.requests.join(&request) {
        return Effects::new();
    }
    let id = model.requests.begin(request.clone(), model.now);
    model.focus = Focus::Main;
    vec![Effect::Fetch { id, request }]
}

/// Shows an answer: its links, or the other addresses to try where it has none.
pub fn open(model: &mut Model, request: Request, answer: Arc<Answer>) {
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
    model.browser = Some(Browser::new(request, answer, model.settings.columns.clone()));
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
