//! Help: all keys.

use crate::app::effect::Effects;
use crate::app::help::{lines, width};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::input::Action;

use super::step::step_selection;

/// Acts in the help.
pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let page = model.text_page();
    let Some(Overlay::Help { scroll }) = &mut model.overlay else { return None };
    match action {
        Action::Cancel | Action::Accept | Action::Help | Action::Quit => model.overlay = None,
        other => {
            let lines = lines(&model.session.keymap, width(model.screen.width)).len();
            *scroll = step_selection(*scroll, lines, page, other)?;
        }
    }
    Some(Effects::new())
}
