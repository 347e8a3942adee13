//! The name of a request in the archive while it is running.

use crate::domain::SnapshotId;

/// A request that is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestHandle {
    pub(super) id: SnapshotId,
}
