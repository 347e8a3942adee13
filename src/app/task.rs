//! Background tasks, by name.

use super::requests::RequestId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    Fetch(RequestId),
    Balance {
        /// The number of the reading.
        reading: u64,
    },
    Demo,
    Archive,
    Open,
    Compare,
    Annotations,
    Notes,
    Delete,
    SaveState,
    StoreKey,
    ComputeView {
        /// The job.
        generation: u64,
    },
    Count {
        /// The job.
        generation: u64,
    },
    Group,
    Load,
    Export,
    Path,
    Copy,
    Browser,
    /// Handles signals of the system.
    Signals,
}

impl Task {
    /// Its name in the log and in failpoints.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// What it does, for messages to the user.
    pub fn what(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Task::Fetch(_) => ("fetch", "fetching"),
            Task::Balance { .. } => ("balance", "reading the balance"),
            Task::Demo => ("demo", "starting the demo"),
            Task::Archive => ("archive", "opening the archive"),
            Task::Open => ("open", "opening the snapshot"),
            Task::Compare => ("compare", "comparing"),
            Task::Annotations => ("annotations", "saving the name, note or tag"),
            Task::Notes => ("notes", "saving the note"),
            Task::Delete => ("delete", "deleting the snapshot"),
            Task::SaveState => ("save-state", "saving columns and filters"),
            Task::StoreKey => ("store-key", "storing the API key"),
            Task::ComputeView { .. } => ("view", "filtering and sorting"),
            Task::Count { .. } => ("count", "counting"),
            Task::Group => ("group", "grouping by domain"),
            Task::Load => ("load", "loading"),
            Task::Export => ("export", "writing the file"),
            Task::Path => ("path", "completing the path"),
            Task::Copy => ("copy", "copying"),
            Task::Browser => ("browser", "opening the browser"),
            Task::Signals => ("signals", "handling system signals"),
        }
    }
}
