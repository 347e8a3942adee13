//! Identifies a request that the archive has recorded.

use crate::domain::SnapshotId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestHandle {
    pub(super) id: SnapshotId,
}
