//! The open links: which of them are shown, in which order, where the cursor is, and which are marked.
//!
//! The cursor and the marks belong to links, not to lines: they stay on theirs through every filter and sort.

use std::sync::Arc;

use crate::domain::compare::{Counts, Verdict};
use crate::domain::order::{self, Order, SortColumn};
use crate::domain::query::{Facts, Query};
use crate::domain::{Answer, Field, LinkSet, Request, Rows, SnapshotId};
use crate::geometry::columns::natural_widths;

/// The state of the table.
#[derive(Clone, Debug)]
pub struct Browser {
    request: Request,
    answer: Arc<Answer>,
    columns: Vec<SortColumn>,
    /// How wide the texts of each column are, in cells.
    widths: Vec<u16>,
    /// The chosen column, an index into [`Browser::columns`].
    column: usize,
    query: Query,
    order: Order,
    /// The rows shown, in their order.
    shown: Vec<u32>,
    /// The line of the cursor, an index into `shown`.
    cursor: usize,
    /// The first line on the screen, an index into `shown`.
    offset: usize,
    /// The row that the cursor was last put on; a filter may hide it for a while.
    at: u32,
    marks: Rows,
    /// The row where a range of marks began.
    range: Option<u32>,
    /// The snapshot of the archive that the links come from, if they do.
    snapshot: Option<SnapshotId>,
    /// What the links are against an earlier snapshot, if they are compared with one.
    compared: Option<Compared>,
}

/// The links of the table against an earlier snapshot.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The earlier snapshot.
    pub with: SnapshotId,
    /// What each link is.
    pub verdicts: Arc<[Verdict]>,
    /// How many links there are of each kind.
    pub by_link: Counts,
    /// How many referring domains there are of each kind.
    pub by_domain: Counts,
}

/// Lines that stay visible above and below the cursor while it scrolls.
const MARGIN: usize = 2;

impl Browser {
    /// Opens an answer, unfiltered and in the API's order.
    pub fn new(request: Request, answer: Arc<Answer>, columns: Vec<SortColumn>) -> Browser {
        let rows = answer.links.len();
        let column = columns.iter().position(|c| *c == SortColumn::Field(Field::SourceDomain)).unwrap_or(0);
        Browser {
            request,
            widths: natural_widths(&answer.links, &columns),
            columns,
            column,
            query: Query::default(),
            order: Order::default(),
            shown: (0..rows as u32).collect(),
            cursor: 0,
            offset: 0,
            at: 0,
            marks: Rows::new(rows),
            range: None,
            snapshot: None,
            compared: None,
            answer,
        }
    }

    /// The same links, known to come from a snapshot.
    #[must_use]
    pub fn of_snapshot(self, id: SnapshotId) -> Browser {
        Browser { snapshot: Some(id), ..self }
    }

    /// The same links, compared with an earlier snapshot.
    #[must_use]
    pub fn compared_with(mut self, compared: Compared) -> Browser {
        let behind_rank = self.columns.iter().position(|column| *column == SortColumn::Rank).map_or(0, |at| at + 1);
        self.columns.insert(behind_rank, SortColumn::Standing);
        self.widths = natural_widths(&self.answer.links, &self.columns);
        self.column += usize::from(self.column >= behind_rank);
        Browser { compared: Some(compared), ..self }
    }

    /// The snapshot that the links come from, if they do.
    pub fn snapshot(&self) -> Option<SnapshotId> {
        self.snapshot
    }

    /// What the links are against an earlier snapshot, if they are compared with one.
    pub fn compared(&self) -> Option<&Compared> {
        self.compared.as_ref()
    }

    /// What each link is against an earlier snapshot; empty where nothing is compared.
    pub fn verdicts(&self) -> &[Verdict] {
        self.compared.as_ref().map(|compared| compared.verdicts.as_ref()).unwrap_or_default()
    }

    /// The links.
    pub fn links(&self) -> &Arc<LinkSet> {
        &self.answer.links
    }

    /// The answer that they came in.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// What was asked for them.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The columns of the table, from the left.
    pub fn columns(&self) -> &[SortColumn] {
        &self.columns
    }

    /// How wide the texts of each column are, in cells.
    pub fn widths(&self) -> &[u16] {
        &self.widths
    }

    /// The chosen column, an index into [`Browser::columns`].
    pub fn column(&self) -> usize {
        self.column
    }

    /// The filter that the rows on the screen fulfil.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The sort keys.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The rows shown, in their order.
    pub fn shown(&self) -> &[u32] {
        &self.shown
    }

    /// The line of the cursor, an index into [`Browser::shown`].
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first line on the screen.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The row at the cursor; `None` where no row is shown.
    pub fn current(&self) -> Option<u32> {
        self.shown.get(self.cursor).copied()
    }

    /// The filter with what stands in the chosen cell as one more term; `None` for the rank, or where no row is shown.
    pub fn query_with_cell(&self, exclude: bool) -> Option<Query> {
        let row = self.current()?;
        match self.columns.get(self.column)? {
            SortColumn::Rank => None,
            SortColumn::Standing => Some(self.query.with_standing(self.verdicts().get(row as usize)?.link, exclude)),
            SortColumn::Field(field) => Some(self.query.with_cell(*field, self.links().text(row, *field), exclude)),
        }
    }

    /// Puts the cursor on a line, the last one if there are fewer.
    pub fn go_to(&mut self, line: usize, page: usize) {
        self.cursor = line.min(self.shown.len().saturating_sub(1));
        self.at = self.current().unwrap_or(self.at);
        self.keep_in_sight(page);
    }

    /// Moves the cursor by lines, stopping at either end.
    pub fn step(&mut self, lines: isize, page: usize) {
        self.go_to(self.cursor.saturating_add_signed(lines), page);
    }

    /// Moves what is on the screen by lines; the cursor follows only where it would leave the screen.
    pub fn scroll(&mut self, lines: isize, page: usize) {
        self.scroll_to(self.offset.saturating_add_signed(lines), page);
    }

    /// Puts a line at the top of the screen.
    pub fn scroll_to(&mut self, line: usize, page: usize) {
        self.offset = line.min(self.shown.len().saturating_sub(page));
        let last = (self.offset + page.saturating_sub(1)).min(self.shown.len().saturating_sub(1));
        self.cursor = self.cursor.clamp(self.offset.min(last), last);
        self.at = self.current().unwrap_or(self.at);
    }

    /// Scrolls as little as needed for the cursor to be on a screen of `page` lines, with some lines around it.
    pub fn keep_in_sight(&mut self, page: usize) {
        let margin = MARGIN.min(page.saturating_sub(1) / 2);
        let lowest = (self.cursor + margin + 1).saturating_sub(page);
        let highest = self.cursor.saturating_sub(margin);
        self.offset = self.offset.clamp(lowest.min(highest), highest);
        self.offset = self.offset.min(self.shown.len().saturating_sub(page));
    }

    /// Chooses the column on the right or on the left.
    pub fn step_column(&mut self, right: bool) {
        let step = if right { 1 } else { -1 };
        self.choose_column(self.column.saturating_add_signed(step));
    }

    /// Chooses a column, the last one if there are fewer.
    pub fn choose_column(&mut self, column: usize) {
        self.column = column.min(self.columns.len().saturating_sub(1));
    }

    /// Shows only what fulfils `query`.
    pub fn set_query(&mut self, query: Query, page: usize) {
        self.query = query;
        self.arrange(page);
    }

    /// Sorts by the chosen column: ascending, descending, API order. `further` adds it behind the other keys.
    pub fn sort(&mut self, further: bool, page: usize) {
        let Some(&column) = self.columns.get(self.column) else { return };
        if further {
            self.order.add(column);
        } else {
            self.order.cycle(column);
        }
        self.arrange(page);
    }

    fn arrange(&mut self, page: usize) {
        let at = self.at;
        let distance = self.cursor.saturating_sub(self.offset);
        let facts = Facts { marks: &self.marks, verdicts: self.verdicts() };
        self.shown = order::arrange(self.answer.links.as_ref(), &self.query, &facts, &self.order);
        self.cursor = self.shown.iter().position(|&row| row == at).unwrap_or(0);
        // The line of the cursor stays where the eye is.
        self.offset = self.cursor.saturating_sub(distance);
        self.keep_in_sight(page);
    }

    /// The marks, without a range that is still open.
    pub fn marks(&self) -> &Rows {
        &self.marks
    }

    /// Whether a range is open.
    pub fn has_range(&self) -> bool {
        self.range.is_some()
    }

    /// The lines of the open range, first and last; `None` if no range is open.
    pub fn range_lines(&self) -> Option<(usize, usize)> {
        let start = self.range?;
        // A filter may have hidden the row where the range began: then it is the cursor's line only.
        let start = self.shown.iter().position(|&row| row == start).unwrap_or(self.cursor);
        Some((start.min(self.cursor), start.max(self.cursor)))
    }

    /// Marks the row at the cursor, or unmarks it, and steps down. With an open range, closes it.
    pub fn toggle_mark(&mut self, page: usize) {
        if self.range.is_some() {
            self.close_range();
            return;
        }
        if let Some(row) = self.current() {
            self.marks.set(row, !self.marks.contains(row));
            self.step(1, page);
        }
    }

    /// Opens a range at the cursor, or marks the one that is open.
    pub fn toggle_range(&mut self) {
        if self.range.is_some() {
            self.close_range();
        } else {
            self.range = self.current();
        }
    }

    fn close_range(&mut self) {
        self.marks = self.effective_marks();
        self.range = None;
    }

    /// Gives an open range up. Returns whether there was one.
    pub fn drop_range(&mut self) -> bool {
        self.range.take().is_some()
    }

    /// Marks every row shown.
    pub fn mark_all(&mut self) {
        for &row in &self.shown {
            self.marks.set(row, true);
        }
    }

    /// Turns the marks of every row shown over.
    pub fn invert_marks(&mut self) {
        for &row in &self.shown {
            self.marks.set(row, !self.marks.contains(row));
        }
    }

    /// Takes every mark away.
    pub fn unmark_all(&mut self) {
        self.marks = Rows::new(self.links().len());
        self.range = None;
    }

    /// The marks, with an open range counted in.
    pub fn effective_marks(&self) -> Rows {
        let mut marks = self.marks.clone();
        if let Some((first, last)) = self.range_lines() {
            for &row in self.shown.get(first..=last).unwrap_or_default() {
                marks.set(row, true);
            }
        }
        marks
    }

    /// What a copy takes: the marked rows, also those that a filter hides, in the order of the table; else the row at
    /// the cursor.
    pub fn rows_to_copy(&self) -> Vec<u32> {
        let marks = self.effective_marks();
        if marks.count() == 0 {
            return self.current().into_iter().collect();
        }
        let mut rows: Vec<u32> = marks.iter().collect();
        self.order.sort(self.links(), self.verdicts(), &mut rows);
        rows
    }
}
