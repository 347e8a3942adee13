//! Everything that the program knows.

use std::sync::Arc;

use crate::config::Settings;
use crate::domain::facet::Facet;
use crate::domain::purchase::Charge;
use crate::domain::query::{Query, complete};
use crate::domain::{Answer, Failure, LinkSet, Request, UnixTime};
use crate::geometry::columns::TableLayout;
use crate::geometry::screen::{DetailWish, Layout, Shape};
use crate::input::{Action, Context, Keymap};

use super::account::{Access, Counter, DemoTarget};
use super::archive_view::ArchiveView;
use super::browser::Browser;
use super::columns::ChosenColumns;
use super::filter_line::FilterLine;
use super::kept::Kept;
use super::key_prompt::KeyPlace;
use super::loading::Loading;
use super::message::Moment;
use super::overlay::{Overlay, Question};
use super::requests::Requests;
use super::selection::Selection;
use super::shelf::Shelf;
use super::source::Source;
use super::target_form::TargetForm;
use super::toasts::{Toasts, Tone};

/// What the big area in the middle shows.
#[derive(Clone, Debug, Default)]
pub enum Main {
    /// The first start: what this is and how to begin.
    #[default]
    Welcome,
    /// The table of [`Model::browser`].
    Links,
    /// An answer without a link, and the other addresses to try.
    Empty(EmptyAnswer),
    /// A request that failed.
    Failed(FailedRequest),
    /// The archive.
    Archive,
}

/// An answer without a link.
#[derive(Clone, Debug)]
pub struct EmptyAnswer {
    /// What was asked.
    pub request: Request,
    /// The same for other addresses of the page.
    pub variants: Vec<Request>,
    /// The chosen one.
    pub selected: usize,
}

/// A request that failed.
#[derive(Clone, Debug)]
pub struct FailedRequest {
    /// What was asked.
    pub request: Request,
    /// What happened.
    pub failure: Failure,
    /// The links that arrived whole all the same.
    pub rescued: Option<Arc<Answer>>,
    /// What it cost, as far as it is known.
    pub charge: Charge,
    /// First line shown.
    pub scroll: usize,
}

/// Which part of the screen has the keys while nothing lies over it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The target box.
    Target,
    /// The filter line.
    Filter,
    /// The big area in the middle.
    #[default]
    Main,
    /// The detail pane.
    Detail,
}

/// Everything that the program knows. [`super::update()`] alone changes it.
#[derive(Clone, Debug)]
pub struct Model {
    /// The user's settings.
    pub settings: Arc<Settings>,
    /// What each key means.
    pub keymap: Arc<Keymap>,
    /// The time of the last message.
    pub now: Moment,
    /// Columns of the terminal.
    pub width: u16,
    /// Rows of the terminal.
    pub height: u16,
    /// Whether there is an API to ask.
    pub access: Access,
    /// Where an API key that is entered on the screen can be stored.
    pub key_place: KeyPlace,
    /// What the demo knows; nothing outside of it.
    pub demo_targets: Arc<[DemoTarget]>,
    /// The running credit counter.
    pub counter: Counter,
    /// What is known of the archive.
    pub shelf: Shelf,
    /// The archive screen.
    pub archive: ArchiveView,
    /// How far this place is from Greenwich, in seconds to the east.
    pub utc_offset: i32,
    /// The wall clock when the program started.
    pub started_at: UnixTime,
    /// The requests of this session.
    pub requests: Requests,
    /// What links were counted by last.
    pub last_facet: Facet,
    /// Files that are or were loaded.
    pub loading: Option<Loading>,
    /// Of the newest job for a worker.
    pub generation: u64,
    /// What is asked as soon as the archive or the demo is there; the next key takes it back.
    pub wish: Option<Request>,
    /// What is remembered of the user from one session to the next.
    pub kept: Kept,
    /// The target box.
    pub target: TargetForm,
    /// The filter line.
    pub filter: FilterLine,
    /// The open links.
    pub browser: Option<Browser>,
    /// What the big area shows.
    pub main: Main,
    /// First line of the welcome page that is shown.
    pub welcome_scroll: usize,
    /// What has the keys.
    pub focus: Focus,
    /// What lies over everything.
    pub overlay: Option<Overlay>,
    /// Whether the detail pane is wanted.
    pub detail: DetailWish,
    /// First line of the detail pane that is shown.
    pub detail_scroll: usize,
    /// Short messages.
    pub toasts: Toasts,
    /// A number typed before a key, as in `12G`.
    pub count: Option<usize>,
    /// Whether the scrollbar is being dragged.
    pub dragging: bool,
    /// What is being written into a file, until it is known what became of it.
    pub exporting: Option<Selection>,
}

impl Model {
    /// The program as it starts, on a terminal of this size.
    pub fn new(settings: Arc<Settings>, keymap: Arc<Keymap>, access: Access, width: u16, height: u16) -> Model {
        let target = TargetForm::new(settings.number, settings.scope, settings.mode);
        Model {
            settings,
            keymap,
            now: Moment::ZERO,
            width,
            height,
            access,
            key_place: KeyPlace::default(),
            demo_targets: Arc::default(),
            counter: Counter::default(),
            shelf: Shelf::default(),
            archive: ArchiveView::default(),
            utc_offset: 0,
            started_at: UnixTime::default(),
            requests: Requests::default(),
            last_facet: Facet::default(),
            loading: None,
            generation: 0,
            wish: None,
            kept: Kept::default(),
            target,
            filter: FilterLine::default(),
            browser: None,
            main: Main::Welcome,
            welcome_scroll: 0,
            focus: Focus::Main,
            overlay: None,
            detail: DetailWish::default(),
            detail_scroll: 0,
            toasts: Toasts::default(),
            count: None,
            dragging: false,
            exporting: None,
        }
    }

    /// Puts an address into the target box and gives the box the keys, as if it had been typed. Nothing is asked.
    pub fn prefill(&mut self, address: Option<&str>) {
        if let Some(address) = address {
            self.target.url.set(address);
        }
        self.focus = Focus::Target;
        self.target.begin();
    }

    /// The context in which the next key is looked up.
    pub fn context(&self) -> Context {
        match &self.overlay {
            Some(Overlay::Help { .. } | Overlay::Ledger { .. }) => Context::Page,
            Some(Overlay::Palette(_)) => Context::Palette,
            Some(Overlay::Facets(view)) if view.searching => Context::Prompt,
            Some(Overlay::Export(_) | Overlay::Prompt(_) | Overlay::Key(_)) => Context::Prompt,
            Some(Overlay::Facets(_)) => Context::Facets,
            Some(Overlay::CopyMenu { .. } | Overlay::CompareMenu { .. } | Overlay::ColumnMenu { .. }) => Context::Menu,
            Some(Overlay::Confirm { .. }) => Context::Confirm,
            None => self.context_below_overlay(),
        }
    }

    /// The context that has the keys once nothing lies over the screen.
    pub fn context_below_overlay(&self) -> Context {
        match self.focus {
            Focus::Target => Context::Target,
            Focus::Filter => Context::Filter,
            Focus::Detail => Context::Detail,
            Focus::Main => self.main_context(),
        }
    }

    fn main_context(&self) -> Context {
        if self.is_waiting() {
            return Context::Page;
        }
        match &self.main {
            Main::Welcome | Main::Failed(_) => Context::Page,
            Main::Links => Context::Table,
            Main::Archive if self.archive.prompt.is_some() => Context::Prompt,
            Main::Archive => Context::Archive,
            Main::Empty(empty) if empty.variants.is_empty() => Context::Page,
            Main::Empty(_) => Context::Menu,
        }
    }

    /// A table of these links, with the user's columns and what the user has said of them before.
    pub fn browse(&self, source: Source, links: &Arc<LinkSet>) -> Browser {
        let notes = source.request().map(|_| self.shelf.notes.rows(links)).unwrap_or_default();
        let columns = self.kept.columns.clone().unwrap_or_else(|| self.columns_of_settings());
        Browser::new(source, Arc::clone(links), &columns, Arc::clone(&self.settings.anchor_rules)).with_notes(notes)
    }

    /// The columns that the settings want.
    pub fn columns_of_settings(&self) -> ChosenColumns {
        self.settings.columns.iter().map(|column| (*column, None)).collect()
    }

    /// The filters with names: those that were saved, then those of the settings.
    pub fn saved_filters(&self) -> Vec<(String, Query)> {
        let saved = &self.kept.filters;
        let is_saved = |name: &str| saved.iter().any(|(other, _)| other == name);
        let others = self.settings.filters.iter().filter(|(name, _)| !is_saved(name));
        saved.iter().chain(others).cloned().collect()
    }

    /// Whether the user waits for an answer.
    pub fn is_waiting(&self) -> bool {
        self.requests.watched().is_some()
    }

    /// What the filter that is being typed can go on with, if its cursor is at the end.
    pub fn completion(&self) -> Option<String> {
        let (line, browser) = (&self.filter.line, self.browser.as_ref()?);
        let at_end = self.focus == Focus::Filter && line.cursor() == line.text().len();
        at_end.then(|| complete(line.text(), |facet| browser.frequent(facet))).flatten()
    }

    /// Whether the table stands on the screen.
    pub fn shows_table(&self) -> bool {
        matches!(self.main, Main::Links) && self.browser.is_some() && !self.is_waiting()
    }

    /// Whether the line of keys has a reason to offer an action now: a way out of having no key is for who has none, or one
    /// that was refused.
    pub fn applies(&self, action: Action) -> bool {
        let has_none = matches!(self.access, Access::NoKey { .. });
        let is_refused = matches!(&self.main, Main::Failed(of) if matches!(of.failure, Failure::KeyRefused { .. }));
        match action {
            Action::Demo => has_none && self.overlay.is_none(),
            Action::ApiKey => (has_none || is_refused) && self.overlay.is_none(),
            _ => true,
        }
    }

    /// Where everything stands on the screen.
    pub fn layout(&self) -> Layout {
        let filtered = self.browser.as_ref().is_some_and(|b| !b.query().is_empty());
        Layout::new(&Shape {
            width: self.width,
            height: self.height,
            filter_line: self.focus == Focus::Filter || (filtered && self.shows_table()),
            table: self.shows_table(),
            detail: self.detail,
        })
    }

    /// Where the columns of the table stand; `None` where there are no links.
    pub fn table_layout(&self) -> Option<TableLayout> {
        let browser = self.browser.as_ref()?;
        let columns = browser.columns();
        Some(TableLayout::new(self.layout().table, columns.list(), columns.chosen(), browser.lines().len()))
    }

    /// Lines of the table that fit on the screen, at least 1.
    pub fn page(&self) -> usize {
        self.layout().table_lines()
    }

    /// When the program wants to be woken, if nothing happens before: a message goes away, or the waiting line moves on.
    pub fn next_wake(&self) -> Option<Moment> {
        let asked = matches!(&self.overlay, Some(Overlay::Confirm { question: Question::Leave(_), .. }));
        let spinner = self.is_waiting() || asked || self.access == Access::DemoStarting;
        let turn = spinner.then(|| self.now + SPINNER_STEP);
        [self.toasts.next_end(), turn].into_iter().flatten().min()
    }

    /// The wall clock.
    pub fn unix_now(&self) -> UnixTime {
        self.started_at.plus(self.now)
    }

    /// Shows a short message.
    pub fn toast(&mut self, tone: Tone, text: impl Into<String>) {
        self.toasts.add(self.now, tone, text);
    }
}

/// How often the waiting line is drawn anew.
const SPINNER_STEP: Moment = Moment::from_millis(100);
