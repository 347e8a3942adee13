//! The open links: which of them are shown, in which order, where the cursor is, and which are marked.
//!
//! The cursor and the marks belong to links, not to lines: they stay on theirs through every filter and sort.

use std::sync::Arc;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::compare::Verdict;
use crate::domain::order::{Order, SortColumn};
use crate::domain::query::Query;
use crate::domain::{Arrangement, Field, LinkSet, Rows, Shown};

use super::arranging::Arranging;
use super::columns::Columns;
use super::compared::Compared;
use super::domains::Domains;
use super::marks::Marks;
use super::selection::Selection;
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
    undo: Undo,
    /// What the links are against an earlier snapshot, if they are compared with one.
    compared: Option<Compared>,
    /// The rows by their source domain, once that is known.
    domains: Option<Arc<Domains>>,
    /// Whether a worker has to be asked for that.
    lacks_domains: bool,
}

/// Sets of more links than this are grouped by a worker.
const GROUPED_AT_ONCE: usize = 10_000;

impl Browser {
    /// Opens links, unfiltered and in the order in which they came.
    pub fn new(source: Source, links: Arc<LinkSet>, columns: Vec<SortColumn>, rules: Arc<AnchorRules>) -> Browser {
        let domains = (links.len() <= GROUPED_AT_ONCE).then(|| Arc::new(Domains::of(&links)));
        Browser {
            source,
            columns: Columns::new(columns, &links),
            arranging: Arranging::new(links.len(), rules),
            window: Window::default(),
            marks: Marks::new(links.len()),
            undo: Undo::default(),
            compared: None,
            lacks_domains: domains.is_none(),
            domains,
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
        self.domains.as_ref()?.links_of(row)
    }

    /// The most frequent source domains, once they are counted.
    pub fn frequent_domains(&self) -> &[String] {
        self.domains.as_ref().map(|domains| domains.frequent()).unwrap_or_default()
    }

    /// The columns of the table.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The columns of the table, to change them.
    pub fn columns_mut(&mut self) -> &mut Columns {
        &mut self.columns
    }

    /// Has the columns as they were before the user changed them.
    pub fn reset_columns(&mut self) {
        self.columns.reset(&self.links);
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

    /// How many rows a worker has looked at; `None` if none is at work.
    pub fn looked_at(&self) -> Option<usize> {
        self.arranging.looked_at()
    }

    /// The line of the cursor, counted in [`Browser::shown`].
    pub fn cursor(&self) -> usize {
        self.window.cursor()
    }

    /// The first line on the screen.
    pub fn offset(&self) -> usize {
        self.window.offset()
    }

    /// The row at the cursor; `None` where no row is shown.
    pub fn current(&self) -> Option<u32> {
        self.shown().get(self.cursor())
    }

    /// The filter with what stands in the chosen cell as one more term: for the rank, the source domain of its link. `None`
    /// where no row is shown.
    pub fn query_with_cell(&self, exclude: bool) -> Option<Query> {
        let row = self.current()?;
        match self.columns.chosen_column()? {
            SortColumn::File => None,
            SortColumn::Standing => Some(self.query().with_standing(self.verdicts().get(row as usize)?.link, exclude)),
            SortColumn::Rank => {
                let domain = self.links().text(row, Field::SourceDomain);
                Some(self.query().with_cell(Field::SourceDomain, domain, exclude))
            }
            SortColumn::Field(field) => Some(self.query().with_cell(field, self.links().text(row, field), exclude)),
        }
    }

    /// Puts the cursor on a line, the last one if there are fewer.
    pub fn go_to(&mut self, line: usize, page: usize) {
        self.window.go_to(line, self.arranging.shown(), page);
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
        self.window.scroll_to(line, self.arranging.shown(), page);
    }

    /// Scrolls as little as needed for the cursor to be on a screen of `page` lines.
    pub fn keep_in_sight(&mut self, page: usize) {
        self.window.keep_in_sight(self.arranging.shown(), page);
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
        let verdicts = self.verdicts();
        if self.arranging.arrange((query, order), &self.links, self.marks.rows(), &verdicts) {
            self.window.return_to_row(self.arranging.shown(), page);
        }
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
        self.arrange(query, order, page);
        true
    }

    /// What a worker shall arrange. Its results have to name `generation`.
    pub fn take_job(&mut self, generation: u64) -> Option<Arrangement> {
        self.arranging.take_job(generation)
    }

    /// Takes over what a worker found; `looked_at` says how far it is if it is not done.
    pub fn arranged(&mut self, generation: u64, shown: Shown, looked_at: Option<usize>, page: usize) {
        if self.arranging.arranged(generation, shown, looked_at) {
            self.window.return_to_row(self.arranging.shown(), page);
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
        self.domains = None;
        self.lacks_domains = true;
        self.links = links;
        if self.arranging.grow(self.links.len()) {
            self.arrange(self.query().clone(), self.order().clone(), page);
        }
        self.keep_in_sight(page);
    }

    /// The links that a worker shall group by their source domains.
    pub fn take_group_job(&mut self) -> Option<Arc<LinkSet>> {
        std::mem::take(&mut self.lacks_domains).then(|| Arc::clone(&self.links))
    }

    /// Takes over the groups of the links; those of other links are worthless.
    pub fn set_domains(&mut self, links: &Arc<LinkSet>, domains: Arc<Domains>) {
        if Arc::ptr_eq(links, &self.links) {
            self.domains = Some(domains);
        }
    }

    /// The marks, without a range that is still open.
    pub fn marks(&self) -> &Arc<Rows> {
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
        let start = self.shown().position(start).unwrap_or(self.cursor());
        Some((start.min(self.cursor()), start.max(self.cursor())))
    }

    /// Marks the row at the cursor, or unmarks it, and steps down. With an open range, closes it.
    pub fn toggle_mark(&mut self, page: usize) {
        if self.has_range() {
            self.close_range();
            return;
        }
        if let Some(row) = self.current() {
            self.marks.change(|rows| rows.set(row, !rows.contains(row)));
            self.step(1, page);
        }
    }

    /// Opens a range at the cursor, or marks the one that is open.
    pub fn toggle_range(&mut self) {
        if self.has_range() {
            self.close_range();
        } else {
            self.marks.open_range(self.current());
        }
    }

    fn close_range(&mut self) {
        let marks = self.effective_marks();
        self.marks.set(marks);
    }

    /// Gives an open range up. Returns whether there was one.
    pub fn drop_range(&mut self) -> bool {
        self.marks.drop_range()
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
    }

    /// The marks, with an open range counted in.
    pub fn effective_marks(&self) -> Arc<Rows> {
        let Some((first, last)) = self.range_lines() else { return Arc::clone(self.marks.rows()) };
        let mut marks = Rows::clone(self.marks.rows());
        for row in (first..=last).filter_map(|line| self.shown().get(line)) {
            marks.set(row, true);
        }
        Arc::new(marks)
    }

    /// What a file takes: the marked rows, also those that a filter hides, or all that are shown.
    pub fn to_export(&self) -> Selection {
        let mut rows = self.effective_marks();
        if rows.count() == 0 {
            let mut shown = Rows::new(self.links.len());
            self.shown().iter().for_each(|row| shown.set(row, true));
            rows = Arc::new(shown);
        }
        self.selected(rows)
    }

    /// How many links that is.
    pub fn export_count(&self) -> usize {
        match self.effective_marks().count() {
            0 => self.shown().len(),
            marked => marked,
        }
    }

    fn selected(&self, rows: Arc<Rows>) -> Selection {
        let (links, order) = (Arc::clone(&self.links), self.order().clone());
        Selection { links, rows, order, verdicts: self.verdicts() }
    }

    /// What a copy takes: the marked rows, also those that a filter hides, in the order of the table; else the row at
    /// the cursor. `None` where neither is there.
    pub fn selection(&self) -> Option<Selection> {
        let mut rows = self.effective_marks();
        if rows.count() == 0 {
            let mut one = Rows::new(self.links.len());
            one.set(self.current()?, true);
            rows = Arc::new(one);
        }
        Some(self.selected(rows))
    }
}
