//! Shared helpers, and [`TestApp`]: the pure core without a terminal, messages in, effects out.

pub mod charging_server;
mod hostile;
#[cfg(unix)]
pub mod key_echo;
pub mod letters;
mod links;
pub mod program;
mod rng;
pub mod wait;

use std::sync::Arc;
use std::time::Duration;

use kew_tui::app::account::Access;
use kew_tui::app::compared::{Compared, ComparedList};
use kew_tui::app::message::{ArchiveEvent, ComparedLists};
use kew_tui::app::requests::RequestId;
use kew_tui::app::screen::MainPane;
use kew_tui::app::table_state::TableState;
use kew_tui::app::{Effect, FetchEvent, Message, Model, update};
use kew_tui::config::{ColorSupport, Config, File};
use kew_tui::domain::diff::{DiffInput, diff};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::{Annotations, RequestStatus};
use kew_tui::domain::{
    Credits, FetchError, LinkCount, LinkSet, Mode, Request, Scope, Snapshot, SnapshotId, Target, UnixTime,
};
use kew_tui::formats::read::{ColumnMap, ReadError, UnknownColumns, probe};
use kew_tui::input::Chord;

pub use hostile::{hostile_links, hostile_text};
pub use links::{links, response};
pub use rng::Rng;

/// A model, and the effects it returned so far.
pub struct TestApp {
    pub model: Model,
    pub effects: Vec<Effect>,
    pub now: Duration,
}

pub fn config(settings: &str) -> Config {
    Config::read(Some(File { name: "test.toml", text: settings }), ColorSupport::Many).unwrap()
}

pub const DAY: i64 = 86_400_000;

/// A snapshot of a page target, one link per domain.
pub fn snapshot(id: i64, target: &str, count: u64, links: usize, at: i64, status: RequestStatus) -> Snapshot {
    let target = Target::parse(target, Scope::Page).unwrap();
    let request = Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(count).unwrap() };
    Snapshot {
        id: SnapshotId(id),
        at: UnixTime(at),
        maximum_cost: request.quote(),
        request,
        tool: None,
        status,
        charge: Charge::recorded(
            status,
            Some(Credits(links as u64 * 5)).filter(|_| status != RequestStatus::Failed),
            None,
        ),
        links,
        skipped: 0,
        balance_readings: None,
        failure: None,
        has_response: status == RequestStatus::Completed,
        annotations: Annotations::default(),
    }
}

/// Two snapshots compared: `later` holds the first of some links and `earlier` the same number or fewer.
pub fn compared(later: &Snapshot, earlier: &Snapshot) -> ComparedLists {
    let (new, old) = (links(later.links), links(earlier.links));
    let both = diff(DiffInput { links: &new, limit: later.limit() }, DiffInput { links: &old, limit: earlier.limit() })
        .unwrap();
    let (by_link, by_domain) = (both.by_link, both.by_domain);
    let list = |snapshot: &Snapshot| ComparedList::Snapshot(Box::new(snapshot.clone()));
    ComparedLists {
        later: list(later),
        earlier: list(earlier),
        links: Arc::new(both.links),
        compared: Compared { row_diffs: both.row_diffs.into(), by_link, by_domain },
    }
}

/// What the reader says about a file whose columns are not known.
pub fn unknown_columns(text: &str) -> UnknownColumns {
    match probe(text.as_bytes(), &ColumnMap::default()) {
        Err(ReadError::UnknownColumns(columns)) => *columns,
        other => panic!("{other:?}"),
    }
}

impl TestApp {
    pub fn with(settings: &str, access: Access, width: u16, height: u16) -> TestApp {
        let config = config(settings);
        let model = Model::new(config.settings, config.keymap, access, width, height);
        TestApp { model, effects: Vec::new(), now: Duration::from_secs(1) }
    }

    /// With a key, at 120x36, before any request.
    pub fn new() -> TestApp {
        TestApp::with("", Access::Key, 120, 36)
    }

    /// With these snapshots in the archive, at 120x36, 100 days after the epoch.
    pub fn with_archive(settings: &str, snapshots: Vec<Snapshot>) -> TestApp {
        let mut app = TestApp::with(settings, Access::Key, 120, 36);
        app.model.session.started_at = UnixTime(100 * DAY);
        app.message(Message::Archive(ArchiveEvent::Opened(Ok(snapshots.into()))));
        app
    }

    /// With `count` links on the screen.
    pub fn browsing(count: usize) -> TestApp {
        let mut app = TestApp::new();
        app.request("example.com");
        app.response(links(count));
        // On the source domain.
        app.keys("l");
        app.effects.clear();
        assert!(matches!(app.model.screen.main, MainPane::Links));
        app
    }

    pub fn message(&mut self, message: Message) -> &mut TestApp {
        let effects = update(&mut self.model, self.now, message);
        self.effects.extend(effects);
        self
    }

    /// Presses keys: `jj/domain:x<enter>`.
    pub fn keys(&mut self, keys: &str) -> &mut TestApp {
        for chord in Chord::parse_sequence(keys).unwrap() {
            self.message(Message::Key(chord));
        }
        self
    }

    /// Types a target and sends the request.
    pub fn request(&mut self, target: &str) -> &mut TestApp {
        self.keys("e<end><ctrl-u>").keys(&target.replace('<', "<lt>")).keys("<enter>")
    }

    /// The requests that were sent.
    pub fn sent_requests(&self) -> Vec<(RequestId, Request)> {
        let fetch = |effect: &Effect| match effect {
            Effect::Fetch { id, request, .. } => Some((*id, request.clone())),
            _ => None,
        };
        self.effects.iter().filter_map(fetch).collect()
    }

    pub fn fetch_event(&mut self, event: FetchEvent) -> &mut TestApp {
        let (id, _) = self.sent_requests().pop().expect("a request was sent");
        self.message(Message::Fetch { id, event })
    }

    /// Completes the newest request with these links.
    pub fn response(&mut self, links: LinkSet) -> &mut TestApp {
        let (_, request) = self.sent_requests().pop().expect("a request was sent");
        let response = response(&request, links);
        self.fetch_event(FetchEvent::Completed(response))
    }

    pub fn fail(&mut self, failure: FetchError) -> &mut TestApp {
        let charge = Charge::of_failure(&failure);
        self.fetch_event(FetchEvent::Failed { failure, rescued: None, charge })
    }

    /// Ends the newest balance reading.
    pub fn balance(&mut self, result: Result<u64, FetchError>) -> &mut TestApp {
        let reading = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::ReadBalance { reading } => Some(*reading),
            _ => None,
        });
        self.message(Message::Balance { reading: reading.unwrap(), result: result.map(Credits) })
    }

    pub fn table(&self) -> &TableState {
        self.model.table.state.as_ref().expect("links are open")
    }

    pub fn marked(&self) -> Vec<u32> {
        self.table().effective_marks().iter().map(|row| row.0).collect()
    }

    pub fn toasts(&self) -> String {
        self.model.screen.toasts.shown().iter().map(|toast| toast.text.clone()).collect::<Vec<_>>().join("\n")
    }
}
