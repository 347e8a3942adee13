//! Properties of random sessions: every size can be drawn, and any sequence of events keeps the invariants of money, marks
//! and cursor.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kew_tui::app::account::Access;
use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::{ArchiveEvent, Copied, Mouse, MouseKind};
use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::requests::RequestId;
use kew_tui::app::screen::MainPane;
use kew_tui::app::{Effect, FetchEvent, Message};
use kew_tui::config::{ColorSupport, Config, Theme};
use kew_tui::domain::fetch_error::Phase;
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::{RequestLog, RequestStatus};
use kew_tui::domain::{Credits, FetchError, Request, Snapshot, SnapshotId};
use kew_tui::view;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::support::{DAY, Play, compared, hostile_links, links, response, snapshot};

/// One random step.
#[derive(Clone, Debug)]
enum Step {
    Keys(&'static str),
    Paste(String),
    Resize(u16, u16),
    Click(MouseKind, u16, u16),
    /// Answers one of the requests under way with so many links.
    Response(usize, usize),
    Fail(usize, FetchError),
    Progress(usize),
    Balance(Option<u64>),
    /// The archive brings one of its snapshots, a newer one, a comparison, or itself.
    Archived(usize, bool),
    Copied,
    Wait(u64),
}

const KEYS: &[&str] = &[
    "j",
    "k",
    "G",
    "g",
    "12G",
    "<ctrl-d>",
    "<ctrl-u>",
    "<pgdn>",
    "<pgup>",
    "h",
    "l",
    "s",
    "S",
    "/",
    "=",
    "!",
    "F",
    " ",
    "v",
    "a",
    "i",
    "U",
    "y",
    "Y",
    "o",
    "O",
    "<enter>",
    "<tab>",
    "<shift-tab>",
    ":",
    "?",
    "e",
    "<esc>",
    "<ctrl-c>",
    "<ctrl-z>",
    "<ctrl-l>",
    "q",
    "n",
    "<up>",
    "<down>",
    "<left>",
    "<right>",
    "<backspace>",
    "<ctrl-w>",
    "<ctrl-k>",
    "<home>",
    "<end>",
    "d",
    "D",
    "f",
    "x",
    "<lt>",
    ">",
    "+",
    "-",
    "c",
    "C",
    "u",
    "<ctrl-r>",
    "H",
    "R",
    "$",
    "z",
    "r",
    "t",
    "p",
    "y",
    "eexample.com<enter>",
    "e<end><ctrl-u>other.org<enter>",
    "<f2>",
    "<f3>",
    "  /<ctrl-u>domain:reddit.com<enter>",
    "Y<enter>",
    "xlinks.csv<enter>",
    "e<tab><ctrl-u>7<enter>",
    "e<tab><ctrl-u>9000<enter>",
    "e<tab><tab> <enter>",
    "e<tab><tab><tab> <enter>",
    "/<ctrl-u>domain:reddit.com<enter>",
    "/<ctrl-u>-is:marked<enter>",
    "/<ctrl-u>anchor:/(<enter>",
    "é",
    "カ",
];

fn step() -> impl Strategy<Value = Step> {
    let failure = prop_oneof![
        Just(FetchError::Refused),
        Just(FetchError::Unreachable { reason: String::new() }),
        Just(FetchError::Server { status: 500, message: None }),
        Just(FetchError::Truncated { received: 10 }),
        Just(FetchError::TimedOut { phase: Phase::AfterSending, after: Duration::from_secs(60) }),
        Just(FetchError::KeyRefused { message: Some("no".into()) }),
    ];
    let mouse = prop::sample::select(vec![
        MouseKind::Press,
        MouseKind::Drag,
        MouseKind::Release,
        MouseKind::WheelUp,
        MouseKind::WheelDown,
    ]);
    prop_oneof![
        12 => prop::sample::select(KEYS).prop_map(Step::Keys),
        1 => "\\PC{0,12}".prop_map(Step::Paste),
        1 => (0_u16..220, 0_u16..70).prop_map(|(width, height)| Step::Resize(width, height)),
        2 => (mouse, 0_u16..130, 0_u16..40).prop_map(|(kind, x, y)| Step::Click(kind, x, y)),
        3 => (0_usize..4, 0_usize..150).prop_map(|(which, rows)| Step::Response(which, rows)),
        1 => (0_usize..4, failure).prop_map(|(which, failure)| Step::Fail(which, failure)),
        1 => (0_usize..4).prop_map(Step::Progress),
        1 => prop::option::of(0_u64..100_000).prop_map(Step::Balance),
        1 => (0_usize..6, any::<bool>()).prop_map(|(which, newer)| Step::Archived(which, newer)),
        1 => Just(Step::Copied),
        1 => (0_u64..20_000).prop_map(Step::Wait),
    ]
}

fn take(play: &mut Play, step: &Step) {
    let running = |play: &Play, which: usize| -> Option<(RequestId, Request)> {
        let all = play.model.account.requests.running();
        all.get(which % all.len().max(1)).map(|running| (running.id, running.request.clone()))
    };
    match step {
        Step::Keys(keys) => {
            play.keys(keys);
        }
        Step::Paste(text) => {
            play.message(Message::Paste(text.clone().into()));
        }
        Step::Resize(width, height) => {
            play.message(Message::Resize { width: *width, height: *height });
        }
        Step::Click(kind, x, y) => {
            play.message(Message::Mouse(Mouse { kind: *kind, x: *x, y: *y }));
        }
        Step::Response(which, rows) => {
            if let Some((id, request)) = running(play, *which) {
                let rows = (*rows).min(usize::from(request.count.get()));
                let event = FetchEvent::Completed(response(&request, links(rows)));
                play.message(Message::Fetch { id, event });
            }
        }
        Step::Fail(which, failure) => {
            if let Some((id, request)) = running(play, *which) {
                let rescued =
                    Some(response(&request, links(2))).filter(|_| matches!(failure, FetchError::Truncated { .. }));
                let charge = Charge::of_failure(failure);
                let event = FetchEvent::Failed { failure: failure.clone(), rescued, charge };
                play.message(Message::Fetch { id, event });
            }
        }
        Step::Progress(which) => {
            if let Some((id, _)) = running(play, *which) {
                play.message(Message::Fetch { id, event: FetchEvent::Receiving { bytes: 1_234 } });
            }
        }
        Step::Balance(balance) => {
            let result = balance.map(Credits).ok_or(FetchError::Dns);
            let reading = play.model.account.meter.begin_reading();
            play.message(Message::Balance { reading, result });
        }
        Step::Archived(which, newer) => {
            let shelf = play.model.archive.list.snapshots().to_vec();
            let event = match shelf.get(*which) {
                Some(_) if play.model.archive.list.status != ArchiveStatus::Open => return,
                // What the archive was asked for comes, or something of it changes.
                Some(known) if *newer => {
                    ArchiveEvent::Changed(Box::new(Snapshot { id: SnapshotId(known.id.0 + 10), ..known.clone() }))
                }
                Some(known) => {
                    let result = Ok(response(&known.request, links(known.links)));
                    ArchiveEvent::Loaded { snapshot: Box::new(known.clone()), result }
                }
                None => match shelf.as_slice() {
                    [later, .., earlier] => ArchiveEvent::Compared(Ok(Box::new(compared(later, earlier)))),
                    _ => ArchiveEvent::Opened(Ok(RequestLog::from(vec![
                        snapshot(3, "example.com", 100, 40, 97 * DAY, RequestStatus::Completed),
                        snapshot(2, "other.org", 100, 0, 60 * DAY, RequestStatus::Failed),
                        snapshot(1, "example.com", 50, 50, 30 * DAY, RequestStatus::Completed),
                    ]))),
                },
            };
            play.message(Message::Archive(event));
        }
        Step::Copied => {
            play.message(Message::Copied(Ok(Copied { what: "1 referring page".into(), route: "OSC 52".into() })));
        }
        Step::Wait(milliseconds) => {
            play.now += Duration::from_millis(*milliseconds);
            play.message(Message::Wake);
        }
    }
}

fn draw(play: &Play, theme: &Theme) {
    let mut terminal = Terminal::new(TestBackend::new(play.model.screen.width, play.model.screen.height)).unwrap();
    terminal
        .draw(|frame| {
            view::draw(frame, &play.model, theme);
        })
        .unwrap();
}

/// What the user has been asked about right now, if anything.
fn confirmation(play: &Play) -> Option<Request> {
    match &play.model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::Spend { request, .. }, .. }) => Some(request.clone()),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn invariants_hold_after_random_steps(steps in prop::collection::vec(step(), 1..60)) {
        let theme = Config::read(None, ColorSupport::Many).unwrap().theme;
        let mut play = Play::new();
        let mut most = Credits::ZERO;
        let mut may_take_hidden = false;
        for step in &steps {
            let asked = confirmation(&play);
            let (shelf, held) = (play.model.archive.list.clone(), play.model.account.requests.clone());
            let (set, row, marks, lines) = match &play.model.table.state {
                Some(table) => (Arc::as_ptr(table.links()), table.current_row(), table.marks().clone(), table.shown().len()),
                None => (std::ptr::null(), None, Default::default(), 0),
            };
            let top = play.model.table.state.as_ref().is_some_and(|table| table.cursor().0 == 0);
            let (sent_before, done_before) = (play.fetched().len(), play.effects.len());
            let was_asked =
                matches!(&play.model.overlay, Some(Overlay::Confirm { confirmation: Confirmation::HiddenMarks { .. }, .. }));
            take(&mut play, step);
            // Money: what is sent is quoted, never twice at a time, and a lot of it only after a question about just that.
            for (_, request) in &play.fetched()[sent_before..] {
                most += request.quote();
                let small = request.quote() <= play.model.session.settings.confirm_above;
                let paid = shelf.snapshot_for(request, play.model.session.unix_now(), None).is_some() || held.response_for(request).is_some();
                prop_assert!(!paid || asked.as_ref() == Some(request), "{step:?} bought {request:?} twice, unasked");
                prop_assert!(small || asked.as_ref() == Some(request), "{step:?} sent {request:?} unasked");
            }
            let running: Vec<_> = play.model.account.requests.running().iter().map(|r| r.request.clone()).collect();
            prop_assert_eq!(running.iter().collect::<BTreeSet<_>>().len(), running.len(), "two equal requests under way");
            prop_assert!(play.model.account.meter.session() <= most, "spent more than was quoted");
            // The table: cursor and window are where they can be; a filter or a sort moves neither marks nor cursor.
            if let Some(table) = &play.model.table.state {
                prop_assert!(table.cursor().0 < table.lines().len().max(1));
                prop_assert!(table.offset() <= table.cursor());
                prop_assert!(table.columns().chosen() < table.columns().list().len());
                if std::ptr::eq(set, Arc::as_ptr(table.links())) && matches!(step, Step::Keys("s" | "S" | "=" | "!" | "F" | "/")) {
                    prop_assert_eq!(table.marks(), &marks);
                    // Where rows come back, the cursor may go back to the link that they hid.
                    let narrower = table.shown().len() <= lines;
                    // At the top a sort stays at the top.
                    let stays = !top || !matches!(step, Step::Keys("s" | "S"));
                    if let Some(row) = row.filter(|row| narrower && stays && table.lines().position(*row).is_some()) {
                        prop_assert_eq!(table.current_row(), Some(row));
                    }
                }
            }
            // No marked link is acted on unseen.
            if was_asked && matches!(step, Step::Keys("a")) {
                may_take_hidden = true;
            }
            for effect in &play.effects[done_before..] {
                if let (Effect::Copy { selection, .. } | Effect::Export { selection, .. }, Some(table)) = (effect, &play.model.table.state) {
                    let shown: BTreeSet<_> = table.shown().iter().collect();
                    prop_assert!(may_take_hidden || selection.rows.iter().all(|row| shown.contains(&row)), "{step:?} took hidden links");
                    may_take_hidden = false;
                }
            }
            if let Some(table) = &play.model.table.state {
                let shown: BTreeSet<_> = table.shown().iter().collect();
                let hidden = table.marks().iter().filter(|row| !shown.contains(row)).count();
                prop_assert_eq!(table.known_hidden_marks(), hidden);
            }
            // The archive: there is a snapshot at the cursor wherever there is one at all.
            if matches!(play.model.screen.main, MainPane::Archive) {
                let archive = &play.model.archive.screen;
                prop_assert_eq!(archive.selected_snapshot(&play.model.archive.list).is_none(), archive.rows().is_empty());
            }
            draw(&play, &theme);
        }
    }
}

/// With three answers for one target in the archive, after these keys.
fn on_a_shelf(keys: &str) -> Play {
    let one = |id: i64| snapshot(id, "example.com", 100, 10 * id as usize, id * 30 * DAY, RequestStatus::Completed);
    let mut play = Play::with_archive("", vec![one(3), one(2), one(1)]);
    play.keys(keys);
    play
}

#[test]
fn every_screen_draws_at_any_size() {
    let plays: Vec<fn() -> Play> = vec![
        Play::new,
        || Play::with("", Access::NoKey { reason: "none".into() }, 80, 24),
        || Play::browsing(300),
        || {
            let mut play = Play::browsing(300);
            play.keys("/domain:reddit.com anchor:/(");
            play
        },
        || {
            let mut play = Play::browsing(300);
            play.keys("<tab>jj");
            play
        },
        || {
            let mut play = Play::browsing(300);
            play.keys("?");
            play
        },
        || {
            let mut play = Play::browsing(300);
            play.keys(":co");
            play
        },
        || {
            let mut play = Play::browsing(300);
            play.keys("Y");
            play
        },
        || {
            let mut play = Play::new();
            play.ask("example.com").keys("qy");
            play
        },
        || on_a_shelf("<esc>H"),
        || on_a_shelf("<esc>H<space>jtword"),
        || on_a_shelf("<esc>Hd"),
        || on_a_shelf("<esc>$"),
        || on_a_shelf("<esc>H<space>D"),
        || {
            let mut play = on_a_shelf("");
            let all = play.model.archive.list.snapshots().to_vec();
            let both = compared(&all[0], &all[1]);
            play.message(Message::Archive(ArchiveEvent::Compared(Ok(Box::new(both)))));
            play
        },
        || {
            let mut play = Play::new();
            play.ask("example.com");
            play
        },
        || {
            let mut play = Play::new();
            play.ask("example.com").response(links(0));
            play
        },
        || {
            let mut play = Play::new();
            play.ask("example.com").fail(FetchError::Refused);
            play
        },
        || {
            let mut play = Play::new();
            play.keys("eexample.com<tab><ctrl-u>10000<enter>");
            play
        },
    ];
    let theme = Config::read(None, ColorSupport::Many).unwrap().theme;
    for play in plays {
        let mut play = play();
        for width in (0..130).step_by(7).chain([400, 1_000]) {
            for height in (0..50).step_by(3).chain([500]) {
                // All of the large ones would only be slow.
                if width > 130 && height > 12 && height != 500 {
                    continue;
                }
                play.message(Message::Resize { width, height });
                draw(&play, &theme);
            }
        }
    }
}

#[test]
fn hostile_links_are_drawn_safely() {
    let mut play = Play::new();
    play.ask("example.com").response(hostile_links());
    let theme = Config::read(None, ColorSupport::Many).unwrap().theme;
    for keys in ["", "j", "<tab>jjj", "<esc>s", "f", "<tab><tab>", "fj", "="] {
        play.keys(keys);
        let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
        terminal
            .draw(|frame| {
                view::draw(frame, &play.model, &theme);
            })
            .unwrap();
        for cell in terminal.backend().buffer().content() {
            for letter in cell.symbol().chars() {
                assert!(!letter.is_control() && !kew_tui::domain::text::is_unsafe_char(letter), "{letter:?}");
            }
        }
    }
}
