//! Where the links of a table come from.

use crate::domain::{Request, SnapshotId};

/// Where the links of a table come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An answer of the API, and the snapshot that holds it, if one does.
    Response(Request, Option<SnapshotId>),
    /// Files of the user.
    Files(Vec<String>),
}

impl Source {
    /// What was asked; `None` where the links come from files.
    pub fn request(&self) -> Option<&Request> {
        match self {
            Source::Response(request, _) => Some(request),
            Source::Files(_) => None,
        }
    }

    /// The snapshot that holds the links, if one does.
    pub fn snapshot(&self) -> Option<SnapshotId> {
        match self {
            Source::Response(_, snapshot) => *snapshot,
            Source::Files(_) => None,
        }
    }

    /// The files that the links come from.
    pub fn files(&self) -> &[String] {
        match self {
            Source::Response(..) => &[],
            Source::Files(files) => files,
        }
    }
}
