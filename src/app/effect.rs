//! Effects: what the core wants done. The runtime carries them out; tests inspect them.

use std::sync::Arc;

use secrecy::SecretString;

use crate::domain::anchor_type::AnchorRules;
use crate::domain::facet::{Facet, FacetCount, FacetJob};
use crate::domain::note::{LinkId, Note};
use crate::domain::purchase::Agreed;
use crate::domain::snapshot::Annotations;
use crate::domain::{LinkSet, Request, SnapshotId, ViewSpec};
use crate::formats::Format;
use crate::formats::read::ColumnMap;

use super::compared::ComparedList;
use super::requests::RequestId;
use super::saved_state::SavedState;
use super::selection::Selection;

#[derive(Clone, Debug)]
pub enum Effect {
    /// Send a request to the API. It can cost up to its maximum cost.
    Fetch {
        /// Identifies the request in its events.
        id: RequestId,
        request: Request,
        agreed: Agreed,
    },
    OpenArchive,
    Compare {
        later: ComparedList,
        earlier: ComparedList,
    },
    SetAnnotations {
        id: SnapshotId,
        annotations: Annotations,
    },
    /// Save notes and tags of links in the archive.
    SetNotes {
        /// Replaces the earlier note of each link.
        notes: Vec<(LinkId, Note)>,
    },
    SaveState {
        saved: Box<SavedState>,
    },
    /// Delete a response. Its charge stays in the ledger.
    DeleteResponse {
        id: SnapshotId,
    },
    OpenSnapshot {
        id: SnapshotId,
    },
    /// Read the account's balance (free).
    ReadBalance {
        /// The number of this reading. A request that completes meanwhile starts a newer one.
        reading: u64,
    },
    Copy {
        selection: Selection,
        format: Format,
    },
    /// Filter, sort and group in the background.
    ComputeView {
        /// Repeated in the results. A higher number replaces this job.
        generation: u64,
        spec: ViewSpec,
    },
    /// Count the values of a facet.
    Count {
        /// Repeated in the result.
        generation: u64,
        job: Box<FacetJob>,
    },
    Export {
        selection: Selection,
        format: Format,
        /// As typed by the user.
        path: String,
        /// Whether an existing file may be replaced.
        overwrite: bool,
    },
    /// Complete a path that is being typed.
    CompletePath {
        /// The path so far.
        typed: String,
    },
    /// Copy the counts of a facet.
    CopyCounts {
        links: Arc<LinkSet>,
        rules: Arc<AnchorRules>,
        facet: Facet,
        entries: Arc<[FacetCount]>,
    },
    /// Answer the question about the columns of a file that is being loaded.
    AnswerColumns {
        /// `None` leaves the file out.
        map: Option<ColumnMap>,
    },
    /// Stop loading files.
    StopLoading,
    /// Group links by referring domain.
    GroupDomains {
        links: Arc<LinkSet>,
    },
    Open {
        /// An http or https URL.
        url: String,
    },
    /// Use this API key from now on.
    UseKey {
        key: SecretString,
        /// Whether to store it in the settings file.
        store: bool,
    },
    /// Start the embedded API and use it from now on.
    StartDemo,
    Suspend,
    /// Redraw the whole screen.
    Redraw,
    Quit,
}

pub type Effects = Vec<Effect>;
