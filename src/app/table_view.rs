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
    result: ViewResult,
    /// The filter that `found` fulfils wholly; `None` while a worker is at it.
    result_query: Option<Query>,
    /// All rows in an order, from when they were sorted last.
    sorted: Option<(Order, RowOrder)>,
    job: Job,
}

/// How far the newest arrangement is.
#[derive(Clone, Debug, Default)]
enum Job {
    /// The rows shown are those that filter and order ask for.
    #[default]
    Idle,
    /// A worker shall do this.
    Queued(Box<ViewSpec>),
    /// A worker is at it; what comes of any other job is worthless.
    Running {
        generation: u64,
        /// How many rows it has looked at.
        scanned: usize,
        /// Whether rows came that it knows nothing of.
        rows_added: bool,
    },
    /// It is done, but for rows that came in the meantime: all have to be arranged anew.
    RowsAdded,
    /// The worker broke down.
    Failed,
}

/// What is arranged.
#[derive(Clone, Debug)]
pub struct ViewInput {
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
        let result = ViewResult { shown: RowOrder::All(rows as u32), grouped: None };
        TableView { rules, result, result_query: Some(Query::default()), ..TableView::default() }
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
        &self.result.shown
    }

    /// The rows in groups, where they are grouped.
    pub fn grouped(&self) -> Option<&GroupedRows> {
        self.result.grouped.as_ref()
    }

    /// The row of each line: every row shown, or one for each group and those of unfolded groups.
    pub fn lines(&self) -> &RowOrder {
        self.grouped().map_or(&self.result.shown, GroupedRows::lines)
    }

    /// The line of a row, or of its group.
    pub fn line_of(&self, row: u32) -> Option<usize> {
        match self.grouped() {
            Some(grouped) => grouped.position(row),
            None => self.result.shown.position(row),
        }
    }

    /// How many rows a worker has looked at; `None` if none is at work.
    pub fn scanned_rows(&self) -> Option<usize> {
        match self.job {
            Job::Queued(_) => Some(0),
            Job::Running { scanned, .. } => Some(scanned),
            Job::Idle | Job::RowsAdded | Job::Failed => None,
        }
    }

    /// Takes over another filter or order. Returns whether the rows shown are others now; where a worker has to find them,
    /// they follow later.
    pub fn set_query_and_order(&mut self, query: Query, order: Order, input: ViewInput) -> bool {
        let narrows = |before: &Query| query.narrows(before) && !query.asks_for_marks() && !query.asks_for_notes();
        let within = self.result_query.as_ref().is_some_and(narrows).then(|| self.result.shown.clone());
        (self.query, self.order) = (query, order);
        self.start(within, None, input)
    }

    /// Groups the rows shown, or ends that. Returns as [`TableView::set_query_and_order`] does.
    pub fn set_grouping(&mut self, grouping: Option<Grouping>, input: ViewInput) -> bool {
        self.grouping = grouping;
        let known = (self.result_query.as_ref() == Some(&self.query)).then(|| self.result.shown.clone());
        self.start(None, known, input)
    }

    /// Sorts by a column no longer, which changes nothing until the rows are arranged or grouped the next time.
    pub fn remove_sort_key(&mut self, column: ColumnId) {
        self.order = self.order.without(column);
    }

    fn start(&mut self, within: Option<RowOrder>, known: Option<RowOrder>, input: ViewInput) -> bool {
        let sorted = self.sorted.as_ref().filter(|(order, _)| *order == self.order).map(|(_, rows)| rows.clone());
        let spec = ViewSpec {
            links: input.links,
            query: self.query.clone(),
            order: self.order.clone(),
            marks: input.marks,
            notes: input.notes,
            row_diffs: input.row_diffs,
            rules: Arc::clone(&self.rules),
            within,
            sorted,
            known,
            grouping: self.grouping.clone(),
        };
        if spec.is_quick() {
            self.job = Job::Idle;
            if let Some(result) = spec.run(&|| true, |_, _| {}) {
                self.set_result(result);
            }
            return true;
        }
        self.job = Job::Queued(Box::new(spec));
        false
    }

    /// Takes over what was found at last.
    fn set_result(&mut self, result: ViewResult) {
        // What was found says nothing of rows that came in the meantime.
        let covers_all_rows = !self.needs_recompute();
        if covers_all_rows && self.query.is_empty() && !self.order.keys().is_empty() {
            self.sorted = Some((self.order.clone(), result.shown.clone()));
        }
        self.result = result;
        self.result_query = covers_all_rows.then(|| self.query.clone());
    }

    /// What a worker shall do now. Its results have to name `generation`, which no other job of the session has.
    pub fn take_job(&mut self, generation: u64) -> Option<ViewSpec> {
        let running = Job::Running { generation, scanned: 0, rows_added: false };
        match std::mem::replace(&mut self.job, running) {
            Job::Queued(spec) => Some(*spec),
            other => {
                self.job = other;
                None
            }
        }
    }

    /// Takes over what a worker found. Returns whether it was for the newest arrangement.
    pub fn apply_result(&mut self, generation: u64, result: ViewResult, scanned_so_far: Option<usize>) -> bool {
        let Job::Running { generation: newest, scanned, rows_added } = &mut self.job else { return false };
        if *newest != generation {
            return false;
        }
        match scanned_so_far {
            None => {
                self.job = if *rows_added { Job::RowsAdded } else { Job::Idle };
                self.set_result(result);
            }
            Some(rows) => {
                *scanned = rows;
                self.result = result;
                self.result_query = None;
            }
        }
        true
    }

    /// Takes over that a worker broke down: what is shown stays, though it is neither of this filter nor in this order.
    pub fn job_failed(&mut self, failed: u64) {
        if matches!(self.job, Job::Running { generation, .. } if generation == failed) {
            self.job = Job::Failed;
            self.result_query = None;
        }
    }

    /// Whether the rows shown are not those that filter and order ask for, since a worker broke down.
    pub fn has_failed(&self) -> bool {
        matches!(self.job, Job::Failed)
    }

    /// Whether rows came while a worker arranged those before, and it is done: then they have to be arranged anew.
    pub fn needs_recompute(&self) -> bool {
        matches!(self.job, Job::RowsAdded)
    }

    /// Goes on with more rows behind those that there were, in no groups. Returns whether they have to be arranged anew now.
    pub fn set_row_count(&mut self, rows: usize) -> bool {
        self.sorted = None;
        self.grouping = None;
        if self.query.is_empty() && self.order.keys().is_empty() {
            self.result = ViewResult { shown: RowOrder::All(rows as u32), grouped: None };
            return false;
        }
        // What was found among the rows before says nothing of the new ones.
        self.result_query = None;
        match &mut self.job {
            Job::Running { rows_added, .. } => {
                *rows_added = true;
                false
            }
            _ => true,
        }
    }
}
