//! The detail pane.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::screen::Focus;
use crate::input::Action;
use crate::layout::screen::DetailVisibility;

use super::step::step_selection;

/// Shows or hides the pane.
pub fn toggle(model: &mut Model) {
    let shown = !model.layout().detail.is_empty();
    model.detail.visibility = if shown { DetailVisibility::Hidden } else { DetailVisibility::RowOrder };
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
        other => {
            let line = step_selection(model.detail.scroll, usize::from(u16::MAX), page(model), other)?;
            model.detail.scroll = line.min(max_lines(model));
        }
    }
    Some(Effects::new())
}

fn page(model: &Model) -> usize {
    usize::from(model.layout().detail.height.saturating_sub(2).max(1))
}

/// A generous bound on the lines of text. The exact number is known only when the text is laid out, and drawing stops
/// at the last page.
fn max_lines(model: &Model) -> usize {
    let width = usize::from(model.layout().detail.width.saturating_sub(4).max(10));
    model.table.state.as_ref().map_or(0, |table| {
        let link = table.links().link(table.current_row().unwrap_or_default());
        crate::domain::Field::ALL.iter().map(|field| link.get(*field).len() * 3 / width + 4).sum()
    })
}
