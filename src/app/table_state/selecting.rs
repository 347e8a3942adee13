//! Marks, and what a copy or a file takes. A line that stands for a group stands for all of its rows.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::TableState;
use crate::app::marks::{MarkScope, Marks};
use crate::app::selection::Selection;
use crate::domain::{RowOrder, RowSet};

impl TableState {
    /// The marks, without a range that is still open.
    pub fn marks(&self) -> &Arc<RowSet> {
        self.marks.rows()
    }

    /// Whether a range is open.
    pub fn has_range(&self) -> bool {
        self.marks.range().is_some()
    }

    /// The lines of the open range, first and last; `None` if no range is open.
    pub fn range_lines(&self) -> Option<(usize, usize)> {
        let start = self.marks.range()?;
        // A filter may have hidden the row where the range began: then it is the cursor's line only.
        let start = self.view.line_of(start).unwrap_or(self.cursor());
        Some((start.min(self.cursor()), start.max(self.cursor())))
    }

    /// Marks the row at the cursor, or unmarks it, and steps down. With an open range, closes it.
    pub fn toggle_mark(&mut self, page: usize) {
        if self.has_range() {
            self.close_range();
            return;
        }
        if let Some(row) = self.current_row() {
            let line_rows = self.rows_of_lines(self.cursor()..=self.cursor());
            self.marks.change(|rows| {
                let mark = !rows.contains(row);
                line_rows.iter().for_each(|row| rows.set(row, mark));
            });
            self.step(1, page);
        }
    }

    /// Opens a range at the cursor, or marks the one that is open.
    pub fn toggle_range(&mut self) {
        if self.has_range() {
            self.close_range();
        } else {
            self.marks.open_range(self.current_row());
        }
    }

    fn close_range(&mut self) {
        let marks = self.effective_marks();
        self.marks.set(marks);
    }

    /// Gives an open range up. Returns whether there was one.
    pub fn cancel_range(&mut self) -> bool {
        self.marks.cancel_range()
    }

    /// Marks every row shown.
    pub fn mark_all(&mut self) {
        let shown = self.shown().clone();
        self.marks.change(|rows| shown.iter().for_each(|row| rows.set(row, true)));
    }

    /// Turns the marks of every row shown over.
    pub fn invert_marks(&mut self) {
        let shown = self.shown().clone();
        self.marks.change(|rows| shown.iter().for_each(|row| rows.set(row, !rows.contains(row))));
    }

    /// Takes every mark away.
    pub fn unmark_all(&mut self) {
        self.marks = Marks::new(self.links.len());
        self.hidden_marks = Some(0);
    }

    /// The marks, with an open range counted in.
    pub fn effective_marks(&self) -> Arc<RowSet> {
        let Some((first, last)) = self.range_lines() else { return Arc::clone(self.marks.rows()) };
        let mut marks = RowSet::clone(self.marks.rows());
        marks.unite(&self.rows_of_lines(first..=last));
        Arc::new(marks)
    }

    /// The rows that lines stand for.
    fn rows_of_lines(&self, lines: RangeInclusive<usize>) -> RowSet {
        let mut rows = RowSet::new(self.links.len());
        match self.grouped() {
            Some(grouped) => grouped.rows_of(lines, self.shown(), &mut rows),
            None => lines.filter_map(|line| self.shown().get(line)).for_each(|row| rows.set(row, true)),
        }
        rows
    }

    /// How many of the marked rows are not shown.
    pub fn hidden_marks(&self) -> usize {
        self.hidden_marks.unwrap_or_else(|| self.count_hidden())
    }

    /// The same as far as it is counted: not while a worker still finds out what is shown.
    pub fn known_hidden_marks(&self) -> usize {
        self.hidden_marks.unwrap_or(0)
    }

    /// Counts them where that has to be done. Only what is shown, or undoing, calls for it, so that a frame never does.
    pub fn update_hidden_marks(&mut self) {
        if self.hidden_marks.is_none() && self.scanned_rows().is_none() {
            self.hidden_marks = Some(self.count_hidden());
        }
    }

    fn count_hidden(&self) -> usize {
        let marks = self.marks.rows();
        let visible = match self.shown() {
            RowOrder::All(_) => return 0,
            RowOrder::Ascending(rows) | RowOrder::Ordered(rows) => rows,
        };
        match marks.count() {
            0 => 0,
            marked => marked.saturating_sub(visible.iter().filter(|row| marks.contains(**row)).count()),
        }
    }

    /// The marks that something is done with, an open range counted in.
    fn marks_in(&self, scope: MarkScope) -> Arc<RowSet> {
        let marks = self.effective_marks();
        if scope == MarkScope::All || self.hidden_marks() == 0 {
            return marks;
        }
        let mut visible = RowSet::clone(&marks);
        visible.intersect(&self.shown_rows());
        Arc::new(visible)
    }

    fn shown_rows(&self) -> RowSet {
        let mut rows = RowSet::new(self.links.len());
        self.shown().iter().for_each(|row| rows.set(row, true));
        rows
    }

    /// What a file takes: the marked rows, or all that are shown.
    pub fn export_selection(&self, scope: MarkScope) -> Selection {
        let mut rows = self.marks_in(scope);
        if rows.count() == 0 {
            rows = Arc::new(self.shown_rows());
        }
        self.selection_of(rows)
    }

    /// How many links that is.
    pub fn export_count(&self, scope: MarkScope) -> usize {
        let marked = self.effective_marks().count();
        let hidden = if scope == MarkScope::Visible { self.hidden_marks() } else { 0 };
        match marked.saturating_sub(hidden) {
            0 => self.shown().len(),
            marked => marked,
        }
    }

    fn selection_of(&self, rows: Arc<RowSet>) -> Selection {
        let (links, order) = (Arc::clone(&self.links), self.order().clone());
        let (row_diffs, rules) = (self.row_diffs(), Arc::clone(self.rules()));
        Selection { links, rows, order, row_diffs, rules, grouped: self.grouped().cloned() }
    }

    /// What a copy takes: the marked rows, in the order of the table; else those that the line of the cursor stands for.
    /// `None` where neither is there.
    pub fn copy_selection(&self, scope: MarkScope) -> Option<Selection> {
        let mut rows = self.marks_in(scope);
        if rows.count() == 0 {
            self.current_row()?;
            rows = Arc::new(self.rows_of_lines(self.cursor()..=self.cursor()));
        }
        Some(self.selection_of(rows))
    }
}
