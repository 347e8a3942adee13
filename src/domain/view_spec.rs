//! From a filter and an order to the rows that are shown: at once for few rows, step by step for many.

use std::sync::Arc;

use rayon::prelude::*;

use super::anchor_class::AnchorRules;
use super::diff::RowDiff;
use super::grouping::{GroupedRows, Grouping};
use super::link_set::{LinkSet, SEGMENT_ROWS, Segment};
use super::note::RowNotes;
use super::order::{ColumnId, Order, SortContext};
use super::query::{EvalContext, Query};
use super::row_order::RowOrder;
use super::row_set::RowSet;

/// Everything that says which rows are shown. Cheap to clone and to send to a worker.
#[derive(Clone, Debug, Default)]
pub struct ViewSpec {
    /// The links.
    pub links: Arc<LinkSet>,
    /// What each has to fulfil.
    pub query: Query,
    /// How they are sorted.
    pub order: Order,
    /// Which are marked.
    pub marks: Arc<RowSet>,
    /// What the user says of rows.
    pub notes: Arc<RowNotes>,
    /// What each is against an earlier snapshot; empty where nothing is compared.
    pub row_diffs: Arc<[RowDiff]>,
    /// What the user says of anchors.
    pub rules: Arc<AnchorRules>,
    /// Rows outside of which none fulfils the filter, if that is known.
    pub within: Option<RowOrder>,
    /// All rows in the same order, if they have been sorted before.
    pub sorted: Option<RowOrder>,
    /// The rows themselves, where they are known and only have to be grouped.
    pub known: Option<RowOrder>,
    /// How they are grouped, if they are.
    pub grouping: Option<Grouping>,
}

/// The rows that are shown, in their order.
#[derive(Clone, Debug, Default)]
pub struct ViewResult {
    /// The rows.
    pub shown: RowOrder,
    /// The same in groups, where they are grouped.
    pub grouped: Option<GroupedRows>,
}

/// Rows that are arranged within a few milliseconds, faster than a worker could say so.
pub const QUICK: usize = 2 * SEGMENT_ROWS;

/// A filter's result is looked through row by row where it holds fewer than one of so many rows.
const FEW: usize = 24;

impl ViewSpec {
    /// Whether it takes no longer than a key press may.
    pub fn is_quick(&self) -> bool {
        self.links.len() <= QUICK
            || (self.query.is_empty() && self.order.keys().is_empty() && self.grouping.is_none())
            || (self.known.is_some() && self.grouping.is_none())
    }

    /// The rows, in groups where that is wanted. `go_on` is asked between steps; the result is `None` if it says no. Where rows are not sorted, `tell`
    /// hears of those that are found already, and of how many rows were looked at.
    pub fn run(
        &self,
        go_on: &(impl Fn() -> bool + Sync),
        mut tell: impl FnMut(ViewResult, usize),
    ) -> Option<ViewResult> {
        let shown = match &self.known {
            Some(known) => known.clone(),
            None => self.rows(go_on, |shown, looked_at| tell(self.in_groups(shown), looked_at))?,
        };
        go_on().then(|| self.in_groups(shown))
    }

    fn in_groups(&self, shown: RowOrder) -> ViewResult {
        let by_size = self.order.direction(ColumnId::Links);
        let grouped = self.grouping.as_ref().map(|grouping| grouping.group(&shown, by_size));
        ViewResult { shown, grouped }
    }

    fn rows(&self, go_on: &(impl Fn() -> bool + Sync), mut tell: impl FnMut(RowOrder, usize)) -> Option<RowOrder> {
        if self.query.is_empty() {
            return self.in_order(None);
        }
        let context =
            EvalContext { marks: &self.marks, notes: &self.notes, row_diffs: &self.row_diffs, rules: &self.rules };
        if let Some(within) = self.within.as_ref().filter(|within| within.len() * FEW < self.links.len()) {
            let hits = within.iter().filter(|&row| self.query.holds(&self.links, row, &context));
            let mut hits: Vec<u32> = hits.collect();
            hits.sort_unstable();
            return self.in_order(Some(hits));
        }
        let segments: Vec<(u32, &Arc<Segment>)> = self.links.segments().collect();
        let mut hits: Vec<u32> = Vec::new();
        let mut looked_at = 0;
        // The first steps are short, so that the first page is there soon.
        let mut step = 2;
        let mut rest = segments.as_slice();
        while !rest.is_empty() {
            if !go_on() {
                return None;
            }
            let (now, later) = rest.split_at(step.min(rest.len()));
            rest = later;
            step *= 2;
            let one = |query: &Query, (first, segment): &(u32, &Arc<Segment>)| {
                query.rows_of_segment(segment, *first, &context)
            };
            let found: Vec<RowSet> = if now.len() > 1 && !self.is_quick() {
                // Threads that share a regular expression wait for each other's memory; each has its own.
                now.par_iter().map_init(|| self.query.clone(), |query, segment| one(query, segment)).collect()
            } else {
                now.iter().map(|segment| one(&self.query, segment)).collect()
            };
            for ((first, segment), rows) in now.iter().zip(&found) {
                hits.extend(rows.iter().map(|row| first + row));
                looked_at += segment.len();
            }
            if !rest.is_empty() && self.order.keys().is_empty() {
                tell(RowOrder::Ascending(hits.as_slice().into()), looked_at);
            }
        }
        if go_on() { self.in_order(Some(hits)) } else { None }
    }

    /// Sorts `hits`, or all rows.
    fn in_order(&self, hits: Option<Vec<u32>>) -> Option<RowOrder> {
        let unsorted = self.order.keys().is_empty();
        let rows = self.links.len();
        match (hits, &self.sorted) {
            (None, _) if unsorted => Some(RowOrder::All(rows as u32)),
            (Some(hits), _) if unsorted => Some(RowOrder::Ascending(hits.into())),
            (None, Some(sorted)) => Some(sorted.clone()),
            (Some(hits), Some(sorted)) if hits.len() * FEW > rows => {
                let mut is_hit = RowSet::new(rows);
                hits.iter().for_each(|&row| is_hit.set(row, true));
                Some(sorted.iter().filter(|&row| is_hit.contains(row)).collect())
            }
            (hits, _) => {
                let mut rows = hits.unwrap_or_else(|| (0..rows as u32).collect());
                let context = SortContext { row_diffs: &self.row_diffs, rules: &self.rules };
                self.order.sort(&self.links, context, &mut rows);
                Some(RowOrder::Ordered(rows.into()))
            }
        }
    }
}
