//! What the core wants done. The runtime does it; a test reads it.

use std::sync::Arc;

use crate::domain::snapshot::Label;
use crate::domain::{Credits, LinkSet, Request, SnapshotId};
use crate::formats::Format;

use super::requests::RequestId;

/// One thing for the shell to do.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send this request to the API: it may cost up to its quote.
    Fetch {
        /// Under which name its events come back.
        id: RequestId,
        /// What to ask.
        request: Request,
        /// Whether to ask though the archive may hold an answer.
        refresh: bool,
        /// The balance, if it is known.
        balance_before: Option<Credits>,
    },
    /// Open the archive and list what is in it.
    OpenArchive,
    /// Compare two answers of the archive.
    Compare {
        /// The later one.
        later: SnapshotId,
        /// The earlier one.
        earlier: SnapshotId,
    },
    /// Set what the user says of a snapshot.
    SetLabel {
        /// Which.
        id: SnapshotId,
        /// What.
        label: Label,
    },
    /// Take an answer out of the archive; what it cost stays in the ledger.
    DeleteAnswer {
        /// Which.
        id: SnapshotId,
    },
    /// Open an answer of the archive.
    OpenSnapshot {
        /// Which.
        id: SnapshotId,
    },
    /// Read the account's balance; free.
    ReadBalance {
        /// Which reading this is; an answer that comes in the meantime makes it worthless.
        reading: u64,
    },
    /// Put these links on the clipboard.
    Copy {
        /// The set that they are in.
        links: Arc<LinkSet>,
        /// Which, in the order in which they shall be written.
        rows: Vec<u32>,
        /// As what.
        format: Format,
    },
    /// Open this address in the browser.
    Open {
        /// An http or https address.
        url: String,
    },
    /// Start the embedded API and ask it from now on.
    StartDemo,
    /// Hand the terminal back to the shell until the program is continued.
    Suspend,
    /// Draw the whole screen anew.
    Redraw,
    /// End the program.
    Quit,
}

/// What an update wants done, in order.
pub type Effects = Vec<Effect>;
