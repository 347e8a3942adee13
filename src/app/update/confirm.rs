//! Questions before something that costs.

use std::time::Duration;

use crate::app::effect::{Effect, Effects};
use crate::app::marks::MarkScope;
use crate::app::model::Model;
use crate::app::overlay::{Leaving, Overlay, Question};
use crate::app::shelf::ShelfState;
use crate::input::Action;

use super::{ask, key_prompt, marked};

/// Enter spends only once the question has stood for so long: it is the key that brought the question up, and pressing
/// it twice by accident must cost nothing.
const TIME_TO_READ: Duration = Duration::from_millis(500);

/// Asks, and waits for an answer.
pub fn begin(model: &mut Model, question: Question) {
    model.overlay = Some(Overlay::Confirm { question, since: model.session.now });
}

/// Acts on the answer to a question. Ctrl-C is a no.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Confirm { question, since }) = &model.overlay else { return None };
    let read = model.session.now.saturating_sub(*since) >= TIME_TO_READ;
    if let Question::Leave(leaving) = question {
        let leaving = *leaving;
        return leave(model, leaving, action);
    }
    let yes = match (action, question) {
        (Action::Yes, _) => true,
        (Action::Accept, Question::Spend { .. }) if read => true,
        (Action::Accept, Question::Spend { .. }) => return Some(Effects::new()),
        (
            Action::Accept,
            Question::Delete(_) | Question::Overwrite { .. } | Question::OpenAddress { .. } | Question::KeepKey(_),
        ) => false,
        (Action::StoreKey, Question::KeepKey(_)) => true,
        (Action::VisibleOnly | Action::AllMarked | Action::Accept, Question::HiddenMarks { .. }) => true,
        (Action::OpenOlder, Question::Spend { older: Some(_), .. }) => false,
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, _) => false,
        _ => return None,
    };
    let Some(Overlay::Confirm { question, .. }) = model.overlay.take() else { return None };
    Some(match question {
        Question::Spend { older: Some(older), .. } if action == Action::OpenOlder => {
            vec![Effect::OpenSnapshot { id: older.id }]
        }
        Question::Spend { request, agreed, .. } if yes => ask::send(model, request, agreed),
        // What the question was about, whatever is marked by now.
        Question::Overwrite { format, path } => {
            let selection = model.table.exporting.take().filter(|_| yes);
            let export = |selection| Effect::Export { selection, format, path, overwrite: true };
            selection.map(export).into_iter().collect()
        }
        Question::HiddenMarks { action: what, .. } => match action {
            Action::AllMarked => marked::act(model, what, MarkScope::All),
            Action::VisibleOnly | Action::Accept => marked::act(model, what, MarkScope::Visible),
            _ => Effects::new(),
        },
        Question::KeepKey(key) if yes || action == Action::Accept => key_prompt::set(model, key, yes),
        Question::OpenAddress { url, .. } if yes => vec![Effect::Open { url }],
        Question::Delete(snapshot) if yes => vec![Effect::DeleteAnswer { id: snapshot.id }],
        Question::Spend { .. }
        | Question::Delete(_)
        | Question::OpenAddress { .. }
        | Question::KeepKey(_)
        | Question::Leave(_) => Effects::new(),
    })
}

/// Enter waits for what is paid for, and abandoning it takes two times yes.
fn leave(model: &mut Model, leaving: Leaving, action: Action) -> Option<Effects> {
    let next = match (action, leaving) {
        (Action::Accept, _) => Some(Leaving::Waiting),
        (Action::Yes, Leaving::Asked | Leaving::Waiting) => Some(Leaving::Abandoning),
        (Action::Yes, Leaving::Abandoning) => return Some(vec![Effect::Quit]),
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, Leaving::Abandoning) => Some(Leaving::Asked),
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, Leaving::Asked | Leaving::Waiting) => None,
        _ => return None,
    };
    match next {
        Some(next) => begin(model, Question::Leave(next)),
        None => model.overlay = None,
    }
    Some(Effects::new())
}

/// Stays after all, for the user to see what went wrong with what was waited for.
pub fn stay(model: &mut Model) {
    if matches!(&model.overlay, Some(Overlay::Confirm { question: Question::Leave(_), .. })) {
        model.overlay = None;
    }
}

/// Ends a session that only waited for its requests, once there are none and the archive has what they brought.
pub fn settle(model: &mut Model) -> Effects {
    let Some(Overlay::Confirm { question: Question::Leave(leaving), .. }) = &model.overlay else {
        return Effects::new();
    };
    if !model.account.requests.running().is_empty() {
        return Effects::new();
    }
    let waited = *leaving == Leaving::Waiting && model.archive.list.state == ShelfState::Open;
    model.overlay = None;
    if waited { vec![Effect::Quit] } else { Effects::new() }
}
