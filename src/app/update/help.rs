//! The help dialog: all keys.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::input::Action;

use super::step::step_scroll;

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let page = model.text_page();
    let Some(Overlay::Help { scroll }) = &mut model.overlay else { return None };
    match action {
        Action::Cancel | Action::Accept | Action::Help | Action::Quit => model.overlay = None,
        other => *scroll = step_scroll(*scroll, page, other)?,
    }
    Some(Effects::new())
}
