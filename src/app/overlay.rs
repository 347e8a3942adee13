//! What lies over the rest of the screen and has the keys while it does.

use crate::domain::purchase::Agreed;
use crate::domain::{Request, Snapshot, SnapshotId};
use crate::formats::Format;
use crate::input::{Action, Context};

use super::elapsed::Elapsed;
use super::export::Export;
use super::facet_view::FacetView;
use super::key_prompt::{KeyPrompt, TypedKey};
use super::marks::MarkScope;
use super::palette::Palette;
use super::prompt::Prompt;

/// The topmost thing on the screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// All keys.
    Help {
        /// First line shown.
        scroll: usize,
    },
    /// What was spent on what.
    Ledger {
        /// First line shown.
        scroll: usize,
    },
    /// All commands, searched by typing.
    Palette(Palette),
    /// What links have in common, counted.
    Facets(Box<FacetView>),
    /// Where links shall be written to.
    Export(Export),
    /// A line of text that is asked for.
    Prompt(Prompt),
    /// The API key is asked for.
    KeyPrompt(KeyPrompt),
    /// The columns, of which some are shown.
    ColumnMenu {
        /// The chosen line, in [`crate::domain::columns::Schema::choosable`].
        selected: usize,
    },
    /// The formats to copy as.
    CopyMenu {
        /// The chosen line.
        selected: usize,
        /// Which of the marked links are copied.
        scope: MarkScope,
    },
    /// The earlier snapshots that one can be compared with.
    CompareMenu {
        /// The later one.
        later: Box<Snapshot>,
        /// The chosen line.
        selected: usize,
    },
    /// A question before something that costs.
    Confirm {
        /// What is asked.
        confirmation: Confirmation,
        /// Since when.
        shown_at: Elapsed,
    },
}

impl Overlay {
    /// The context in which keys are looked up while it lies there.
    pub fn context(&self) -> Context {
        match self {
            Overlay::Help { .. } | Overlay::Ledger { .. } => Context::Page,
            Overlay::Palette(_) => Context::Palette,
            Overlay::Facets(view) if !view.searching => Context::Facets,
            Overlay::Facets(_) | Overlay::Export(_) | Overlay::Prompt(_) | Overlay::KeyPrompt(_) => Context::Prompt,
            Overlay::ColumnMenu { .. } | Overlay::CopyMenu { .. } | Overlay::CompareMenu { .. } => Context::Menu,
            Overlay::Confirm { .. } => Context::Confirm,
        }
    }

    /// Takes typed or pasted text into its line, if it has one that is being typed.
    pub fn insert(&mut self, text: &str) {
        match self {
            Overlay::Palette(palette) => palette.insert(text),
            Overlay::Facets(view) if view.searching => drop(view.search.insert(text)),
            Overlay::Export(export) => export.insert(text),
            Overlay::Prompt(prompt) => drop(prompt.line.insert(text)),
            Overlay::KeyPrompt(prompt) => prompt.insert(text),
            Overlay::Facets(_)
            | Overlay::Help { .. }
            | Overlay::Ledger { .. }
            | Overlay::ColumnMenu { .. }
            | Overlay::CopyMenu { .. }
            | Overlay::CompareMenu { .. }
            | Overlay::Confirm { .. } => {}
        }
    }
}

/// What is asked before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Whether to spend up to the quote of this request.
    Spend {
        /// What would be asked.
        request: Request,
        /// What the user agrees to by a yes.
        agreed: Agreed,
        /// An answer that the archive has, which is older than the settings want.
        older: Option<Box<Snapshot>>,
        /// Why it is not sent at once.
        reasons: Vec<ConfirmReason>,
    },
    /// Whether to take this snapshot's answer out of the archive.
    Delete(Box<Snapshot>),
    /// Whether a file that is there already shall be written over.
    Overwrite {
        /// As what.
        format: Format,
        path: String,
    },
    /// Whether to open an address that may not lead where it seems to: what stands before its host is a user's name.
    OpenUrl {
        /// The address.
        url: String,
        /// The user's name, which may look like a host.
        user: String,
        /// Where it leads.
        host: String,
    },
    /// Which of the marked links an action goes to, since the filter hides some of them.
    HiddenMarks {
        /// The action.
        action: Action,
        /// How many marked links are shown.
        visible: usize,
        /// How many are not.
        hidden: usize,
    },
    /// Where to keep an API key that was entered: in this session, or in the settings file.
    StoreKey(TypedKey),
    /// What becomes of paid requests under way when the user leaves.
    Quit(QuitStep),
}

/// How far the leaving of a session with paid requests under way has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuitStep {
    /// Whether to wait for them or not is asked.
    ConfirmQuit,
    /// They are waited for; the session ends with the last one.
    Waiting,
    /// Whether they shall really be abandoned is asked.
    ConfirmAbandon,
}

/// A reason to ask before spending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmReason {
    /// It was asked before, and an answer is there.
    FetchedBefore,
    /// The archive has an answer, but it is older than `max_age`.
    SnapshotTooOld,
    /// The quote is above `confirm_above`.
    AboveLimit,
    /// The balance may not suffice.
    BalanceBelowMaximum,
    /// This earlier request for the same thing was charged, or may have been, and brought no whole answer.
    MayBePaidAlready(SnapshotId),
    /// A newer version recorded something about this target.
    NewerRecord,
}

/// What the copy menu offers, in its order.
pub const COPY_FORMATS: &[Format] = &[
    Format::Urls,
    Format::Domains,
    Format::Targets,
    Format::Anchors,
    Format::Csv,
    Format::Tsv,
    Format::Json,
    Format::Ndjson,
    Format::Markdown,
    Format::Disavow,
];
