//! The comparison of the open links with an earlier snapshot.

use std::sync::Arc;

use crate::domain::SnapshotId;
use crate::domain::diff::{DiffCounts, RowDiff};

#[derive(Clone, Debug)]
pub struct Compared {
    /// The earlier snapshot.
    pub with: SnapshotId,
    pub row_diffs: Arc<[RowDiff]>,
    /// Number of links by status.
    pub by_link: DiffCounts,
    /// Number of referring domains by status.
    pub by_domain: DiffCounts,
}
