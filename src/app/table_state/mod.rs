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
use super::domains::KnownDomains;
use super::marks::Marks;
use super::source::Source;
use super::table_view::{Content, TableView};
use super::undo::{State, Undo};
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
    hidden: Option<usize>,
    notes: Arc<RowNotes>,
    undo: Undo,
    /// What the links are against an earlier snapshot, if they are compared with one.
    compared: Option<Compared>,
    /// What a filter that is being typed can go on with.
    completions: Completions,
    domains: KnownDomains,
    /// Whether the rows are grouped by their source domains, as soon as those are known.
    groups: bool,
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
            hidden: Some(0),
            notes: Arc::default(),
            undo: Undo::default(),
            compared: None,
            groups: false,
            completions: Completions::default(),
            domains: KnownDomains::of(&links),
            links,
        }
    }

    /// The same links, compared with an earlier snapshot.
    #[must_use]
    pub fn compared_with(mut self, compared: Compared) -> TableState {
        self.columns.insert_behind_rank(ColumnId::DiffStatus, &self.links);
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
        self.domains.get()?.links_of(row)
    }

    /// The most frequent values of a facet, as far as they are counted.
    pub fn completions(&self, facet: Facet) -> &[String] {
        match (facet, self.domains.get()) {
            (facet, Some(domains)) if facet == Facet::default() => domains.completions(),
            (facet, _) => self.completions.values(facet),
        }
    }

    /// What a worker shall count for the values of a facet; `None` where they are known or asked for already.
    pub fn ask_frequent(&mut self, facet: Facet, generation: u64) -> Option<FacetJob> {
        if facet == Facet::default() {
            return None;
        }
        self.completions.ask(facet, generation, &self.links, self.view.rules())
    }

    /// Takes over what was counted for that.
    pub fn counted(&mut self, generation: u64, counts: &FacetCounts) {
        self.completions.counted(generation, counts, &self.links, self.view.rules());
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
        self.columns.insert_behind_rank(ColumnId::File, &self.links);
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
        self.groups
    }

    /// How many rows a worker has looked at; `None` if none is at work.
    pub fn looked_at(&self) -> Option<usize> {
        self.view.looked_at()
    }

    /// Whether the rows shown are not those that filter and order ask for, since a worker broke down.
    pub fn is_stale(&self) -> bool {
        self.view.has_failed()
    }

    /// Takes over that a worker that arranges broke down.
    pub fn view_failed(&mut self, generation: u64) {
        self.view.broke_down(generation);
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
    pub fn current(&self) -> Option<u32> {
        self.lines().get(self.cursor())
    }

    /// The filter with what stands in the chosen cell as one more term: for the rank, the source domain of its link. `None`
    /// where no row is shown.
    pub fn query_with_cell(&self, exclude: bool) -> Option<Query> {
        let row = self.current()?;
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
    pub fn keep_in_sight(&mut self, page: usize) {
        self.viewport.keep_in_sight(self.view.lines(), page);
    }

    /// Shows only what fulfils `query`.
    pub fn set_query(&mut self, query: Query, page: usize) {
        self.compute_view(query, self.order().clone(), page);
    }

    /// Sorts by the chosen column: ascending, descending, API order. `further` adds it behind the other keys.
    pub fn sort(&mut self, further: bool, page: usize) {
        let Some(column) = self.columns.chosen_column() else { return };
        let mut order = self.order().clone();
        if further {
            order.add(column);
        } else {
            order.cycle(column);
        }
        // Who is at the top wants to see what comes first now.
        if self.cursor() == 0 {
            self.viewport.stay_at_top();
        }
        self.compute_view(self.query().clone(), order, page);
    }

    fn compute_view(&mut self, query: Query, order: Order, page: usize) {
        let content = self.content();
        if self.view.compute_view(query, order, content) {
            self.return_to_row(page);
        }
    }

    fn content(&self) -> Content {
        Content {
            links: Arc::clone(&self.links),
            marks: Arc::clone(self.marks.rows()),
            notes: Arc::clone(&self.notes),
            row_diffs: self.row_diffs(),
        }
    }

    /// Follows the rows that are shown, which are others now.
    fn return_to_row(&mut self, page: usize) {
        self.hidden = None;
        let line = self.view.line_of(self.viewport.row());
        self.viewport.return_to(line, self.view.lines(), page);
    }

    /// Filter, order and marks as they are.
    pub fn state(&self) -> State {
        State { query: self.query().clone(), order: self.order().clone(), marks: Arc::clone(self.marks.rows()) }
    }

    /// Notes a change, if there was one, so that it can be taken back.
    pub fn remember(&mut self, before: State) {
        if before != self.state() {
            self.undo.remember(before);
        }
    }

    /// Takes the last change of filter, order or marks back, or back again. Returns whether there was one.
    pub fn undo(&mut self, again: bool, page: usize) -> bool {
        let now = self.state();
        let to = if again { self.undo.redo(now) } else { self.undo.undo(now) };
        let Some(State { query, order, marks }) = to else { return false };
        self.marks.set(marks);
        self.marks.grow(self.links.len());
        self.hidden = None;
        let order = if self.groups { order } else { order.without(ColumnId::Links) };
        self.compute_view(query, order, page);
        true
    }

    /// What a worker shall arrange. Its results have to name `generation`.
    pub fn take_job(&mut self, generation: u64) -> Option<ViewSpec> {
        self.view.take_job(generation)
    }

    /// Takes over what a worker found; `looked_at` says how far it is if it is not done.
    pub fn view_computed(&mut self, generation: u64, found: ViewResult, looked_at: Option<usize>, page: usize) {
        if self.view.view_computed(generation, found, looked_at) {
            self.return_to_row(page);
        }
        if self.view.is_outgrown() {
            self.compute_view(self.query().clone(), self.order().clone(), page);
        }
    }

    /// Takes over more links behind those that there were.
    pub fn grow(&mut self, links: Arc<LinkSet>, page: usize) {
        self.marks.grow(links.len());
        if self.links.is_empty() {
            self.columns.measure(&links);
        }
        self.columns.take_in(&links);
        self.domains = KnownDomains::Wanted;
        self.completions = Completions::default();
        self.links = links;
        if self.view.grow(self.links.len()) {
            self.compute_view(self.query().clone(), self.order().clone(), page);
        }
        self.keep_in_sight(page);
    }
}
