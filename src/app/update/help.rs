//! Help: all keys.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::input::{Action, Keymap};

use super::step::step_selection;

/// Acts in the help.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let page = model.text_page();
    let Some(Overlay::Help { scroll }) = &mut model.overlay else { return None };
    match action {
        Action::Cancel | Action::Accept | Action::Help | Action::Quit => model.overlay = None,
        other => *scroll = step_selection(*scroll, help_lines(&model.session.keymap), page, other)?,
    }
    Some(Effects::new())
}

/// How many lines the help has with this key map: a line for each binding and two for each section.
pub fn help_lines(keymap: &Keymap) -> usize {
    keymap.sections().map(|(_, bindings)| bindings.count() + 2).sum()
}
