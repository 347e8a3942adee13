//! The steps that every list and every page knows.

use crate::input::Action;

/// More lines than any page of text has; the drawing stops at the last one.
pub const LONGEST_PAGE: usize = 400;

/// One line up or down in a list of `len`, stopping at either end; `None` for an action that does not move.
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
