//! Every message is handled quickly, however many rows there are.
//!
//! It measures the CPU time of one thread that also does the work of the pool, so that the load of the machine does not matter.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kew_tui::app::message::{ArchiveEvent, Copied, Exported, FetchEvent, LoadEvent, Mouse, MouseKind};
use kew_tui::app::overlay::Overlay;
use kew_tui::app::requests::RequestId;
use kew_tui::app::{Effect, Message, Model, Task, update};
use kew_tui::config::Theme;
use kew_tui::domain::columns::{ExtraSpec, Value};
use kew_tui::domain::facet::{FacetCount, FacetCounts};
use kew_tui::domain::link_set::{Segment, SegmentBuilder};
use kew_tui::domain::note::{LinkId, Note};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::{Annotations, RequestStatus};
use kew_tui::domain::view_spec::ViewResult;
use kew_tui::domain::{Credits, FetchError, Link, Row, RowOrder, Snapshot};
use kew_tui::input::{ACTIONS, Chord};
use kew_tui::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rustix::time::{ClockId, clock_gettime};

use crate::support::{DAY, TestApp, compared, config, links, response, snapshot, unknown_columns};

const ROWS: usize = 1_000_000;
/// Extra columns, as in a large export of another tool.
const EXTRAS: usize = 30;

/// The limit for a message and its frame. A debug build is at least ten times slower than a release build but gets only three
/// times as long.
const MAX_DURATION: Duration = Duration::from_millis(if cfg!(debug_assertions) { 150 } else { 50 });

/// The CPU time of this thread.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Runs `work` on a thread that is its own rayon pool.
fn on_one_thread(work: impl FnOnce() + Send + 'static) {
    let work = move || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().unwrap();
        pool.install(work);
    };
    std::thread::spawn(work).join().unwrap();
}

/// The names of all variants, and the name of a value's variant. A new variant does not compile until it is listed here, and
/// then has to be measured.
macro_rules! variant_names {
    ($name:ident, $all:ident, $of:ident: $($kind:ident)*) => {
        const $all: &[&str] = &[$(concat!(stringify!($of), "::", stringify!($kind))),*];
        fn $name(of: &$of) -> &'static str {
            match of { $($of::$kind { .. } => concat!(stringify!($of), "::", stringify!($kind))),* }
        }
    };
}

variant_names!(kind, KINDS, Message: Key Mouse Paste Resize Wake Fetch Balance Archive Load ViewComputed Counted DomainsGrouped Copied Exported
    PathCompleted Opened DemoStarted KeyStored TaskFailed Terminate NotSuspended Drawn);
variant_names!(load_kind, LOADS, LoadEvent: Total Chunk UnknownColumns Failed Done);
variant_names!(archive_kind, ARCHIVES, ArchiveEvent: Noted Opened Strays Changed Loaded Compared Failed ArchiveFailure);
variant_names!(fetch_kind, FETCHES, FetchEvent: Joined Held Sending Receiving CheckingBalance Recorded Retrying Completed Failed Settled);

fn segment(rows: usize) -> Arc<Segment> {
    let extras: Vec<ExtraSpec> = (0..EXTRAS).map(|column| ExtraSpec::new(&format!("column {column}"), None)).collect();
    let mut segment = SegmentBuilder::with_extras(&extras);
    for i in 0..rows {
        let (domain, url) = (format!("site{i}.com"), format!("https://site{i}.com/page"));
        let target_url = "https://example.com/";
        segment
            .push(&Link {
                anchor: "an anchor",
                source_domain: &domain,
                source_url: &url,
                target_url,
                ..Link::default()
            })
            .unwrap();
        // As many values as a facet may have.
        let value = format!("Value {}", i % 20);
        (0..EXTRAS).for_each(|column| segment.set_extra(column, Value::Text(&value)).unwrap());
    }
    Arc::new(segment.build())
}

/// An app with a file of a million links open.
fn browsing() -> TestApp {
    let mut app = TestApp::new();
    update::open_files(&mut app.model, vec!["links.csv".to_owned()]);
    let one = segment(10_000);
    let segments = vec![one; ROWS / 10_000];
    app.message(Message::Load(LoadEvent::Chunk { file: 0, segments, skipped: 0, bytes: 1, notices: Vec::new() }));
    app.message(Message::Load(LoadEvent::Done));
    assert_eq!(app.table().links().len(), ROWS);
    app
}

/// Runs the newest view job of the table.
fn compute_view(app: &mut TestApp) {
    let job = app.effects.drain(..).rev().find_map(|effect| match effect {
        Effect::ComputeView { generation, spec } => Some((generation, spec)),
        _ => None,
    });
    let (generation, spec) = job.expect("a worker computes the view of many rows");
    let found = spec.run(&|| true, |_, _| {}).unwrap();
    app.message(Message::ViewComputed { generation, result: found, scanned: None });
}

/// States that could be slow, and the messages to measure in them besides keys.
fn states() -> Vec<(&'static str, TestApp, Vec<Message>)> {
    let copy = |app: &TestApp| TestApp { model: app.model.clone(), effects: Vec::new(), now: app.now };
    let mut plain = browsing();
    let group = plain.effects.iter().find_map(|effect| match effect {
        Effect::GroupDomains { links } => Some(Arc::clone(links)),
        _ => None,
    });
    let domains = Arc::new(kew_tui::app::domains::Domains::of(group.as_ref().unwrap()));
    plain.message(Message::DomainsGrouped { links: group.unwrap(), domains });
    plain.keys("l");

    let mut sorted = copy(&plain);
    sorted.keys("s");
    let generation = sorted.effects.iter().find_map(|effect| match effect {
        Effect::ComputeView { generation, .. } => Some(*generation),
        _ => None,
    });
    // The last ones first: the position of a row can't be told from its number.
    let shown: RowOrder = Row::range(0..ROWS as u32).rev().collect();
    let found = ViewResult { rows: shown, grouped: None };
    sorted.message(Message::ViewComputed { generation: generation.unwrap(), result: found, scanned: None });
    sorted.keys("a");

    let mut range = copy(&sorted);
    range.keys("gvG");

    let mut grouped = copy(&plain);
    grouped.keys("z");
    compute_view(&mut grouped);

    let mut typing = copy(&sorted);
    typing.keys("/site");

    // Every link is marked, and a filter hides one of them.
    let mut hiding = copy(&sorted);
    hiding.keys("/-site0<enter>");
    let generation = hiding.effects.iter().rev().find_map(|effect| match effect {
        Effect::ComputeView { generation, .. } => Some(*generation),
        _ => None,
    });
    let shown: RowOrder = Row::range(0..ROWS as u32 - 1).rev().collect();
    let found = ViewResult { rows: shown, grouped: None };
    let hides = Message::ViewComputed { generation: generation.unwrap(), result: found, scanned: None };
    let mut asking = copy(&hiding);
    asking.message(hides.clone()).keys("y");
    assert_eq!(asking.table().hidden_marks(), 1);
    assert!(matches!(asking.model.overlay, Some(Overlay::Confirm { .. })));

    // Many snapshots of one target and few of others, like years of monitoring.
    let mut archive = copy(&plain);
    archive.message(Message::Archive(ArchiveEvent::Opened(Ok(many_snapshots().into()))));
    archive.keys("H100G");
    let for_archive = messages(&archive.model).into_iter().filter(|message| matches!(message, Message::Archive(_)));
    let for_archive =
        for_archive.chain([Message::Archive(ArchiveEvent::Opened(Ok(many_snapshots().into())))]).collect();
    let mut unfolded = copy(&archive);
    unfolded.keys("<space>G");
    assert!(unfolded.model.archive.screen.rows().len() > archive.model.archive.screen.rows().len());
    let mut filtering = copy(&archive);
    filtering.keys("/site1");

    // The maximum number of links for a note.
    let mut noting = copy(&plain);
    noting.keys("v20000Gvnmine");
    assert!(noting.model.overlay.is_some());

    let mut counted = copy(&plain);
    counted.keys("f");
    let generation = counted.effects.iter().rev().find_map(|effect| match effect {
        Effect::Count { generation, .. } => Some(*generation),
        _ => None,
    });
    counted.message(counts(generation.unwrap()));

    let mut copying = copy(&range);
    copying.keys("Y");
    let mut exporting = copy(&range);
    exporting.keys("xlinks.csv");
    let none = Vec::new;
    let (for_sorted, for_grouped) = (messages(&sorted.model), messages(&grouped.model));
    for messages in [&for_sorted, &for_grouped] {
        assert_eq!(missing(messages), ["Message::Key"], "every variant must be measured");
    }
    vec![
        ("plain", plain, none()),
        ("sorted", sorted, for_sorted),
        ("range", range, none()),
        ("grouped", grouped, for_grouped),
        ("typing", typing, none()),
        ("hiding", hiding, vec![hides]),
        ("asking", asking, none()),
        ("archive", archive, for_archive),
        ("archive unfolded", unfolded, none()),
        ("archive filtering", filtering, none()),
        ("noting", noting, none()),
        ("counted", counted, none()),
        ("copying", copying, none()),
        ("exporting", exporting, none()),
    ]
}

/// Ten years of snapshots.
const SNAPSHOTS: i64 = 10_000;

fn many_snapshots() -> Vec<Snapshot> {
    let target = |id: i64| match id % 2 {
        0 => "example.com".to_owned(),
        _ => format!("site{}.com/page", id % 3_000),
    };
    let one = |id| Snapshot {
        annotations: Annotations { tag: "client".to_owned(), pinned: id % 1_000 == 0, ..Annotations::default() },
        ..snapshot(id, &target(id), 1_000, (id % 900) as usize, id * DAY / 3, RequestStatus::Completed)
    };
    (1..=SNAPSHOTS).rev().map(one).collect()
}

/// A facet with a distinct value in each row.
fn counts(generation: u64) -> Message {
    let all: Arc<[FacetCount]> = Row::range(0..ROWS as u32).map(|row| FacetCount { row, rows: 1 }).collect();
    Message::Counted {
        generation,
        counts: FacetCounts { found: Arc::clone(&all), all, rows: ROWS as u64, most: 1, warning: None },
    }
}

/// Every message except keys.
fn messages(model: &Model) -> Vec<Message> {
    let (later, earlier) = (
        snapshot(2, "example.com", 10_000, 10_000, 99 * DAY, RequestStatus::Completed),
        snapshot(1, "example.com", 10_000, 9_000, 98 * DAY, RequestStatus::Completed),
    );
    let completed = response(&later.request, links(10_000));
    let note = Note { text: "mine".to_owned(), tag: String::new() };
    let notes = completed.links.clone();
    let noted = Row::range(0..1_000).map(|row| (LinkId::of(&notes, row), note.clone())).collect();
    let generation = model.session.generation();
    let table = model.table.state.as_ref().unwrap();
    let mouse = |kind, y| Message::Mouse(Mouse { kind, x: 5, y });
    let fetch = |event| Message::Fetch { id: RequestId(1), event };
    let failure = || FetchError::Server { status: 500, message: None };
    let mut all = vec![
        mouse(MouseKind::Press, 8),
        mouse(MouseKind::Press, 4),
        mouse(MouseKind::Drag, 30),
        mouse(MouseKind::WheelDown, 8),
        // The maximum length of a line.
        Message::Paste((0..1300).map(|i| format!("w{i}x ")).collect::<String>().into()),
        Message::Resize { width: 200, height: 60 },
        Message::Wake,
        Message::Drawn(model.scroll()),
        Message::Balance { reading: 1, result: Ok(Credits(1)) },
        Message::ViewComputed {
            generation,
            result: ViewResult { rows: Row::range(0..ROWS as u32).rev().collect(), grouped: None },
            scanned: None,
        },
        counts(generation),
        Message::DomainsGrouped {
            links: Arc::clone(table.links()),
            domains: Arc::new(kew_tui::app::domains::Domains::of(&links(100))),
        },
        Message::Copied(Ok(Copied { what: "many".to_owned(), route: "OSC 52".to_owned() })),
        Message::Exported(Exported::Failed { path: "x".to_owned(), why: "no room".to_owned() }),
        Message::PathCompleted { typed: "links.csv".to_owned(), completed: "links.csv".to_owned() },
        Message::Opened(Ok(())),
        Message::DemoStarted(Err("no port".to_owned())),
        Message::KeyStored(Ok("config.toml".to_owned())),
        Message::TaskFailed { task: Task::ComputeView { generation }, why: "a fault".to_owned() },
        Message::TaskFailed { task: Task::Group, why: "a fault".to_owned() },
        Message::Terminate,
        Message::NotSuspended,
    ];
    all.extend(
        [
            LoadEvent::Total(1),
            LoadEvent::Chunk { file: 0, segments: vec![segment(10_000)], skipped: 0, bytes: 1, notices: Vec::new() },
            LoadEvent::UnknownColumns {
                file: 0,
                columns: Box::new(unknown_columns("Seite;Ziel\nhttps://a.com/;https://b.com/\n")),
            },
            LoadEvent::Failed { file: 0, why: "gone".to_owned() },
            LoadEvent::Done,
        ]
        .map(Message::Load),
    );
    all.extend(
        [
            ArchiveEvent::Noted(noted),
            ArchiveEvent::Opened(Ok(many_snapshots().into())),
            ArchiveEvent::Strays(vec!["x".to_owned()]),
            ArchiveEvent::Changed(Box::new(later.clone())),
            ArchiveEvent::Loaded { snapshot: Box::new(later.clone()), result: Ok(Arc::clone(&completed)) },
            ArchiveEvent::Compared(Ok(Box::new(compared(&later, &earlier)))),
            ArchiveEvent::Failed("busy".to_owned()),
            ArchiveEvent::ArchiveFailure { why: "no room".to_owned(), rescued: Ok("x".to_owned()) },
        ]
        .map(Message::Archive),
    );
    let recorded = later.clone();
    all.extend(
        [
            FetchEvent::Joined,
            FetchEvent::Held { snapshot: Box::new(later), response: Arc::clone(&completed) },
            FetchEvent::Sending { attempt: 1 },
            FetchEvent::Receiving { bytes: 1 },
            FetchEvent::CheckingBalance,
            FetchEvent::Recorded(Box::new(recorded)),
            FetchEvent::Retrying { next_attempt: 2, pause: Duration::from_secs(1), error: failure() },
            FetchEvent::Completed(completed),
            FetchEvent::Failed { failure: failure(), rescued: None, charge: Charge::Unknown },
            FetchEvent::Settled(Charge::Balance(Credits(5))),
        ]
        .map(fetch),
    );
    all
}

/// A key for each action with a binding in the current context, and some letters.
fn keys(model: &Model) -> Vec<Message> {
    let chord = |action| model.session.keymap.keys_for(action, model.context()).first().copied();
    let actions = ACTIONS.iter().filter_map(|info| chord(info.action));
    let letters = Chord::parse_sequence("e<enter>").unwrap();
    actions.chain(letters).map(Message::Key).collect()
}

#[test]
fn every_message_is_fast_with_a_million_rows() {
    on_one_thread(|| {
        let theme = config("").theme;
        for (state, app, messages) in states() {
            for message in messages.into_iter().chain(keys(&app.model)) {
                let took = measure(&app, &theme, &message);
                let name = match &message {
                    Message::Key(chord) => chord.to_string(),
                    other => names(other).join(" "),
                };
                if std::env::var_os("KEW_WATCHDOG").is_some() {
                    eprintln!("{state}, {name}: {took:?}");
                }
                assert!(took < MAX_DURATION, "{state}, {name}: {took:?}");
            }
        }
    });
}

/// The variants without a message.
fn missing(messages: &[Message]) -> Vec<&'static str> {
    let present: BTreeSet<&str> = messages.iter().flat_map(names).collect();
    [KINDS, LOADS, ARCHIVES, FETCHES].concat().into_iter().filter(|kind| !present.contains(kind)).collect()
}

/// The variant of a message, and of its event.
fn names(message: &Message) -> Vec<&'static str> {
    let of_event = match message {
        Message::Load(event) => Some(load_kind(event)),
        Message::Archive(event) => Some(archive_kind(event)),
        Message::Fetch { event, .. } => Some(fetch_kind(event)),
        _ => None,
    };
    std::iter::once(kind(message)).chain(of_event).collect()
}

/// The time of a message and its frame; the minimum of three runs if the first is over the limit.
fn measure(app: &TestApp, theme: &Theme, message: &Message) -> Duration {
    let once = || {
        let (mut model, message) = (app.model.clone(), message.clone());
        let mut terminal = Terminal::new(TestBackend::new(model.screen.width, model.screen.height)).unwrap();
        let before = cpu_time();
        let effects = update(&mut model, app.now, message);
        terminal
            .draw(|frame| {
                view::draw(frame, &model, theme);
            })
            .unwrap();
        let took = cpu_time() - before;
        drop(effects);
        took
    };
    let first = once();
    if first < MAX_DURATION { first } else { first.min(once()).min(once()) }
}
