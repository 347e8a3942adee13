//! Work that is done beside the core, by its name.

use super::requests::RequestId;

/// A piece of work that the shell does for the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Asks the API.
    Fetch(RequestId),
    /// Reads the account's balance.
    Balance {
        /// Which reading.
        reading: u64,
    },
    /// Starts the demo.
    Demo,
    /// Opens the archive and lists what is in it.
    Archive,
    /// Opens an answer of the archive.
    Open,
    /// Compares two answers of the archive.
    Compare,
    /// Keeps what the user says of a snapshot.
    Annotations,
    /// Keeps what the user says of links.
    Notes,
    /// Takes an answer out of the archive.
    Delete,
    /// Keeps columns and saved filters.
    Remember,
    /// Stores the API key in the settings file.
    StoreKey,
    /// Finds the rows that are shown.
    ComputeView {
        /// By which job.
        generation: u64,
    },
    /// Counts what links have in common.
    Count {
        /// By which job.
        generation: u64,
    },
    /// Groups links by their source domains.
    Group,
    /// Reads files.
    Load,
    /// Writes a file.
    Export,
    /// Completes a path.
    Path,
    /// Copies.
    Copy,
    /// Opens a browser.
    Browser,
    /// Listens to the system.
    Signals,
}

impl Task {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// What it was at, as the user is told.
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
            Task::Annotations => ("label", "saving the name, note or tag"),
            Task::Notes => ("notes", "saving the note"),
            Task::Delete => ("delete", "deleting the snapshot"),
            Task::Remember => ("remember", "saving columns and filters"),
            Task::StoreKey => ("store-key", "storing the API key"),
            Task::ComputeView { .. } => ("arrange", "filtering and sorting"),
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
