//! What the core wants done. The runtime does it; a test reads it.

use std::sync::Arc;

use secrecy::SecretString;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::facet::{Facet, FacetCount, FacetJob};
use crate::domain::note::{LinkId, Note};
use crate::domain::purchase::Agreed;
use crate::domain::snapshot::Annotations;
use crate::domain::{LinkSet, Request, SnapshotId, ViewSpec};
use crate::formats::Format;

use super::requests::RequestId;
use super::saved_state::SavedState;
use super::selection::Selection;

/// One thing for the shell to do.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send this request to the API: it may cost up to its quote.
    Fetch {
        /// Under which name its events come back.
        id: RequestId,
        /// What to ask.
        request: Request,
        /// What the user has agreed to.
        agreed: Agreed,
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
    SetAnnotations { id: SnapshotId, annotations: Annotations },
    /// Keep what the user says of links in the archive.
    SetNotes {
        /// Of each link, what is said of it now.
        notes: Vec<(LinkId, Note)>,
    },
    /// Remember this for the next session.
    Remember { saved: Box<SavedState> },
    /// Take an answer out of the archive; what it cost stays in the ledger.
    DeleteResponse { id: SnapshotId },
    /// Open an answer of the archive.
    OpenSnapshot { id: SnapshotId },
    /// Read the account's balance; free.
    ReadBalance {
        /// Which reading this is; an answer that comes in the meantime makes it worthless.
        reading: u64,
    },
    /// Put these links on the clipboard.
    Copy {
        /// Which, and in which order.
        selection: Selection,
        /// As what.
        format: Format,
    },
    /// Find the rows that are shown, which takes longer than a key may.
    ComputeView {
        /// What the results have to name; one with a higher number makes this one worthless.
        generation: u64,
        /// What is to be found.
        spec: ViewSpec,
    },
    /// Count what links have in common.
    Count {
        /// What the result has to name.
        generation: u64,
        /// What is to be counted.
        job: Box<FacetJob>,
    },
    /// Write links into a file.
    Export {
        /// Which, and in which order.
        selection: Selection,
        /// As what.
        format: Format,
        /// Where to, as the user typed it.
        path: String,
        /// Whether a file that is there already may go.
        overwrite: bool,
    },
    /// Find out what a path that is being typed can be completed to.
    CompletePath {
        /// As it stands there.
        typed: String,
    },
    /// Put a list of counts on the clipboard.
    CopyCounts {
        /// The links that were counted.
        links: Arc<LinkSet>,
        /// What the user says of anchors.
        rules: Arc<AnchorRules>,
        /// By what.
        facet: Facet,
        /// The counts.
        entries: Arc<[FacetCount]>,
    },
    /// Load no more of the files.
    StopLoading,
    /// Group many links by their source domains.
    GroupDomains { links: Arc<LinkSet> },
    /// Open this address in the browser.
    Open {
        /// An http or https address.
        url: String,
    },
    /// Send this API key from now on.
    UseKey {
        /// The key.
        key: SecretString,
        /// Whether to store it in the settings file.
        store: bool,
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
