//! The marked rows. They belong to links: no filter and no sort changes them.

use std::sync::Arc;

use crate::domain::RowSet;

/// Which of the marked rows something is done with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkScope {
    /// All, also those that a filter hides: only after a question.
    All,
    /// Those that are shown.
    #[default]
    Visible,
}

/// The marks, and a range that is being marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Shared with workers and with earlier states; copied when it changes.
    rows: Arc<RowSet>,
    /// The row where a range began.
    range: Option<u32>,
}

impl Marks {
    /// No marks on so many rows.
    pub fn new(rows: usize) -> Marks {
        Marks { rows: Arc::new(RowSet::new(rows)), range: None }
    }

    /// The marked rows, without an open range.
    pub fn rows(&self) -> &Arc<RowSet> {
        &self.rows
    }

    /// The row where an open range began.
    pub fn range(&self) -> Option<u32> {
        self.range
    }

    /// Begins a range.
    pub fn open_range(&mut self, at: Option<u32>) {
        self.range = at;
    }

    /// Gives an open range up. Returns whether there was one.
    pub fn cancel_range(&mut self) -> bool {
        self.range.take().is_some()
    }

    /// Changes the marks.
    pub fn change(&mut self, change: impl FnOnce(&mut RowSet)) {
        change(Arc::make_mut(&mut self.rows));
    }

    /// Takes these marks over and closes a range.
    pub fn set(&mut self, rows: Arc<RowSet>) {
        *self = Marks { rows, range: None };
    }

    /// Goes on with so many rows.
    pub fn grow(&mut self, rows: usize) {
        if self.rows.len() < rows {
            self.change(|marks| marks.grow(rows));
        }
    }
}
