//! Changes of filter, order and marks that can be taken back.

use std::sync::Arc;

use crate::domain::RowSet;
use crate::domain::order::Order;
use crate::domain::query::Query;

/// What a change can be taken back to.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoState {
    /// The filter.
    pub query: Query,
    /// The sort keys.
    pub order: Order,
    /// The marks.
    pub marks: Arc<RowSet>,
}

/// Earlier states, and those that were taken back.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    undo_stack: Vec<UndoState>,
    redo_stack: Vec<UndoState>,
}

/// More states than this are forgotten, the oldest first: at a million links each can hold 125 KB of marks.
const MAX_STATES: usize = 50;

impl Undo {
    /// Notes what was before a change. What was taken back before is gone.
    pub fn push(&mut self, before: UndoState) {
        self.redo_stack.clear();
        if self.undo_stack.len() == MAX_STATES {
            self.undo_stack.remove(0);
        }
        self.undo_stack.push(before);
    }

    /// The state before the last change; `now` can be had again by [`Undo::redo`].
    pub fn undo(&mut self, now: UndoState) -> Option<UndoState> {
        let before = self.undo_stack.pop()?;
        self.redo_stack.push(now);
        Some(before)
    }

    /// The state that was taken back last.
    pub fn redo(&mut self, now: UndoState) -> Option<UndoState> {
        let after = self.redo_stack.pop()?;
        self.undo_stack.push(now);
        Some(after)
    }
}
