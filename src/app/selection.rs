//! The links to copy or export.

use std::sync::Arc;

use crate::domain::anchor_type::AnchorRules;
use crate::domain::diff::RowDiff;
use crate::domain::grouping::GroupedRows;
use crate::domain::order::{Order, SortContext};
use crate::domain::{LinkSet, Row, RowSet};

/// The selected links and their order. Cheap to send to a worker, which sorts the rows.
#[derive(Clone, Debug)]
pub struct Selection {
    pub links: Arc<LinkSet>,
    pub rows: Arc<RowSet>,
    pub order: Order,
    /// For sorting; empty if nothing is compared.
    pub row_diffs: Arc<[RowDiff]>,
    /// For sorting.
    pub rules: Arc<AnchorRules>,
    pub grouped: Option<GroupedRows>,
}

impl Selection {
    /// The rows in order.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.rows.iter().collect();
        let context = SortContext { row_diffs: &self.row_diffs, rules: &self.rules };
        self.order.sort(&self.links, context, &mut rows);
        if let Some(grouped) = &self.grouped {
            grouped.sort(&mut rows);
        }
        rows
    }
}
