//! Marks, and the links to copy or export. The line of a group represents all of its rows.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::TableState;
use crate::app::marks::{MarkScope, Marks};
use crate::app::selection::Selection;
use crate::domain::{Line, RowOrder, RowSet};

impl TableState {
    /// Without the open range.
    pub fn marks(&self) -> &Arc<RowSet> {
        self.marks.rows()
    }

    pub fn has_range(&self) -> bool {
        self.marks.range().is_some()
    }

    /// First and last line of the open range; `None` if no range is open.
    pub fn range_lines(&self) -> Option<(Line, Line)> {
        let start = self.marks.range()?;
        // If the filter hides the row where the range began, the range is the cursor's line.
        let start = self.view.line_of(start).unwrap_or(self.cursor());
        Some((start.min(self.cursor()), start.max(self.cursor())))
    }

    /// Toggles the mark at the cursor and moves down. With an open range, closes and marks it instead.
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

    /// Opens a range at the cursor, or closes and marks the open one.
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

    /// Closes the open range without marking. Returns whether there was one.
    pub fn cancel_range(&mut self) -> bool {
        self.marks.cancel_range()
    }

    pub fn mark_all(&mut self) {
        let shown = self.shown().clone();
        self.marks.change(|rows| shown.iter().for_each(|row| rows.set(row, true)));
    }

    /// Inverts the marks of the shown rows.
    pub fn invert_marks(&mut self) {
        let shown = self.shown().clone();
        self.marks.change(|rows| shown.iter().for_each(|row| rows.set(row, !rows.contains(row))));
    }

    pub fn unmark_all(&mut self) {
        self.marks = Marks::new(self.links.len());
        self.hidden_marks = Some(0);
    }

    /// The marks including the open range.
    pub fn effective_marks(&self) -> Arc<RowSet> {
        let Some((first, last)) = self.range_lines() else { return Arc::clone(self.marks.rows()) };
        let mut marks = RowSet::clone(self.marks.rows());
        marks.unite(&self.rows_of_lines(first..=last));
        Arc::new(marks)
    }

    /// The rows that lines represent.
    fn rows_of_lines(&self, lines: RangeInclusive<Line>) -> RowSet {
        let lines = Line::span(lines);
        let mut rows = RowSet::new(self.links.len());
        match self.grouped() {
            Some(grouped) => grouped.rows_of(lines, self.shown(), &mut rows),
            None => lines.filter_map(|line| self.shown().get(line)).for_each(|row| rows.set(row, true)),
        }
        rows
    }

    /// Marked rows that are not shown.
    pub fn hidden_marks(&self) -> usize {
        self.hidden_marks.unwrap_or_else(|| self.count_hidden())
    }

    /// The same, but 0 until they are counted.
    pub fn known_hidden_marks(&self) -> usize {
        self.hidden_marks.unwrap_or(0)
    }

    /// Counts the hidden marks if they are unknown, so that drawing never has to.
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

    /// The marks in a scope, including the open range.
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

    /// What to export: the marked rows, or else all shown rows.
    pub fn export_selection(&self, scope: MarkScope) -> Selection {
        let mut rows = self.marks_in(scope);
        if rows.count() == 0 {
            rows = Arc::new(self.shown_rows());
        }
        self.selection_of(rows)
    }

    /// The number of links in [`TableState::export_selection`].
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

    /// What to copy: the marked rows in table order, or else the rows that the cursor's line represents. `None` if
    /// there are neither.
    pub fn copy_selection(&self, scope: MarkScope) -> Option<Selection> {
        let mut rows = self.marks_in(scope);
        if rows.count() == 0 {
            self.current_row()?;
            rows = Arc::new(self.rows_of_lines(self.cursor()..=self.cursor()));
        }
        Some(self.selection_of(rows))
    }
}
