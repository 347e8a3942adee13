//! Where the links of the table come from.

use crate::domain::{Request, SnapshotId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A response, and the snapshot that holds it, if any.
    Response(Request, Option<SnapshotId>),
    Files(Vec<String>),
}

impl Source {
    /// `None` for files.
    pub fn request(&self) -> Option<&Request> {
        match self {
            Source::Response(request, _) => Some(request),
            Source::Files(_) => None,
        }
    }

    pub fn snapshot(&self) -> Option<SnapshotId> {
        match self {
            Source::Response(_, snapshot) => *snapshot,
            Source::Files(_) => None,
        }
    }

    pub fn files(&self) -> &[String] {
        match self {
            Source::Response(..) => &[],
            Source::Files(files) => files,
        }
    }
}
