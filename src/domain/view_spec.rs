//! Computes which rows the table shows, and in which order: in one go for few rows, step by step for many.

use std::sync::Arc;

use rayon::prelude::*;

use super::anchor_type::AnchorRules;
use super::diff::RowDiff;
use super::grouping::{GroupedRows, Grouping};
use super::link_set::{LinkSet, SEGMENT_ROWS, Segment};
use super::note::RowNotes;
use super::order::{ColumnId, Order, SortContext};
use super::query::{EvalContext, Query};
use super::row::Row;
use super::row_order::RowOrder;
use super::row_set::{BitSet, RowSet};

/// Everything that determines the rows that the table shows. Cheap to clone and to send to a worker.
#[derive(Clone, Debug, Default)]
pub struct ViewSpec {
    pub links: Arc<LinkSet>,
    /// The filter.
    pub query: Query,
    pub order: Order,
    pub marks: Arc<RowSet>,
    pub notes: Arc<RowNotes>,
    /// By row; empty unless two snapshots are compared.
    pub row_diffs: Arc<[RowDiff]>,
    pub rules: Arc<AnchorRules>,
    /// Rows known to include every match, such as the result of a filter that this one narrows.
    pub candidates: Option<RowOrder>,
    /// All rows in this order, if they have been sorted before.
    pub sorted: Option<RowOrder>,
    /// The filtered and sorted rows, if they are known and only have to be grouped.
    pub filtered: Option<RowOrder>,
    pub grouping: Option<Grouping>,
}

/// The rows that the table shows, in order.
#[derive(Clone, Debug, Default)]
pub struct ViewResult {
    pub rows: RowOrder,
    /// The same rows in groups, if they are grouped.
    pub grouped: Option<GroupedRows>,
}

/// Up to this many rows are filtered and sorted within a few milliseconds, so a worker would not help.
pub const INLINE_ROWS: usize = 2 * SEGMENT_ROWS;

/// Selected rows are sparse if they are fewer than one in this many. It is then faster to test or sort just them than
/// to scan whole columns or all sorted rows.
const SPARSE: usize = 24;

impl ViewSpec {
    /// Whether it is fast enough to run on the event loop.
    pub fn runs_inline(&self) -> bool {
        self.links.len() <= INLINE_ROWS
            || (self.query.is_empty() && self.order.keys().is_empty() && self.grouping.is_none())
            || (self.filtered.is_some() && self.grouping.is_none())
    }

    /// Filters, sorts and groups the rows. Checks `keep_running` between steps and returns `None` once it is false.
    /// If the rows need no sorting, `on_progress` receives the result so far and the number of rows scanned.
    pub fn run(
        &self,
        keep_running: &(impl Fn() -> bool + Sync),
        mut on_progress: impl FnMut(ViewResult, usize),
    ) -> Option<ViewResult> {
        let rows = match &self.filtered {
            Some(filtered) => filtered.clone(),
            None => self.rows(keep_running, |rows, scanned| on_progress(self.grouped(rows), scanned))?,
        };
        keep_running().then(|| self.grouped(rows))
    }

    fn grouped(&self, rows: RowOrder) -> ViewResult {
        let by_size = self.order.direction(ColumnId::Links);
        let grouped = self.grouping.as_ref().map(|grouping| grouping.group(&rows, by_size));
        ViewResult { rows, grouped }
    }

    fn rows(
        &self,
        keep_running: &(impl Fn() -> bool + Sync),
        mut on_progress: impl FnMut(RowOrder, usize),
    ) -> Option<RowOrder> {
        if self.query.is_empty() {
            return self.sorted(None);
        }
        let context =
            EvalContext { marks: &self.marks, notes: &self.notes, row_diffs: &self.row_diffs, rules: &self.rules };
        let is_sparse = |candidates: &&RowOrder| candidates.len() * SPARSE < self.links.len();
        if let Some(candidates) = self.candidates.as_ref().filter(is_sparse) {
            let hits = candidates.iter().filter(|&row| self.query.holds(&self.links, row, &context));
            let mut hits: Vec<Row> = hits.collect();
            hits.sort_unstable();
            return self.sorted(Some(hits));
        }
        let segments: Vec<(Row, &Arc<Segment>)> = self.links.segments().collect();
        let mut hits: Vec<Row> = Vec::new();
        let mut scanned = 0;
        // The first steps are short, so that the first page is shown soon.
        let mut step = 2;
        let mut rest = segments.as_slice();
        while !rest.is_empty() {
            if !keep_running() {
                return None;
            }
            let (now, later) = rest.split_at(step.min(rest.len()));
            rest = later;
            step *= 2;
            let search = |query: &Query, (first, segment): &(Row, &Arc<Segment>)| {
                query.rows_of_segment(segment, *first, &context)
            };
            let results: Vec<BitSet> = if now.len() > 1 && !self.runs_inline() {
                // Threads that share a regex contend for its cache, so each thread gets its own copy.
                now.par_iter().map_init(|| self.query.clone(), |query, segment| search(query, segment)).collect()
            } else {
                now.iter().map(|segment| search(&self.query, segment)).collect()
            };
            for ((first, segment), indexes) in now.iter().zip(&results) {
                hits.extend(indexes.iter().map(|index| first.plus(index as usize)));
                scanned += segment.len();
            }
            if !rest.is_empty() && self.order.keys().is_empty() {
                on_progress(RowOrder::Ascending(hits.as_slice().into()), scanned);
            }
        }
        if keep_running() { self.sorted(Some(hits)) } else { None }
    }

    /// Sorts the rows in `hits`, or all rows.
    fn sorted(&self, hits: Option<Vec<Row>>) -> Option<RowOrder> {
        let unsorted = self.order.keys().is_empty();
        let rows = self.links.len();
        match (hits, &self.sorted) {
            (None, _) if unsorted => Some(RowOrder::All(rows as u32)),
            (Some(hits), _) if unsorted => Some(RowOrder::Ascending(hits.into())),
            (None, Some(sorted)) => Some(sorted.clone()),
            (Some(hits), Some(sorted)) if hits.len() * SPARSE > rows => {
                let mut is_hit = RowSet::new(rows);
                hits.iter().for_each(|&row| is_hit.set(row, true));
                Some(sorted.iter().filter(|&row| is_hit.contains(row)).collect())
            }
            (hits, _) => {
                let mut rows = hits.unwrap_or_else(|| self.links.rows().collect());
                let context = SortContext { row_diffs: &self.row_diffs, rules: &self.rules };
                self.order.sort(&self.links, context, &mut rows);
                Some(RowOrder::Ordered(rows.into()))
            }
        }
    }
}
