//! The open links: which of them are shown, in which order, where the cursor is, and which are marked.
//!
//! The cursor and the marks belong to links, not to lines: they stay on theirs through every filter and sort.

mod grouping;
mod selecting;

use std::sync::Arc;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::columns::{FilterRule, filter_value};
use crate::domain::diff::RowDiff;
use crate::domain::facet::{Facet, FacetCounts, FacetJob};
use crate::domain::grouping::GroupedRows;
use crate::domain::note::{Note, RowNotes};
use crate::domain::order::{ColumnId, Order};
use crate::domain::query::Query;
use crate::domain::view_spec::ViewResult;
use crate::domain::{LinkSet, RowOrder, ViewSpec};

use super::columns::{ChosenColumns, Columns};
use super::compared::Compared;
use super::completions::Completions;
use super::domains::DomainsState;
use super::marks::Marks;
use super::source::Source;
use super::table_view::{TableView, ViewInput};
use super::undo::{Undo, UndoState};
use super::viewport::Viewport;

/// The state of the table.
#[derive(Clone, Debug)]
pub struct TableState {
    source: Source,
    links: Arc<LinkSet>,
    columns: Columns,
    view: TableView,
    viewport: Viewport,
    marks: Marks,
    /// How many of the marked rows are not shown; `None` until they are counted. Marking changes what is shown only, and so
    /// never this number.
    hidden_marks: Option<usize>,
    notes: Arc<RowNotes>,
    undo: Undo,
    /// What the links are against an earlier snapshot, if they are compared with one.
    compared: Option<Compared>,
    /// What a filter that is being typed can go on with.
    completions: Completions,
    domains: DomainsState,
    /// Whether the rows are grouped by their source domains, as soon as those are known.
    is_grouped: bool,
}

impl TableState {
    /// Opens links, unfiltered and in the order in which they came.
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

    /// The same links, compared with an earlier snapshot.
    #[must_use]
    pub fn compared_with(mut self, compared: Compared) -> TableState {
        self.columns.insert_after_rank(ColumnId::DiffStatus, &self.links);
        TableState { compared: Some(compared), ..self }
    }

    /// Where the links come from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// What the links are against an earlier snapshot, if they are compared with one.
    pub fn compared(&self) -> Option<&Compared> {
        self.compared.as_ref()
    }

    /// What each link is against an earlier snapshot; empty where nothing is compared.
    pub fn row_diffs(&self) -> Arc<[RowDiff]> {
        self.compared.as_ref().map(|compared| Arc::clone(&compared.row_diffs)).unwrap_or_default()
    }

    /// What the user says of anchors.
    pub fn rules(&self) -> &Arc<AnchorRules> {
        self.view.rules()
    }

    /// The links.
    pub fn links(&self) -> &Arc<LinkSet> {
        &self.links
    }

    /// The links from the source domain of a row, once they are counted.
    pub fn links_from_domain_of(&self, row: u32) -> Option<u32> {
        self.domains.get()?.links_from_domain(row)
    }

    /// The most frequent values of a facet, as far as they are counted.
    pub fn completions(&self, facet: Facet) -> &[String] {
        match (facet, self.domains.get()) {
            (facet, Some(domains)) if facet == Facet::default() => domains.completions(),
            (facet, _) => self.completions.values(facet),
        }
    }

    /// What a worker shall count for the values of a facet; `None` where they are known or asked for already.
    pub fn request_completions(&mut self, facet: Facet, generation: u64) -> Option<FacetJob> {
        if facet == Facet::default() {
            return None;
        }
        self.completions.request(facet, generation, &self.links, self.view.rules())
    }

    /// Takes over what was counted for that.
    pub fn set_completions(&mut self, generation: u64, counts: &FacetCounts) {
        self.completions.set_values(generation, counts, &self.links, self.view.rules());
    }

    /// The columns of the table.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The columns of the table, to change them.
    pub fn columns_mut(&mut self) -> &mut Columns {
        &mut self.columns
    }

    /// Has the columns as `columns` says.
    pub fn reset_columns(&mut self, columns: &ChosenColumns) {
        self.columns.reset(columns, &self.links);
    }

    /// Hides a column, or shows it. Returns whether it did: the last one stays.
    pub fn toggle_column(&mut self, column: ColumnId) -> bool {
        self.columns.toggle(column, &self.links)
    }

    /// Adds a column for the files that the links come from.
    #[must_use]
    pub fn with_file_column(mut self) -> TableState {
        self.columns.insert_after_rank(ColumnId::File, &self.links);
        self
    }

    /// With what the user has said of its rows before.
    #[must_use]
    pub fn with_notes(self, notes: RowNotes) -> TableState {
        TableState { notes: Arc::new(notes), ..self }
    }

    /// What the user says of rows.
    pub fn notes(&self) -> &Arc<RowNotes> {
        &self.notes
    }

    /// Takes over what the user says of a row; an empty note takes away what was said.
    pub fn set_note(&mut self, row: u32, note: Note) {
        let notes = Arc::make_mut(&mut self.notes);
        if note.is_empty() {
            notes.remove(&row);
        } else {
            notes.insert(row, note);
        }
    }

    /// The filter.
    pub fn query(&self) -> &Query {
        self.view.query()
    }

    /// The sort keys.
    pub fn order(&self) -> &Order {
        self.view.order()
    }

    /// The rows shown, in their order.
    pub fn shown(&self) -> &RowOrder {
        self.view.shown()
    }

    /// The row of each line: every row shown, or one for each group and those of unfolded groups.
    pub fn lines(&self) -> &RowOrder {
        self.view.lines()
    }

    /// The rows in groups, where they are grouped.
    pub fn grouped(&self) -> Option<&GroupedRows> {
        self.view.grouped()
    }

    /// Whether the rows are grouped, or will be as soon as their domains are counted.
    pub fn is_grouped(&self) -> bool {
        self.is_grouped
    }

    /// How many rows a worker has looked at; `None` if none is at work.
    pub fn scanned_rows(&self) -> Option<usize> {
        self.view.scanned_rows()
    }

    /// Whether the rows shown are not those that filter and order ask for, since a worker broke down.
    pub fn is_stale(&self) -> bool {
        self.view.has_failed()
    }

    /// Takes over that a worker that arranges broke down.
    pub fn view_failed(&mut self, generation: u64) {
        self.view.job_failed(generation);
    }

    /// The line of the cursor, counted in [`TableState::lines`].
    pub fn cursor(&self) -> usize {
        self.viewport.cursor()
    }

    /// The first line on the screen.
    pub fn offset(&self) -> usize {
        self.viewport.offset()
    }

    /// The row at the cursor; `None` where no row is shown.
    pub fn current_row(&self) -> Option<u32> {
        self.lines().get(self.cursor())
    }

    /// The filter with what stands in the chosen cell as one more term: for the rank, the source domain of its link. `None`
    /// where no row is shown.
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
                Some(self.query().with_diff_status(self.row_diffs().get(row as usize)?.link, exclude))
            }
            _ => self.query().with_value(&def, &filter_value(&self.links, row, &def, self.rules())?, exclude),
        }
    }

    /// Puts the cursor on a line, the last one if there are fewer.
    pub fn go_to(&mut self, line: usize, page: usize) {
        self.viewport.go_to(line, self.view.lines(), page);
    }

    /// Moves the cursor by lines, stopping at either end.
    pub fn step(&mut self, lines: isize, page: usize) {
        self.go_to(self.cursor().saturating_add_signed(lines), page);
    }

    /// Moves what is on the screen by lines; the cursor follows only where it would leave the screen.
    pub fn scroll(&mut self, lines: isize, page: usize) {
        self.scroll_to(self.offset().saturating_add_signed(lines), page);
    }

    /// Puts a line at the top of the screen.
    pub fn scroll_to(&mut self, line: usize, page: usize) {
        self.viewport.scroll_to(line, self.view.lines(), page);
    }

    /// Scrolls as little as needed for the cursor to be on a screen of `page` lines.
    pub fn keep_cursor_visible(&mut self, page: usize) {
        self.viewport.keep_cursor_visible(self.view.lines(), page);
    }

    /// Shows only what fulfils `query`.
    pub fn set_query(&mut self, query: Query, page: usize) {
        self.set_query_and_order(query, self.order().clone(), page);
    }

    /// Sorts by the chosen column: ascending, descending, API order. `add` adds it behind the other keys.
    pub fn sort(&mut self, add: bool, page: usize) {
        let Some(column) = self.columns.chosen_column() else { return };
        let mut order = self.order().clone();
        if add {
            order.add(column);
        } else {
            order.cycle(column);
        }
        // Who is at the top wants to see what comes first now.
        if self.cursor() == 0 {
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

    /// Follows the rows that are shown, which are others now.
    fn restore_cursor(&mut self, page: usize) {
        self.hidden_marks = None;
        let line = self.view.line_of(self.viewport.row());
        self.viewport.restore_cursor(line, self.view.lines(), page);
    }

    /// Filter, order and marks as they are.
    pub fn undo_state(&self) -> UndoState {
        UndoState { query: self.query().clone(), order: self.order().clone(), marks: Arc::clone(self.marks.rows()) }
    }

    /// Notes a change, if there was one, so that it can be taken back.
    pub fn push_undo(&mut self, before: UndoState) {
        if before != self.undo_state() {
            self.undo.push(before);
        }
    }

    /// Takes the last change of filter, order or marks back, or redoes it. Returns whether there was one.
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

    /// What a worker shall arrange. Its results have to name `generation`.
    pub fn take_job(&mut self, generation: u64) -> Option<ViewSpec> {
        self.view.take_job(generation)
    }

    /// Takes over what a worker found; `looked_at` says how far it is if it is not done.
    pub fn apply_view_result(&mut self, generation: u64, result: ViewResult, scanned: Option<usize>, page: usize) {
        if self.view.apply_result(generation, result, scanned) {
            self.restore_cursor(page);
        }
        if self.view.needs_recompute() {
            self.set_query_and_order(self.query().clone(), self.order().clone(), page);
        }
    }

    /// Takes over more links behind those that there were.
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
