//! Filter and sort order of the table, and the resulting rows. Small sets are computed at once, large ones by a worker;
//! until it is done the table shows the previous rows.

use std::sync::Arc;

use crate::domain::anchor_type::AnchorRules;
use crate::domain::diff::RowDiff;
use crate::domain::grouping::{GroupedRows, Grouping};
use crate::domain::note::RowNotes;
use crate::domain::order::{ColumnId, Order};
use crate::domain::query::Query;
use crate::domain::view_spec::ViewResult;
use crate::domain::{Line, LinkSet, Row, RowOrder, RowSet, ViewSpec};

#[derive(Clone, Debug, Default)]
pub struct TableView {
    /// The user's rules for anchor types.
    rules: Arc<AnchorRules>,
    query: Query,
    order: Order,
    grouping: Option<Grouping>,
    result: ViewResult,
    /// The filter that `result` completely reflects; `None` while a worker computes it.
    result_query: Option<Query>,
    /// All rows in the last sort order.
    sorted: Option<(Order, RowOrder)>,
    job: Job,
}

#[derive(Clone, Debug, Default)]
enum Job {
    /// `result` matches filter and order.
    #[default]
    Idle,
    Queued(Box<ViewSpec>),
    /// Results of any other job are ignored.
    Running {
        generation: u64,
        /// Rows scanned so far.
        scanned: usize,
        /// Whether rows were added that the job does not know.
        rows_added: bool,
    },
    /// The job is done, but rows were added meanwhile: compute again.
    RowsAdded,
    Failed,
}

#[derive(Clone, Debug)]
pub struct ViewInput {
    pub links: Arc<LinkSet>,
    pub marks: Arc<RowSet>,
    pub notes: Arc<RowNotes>,
    /// Empty if nothing is compared.
    pub row_diffs: Arc<[RowDiff]>,
}

impl TableView {
    /// All rows in their original order.
    pub fn new(rows: usize, rules: Arc<AnchorRules>) -> TableView {
        let result = ViewResult { rows: RowOrder::All(rows as u32), grouped: None };
        TableView { rules, result, result_query: Some(Query::default()), ..TableView::default() }
    }

    /// The user's rules for anchor types.
    pub fn rules(&self) -> &Arc<AnchorRules> {
        &self.rules
    }

    pub fn query(&self) -> &Query {
        &self.query
    }

    pub fn order(&self) -> &Order {
        &self.order
    }

    pub fn shown(&self) -> &RowOrder {
        &self.result.rows
    }

    pub fn grouped(&self) -> Option<&GroupedRows> {
        self.result.grouped.as_ref()
    }

    /// The row of each line: all shown rows, or group heads and the rows of unfolded groups.
    pub fn lines(&self) -> &RowOrder {
        self.grouped().map_or(&self.result.rows, GroupedRows::lines)
    }

    /// The line of a row, or of its group.
    pub fn line_of(&self, row: Row) -> Option<Line> {
        match self.grouped() {
            Some(grouped) => grouped.position(row),
            None => self.result.rows.position(row),
        }
    }

    /// Rows scanned by the running job; `None` if none is running.
    pub fn scanned_rows(&self) -> Option<usize> {
        match self.job {
            Job::Queued(_) => Some(0),
            Job::Running { scanned, .. } => Some(scanned),
            Job::Idle | Job::RowsAdded | Job::Failed => None,
        }
    }

    /// Returns whether the shown rows changed; if a worker has to compute them, they change later.
    pub fn set_query_and_order(&mut self, query: Query, order: Order, input: ViewInput) -> bool {
        let narrows = |before: &Query| query.narrows(before) && !query.uses_marks() && !query.uses_notes();
        let candidates = self.result_query.as_ref().is_some_and(narrows).then(|| self.result.rows.clone());
        (self.query, self.order) = (query, order);
        self.start(candidates, None, input)
    }

    /// Groups the rows, or stops grouping. Returns like [`TableView::set_query_and_order`].
    pub fn set_grouping(&mut self, grouping: Option<Grouping>, input: ViewInput) -> bool {
        self.grouping = grouping;
        let filtered = (self.result_query.as_ref() == Some(&self.query)).then(|| self.result.rows.clone());
        self.start(None, filtered, input)
    }

    /// Removes a sort key. Takes effect the next time the rows are computed.
    pub fn remove_sort_key(&mut self, column: ColumnId) {
        self.order = self.order.without(column);
    }

    fn start(&mut self, candidates: Option<RowOrder>, filtered: Option<RowOrder>, input: ViewInput) -> bool {
        let sorted = self.sorted.as_ref().filter(|(order, _)| *order == self.order).map(|(_, rows)| rows.clone());
        let spec = ViewSpec {
            links: input.links,
            query: self.query.clone(),
            order: self.order.clone(),
            marks: input.marks,
            notes: input.notes,
            row_diffs: input.row_diffs,
            rules: Arc::clone(&self.rules),
            candidates,
            sorted,
            filtered,
            grouping: self.grouping.clone(),
        };
        if spec.runs_inline() {
            self.job = Job::Idle;
            if let Some(result) = spec.run(&|| true, |_, _| {}) {
                self.set_result(result);
            }
            return true;
        }
        self.job = Job::Queued(Box::new(spec));
        false
    }

    /// Stores a complete result.
    fn set_result(&mut self, result: ViewResult) {
        // The result does not cover rows added meanwhile.
        let covers_all_rows = !self.needs_recompute();
        if covers_all_rows && self.query.is_empty() && !self.order.keys().is_empty() {
            self.sorted = Some((self.order.clone(), result.rows.clone()));
        }
        self.result = result;
        self.result_query = covers_all_rows.then(|| self.query.clone());
    }

    /// The job for a worker. Its results must carry `generation`, which no other job of the session has.
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

    /// Returns whether the result belongs to the newest job.
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

    /// Keeps the shown rows, though they match neither filter nor order.
    pub fn job_failed(&mut self, failed: u64) {
        if matches!(self.job, Job::Running { generation, .. } if generation == failed) {
            self.job = Job::Failed;
            self.result_query = None;
        }
    }

    /// Whether the shown rows don't match filter and order because the worker failed.
    pub fn has_failed(&self) -> bool {
        matches!(self.job, Job::Failed)
    }

    /// Whether rows were added while a worker was computing, so that the rows must be computed again.
    pub fn needs_recompute(&self) -> bool {
        matches!(self.job, Job::RowsAdded)
    }

    /// Sets the number of rows after some were added, and stops grouping. Returns whether the rows must be computed
    /// again.
    pub fn set_row_count(&mut self, rows: usize) -> bool {
        self.sorted = None;
        self.grouping = None;
        if self.query.is_empty() && self.order.keys().is_empty() {
            self.result = ViewResult { rows: RowOrder::All(rows as u32), grouped: None };
            return false;
        }
        // The result does not cover the new rows.
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
