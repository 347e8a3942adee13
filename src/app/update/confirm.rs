//! Questions before something that costs.

use std::time::Duration;

use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::overlay::{Overlay, Question};
use crate::input::Action;

use super::ask;

/// Enter spends only once the question has stood for so long: it is the key that brought the question up, and pressing
/// it twice by accident must cost nothing.
const TIME_TO_READ: Duration = Duration::from_millis(500);

/// Asks, and waits for an answer.
pub fn begin(model: &mut Model, question: Question) {
    model.overlay = Some(Overlay::Confirm { question, since: model.now });
}

/// Acts on the answer to a question. Ctrl-C is a no.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Confirm { question, since }) = &model.overlay else { return None };
    let read = model.now.saturating_sub(*since) >= TIME_TO_READ;
    let yes = match (action, question) {
        (Action::Yes, _) => true,
        (Action::Accept, Question::Spend { .. }) if read => true,
        (Action::Accept, Question::Spend { .. }) => return Some(Effects::new()),
        // Waiting for what is paid for is the safe answer.
        (Action::Accept, Question::Leave | Question::Delete(_)) => false,
        (Action::OpenOlder, Question::Spend { older: Some(_), .. }) => false,
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, _) => false,
        _ => return None,
    };
    let Some(Overlay::Confirm { question, .. }) = model.overlay.take() else { return None };
    Some(match question {
        Question::Spend { older: Some(older), .. } if action == Action::OpenOlder => {
            vec![Effect::OpenSnapshot { id: older.id }]
        }
        Question::Spend { request, refresh, .. } if yes => ask::send(model, request, refresh),
        Question::Delete(snapshot) if yes => vec![Effect::DeleteAnswer { id: snapshot.id }],
        Question::Leave if yes => vec![Effect::Quit],
        Question::Spend { .. } | Question::Delete(_) | Question::Leave => Effects::new(),
    })
}
