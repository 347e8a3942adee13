//! The marked rows. Marks belong to links: filtering and sorting don't change them.

use std::sync::Arc;

use crate::domain::{Row, RowSet};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkScope {
    /// Including links hidden by the filter; only after a confirmation.
    All,
    /// Only links that are shown.
    #[default]
    Visible,
}

/// The marks, and the start of an open range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Shared with workers and undo states; copied on write.
    rows: Arc<RowSet>,
    /// The row where the open range began.
    range: Option<Row>,
}

impl Marks {
    pub fn new(rows: usize) -> Marks {
        Marks { rows: Arc::new(RowSet::new(rows)), range: None }
    }

    /// Without the open range.
    pub fn rows(&self) -> &Arc<RowSet> {
        &self.rows
    }

    /// The row where the open range began.
    pub fn range(&self) -> Option<Row> {
        self.range
    }

    /// Opens a range at a row.
    pub fn open_range(&mut self, at: Option<Row>) {
        self.range = at;
    }

    /// Closes the open range without marking. Returns whether there was one.
    pub fn cancel_range(&mut self) -> bool {
        self.range.take().is_some()
    }

    pub fn change(&mut self, change: impl FnOnce(&mut RowSet)) {
        change(Arc::make_mut(&mut self.rows));
    }

    /// Replaces the marks and closes the range.
    pub fn set(&mut self, rows: Arc<RowSet>) {
        *self = Marks { rows, range: None };
    }

    /// Makes room for more rows.
    pub fn grow(&mut self, rows: usize) {
        if self.rows.len() < rows {
            self.change(|marks| marks.grow(rows));
        }
    }
}
