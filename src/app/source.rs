//! Where the links of the table come from.

use crate::domain::{Request, Snapshot, SnapshotId, Target};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A response, and the snapshot that holds it, if any.
    Response(Request, Option<SnapshotId>),
    /// A snapshot of links that were added from a file.
    Added(Target, SnapshotId),
    Files(Vec<String>),
}

impl Source {
    pub fn of_snapshot(snapshot: &Snapshot) -> Source {
        let request = snapshot.request.clone();
        match snapshot.tool {
            None => Source::Response(request, Some(snapshot.id)),
            Some(_) => Source::Added(request.target, snapshot.id),
        }
    }

    /// `None` unless the links were requested from the API.
    pub fn request(&self) -> Option<&Request> {
        match self {
            Source::Response(request, _) => Some(request),
            Source::Added(..) | Source::Files(_) => None,
        }
    }

    /// `None` for files.
    pub fn target(&self) -> Option<&Target> {
        match self {
            Source::Response(request, _) => Some(&request.target),
            Source::Added(target, _) => Some(target),
            Source::Files(_) => None,
        }
    }

    pub fn snapshot(&self) -> Option<SnapshotId> {
        match self {
            Source::Response(_, snapshot) => *snapshot,
            Source::Added(_, snapshot) => Some(*snapshot),
            Source::Files(_) => None,
        }
    }

    pub fn files(&self) -> &[String] {
        match self {
            Source::Response(..) | Source::Added(..) => &[],
            Source::Files(files) => files,
        }
    }
}
