//! Overlays: dialogs, menus and prompts that cover the screen and receive all keys.

use crate::domain::purchase::Agreed;
use crate::domain::{Request, Snapshot, SnapshotId};
use crate::formats::Format;
use crate::input::{Action, Context};

use super::compared::CompareMenu;
use super::elapsed::Elapsed;
use super::export::Export;
use super::facet_view::FacetView;
use super::key_prompt::{KeyPrompt, TypedKey};
use super::marks::MarkScope;
use super::palette::Palette;
use super::prompt::Prompt;
use super::target_plan::TargetPlan;

/// The open overlay.
#[derive(Clone, Debug)]
pub enum Overlay {
    Help {
        scroll: usize,
    },
    Ledger {
        scroll: usize,
    },
    Palette(Palette),
    Facets(Box<FacetView>),
    /// The export prompt.
    Export(Export),
    Prompt(Prompt),
    KeyPrompt(KeyPrompt),
    /// Shows and hides columns.
    ColumnMenu {
        /// Index in [`crate::domain::columns::Schema::choosable`].
        selected: usize,
    },
    /// Asks what the columns of a file hold: [`super::table::Table::question`], which stays while help is shown.
    ColumnQuestion,
    /// Chooses the format to copy as.
    CopyMenu {
        selected: usize,
        /// Which of the marked links are copied.
        scope: MarkScope,
    },
    CompareMenu(CompareMenu),
    /// A confirmation dialog.
    Confirm {
        confirmation: Confirmation,
        /// When it opened.
        shown_at: Elapsed,
    },
}

impl Overlay {
    /// The context in which keys are looked up while the overlay is open.
    pub fn context(&self) -> Context {
        match self {
            Overlay::Help { .. } | Overlay::Ledger { .. } => Context::Page,
            Overlay::Palette(_) => Context::Palette,
            Overlay::Facets(view) if !view.searching => Context::Facets,
            Overlay::Facets(_) | Overlay::Export(_) | Overlay::Prompt(_) | Overlay::KeyPrompt(_) => Context::Prompt,
            Overlay::ColumnMenu { .. } | Overlay::CopyMenu { .. } | Overlay::CompareMenu(_) => Context::Menu,
            Overlay::ColumnQuestion => Context::Map,
            Overlay::Confirm { .. } => Context::Confirm,
        }
    }

    /// Inserts typed or pasted text into the overlay's line, if it is being edited.
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
            | Overlay::ColumnQuestion
            | Overlay::CopyMenu { .. }
            | Overlay::CompareMenu(_)
            | Overlay::Confirm { .. } => {}
        }
    }
}

/// What a dialog asks the user to confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Spend up to the request's maximum cost.
    Spend {
        request: Request,
        /// What confirming agrees to.
        agreed: Agreed,
        /// A snapshot older than `max_age` that can be opened instead.
        older: Option<Box<Snapshot>>,
        /// Why the dialog asks.
        reasons: Vec<ConfirmReason>,
    },
    /// Spend up to the maximum cost of a list of targets.
    SpendList(TargetPlan),
    /// Delete a snapshot's response from the archive.
    Delete(Box<Snapshot>),
    /// Replace an existing file.
    Overwrite { format: Format, path: String },
    /// Open a URL that may not lead where it seems to: a user name precedes its host.
    OpenUrl {
        url: String,
        /// May look like a host.
        user: String,
        /// The real host.
        host: String,
    },
    /// Which of the marked links to use, because the filter hides some of them.
    HiddenMarks {
        action: Action,
        /// Marked links that are shown.
        visible: usize,
        /// Marked links that the filter hides.
        hidden: usize,
    },
    /// Store an entered API key, or use it for this session only.
    StoreKey(TypedKey),
    /// Quit while paid requests are running.
    Quit(QuitStep),
}

/// The steps of quitting while paid requests are running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuitStep {
    /// Asks whether to wait.
    ConfirmQuit,
    /// Waits; the session ends with the last request.
    Waiting,
    /// Asks whether to really abandon them.
    ConfirmAbandon,
}

/// Why a request needs a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmReason {
    /// The same request was fetched before.
    FetchedBefore,
    /// The archive has a snapshot, but it is older than `max_age`.
    SnapshotTooOld,
    /// The maximum cost is above `confirm_above`.
    AboveLimit,
    /// The balance is lower than the maximum cost.
    BalanceBelowMaximum,
    /// This earlier request for the same links was charged, or may have been, but returned no complete response.
    MayBePaidAlready(SnapshotId),
    /// A newer version of the program recorded a request for this target.
    NewerRecord,
}

/// The formats of the copy menu: a workbook is not text, and a table is for the command line only.
pub fn copy_formats() -> impl Iterator<Item = Format> {
    let is_offered = |format: &Format| !matches!(format, Format::Xlsx | Format::Table);
    Format::NAMES.iter().map(|(format, _)| *format).filter(is_offered)
}
