//! What lies over the rest of the screen and has the keys while it does.

use crate::domain::purchase::Agreed;
use crate::domain::query::Query;
use crate::domain::{Request, Snapshot, SnapshotId};
use crate::formats::Format;
use crate::input::{ACTIONS, Action, Context, LineEdit};

use super::export::Export;
use super::facet_view::FacetView;
use super::key_prompt::{KeyPrompt, TypedKey};
use super::marks::MarkScope;
use super::moment::Moment;
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
    Key(KeyPrompt),
    /// The columns, of which some are shown.
    ColumnMenu {
        /// The chosen line, in [`crate::domain::order::SortColumn::NAMES`].
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
        question: Question,
        /// Since when.
        since: Moment,
    },
}

impl Overlay {
    /// The context in which keys are looked up while it lies there.
    pub fn context(&self) -> Context {
        match self {
            Overlay::Help { .. } | Overlay::Ledger { .. } => Context::Page,
            Overlay::Palette(_) => Context::Palette,
            Overlay::Facets(view) if !view.searching => Context::Facets,
            Overlay::Facets(_) | Overlay::Export(_) | Overlay::Prompt(_) | Overlay::Key(_) => Context::Prompt,
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
            Overlay::Key(prompt) => prompt.insert(text),
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
pub enum Question {
    /// Whether to spend up to the quote of this request.
    Spend {
        /// What would be asked.
        request: Request,
        /// What the user agrees to by a yes.
        agreed: Agreed,
        /// An answer that the archive has, which is older than the settings want.
        older: Option<Box<Snapshot>>,
        /// Why it is not sent at once.
        why: Vec<Caution>,
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
    OpenAddress {
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
    KeepKey(TypedKey),
    /// What becomes of paid requests under way when the user leaves.
    Leave(Leaving),
}

/// How far the leaving of a session with paid requests under way has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Whether to wait for them or not is asked.
    Asked,
    /// They are waited for; the session ends with the last one.
    Waiting,
    /// Whether they shall really be abandoned is asked.
    Abandoning,
}

/// A reason to ask before spending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// It was asked before, and an answer is there.
    AskedBefore,
    /// The archive has an answer, but it is older than `max_age`.
    OnlyOlder,
    /// The quote is above `confirm_above`.
    AboveLimit,
    /// The balance may not suffice.
    BalanceBelowQuote,
    /// This earlier request for the same thing was charged, or may have been, and brought no whole answer.
    MayBePaidAlready(SnapshotId),
    /// A newer version recorded something about this target.
    NewerRecord,
}

/// The command palette.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// What is typed to search it.
    pub line: LineEdit,
    /// The chosen line of [`Palette::matches`].
    pub selected: usize,
}

impl Palette {
    fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.selected = 0;
    }

    /// The commands whose name or description holds every typed word.
    ///
    /// Saved filters come first: who types their names means them.
    pub fn matches(&self, saved: &[(String, Query)]) -> Vec<Command> {
        let typed = self.line.text().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let fits = |text: &str, words: &[&str]| words.iter().all(|word| text.contains(word));
        let commands = ACTIONS.iter().filter(|info| is_command(info.action));
        let filters = saved.iter().zip(0..).filter(|((name, _), _)| fits(&name.to_lowercase(), &words));
        let mut by_name: Vec<Command> = filters.map(|(_, number)| Command::Filter(number)).collect();
        let mut by_description = Vec::new();
        for info in commands {
            if fits(info.name, &words) {
                by_name.push(Command::Action(info.action));
            } else if fits(&format!("{} {}", info.name, info.description.to_lowercase()), &words) {
                by_description.push(Command::Action(info.action));
            }
        }
        by_name.append(&mut by_description);
        by_name
    }
}

/// A line of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// An action.
    Action(Action),
    /// A saved filter, by its number in the settings.
    Filter(usize),
}

/// Whether an action makes sense as a line of the palette, outside of the form or list that it belongs to.
fn is_command(action: Action) -> bool {
    !matches!(
        action,
        Action::Edit(_)
            | Action::Accept
            | Action::Yes
            | Action::OpenOlder
            | Action::StoreKey
            | Action::VisibleOnly
            | Action::AllMarked
            | Action::Cancel
            | Action::CancelOrQuit
            | Action::NextField
            | Action::PreviousField
            | Action::Change
            | Action::Forget
            | Action::Older
            | Action::Newer
            | Action::Palette
    )
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
