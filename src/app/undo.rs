//! Undo and redo of changes of filter, order and marks.

use std::sync::Arc;

use crate::domain::RowSet;
use crate::domain::order::Order;
use crate::domain::query::Query;

#[derive(Clone, Debug, PartialEq)]
pub struct UndoState {
    pub query: Query,
    pub order: Order,
    pub marks: Arc<RowSet>,
}

#[derive(Clone, Debug, Default)]
pub struct Undo {
    undo_stack: Vec<UndoState>,
    redo_stack: Vec<UndoState>,
}

/// The oldest states are dropped: with a million links, each can hold 125 KB of marks.
const MAX_STATES: usize = 50;

impl Undo {
    /// Records the state before a change, and clears the redo stack.
    pub fn push(&mut self, before: UndoState) {
        self.redo_stack.clear();
        if self.undo_stack.len() == MAX_STATES {
            self.undo_stack.remove(0);
        }
        self.undo_stack.push(before);
    }

    /// The state before the last change. [`Undo::redo`] returns to `now`.
    pub fn undo(&mut self, now: UndoState) -> Option<UndoState> {
        let before = self.undo_stack.pop()?;
        self.redo_stack.push(now);
        Some(before)
    }

    /// The state that was undone last.
    pub fn redo(&mut self, now: UndoState) -> Option<UndoState> {
        let after = self.redo_stack.pop()?;
        self.undo_stack.push(now);
        Some(after)
    }
}
