//! A response without links, and other addresses to try.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::screen::MainPane;
use crate::input::Action;

use super::fetch_target;
use super::step::step_selection;

/// Actions in the list of addresses.
pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let MainPane::Empty(empty) = &mut model.screen.main else { return None };
    let variants = empty.variants.len();
    match action {
        Action::Accept => {
            let request = empty.variants.get(empty.selected).cloned();
            return request.map(|request| fetch_target::fetch(model, request));
        }
        Action::Cancel => model.close_page(),
        other => empty.selected = step_selection(empty.selected, variants, variants, other)?,
    }
    Some(Effects::new())
}
