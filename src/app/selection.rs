//! What a copy or a file takes of the table.

use std::sync::Arc;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::diff::RowDiff;
use crate::domain::grouping::GroupedRows;
use crate::domain::order::{Order, SortContext};
use crate::domain::{LinkSet, RowSet};

/// What a copy takes, and in which order. Cheap to send to a worker, which finds the rows.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The links.
    pub links: Arc<LinkSet>,
    /// Which of them.
    pub rows: Arc<RowSet>,
    /// How they are sorted.
    pub order: Order,
    /// What each is against an earlier snapshot, for the order.
    pub row_diffs: Arc<[RowDiff]>,
    /// What the user says of anchors, for the order.
    pub rules: Arc<AnchorRules>,
    /// How they are grouped, if they are.
    pub grouped: Option<GroupedRows>,
}

impl Selection {
    /// The rows in their order.
    pub fn rows(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.rows.iter().collect();
        let context = SortContext { row_diffs: &self.row_diffs, rules: &self.rules };
        self.order.sort(&self.links, context, &mut rows);
        if let Some(grouped) = &self.grouped {
            grouped.sort(&mut rows);
        }
        rows
    }
}
