//! The detail pane.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::screen::Focus;
use crate::input::Action;
use crate::layout::screen::DetailVisibility;

use super::step::step_scroll;

/// Shows or hides the pane.
pub fn toggle(model: &mut Model) {
    let shown = !model.layout().detail.is_empty();
    model.detail.visibility = if shown { DetailVisibility::Hidden } else { DetailVisibility::Shown };
    model.detail.scroll = 0;
    let covers_table = model.layout().table.is_empty();
    model.screen.focus = if !shown && covers_table { Focus::Detail } else { Focus::Main };
    model.keep_cursor_visible();
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    match action {
        Action::Cancel if model.layout().table.is_empty() => toggle(model),
        Action::Cancel | Action::NextPane => model.screen.focus = Focus::Main,
        Action::Detail | Action::Accept => toggle(model),
        other => model.detail.scroll = step_scroll(model.detail.scroll, page(model), other)?,
    }
    Some(Effects::new())
}

fn page(model: &Model) -> usize {
    usize::from(model.layout().detail.height.saturating_sub(2).max(1))
}
