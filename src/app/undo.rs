//! Changes of filter, order and marks that can be taken back.

use std::sync::Arc;

use crate::domain::RowSet;
use crate::domain::order::Order;
use crate::domain::query::Query;

/// What a change can be taken back to.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
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
    earlier: Vec<State>,
    later: Vec<State>,
}

/// More states than this are forgotten, the oldest first: at a million links each can hold 125 KB of marks.
const MOST: usize = 50;

impl Undo {
    /// Notes what was before a change. What was taken back before is gone.
    pub fn remember(&mut self, before: State) {
        self.later.clear();
        if self.earlier.len() == MOST {
            self.earlier.remove(0);
        }
        self.earlier.push(before);
    }

    /// The state before the last change; `now` can be had again by [`Undo::redo`].
    pub fn undo(&mut self, now: State) -> Option<State> {
        let before = self.earlier.pop()?;
        self.later.push(now);
        Some(before)
    }

    /// The state that was taken back last.
    pub fn redo(&mut self, now: State) -> Option<State> {
        let after = self.later.pop()?;
        self.earlier.push(now);
        Some(after)
    }
}
