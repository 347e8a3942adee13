//! Moving in lists and pages.

use crate::input::Action;

/// The new first line of a page of text. Only drawing knows where the page ends: [`crate::app::Message::Drawn`] corrects
/// a position past it.
pub fn step_scroll(scroll: usize, page: usize, action: Action) -> Option<usize> {
    step_selection(scroll, usize::MAX, page, action)
}

/// The new selection in a list of `len` lines, stopping at either end; `None` if the action does not move.
pub fn step_selection(selected: usize, len: usize, page: usize, action: Action) -> Option<usize> {
    let last = len.saturating_sub(1);
    let to = match action {
        Action::Down => selected.saturating_add(1),
        Action::Up => selected.saturating_sub(1),
        Action::HalfPageDown => selected.saturating_add(page.div_ceil(2)),
        Action::HalfPageUp => selected.saturating_sub(page.div_ceil(2)),
        Action::PageDown => selected.saturating_add(page),
        Action::PageUp => selected.saturating_sub(page),
        Action::Top => 0,
        Action::Bottom => last,
        _ => return None,
    };
    Some(to.min(last))
}
