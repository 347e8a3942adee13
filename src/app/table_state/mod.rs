//! The state of the table: the links, filter, sort order, cursor and marks.
//!
//! Cursor and marks belong to links, not to lines: they stay on the same links through every filter and sort.

mod grouping;
mod selecting;

use std::sync::Arc;

use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::{FilterRule, filter_value};
use crate::domain::diff::RowDiff;
use crate::domain::facet::{Facet, FacetCounts, FacetJob};
use crate::domain::grouping::GroupedRows;
use crate::domain::note::{Note, RowNotes};
use crate::domain::order::{ColumnId, Order};
use crate::domain::query::Query;
use crate::domain::view_spec::ViewResult;
use crate::domain::{Line, LinkSet, Row, RowOrder, ViewSpec};

use super::columns::{ChosenColumns, Columns};
use super::compared::Compared;
use super::completions::Completions;
use super::domains::DomainsState;
use super::marks::Marks;
use super::source::Source;
use super::table_view::{TableView, ViewInput};
use super::undo::{Undo, UndoState};
use super::viewport::Viewport;

#[derive(Clone, Debug)]
pub struct TableState {
    source: Source,
    links: Arc<LinkSet>,
    columns: Columns,
    view: TableView,
    viewport: Viewport,
    marks: Marks,
    /// Marked rows that are not shown; `None` until they are counted. Marking only affects shown rows, so it never
    /// changes this number.
    hidden_marks: Option<usize>,
    notes: Arc<RowNotes>,
    undo: Undo,
    /// Set while comparing with an earlier snapshot.
    compared: Option<Compared>,
    /// For the filter being typed.
    completions: Completions,
    domains: DomainsState,
    /// Whether rows are grouped by referring domain, or will be once the domains are counted.
    is_grouped: bool,
}

impl TableState {
    /// Opens links, unfiltered and in their original order.
    pub fn new(source: Source, links: Arc<LinkSet>, columns: &ChosenColumns, rules: Arc<AnchorRules>) -> TableState {
        TableState {
            source,
            columns: Columns::new(columns, &links),
            view: TableView::new(links.len(), rules),
            viewport: Viewport::default(),
            marks: Marks::new(links.len()),
            hidden_marks: Some(0),
            notes: Arc::default(),
            undo: Undo::default(),
            compared: None,
            is_grouped: false,
            completions: Completions::default(),
            domains: DomainsState::of(&links),
            links,
        }
    }

    /// Compares the links with an earlier snapshot.
    #[must_use]
    pub fn compared_with(mut self, compared: Compared) -> TableState {
        self.columns.insert_after_rank(ColumnId::DiffStatus, &self.links);
        TableState { compared: Some(compared), ..self }
    }

    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Set while comparing with an earlier snapshot.
    pub fn compared(&self) -> Option<&Compared> {
        self.compared.as_ref()
    }

    /// The status of each link; empty if nothing is compared.
    pub fn row_diffs(&self) -> Arc<[RowDiff]> {
        self.compared.as_ref().map(|compared| Arc::clone(&compared.row_diffs)).unwrap_or_default()
    }

    /// The user's rules for anchor types.
    pub fn rules(&self) -> &Arc<AnchorRules> {
        self.view.rules()
    }

    pub fn links(&self) -> &Arc<LinkSet> {
        &self.links
    }

    /// The number of links from the same domain as `row`; `None` until counted.
    pub fn links_from_domain_of(&self, row: Row) -> Option<u32> {
        self.domains.get()?.links_from_domain(row)
    }

    /// Frequent values of a facet, most frequent first; empty until counted.
    pub fn completions(&self, facet: Facet) -> &[String] {
        match (facet, self.domains.get()) {
            (facet, Some(domains)) if facet == Facet::default() => domains.completions(),
            (facet, _) => self.completions.values(facet),
        }
    }

    /// The job that counts the values of a facet; `None` if they are known or requested.
    pub fn request_completions(&mut self, facet: Facet, generation: u64) -> Option<FacetJob> {
        if facet == Facet::default() {
            return None;
        }
        self.completions.request(facet, generation, &self.links, self.view.rules())
    }

    pub fn set_completions(&mut self, generation: u64, counts: &FacetCounts) {
        self.completions.set_values(generation, counts, &self.links, self.view.rules());
    }

    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    pub fn columns_mut(&mut self) -> &mut Columns {
        &mut self.columns
    }

    pub fn reset_columns(&mut self, columns: &ChosenColumns) {
        self.columns.reset(columns, &self.links);
    }

    /// Hides or shows a column. Returns whether anything changed: the last column stays.
    pub fn toggle_column(&mut self, column: ColumnId) -> bool {
        self.columns.toggle(column, &self.links)
    }

    /// Adds a column with the file that each link comes from.
    #[must_use]
    pub fn with_file_column(mut self) -> TableState {
        self.columns.insert_after_rank(ColumnId::File, &self.links);
        self
    }

    /// With the notes saved for these links.
    #[must_use]
    pub fn with_notes(self, notes: RowNotes) -> TableState {
        TableState { notes: Arc::new(notes), ..self }
    }

    pub fn notes(&self) -> &Arc<RowNotes> {
        &self.notes
    }

    /// An empty note removes the earlier one.
    pub fn set_note(&mut self, row: Row, note: Note) {
        let notes = Arc::make_mut(&mut self.notes);
        if note.is_empty() {
            notes.remove(&row);
        } else {
            notes.insert(row, note);
        }
    }

    pub fn query(&self) -> &Query {
        self.view.query()
    }

    pub fn order(&self) -> &Order {
        self.view.order()
    }

    pub fn shown(&self) -> &RowOrder {
        self.view.shown()
    }

    /// The row of each line: all shown rows, or group heads and the rows of unfolded groups.
    pub fn lines(&self) -> &RowOrder {
        self.view.lines()
    }

    pub fn grouped(&self) -> Option<&GroupedRows> {
        self.view.grouped()
    }

    /// Whether rows are grouped, or will be once the domains are counted.
    pub fn is_grouped(&self) -> bool {
        self.is_grouped
    }

    /// Rows scanned by the running job; `None` if none is running.
    pub fn scanned_rows(&self) -> Option<usize> {
        self.view.scanned_rows()
    }

    /// Whether the shown rows don't match filter and sort because the worker failed.
    pub fn is_stale(&self) -> bool {
        self.view.has_failed()
    }

    /// Keeps the shown rows after the worker failed.
    pub fn view_failed(&mut self, generation: u64) {
        self.view.job_failed(generation);
    }

    /// The line of the cursor.
    pub fn cursor(&self) -> Line {
        self.viewport.cursor()
    }

    pub fn offset(&self) -> Line {
        self.viewport.offset()
    }

    /// The row at the cursor; `None` if no row is shown.
    pub fn current_row(&self) -> Option<Row> {
        self.lines().get(self.cursor())
    }

    /// The filter with the chosen cell's value as another term; for the rank column, the referring domain. `None` if no
    /// row is shown.
    pub fn query_with_cell(&self, exclude: bool) -> Option<Query> {
        let row = self.current_row()?;
        let schema = self.links.schema();
        let chosen = schema.def(self.columns.chosen_column()?)?;
        let def = match chosen.filter {
            FilterRule::Of(other) => schema.def(other)?,
            _ => chosen,
        };
        match def.filter {
            FilterRule::DiffStatus => {
                Some(self.query().with_diff_status(self.row_diffs().get(row.index())?.link, exclude))
            }
            _ => self.query().with_value(&def, &filter_value(&self.links, row, &def, self.rules())?, exclude),
        }
    }

    /// Moves the cursor to a line, or the last one if there are fewer.
    pub fn go_to(&mut self, line: Line, page: usize) {
        self.viewport.go_to(line, self.view.lines(), page);
    }

    /// Moves the cursor by lines, stopping at either end.
    pub fn step(&mut self, lines: isize, page: usize) {
        self.go_to(self.cursor().step(lines), page);
    }

    /// Scrolls by lines. The cursor moves only to stay on the screen.
    pub fn scroll(&mut self, lines: isize, page: usize) {
        self.scroll_to(self.offset().step(lines), page);
    }

    /// Scrolls a line to the top of the screen.
    pub fn scroll_to(&mut self, line: Line, page: usize) {
        self.viewport.scroll_to(line, self.view.lines(), page);
    }

    /// Scrolls as little as needed to show the cursor on a screen of `page` lines.
    pub fn keep_cursor_visible(&mut self, page: usize) {
        self.viewport.keep_cursor_visible(self.view.lines(), page);
    }

    pub fn set_query(&mut self, query: Query, page: usize) {
        self.set_query_and_order(query, self.order().clone(), page);
    }

    /// Sorts by the chosen column: ascending, descending, API order. With `add`, as a further sort key.
    pub fn sort(&mut self, add: bool, page: usize) {
        let Some(column) = self.columns.chosen_column() else { return };
        let mut order = self.order().clone();
        if add {
            order.add(column);
        } else {
            order.cycle(column);
        }
        // At the top, users want to see what comes first now.
        if self.cursor() == Line(0) {
            self.viewport.pin_to_top();
        }
        self.set_query_and_order(self.query().clone(), order, page);
    }

    fn set_query_and_order(&mut self, query: Query, order: Order, page: usize) {
        let input = self.view_input();
        if self.view.set_query_and_order(query, order, input) {
            self.restore_cursor(page);
        }
    }

    fn view_input(&self) -> ViewInput {
        ViewInput {
            links: Arc::clone(&self.links),
            marks: Arc::clone(self.marks.rows()),
            notes: Arc::clone(&self.notes),
            row_diffs: self.row_diffs(),
        }
    }

    /// Puts the cursor back on its row after the shown rows have changed.
    fn restore_cursor(&mut self, page: usize) {
        self.hidden_marks = None;
        let line = self.view.line_of(self.viewport.row());
        self.viewport.restore_cursor(line, self.view.lines(), page);
    }

    pub fn undo_state(&self) -> UndoState {
        UndoState { query: self.query().clone(), order: self.order().clone(), marks: Arc::clone(self.marks.rows()) }
    }

    /// Makes a change undoable. Does nothing if nothing changed.
    pub fn push_undo(&mut self, before: UndoState) {
        if before != self.undo_state() {
            self.undo.push(before);
        }
    }

    /// Undoes or redoes a change of filter, order or marks. Returns whether there was one.
    pub fn undo(&mut self, redo: bool, page: usize) -> bool {
        let now = self.undo_state();
        let restored = if redo { self.undo.redo(now) } else { self.undo.undo(now) };
        let Some(UndoState { query, order, marks }) = restored else { return false };
        self.marks.set(marks);
        self.marks.grow(self.links.len());
        self.hidden_marks = None;
        let order = if self.is_grouped { order } else { order.without(ColumnId::Links) };
        self.set_query_and_order(query, order, page);
        true
    }

    /// The job for a worker. Its results must carry `generation`.
    pub fn take_job(&mut self, generation: u64) -> Option<ViewSpec> {
        self.view.take_job(generation)
    }

    /// Applies a worker's result; `scanned` is its progress, or `None` if it is complete.
    pub fn apply_view_result(&mut self, generation: u64, result: ViewResult, scanned: Option<usize>, page: usize) {
        if self.view.apply_result(generation, result, scanned) {
            self.restore_cursor(page);
        }
        if self.view.needs_recompute() {
            self.set_query_and_order(self.query().clone(), self.order().clone(), page);
        }
    }

    /// Replaces the links with the same ones and more at the end.
    pub fn set_links(&mut self, links: Arc<LinkSet>, page: usize) {
        self.marks.grow(links.len());
        if self.links.is_empty() {
            self.columns.fit_widths(&links);
        }
        self.columns.add_available(&links);
        self.domains = DomainsState::Queued;
        self.completions = Completions::default();
        self.links = links;
        if self.view.set_row_count(self.links.len()) {
            self.set_query_and_order(self.query().clone(), self.order().clone(), page);
        }
        self.keep_cursor_visible(page);
    }
}
