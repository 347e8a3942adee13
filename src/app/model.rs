//! The model: the whole state of the program.

use std::sync::Arc;

use crate::config::Settings;
use crate::domain::query::complete;
use crate::domain::{FetchError, LinkSet};
use crate::input::{Action, Context, Keymap};
use crate::layout::columns::TableLayout;
use crate::layout::screen::{Layout, LayoutInput};

use super::account::{Access, Account};
use super::archive::Archive;
use super::detail::Detail;
use super::elapsed::Elapsed;
use super::overlay::{Confirmation, Overlay};
use super::pasted_targets::PastedTargets;
use super::screen::{DrawnScroll, Focus, MainPane, Screen, ScreenPart};
use super::session::Session;
use super::source::Source;
use super::table::Table;
use super::table_state::TableState;
use super::target_form::TargetForm;
use super::toasts::Severity;

/// Only [`super::update()`] changes it.
#[derive(Clone, Debug)]
pub struct Model {
    pub session: Session,
    pub account: Account,
    pub archive: Archive,
    pub screen: Screen,
    pub overlay: Option<Overlay>,
    pub target: TargetForm,
    pub table: Table,
    pub detail: Detail,
}

impl Model {
    pub fn new(settings: Arc<Settings>, keymap: Arc<Keymap>, access: Access, width: u16, height: u16) -> Model {
        Model {
            target: TargetForm::new(settings.number, settings.scope, settings.mode),
            session: Session::new(settings, keymap),
            account: Account::new(access),
            archive: Archive::default(),
            screen: Screen::new(width, height),
            overlay: None,
            table: Table::default(),
            detail: Detail::default(),
        }
    }

    /// Fills the target box and focuses it, as if the address had been typed. Nothing is fetched.
    pub fn prefill(&mut self, address: Option<&str>) {
        if let Some(address) = address {
            self.target.url.set(address);
        }
        self.screen.focus = Focus::Target;
        self.target.start_editing();
    }

    pub fn edit_target(&mut self) {
        if self.screen.focus != Focus::Target {
            self.screen.focus = Focus::Target;
            self.target.start_editing();
        }
    }

    /// Returns to the table, or to the welcome page if no links are open.
    pub fn close_page(&mut self) {
        self.screen.main = if self.table.state.is_some() { MainPane::Links } else { MainPane::Welcome };
        if let Some(table) = &self.table.state {
            self.target.fill_from(table.source());
        }
        self.screen.focus = Focus::Main;
        self.keep_cursor_visible();
    }

    /// Opens a confirmation dialog.
    pub fn confirm(&mut self, confirmation: Confirmation) {
        self.overlay = Some(Overlay::Confirm { confirmation, shown_at: self.session.now });
    }

    /// The scroll positions of the pages of text on the screen.
    pub fn scroll(&self) -> DrawnScroll {
        DrawnScroll {
            main: match &self.screen.main {
                _ if self.shown_list().is_some() => self.shown_list().map(|list| list.scroll),
                _ if self.is_waiting() => None,
                MainPane::Welcome => Some(self.screen.welcome_scroll),
                MainPane::Failed(failed) => Some(failed.scroll),
                MainPane::Links | MainPane::Empty(_) | MainPane::Archive => None,
            },
            detail: (!self.layout().detail.is_empty()).then_some(self.detail.scroll),
            overlay: match &self.overlay {
                Some(Overlay::Help { scroll } | Overlay::Ledger { scroll }) => Some(*scroll),
                _ => None,
            },
        }
    }

    /// Moves pages that are scrolled past their end back to what was drawn, so that the next step up is seen.
    pub fn set_scroll(&mut self, drawn: DrawnScroll) {
        let list = self.target.list.as_mut().filter(|_| self.screen.focus == Focus::Target);
        match (&mut self.screen.main, drawn.main, list) {
            (_, Some(line), Some(list)) => list.scroll = line,
            (MainPane::Welcome, Some(line), None) => self.screen.welcome_scroll = line,
            (MainPane::Failed(failed), Some(line), None) => failed.scroll = line,
            _ => {}
        }
        if let Some(line) = drawn.detail {
            self.detail.scroll = line;
        }
        if let (Some(Overlay::Help { scroll } | Overlay::Ledger { scroll }), Some(line)) =
            (&mut self.overlay, drawn.overlay)
        {
            *scroll = line;
        }
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        (self.screen.width, self.screen.height) = (width, height);
        self.keep_cursor_visible();
    }

    /// Scrolls the cursor back into view after the table's area has changed.
    pub fn keep_cursor_visible(&mut self) {
        let page = self.page();
        if let Some(table) = &mut self.table.state {
            table.keep_cursor_visible(page);
        }
    }

    /// The context in which the next key is looked up.
    pub fn context(&self) -> Context {
        self.overlay.as_ref().map_or_else(|| self.context_below_overlay(), Overlay::context)
    }

    /// The context in which keys are looked up while no overlay is open.
    pub fn context_below_overlay(&self) -> Context {
        match self.focused_part() {
            ScreenPart::Target => Context::Target,
            ScreenPart::Filter => Context::Filter,
            ScreenPart::Detail => Context::Detail,
            ScreenPart::Links => Context::Table,
            ScreenPart::Archive => Context::Archive,
            ScreenPart::ArchivePrompt => Context::Prompt,
            ScreenPart::Empty => Context::Menu,
            ScreenPart::Waiting | ScreenPart::Welcome | ScreenPart::Failed => Context::Page,
        }
    }

    /// The part of the screen that keys go to while no overlay is open.
    pub fn focused_part(&self) -> ScreenPart {
        match (self.screen.focus, &self.screen.main) {
            (Focus::Target, _) => ScreenPart::Target,
            (Focus::Filter, _) => ScreenPart::Filter,
            (Focus::Detail, _) => ScreenPart::Detail,
            (Focus::Main, _) if self.is_waiting() => ScreenPart::Waiting,
            (Focus::Main, MainPane::Welcome) => ScreenPart::Welcome,
            (Focus::Main, MainPane::Links) => ScreenPart::Links,
            (Focus::Main, MainPane::Empty(_)) => ScreenPart::Empty,
            (Focus::Main, MainPane::Failed(_)) => ScreenPart::Failed,
            (Focus::Main, MainPane::Archive) if self.archive.screen.prompt.is_some() => ScreenPart::ArchivePrompt,
            (Focus::Main, MainPane::Archive) => ScreenPart::Archive,
        }
    }

    pub fn new_table(&self, source: Source, links: &Arc<LinkSet>) -> TableState {
        let notes = source.target().map(|_| self.archive.list.notes.rows(links)).unwrap_or_default();
        let columns = self.session.columns();
        TableState::new(source, Arc::clone(links), &columns, Arc::clone(&self.session.settings.anchor_rules))
            .with_notes(notes)
    }

    /// Shows a table of links, and in the target box where they come from.
    pub fn show_links(&mut self, table: TableState) {
        self.target.fill_from(table.source());
        self.table.state = Some(table);
        self.table.before_comparison = None;
        self.screen.main = MainPane::Links;
        self.screen.focus = Focus::Main;
        self.detail.scroll = 0;
        self.keep_cursor_visible();
    }

    /// Whether the user waits for a response.
    pub fn is_waiting(&self) -> bool {
        self.account.requests.watched().is_some()
    }

    /// The completion of the filter being typed, if the cursor is at its end.
    pub fn completion(&self) -> Option<String> {
        let (line, table) = (&self.table.filter.line, self.table.state.as_ref()?);
        let at_end = self.screen.focus == Focus::Filter && line.cursor() == line.text().len();
        at_end.then(|| complete(line.text(), table.links(), |facet| table.completions(facet))).flatten()
    }

    /// Whether the table is on the screen.
    pub fn shows_table(&self) -> bool {
        matches!(self.screen.main, MainPane::Links)
            && self.table.state.is_some()
            && !self.is_waiting()
            && self.shown_list().is_none()
    }

    /// The pasted list of targets, if it is on the screen.
    pub fn shown_list(&self) -> Option<&PastedTargets> {
        self.target.list.as_ref().filter(|_| self.screen.focus == Focus::Target)
    }

    /// Whether the key line should offer an action. Ways to get a key are offered only if there is none, or if it was
    /// rejected.
    pub fn shows_hint_for(&self, action: Action) -> bool {
        let has_none = matches!(self.account.access, Access::NoKey { .. });
        let is_rejected = matches!(&self.screen.main, MainPane::Failed(failed) if matches!(failed.failure, FetchError::KeyRefused { .. }));
        match action {
            Action::Demo => has_none && self.overlay.is_none(),
            Action::ApiKey => (has_none || is_rejected) && self.overlay.is_none(),
            _ => true,
        }
    }

    /// The areas of the screen.
    pub fn layout(&self) -> Layout {
        let filtered = self.table.state.as_ref().is_some_and(|table| !table.query().is_empty());
        Layout::new(&LayoutInput {
            width: self.screen.width,
            height: self.screen.height,
            filter_line: self.screen.focus == Focus::Filter || (filtered && self.shows_table()),
            table: self.shows_table(),
            detail: self.detail.visibility,
        })
    }

    /// The columns of the table on the screen; `None` if no links are open.
    pub fn table_layout(&self) -> Option<TableLayout> {
        let table = self.table.state.as_ref()?;
        let columns = table.columns();
        Some(TableLayout::new(self.layout().table, columns.list(), columns.chosen(), table.lines().len()))
    }

    pub fn page(&self) -> usize {
        self.layout().table_lines()
    }

    /// Lines that a page key moves a page of text by.
    pub fn text_page(&self) -> usize {
        usize::from(self.layout().main.height.max(2)) - 1
    }

    /// When to wake the program if nothing happens before: a toast expires or the spinner turns.
    pub fn next_wake(&self) -> Option<Elapsed> {
        let is_quitting = matches!(&self.overlay, Some(Overlay::Confirm { confirmation: Confirmation::Quit(_), .. }));
        let spinner = self.is_waiting() || is_quitting || self.account.access == Access::DemoStarting;
        let next_frame = spinner.then(|| self.session.now + SPINNER_STEP);
        [self.screen.toasts.next_expiry(), next_frame].into_iter().flatten().min()
    }

    /// Adds notes about a file to the message with the earlier ones.
    pub fn add_notes(&mut self, file: usize, notes: impl IntoIterator<Item = String>) {
        let Some(loading) = &mut self.table.loading else { return };
        let before = loading.notes();
        notes.into_iter().for_each(|note| loading.add_note(file, note));
        let after = loading.notes();
        if after != before {
            self.screen.toasts.remove(&before);
            self.toast(Severity::Info, after);
        }
    }

    pub fn toast(&mut self, severity: Severity, text: impl Into<String>) {
        self.screen.toasts.add(self.session.now, severity, text);
    }
}

/// Time between two frames of the spinner.
const SPINNER_STEP: Elapsed = Elapsed::from_millis(100);
