//! The open links: which of them are shown, in which order, where the cursor is, and which are marked.
//!
//! The cursor and the marks belong to links, not to lines: they stay on theirs through every filter and sort.

mod grouping;
mod selecting;

use std::sync::Arc;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::arrange::Found;
use crate::domain::columns::{FilterRule, filter_value};
use crate::domain::compare::Verdict;
use crate::domain::facet::{Facet, FacetCounts, FacetJob};
use crate::domain::grouping::GroupedRows;
use crate::domain::note::{Note, RowNotes};
use crate::domain::order::{Order, SortColumn};
use crate::domain::query::Query;
use crate::domain::{Arrangement, LinkSet, Shown};

use super::arranging::{Arranging, Content};
use super::columns::{ChosenColumns, Columns};
use super::compared::Compared;
use super::domains::KnownDomains;
use super::frequent::Frequent;
use super::marks::Marks;
use super::source::Source;
use super::undo::{State, Undo};
use super::window::Window;

/// The state of the table.
#[derive(Clone, Debug)]
pub struct Browser {
    source: Source,
    links: Arc<LinkSet>,
    columns: Columns,
    arranging: Arranging,
    window: Window,
    marks: Marks,
    /// How many of the marked rows are not shown; `None` until they are counted. Marking changes what is shown only, and so
    /// never this number.
    hidden: Option<usize>,
    notes: Arc<RowNotes>,
    undo: Undo,
    /// What the links are against an earlier snapshot, if they are compared with one.
    compared: Option<Compared>,
    /// What a filter that is being typed can go on with.
    frequent: Frequent,
    domains: KnownDomains,
    /// Whether the rows are grouped by their source domains, as soon as those are known.
    groups: bool,
}

impl Browser {
    /// Opens links, unfiltered and in the order in which they came.
    pub fn new(source: Source, links: Arc<LinkSet>, columns: &ChosenColumns, rules: Arc<AnchorRules>) -> Browser {
        Browser {
            source,
            columns: Columns::new(columns, &links),
            arranging: Arranging::new(links.len(), rules),
            window: Window::default(),
            marks: Marks::new(links.len()),
            hidden: Some(0),
            notes: Arc::default(),
            undo: Undo::default(),
            compared: None,
            groups: false,
            frequent: Frequent::default(),
            domains: KnownDomains::of(&links),
            links,
        }
    }

    /// The same links, compared with an earlier snapshot.
    #[must_use]
    pub fn compared_with(mut self, compared: Compared) -> Browser {
        self.columns.insert_behind_rank(SortColumn::Standing, &self.links);
        Browser { compared: Some(compared), ..self }
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
    pub fn verdicts(&self) -> Arc<[Verdict]> {
        self.compared.as_ref().map(|compared| Arc::clone(&compared.verdicts)).unwrap_or_default()
    }

    /// What the user says of anchors.
    pub fn rules(&self) -> &Arc<AnchorRules> {
        self.arranging.rules()
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
    pub fn frequent(&self, facet: Facet) -> &[String] {
        match (facet, self.domains.get()) {
            (facet, Some(domains)) if facet == Facet::default() => domains.frequent(),
            (facet, _) => self.frequent.values(facet),
        }
    }

    /// What a worker shall count for the values of a facet; `None` where they are known or asked for already.
    pub fn ask_frequent(&mut self, facet: Facet, generation: u64) -> Option<FacetJob> {
        if facet == Facet::default() {
            return None;
        }
        self.frequent.ask(facet, generation, &self.links, self.arranging.rules())
    }

    /// Takes over what was counted for that.
    pub fn counted(&mut self, generation: u64, counts: &FacetCounts) {
        self.frequent.counted(generation, counts, &self.links, self.arranging.rules());
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
    pub fn toggle_column(&mut self, column: SortColumn) -> bool {
        self.columns.toggle(column, &self.links)
    }

    /// Adds a column for the files that the links come from.
    #[must_use]
    pub fn with_file_column(mut self) -> Browser {
        self.columns.insert_behind_rank(SortColumn::File, &self.links);
        self
    }

    /// With what the user has said of its rows before.
    #[must_use]
    pub fn with_notes(self, notes: RowNotes) -> Browser {
        Browser { notes: Arc::new(notes), ..self }
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
        self.arranging.query()
    }

    /// The sort keys.
    pub fn order(&self) -> &Order {
        self.arranging.order()
    }

    /// The rows shown, in their order.
    pub fn shown(&self) -> &Shown {
        self.arranging.shown()
    }

    /// The row of each line: every row shown, or one for each group and those of unfolded groups.
    pub fn lines(&self) -> &Shown {
        self.arranging.lines()
    }

    /// The rows in groups, where they are grouped.
    pub fn grouped(&self) -> Option<&GroupedRows> {
        self.arranging.grouped()
    }

    /// Whether the rows are grouped, or will be as soon as their domains are counted.
    pub fn is_grouped(&self) -> bool {
        self.groups
    }

    /// How many rows a worker has looked at; `None` if none is at work.
    pub fn looked_at(&self) -> Option<usize> {
        self.arranging.looked_at()
    }

    /// Whether the rows shown are not those that filter and order ask for, since a worker broke down.
    pub fn is_stale(&self) -> bool {
        self.arranging.has_failed()
    }

    /// Takes over that a worker that arranges broke down.
    pub fn arranging_failed(&mut self, generation: u64) {
        self.arranging.broke_down(generation);
    }

    /// The line of the cursor, counted in [`Browser::lines`].
    pub fn cursor(&self) -> usize {
        self.window.cursor()
    }

    /// The first line on the screen.
    pub fn offset(&self) -> usize {
        self.window.offset()
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
            FilterRule::Standing => Some(self.query().with_standing(self.verdicts().get(row as usize)?.link, exclude)),
            _ => self.query().with_value(&def, &filter_value(&self.links, row, &def, self.rules())?, exclude),
        }
    }

    /// Puts the cursor on a line, the last one if there are fewer.
    pub fn go_to(&mut self, line: usize, page: usize) {
        self.window.go_to(line, self.arranging.lines(), page);
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
        self.window.scroll_to(line, self.arranging.lines(), page);
    }

    /// Scrolls as little as needed for the cursor to be on a screen of `page` lines.
    pub fn keep_in_sight(&mut self, page: usize) {
        self.window.keep_in_sight(self.arranging.lines(), page);
    }

    /// Shows only what fulfils `query`.
    pub fn set_query(&mut self, query: Query, page: usize) {
        self.arrange(query, self.order().clone(), page);
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
            self.window.stay_at_top();
        }
        self.arrange(self.query().clone(), order, page);
    }

    fn arrange(&mut self, query: Query, order: Order, page: usize) {
        let content = self.content();
        if self.arranging.arrange(query, order, content) {
            self.return_to_row(page);
        }
    }

    fn content(&self) -> Content {
        Content {
            links: Arc::clone(&self.links),
            marks: Arc::clone(self.marks.rows()),
            notes: Arc::clone(&self.notes),
            verdicts: self.verdicts(),
        }
    }

    /// Follows the rows that are shown, which are others now.
    fn return_to_row(&mut self, page: usize) {
        self.hidden = None;
        let line = self.arranging.line_of(self.window.row());
        self.window.return_to(line, self.arranging.lines(), page);
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
        let order = if self.groups { order } else { order.without(SortColumn::Links) };
        self.arrange(query, order, page);
        true
    }

    /// What a worker shall arrange. Its results have to name `generation`.
    pub fn take_job(&mut self, generation: u64) -> Option<Arrangement> {
        self.arranging.take_job(generation)
    }

    /// Takes over what a worker found; `looked_at` says how far it is if it is not done.
    pub fn arranged(&mut self, generation: u64, found: Found, looked_at: Option<usize>, page: usize) {
        if self.arranging.arranged(generation, found, looked_at) {
            self.return_to_row(page);
        }
        if self.arranging.is_outgrown() {
            self.arrange(self.query().clone(), self.order().clone(), page);
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
        self.frequent = Frequent::default();
        self.links = links;
        if self.arranging.grow(self.links.len()) {
            self.arrange(self.query().clone(), self.order().clone(), page);
        }
        self.keep_in_sight(page);
    }
}
