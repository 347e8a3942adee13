//! What the links of the table are against an earlier snapshot.

use std::sync::Arc;

use crate::domain::SnapshotId;
use crate::domain::diff::{DiffCounts, RowDiff};

/// The links of the table against an earlier snapshot.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The earlier snapshot.
    pub with: SnapshotId,
    /// What each link is.
    pub row_diffs: Arc<[RowDiff]>,
    /// How many links there are of each kind.
    pub by_link: DiffCounts,
    /// How many referring domains there are of each kind.
    pub by_domain: DiffCounts,
}
