//! Questions before something that costs.

use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::overlay::{Overlay, Question};
use crate::input::Action;

use super::ask;

/// Acts on the answer to a question. Ctrl-C is a no.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    match action {
        Action::Accept => {}
        Action::Cancel | Action::CancelOrQuit | Action::Quit => {
            model.overlay = None;
            return Some(Effects::new());
        }
        _ => return None,
    }
    let Some(Overlay::Confirm(question)) = model.overlay.take() else { return None };
    Some(match question {
        Question::Spend { request, .. } => ask::send(model, request),
        Question::Leave => vec![Effect::Quit],
    })
}
