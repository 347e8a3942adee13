//! Filter and order of the table, and the rows that they lead to. Few rows are arranged at once; many by a worker, and
//! until it has them the table shows those from before.

use std::sync::Arc;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::diff::RowDiff;
use crate::domain::grouping::{GroupedRows, Grouping};
use crate::domain::note::RowNotes;
use crate::domain::order::{ColumnId, Order};
use crate::domain::query::Query;
use crate::domain::view_spec::ViewResult;
use crate::domain::{LinkSet, RowOrder, RowSet, ViewSpec};

/// The state of the arrangement.
#[derive(Clone, Debug, Default)]
pub struct TableView {
    /// What the user says of anchors.
    rules: Arc<AnchorRules>,
    query: Query,
    order: Order,
    grouping: Option<Grouping>,
    found: ViewResult,
    /// The filter that `found` fulfils wholly; `None` while a worker is at it.
    found_for: Option<Query>,
    /// All rows in an order, from when they were sorted last.
    sorted: Option<(Order, RowOrder)>,
    work: Work,
}

/// How far the newest arrangement is.
#[derive(Clone, Debug, Default)]
enum Work {
    /// The rows shown are those that filter and order ask for.
    #[default]
    Done,
    /// A worker shall do this.
    Wanted(Box<ViewSpec>),
    /// A worker is at it; what comes of any other job is worthless.
    Running {
        generation: u64,
        /// How many rows it has looked at.
        looked_at: usize,
        /// Whether rows came that it knows nothing of.
        is_outgrown: bool,
    },
    /// It is done, but for rows that came in the meantime: all have to be arranged anew.
    Outgrown,
    /// The worker broke down.
    Failed,
}

/// What is arranged.
#[derive(Clone, Debug)]
pub struct Content {
    /// The links.
    pub links: Arc<LinkSet>,
    /// Which are marked.
    pub marks: Arc<RowSet>,
    /// What the user says of rows.
    pub notes: Arc<RowNotes>,
    /// What each is against an earlier snapshot; empty where nothing is compared.
    pub row_diffs: Arc<[RowDiff]>,
}

impl TableView {
    /// So many rows as they came.
    pub fn new(rows: usize, rules: Arc<AnchorRules>) -> TableView {
        let found = ViewResult { rows: RowOrder::All(rows as u32), grouped: None };
        TableView { rules, found, found_for: Some(Query::default()), ..TableView::default() }
    }

    /// What the user says of anchors.
    pub fn rules(&self) -> &Arc<AnchorRules> {
        &self.rules
    }

    /// The filter.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The sort keys.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The rows shown.
    pub fn shown(&self) -> &RowOrder {
        &self.found.rows
    }

    /// The rows in groups, where they are grouped.
    pub fn grouped(&self) -> Option<&GroupedRows> {
        self.found.grouped.as_ref()
    }

    /// The row of each line: every row shown, or one for each group and those of unfolded groups.
    pub fn lines(&self) -> &RowOrder {
        self.grouped().map_or(&self.found.rows, GroupedRows::lines)
    }

    /// The line of a row, or of its group.
    pub fn line_of(&self, row: u32) -> Option<usize> {
        match self.grouped() {
            Some(grouped) => grouped.position(row),
            None => self.found.rows.position(row),
        }
    }

    /// How many rows a worker has looked at; `None` if none is at work.
    pub fn looked_at(&self) -> Option<usize> {
        match self.work {
            Work::Wanted(_) => Some(0),
            Work::Running { looked_at, .. } => Some(looked_at),
            Work::Done | Work::Outgrown | Work::Failed => None,
        }
    }

    /// Takes over another filter or order. Returns whether the rows shown are others now; where a worker has to find them,
    /// they follow later.
    pub fn compute_view(&mut self, query: Query, order: Order, content: Content) -> bool {
        let narrower = |before: &Query| query.narrows(before) && !query.uses_marks() && !query.uses_notes();
        let within = self.found_for.as_ref().is_some_and(narrower).then(|| self.found.rows.clone());
        (self.query, self.order) = (query, order);
        self.begin(within, None, content)
    }

    /// Groups the rows shown, or ends that. Returns as [`TableView::compute_view`] does.
    pub fn group(&mut self, grouping: Option<Grouping>, content: Content) -> bool {
        self.grouping = grouping;
        let known = (self.found_for.as_ref() == Some(&self.query)).then(|| self.found.rows.clone());
        self.begin(None, known, content)
    }

    /// Sorts by a column no longer, which changes nothing until the rows are arranged or grouped the next time.
    pub fn drop_key(&mut self, column: ColumnId) {
        self.order = self.order.without(column);
    }

    fn begin(&mut self, within: Option<RowOrder>, known: Option<RowOrder>, content: Content) -> bool {
        let sorted = self.sorted.as_ref().filter(|(of, _)| *of == self.order).map(|(_, rows)| rows.clone());
        let spec = ViewSpec {
            links: content.links,
            query: self.query.clone(),
            order: self.order.clone(),
            marks: content.marks,
            notes: content.notes,
            row_diffs: content.row_diffs,
            rules: Arc::clone(&self.rules),
            candidates: within,
            sorted,
            filtered: known,
            grouping: self.grouping.clone(),
        };
        if spec.runs_inline() {
            self.work = Work::Done;
            if let Some(found) = spec.run(&|| true, |_, _| {}) {
                self.settle(found);
            }
            return true;
        }
        self.work = Work::Wanted(Box::new(spec));
        false
    }

    /// Takes over what was found at last.
    fn settle(&mut self, found: ViewResult) {
        // What was found says nothing of rows that came in the meantime.
        let is_of_all = !self.is_outgrown();
        if is_of_all && self.query.is_empty() && !self.order.keys().is_empty() {
            self.sorted = Some((self.order.clone(), found.rows.clone()));
        }
        self.found = found;
        self.found_for = is_of_all.then(|| self.query.clone());
    }

    /// What a worker shall do now. Its results have to name `generation`, which no other job of the session has.
    pub fn take_job(&mut self, generation: u64) -> Option<ViewSpec> {
        let running = Work::Running { generation, looked_at: 0, is_outgrown: false };
        match std::mem::replace(&mut self.work, running) {
            Work::Wanted(job) => Some(*job),
            other => {
                self.work = other;
                None
            }
        }
    }

    /// Takes over what a worker found. Returns whether it was for the newest arrangement.
    pub fn view_computed(&mut self, generation: u64, found: ViewResult, so_far: Option<usize>) -> bool {
        let Work::Running { generation: newest, looked_at, is_outgrown } = &mut self.work else { return false };
        if *newest != generation {
            return false;
        }
        match so_far {
            None => {
                self.work = if *is_outgrown { Work::Outgrown } else { Work::Done };
                self.settle(found);
            }
            Some(so_far) => {
                *looked_at = so_far;
                self.found = found;
                self.found_for = None;
            }
        }
        true
    }

    /// Takes over that a worker broke down: what is shown stays, though it is neither of this filter nor in this order.
    pub fn broke_down(&mut self, broken: u64) {
        if matches!(self.work, Work::Running { generation, .. } if generation == broken) {
            self.work = Work::Failed;
            self.found_for = None;
        }
    }

    /// Whether the rows shown are not those that filter and order ask for, since a worker broke down.
    pub fn has_failed(&self) -> bool {
        matches!(self.work, Work::Failed)
    }

    /// Whether rows came while a worker arranged those before, and it is done: then they have to be arranged anew.
    pub fn is_outgrown(&self) -> bool {
        matches!(self.work, Work::Outgrown)
    }

    /// Goes on with more rows behind those that there were, in no groups. Returns whether they have to be arranged anew now.
    pub fn grow(&mut self, rows: usize) -> bool {
        self.sorted = None;
        self.grouping = None;
        if self.query.is_empty() && self.order.keys().is_empty() {
            self.found = ViewResult { rows: RowOrder::All(rows as u32), grouped: None };
            return false;
        }
        // What was found among the rows before says nothing of the new ones.
        self.found_for = None;
        match &mut self.work {
            Work::Running { is_outgrown, .. } => {
                *is_outgrown = true;
                false
            }
            _ => true,
        }
    }
}
