//! Every message is handled quickly, however many rows there are.
//!
//! What is measured is the CPU time of this thread, with the work of helping threads done on it as well, so that what else the
//! machine does at the moment changes nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kew_tui::app::message::{ArchiveEvent, Copied, Exported, FetchEvent, LoadEvent, Mouse, MouseKind};
use kew_tui::app::overlay::Overlay;
use kew_tui::app::requests::RequestId;
use kew_tui::app::{Effect, Message, Model, Task, update};
use kew_tui::config::Theme;
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

use crate::support::{DAY, Play, compared, config, links, response, snapshot};

const ROWS: usize = 1_000_000;

/// What a message may take of the loop, its frame included. A build for tests is ten times slower than one for users, or
/// more; it gets three times as long.
const MOST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 150 } else { 50 });

/// What a thread has used of the processor so far.
fn used() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Runs this on a thread that does the work of all helping threads itself.
fn alone(work: impl FnOnce() + Send + 'static) {
    let work = move || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().unwrap();
        pool.install(work);
    };
    std::thread::spawn(work).join().unwrap();
}

/// The names of all kinds of something that can happen, and of which kind one is: whoever adds a kind has to name it here,
/// and to measure it.
macro_rules! kinds {
    ($name:ident, $all:ident, $of:ident: $($kind:ident)*) => {
        const $all: &[&str] = &[$(concat!(stringify!($of), "::", stringify!($kind))),*];
        fn $name(of: &$of) -> &'static str {
            match of { $($of::$kind { .. } => concat!(stringify!($of), "::", stringify!($kind))),* }
        }
    };
}

kinds!(kind, KINDS, Message: Key Mouse Paste Resize Wake Drawn Fetch Balance Archive Load ViewComputed Counted DomainsGrouped Copied Exported
    PathCompleted Opened DemoStarted KeyStored TaskFailed Terminate NotSuspended);
kinds!(load_kind, LOADS, LoadEvent: Total Chunk Failed Done);
kinds!(archive_kind, ARCHIVES, ArchiveEvent: Noted Opened Strays Changed Loaded Compared Failed ArchiveFailure);
kinds!(fetch_kind, FETCHES, FetchEvent: Joined Held Sending Receiving CheckingBalance Recorded Retrying Completed Failed Settled);

/// A piece of a file with so many rows.
fn segment(rows: usize) -> Arc<Segment> {
    let mut segment = SegmentBuilder::default();
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
    }
    Arc::new(segment.build())
}

/// A session in which a file with a million links is open.
fn browsing() -> Play {
    let mut play = Play::new();
    update::open_files(&mut play.model, vec!["links.csv".to_owned()]);
    let one = segment(10_000);
    let segments = vec![one; ROWS / 10_000];
    play.message(Message::Load(LoadEvent::Chunk { file: 0, segments, skipped: 0, bytes: 1 }));
    play.message(Message::Load(LoadEvent::Done));
    assert_eq!(play.table().links().len(), ROWS);
    play
}

/// Does what the newest job of the table asks for.
fn compute_view(play: &mut Play) {
    let job = play.effects.drain(..).rev().find_map(|effect| match effect {
        Effect::ComputeView { generation, spec } => Some((generation, spec)),
        _ => None,
    });
    let (generation, spec) = job.expect("many rows are arranged by a worker");
    let found = spec.run(&|| true, |_, _| {}).unwrap();
    play.message(Message::ViewComputed { generation, result: found, scanned: None });
}

/// The table in the states that could be heavy, and what is tried in them besides keys.
fn states() -> Vec<(&'static str, Play, Vec<Message>)> {
    let same = |play: &Play| Play { model: play.model.clone(), effects: Vec::new(), now: play.now };
    let mut plain = browsing();
    let group = plain.effects.iter().find_map(|effect| match effect {
        Effect::GroupDomains { links } => Some(Arc::clone(links)),
        _ => None,
    });
    let domains = Arc::new(kew_tui::app::domains::Domains::of(group.as_ref().unwrap()));
    plain.message(Message::DomainsGrouped { links: group.unwrap(), domains });
    plain.keys("l");

    let mut sorted = same(&plain);
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

    let mut range = same(&sorted);
    range.keys("gvG");

    let mut grouped = same(&plain);
    grouped.keys("z");
    compute_view(&mut grouped);

    let mut typing = same(&sorted);
    typing.keys("/site");

    // Every link is marked, and a filter hides one of them.
    let mut hiding = same(&sorted);
    hiding.keys("/-site0<enter>");
    let generation = hiding.effects.iter().rev().find_map(|effect| match effect {
        Effect::ComputeView { generation, .. } => Some(*generation),
        _ => None,
    });
    let shown: RowOrder = Row::range(0..ROWS as u32 - 1).rev().collect();
    let found = ViewResult { rows: shown, grouped: None };
    let hides = Message::ViewComputed { generation: generation.unwrap(), result: found, scanned: None };
    let mut asking = same(&hiding);
    asking.message(hides.clone()).keys("y");
    assert_eq!(asking.table().hidden_marks(), 1);
    assert!(matches!(asking.model.overlay, Some(Overlay::Confirm { .. })));

    // Few of one target and many of another, as who watches some pages for years has them.
    let mut archive = same(&plain);
    archive.message(Message::Archive(ArchiveEvent::Opened(Ok(many_snapshots().into()))));
    archive.keys("H100G");
    let of_archive = messages(&archive.model).into_iter().filter(|message| matches!(message, Message::Archive(_)));
    let of_archive = of_archive.chain([Message::Archive(ArchiveEvent::Opened(Ok(many_snapshots().into())))]).collect();
    let mut unfolded = same(&archive);
    unfolded.keys("<space>G");
    assert!(unfolded.model.archive.screen.rows().len() > archive.model.archive.screen.rows().len());
    let mut filtering = same(&archive);
    filtering.keys("/site1");

    // As many as a note goes on.
    let mut noting = same(&plain);
    noting.keys("v20000Gvnmine");
    assert!(noting.model.overlay.is_some());

    let mut counted = same(&plain);
    counted.keys("f");
    let generation = counted.effects.iter().rev().find_map(|effect| match effect {
        Effect::Count { generation, .. } => Some(*generation),
        _ => None,
    });
    counted.message(counts(generation.unwrap()));

    let mut copying = same(&range);
    copying.keys("Y");
    let mut exporting = same(&range);
    exporting.keys("xlinks.csv");
    let nothing = Vec::new;
    let (many, more) = (messages(&sorted.model), messages(&grouped.model));
    for messages in [&many, &more] {
        assert_eq!(missing(messages), ["Message::Key"], "a kind of something that can happen is not measured");
    }
    vec![
        ("plain", plain, nothing()),
        ("sorted", sorted, many),
        ("range", range, nothing()),
        ("grouped", grouped, more),
        ("typing", typing, nothing()),
        ("hiding", hiding, vec![hides]),
        ("asking", asking, nothing()),
        ("archive", archive, of_archive),
        ("archive unfolded", unfolded, nothing()),
        ("archive filtering", filtering, nothing()),
        ("noting", noting, nothing()),
        ("counted", counted, nothing()),
        ("copying", copying, nothing()),
        ("exporting", exporting, nothing()),
    ]
}

/// Of ten years.
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

/// As many values as there are rows.
fn counts(generation: u64) -> Message {
    let all: Arc<[FacetCount]> = Row::range(0..ROWS as u32).map(|row| FacetCount { row, rows: 1 }).collect();
    Message::Counted {
        generation,
        counts: FacetCounts { found: Arc::clone(&all), all, rows: ROWS as u64, most: 1, warning: None },
    }
}

/// Everything that can happen, but for keys.
fn messages(model: &Model) -> Vec<Message> {
    let (later, earlier) = (
        snapshot(2, "example.com", 10_000, 10_000, 99 * DAY, RequestStatus::Completed),
        snapshot(1, "example.com", 10_000, 9_000, 98 * DAY, RequestStatus::Completed),
    );
    let answered = response(&later.request, links(10_000));
    let note = Note { text: "mine".to_owned(), tag: String::new() };
    let notes = answered.links.clone();
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
        // As much as a line takes.
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
            LoadEvent::Chunk { file: 0, segments: vec![segment(10_000)], skipped: 0, bytes: 1 },
            LoadEvent::Failed { file: "x".to_owned(), why: "gone".to_owned() },
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
            ArchiveEvent::Loaded { snapshot: Box::new(later.clone()), result: Ok(Arc::clone(&answered)) },
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
            FetchEvent::Held { snapshot: Box::new(later), response: Arc::clone(&answered) },
            FetchEvent::Sending { attempt: 1 },
            FetchEvent::Receiving { bytes: 1 },
            FetchEvent::CheckingBalance,
            FetchEvent::Recorded(Box::new(recorded)),
            FetchEvent::Retrying { next_attempt: 2, pause: Duration::from_secs(1), error: failure() },
            FetchEvent::Completed(answered),
            FetchEvent::Failed { failure: failure(), rescued: None, charge: Charge::Unknown },
            FetchEvent::Settled(Charge::Balance(Credits(5))),
        ]
        .map(fetch),
    );
    all
}

/// A key for each action that has one where the keys go now, and some letters.
fn keys(model: &Model) -> Vec<Message> {
    let chord = |action| model.session.keymap.keys_for(action, model.context()).first().copied();
    let actions = ACTIONS.iter().filter_map(|info| chord(info.action));
    let letters = Chord::parse_sequence("e<enter>").unwrap();
    actions.chain(letters).map(Message::Key).collect()
}

#[test]
fn every_message_is_fast_with_a_million_rows() {
    alone(|| {
        let theme = config("").theme;
        for (state, play, messages) in states() {
            for message in messages.into_iter().chain(keys(&play.model)) {
                let took = measure(&play, &theme, &message);
                let what = match &message {
                    Message::Key(chord) => chord.to_string(),
                    other => names(other).join(" "),
                };
                if std::env::var_os("KEW_WATCHDOG").is_some() {
                    eprintln!("{state}, {what}: {took:?}");
                }
                assert!(took < MOST, "{state}, {what}: {took:?}");
            }
        }
    });
}

/// The kinds that are missing.
fn missing(messages: &[Message]) -> Vec<&'static str> {
    let there: BTreeSet<&str> = messages.iter().flat_map(names).collect();
    [KINDS, LOADS, ARCHIVES, FETCHES].concat().into_iter().filter(|kind| !there.contains(kind)).collect()
}

/// Of what kind a message is, and of what kind is what it tells of.
fn names(message: &Message) -> Vec<&'static str> {
    let of_event = match message {
        Message::Load(event) => Some(load_kind(event)),
        Message::Archive(event) => Some(archive_kind(event)),
        Message::Fetch { event, .. } => Some(fetch_kind(event)),
        _ => None,
    };
    std::iter::once(kind(message)).chain(of_event).collect()
}

/// What a message and the frame after it take: the least of three times where the first was too long.
fn measure(play: &Play, theme: &Theme, message: &Message) -> Duration {
    let once = || {
        let (mut model, message) = (play.model.clone(), message.clone());
        let mut terminal = Terminal::new(TestBackend::new(model.screen.width, model.screen.height)).unwrap();
        let before = used();
        let effects = update(&mut model, play.now, message);
        terminal
            .draw(|frame| {
                view::draw(frame, &model, theme);
            })
            .unwrap();
        let took = used() - before;
        drop(effects);
        took
    };
    let first = once();
    if first < MOST { first } else { first.min(once()).min(once()) }
}
