//! Everything that the program knows.

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
use super::screen::{Focus, MainPane, Screen, ScreenPart};
use super::session::Session;
use super::source::Source;
use super::table::Table;
use super::table_state::TableState;
use super::target_form::TargetForm;
use super::toasts::Severity;

/// Everything that the program knows. [`super::update()`] alone changes it.
#[derive(Clone, Debug)]
pub struct Model {
    /// What holds for as long as the program runs: settings, keys, the clock.
    pub session: Session,
    /// Whose credits are spent, and the requests that spend them.
    pub account: Account,
    /// What is recorded of requests, and the screen that shows it.
    pub archive: Archive,
    /// What stands on the screen, and which part of it has the keys.
    pub screen: Screen,
    /// What lies over everything.
    pub overlay: Option<Overlay>,
    /// The target box.
    pub target: TargetForm,
    /// The open links.
    pub table: Table,
    /// The detail pane.
    pub detail: Detail,
}

impl Model {
    /// The program as it starts, on a terminal of this size.
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

    /// Puts an address into the target box and gives the box the keys, as if it had been typed. Nothing is asked.
    pub fn prefill(&mut self, address: Option<&str>) {
        if let Some(address) = address {
            self.target.url.set(address);
        }
        self.screen.focus = Focus::Target;
        self.target.start_editing();
    }

    /// Gives the target box the keys.
    pub fn edit_target(&mut self) {
        if self.screen.focus != Focus::Target {
            self.screen.focus = Focus::Target;
            self.target.start_editing();
        }
    }

    /// Goes back to the table, or to the start where there is none.
    pub fn close_page(&mut self) {
        self.screen.main = if self.table.state.is_some() { MainPane::Links } else { MainPane::Welcome };
        if let Some(request) = self.table.state.as_ref().and_then(|table| table.source().request()) {
            self.target.fill(request);
        }
        self.screen.focus = Focus::Main;
        self.keep_cursor_visible();
    }

    /// Asks, and waits for an answer.
    pub fn confirm(&mut self, confirmation: Confirmation) {
        self.overlay = Some(Overlay::Confirm { confirmation, shown_at: self.session.now });
    }

    /// The terminal has a new size.
    pub fn resize(&mut self, width: u16, height: u16) {
        (self.screen.width, self.screen.height) = (width, height);
        self.keep_cursor_visible();
    }

    /// Brings the cursor back on the screen after what is around the table has changed.
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

    /// A table of these links, with the user's columns and what the user has said of them before.
    pub fn new_table(&self, source: Source, links: &Arc<LinkSet>) -> TableState {
        let notes = source.request().map(|_| self.archive.list.notes.rows(links)).unwrap_or_default();
        let columns = self.session.columns();
        TableState::new(source, Arc::clone(links), &columns, Arc::clone(&self.session.settings.anchor_rules))
            .with_notes(notes)
    }

    /// Whether the user waits for an answer.
    pub fn is_waiting(&self) -> bool {
        self.account.requests.watched().is_some()
    }

    /// What the filter that is being typed can go on with, if its cursor is at the end.
    pub fn completion(&self) -> Option<String> {
        let (line, table) = (&self.table.filter.line, self.table.state.as_ref()?);
        let at_end = self.screen.focus == Focus::Filter && line.cursor() == line.text().len();
        at_end.then(|| complete(line.text(), table.links().schema(), |facet| table.completions(facet))).flatten()
    }

    /// Whether the table stands on the screen.
    pub fn shows_table(&self) -> bool {
        matches!(self.screen.main, MainPane::Links) && self.table.state.is_some() && !self.is_waiting()
    }

    /// Whether the line of keys has a reason to offer an action now: a way out of having no key is for who has none, or one
    /// that was refused.
    pub fn shows_hint_for(&self, action: Action) -> bool {
        let has_none = matches!(self.account.access, Access::NoKey { .. });
        let is_refused =
            matches!(&self.screen.main, MainPane::Failed(of) if matches!(of.failure, FetchError::KeyRefused { .. }));
        match action {
            Action::Demo => has_none && self.overlay.is_none(),
            Action::ApiKey => (has_none || is_refused) && self.overlay.is_none(),
            _ => true,
        }
    }

    /// Where everything stands on the screen.
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

    /// Where the columns of the table stand; `None` where there are no links.
    pub fn table_layout(&self) -> Option<TableLayout> {
        let table = self.table.state.as_ref()?;
        let columns = table.columns();
        Some(TableLayout::new(self.layout().table, columns.list(), columns.chosen(), table.lines().len()))
    }

    /// Lines of the table that fit on the screen, at least 1.
    pub fn page(&self) -> usize {
        self.layout().table_lines()
    }

    /// Lines by which a page of text moves at once.
    pub fn text_page(&self) -> usize {
        usize::from(self.layout().main.height.max(2)) - 1
    }

    /// When the program wants to be woken, if nothing happens before: a message goes away, or the waiting line moves on.
    pub fn next_wake(&self) -> Option<Elapsed> {
        let is_quitting = matches!(&self.overlay, Some(Overlay::Confirm { confirmation: Confirmation::Quit(_), .. }));
        let spinner = self.is_waiting() || is_quitting || self.account.access == Access::DemoStarting;
        let next_frame = spinner.then(|| self.session.now + SPINNER_STEP);
        [self.screen.toasts.next_expiry(), next_frame].into_iter().flatten().min()
    }

    /// Shows a short message.
    pub fn toast(&mut self, severity: Severity, text: impl Into<String>) {
        self.screen.toasts.add(self.session.now, severity, text);
    }
}

/// How often the waiting line is drawn anew.
const SPINNER_STEP: Elapsed = Elapsed::from_millis(100);
