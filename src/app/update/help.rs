//! The help dialog: all keys.

use crate::app::effect::Effects;
use crate::app::help;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::input::Action;

use super::step::step_selection;

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let page = help::page_lines(model.screen.height - model.layout().keys.height);
    let Some(Overlay::Help { scroll }) = &mut model.overlay else { return None };
    match action {
        Action::Cancel | Action::Accept | Action::Help | Action::Quit => model.overlay = None,
        other => {
            let lines = help::lines(&model.session.keymap, help::width(model.screen.width)).len();
            // The last page is full, so scrolling stops one page before the end.
            let positions = lines.saturating_sub(page) + 1;
            *scroll = step_selection(*scroll, positions, page, other)?;
        }
    }
    Some(Effects::new())
}
