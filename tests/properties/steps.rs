//! The random steps of a session.

use std::time::Duration;

use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::{ArchiveEvent, Copied, Mouse, MouseKind};
use kew_tui::app::requests::RequestId;
use kew_tui::app::{FetchEvent, Message};
use kew_tui::domain::fetch_error::Phase;
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::{RequestLog, RequestStatus};
use kew_tui::domain::{Credits, FetchError, Request, Snapshot, SnapshotId};
use proptest::prelude::*;

use crate::support::{DAY, TestApp, compared, links, response, snapshot};

/// One random step.
#[derive(Clone, Debug)]
pub enum Step {
    Keys(&'static str),
    Paste(String),
    Resize(u16, u16),
    Click(MouseKind, u16, u16),
    /// Completes the nth running request with this number of links.
    Response(usize, usize),
    Fail(usize, FetchError),
    Progress(usize),
    Balance(Option<u64>),
    /// The archive loads a snapshot, reports a newer one, compares two, or opens.
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

pub fn step() -> impl Strategy<Value = Step> {
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
        1 => Just(Step::Paste("one.com\ntwo.com\nexample.com\n".to_owned())),
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

pub fn apply(app: &mut TestApp, step: &Step) {
    let running = |app: &TestApp, which: usize| -> Option<(RequestId, Request)> {
        let all = app.model.account.requests.running();
        all.get(which % all.len().max(1)).map(|running| (running.id, running.request.clone()))
    };
    match step {
        Step::Keys(keys) => {
            app.keys(keys);
        }
        Step::Paste(text) => {
            app.message(Message::Paste(text.clone().into()));
        }
        Step::Resize(width, height) => {
            app.message(Message::Resize { width: *width, height: *height });
        }
        Step::Click(kind, x, y) => {
            app.message(Message::Mouse(Mouse { kind: *kind, x: *x, y: *y }));
        }
        Step::Response(which, rows) => {
            if let Some((id, request)) = running(app, *which) {
                let rows = (*rows).min(usize::from(request.count.get()));
                let event = FetchEvent::Completed(response(&request, links(rows)));
                app.message(Message::Fetch { id, event });
            }
        }
        Step::Fail(which, failure) => {
            if let Some((id, request)) = running(app, *which) {
                let rescued =
                    Some(response(&request, links(2))).filter(|_| matches!(failure, FetchError::Truncated { .. }));
                let charge = Charge::of_failure(failure);
                let event = FetchEvent::Failed { failure: failure.clone(), rescued, charge };
                app.message(Message::Fetch { id, event });
            }
        }
        Step::Progress(which) => {
            if let Some((id, _)) = running(app, *which) {
                app.message(Message::Fetch { id, event: FetchEvent::Receiving { bytes: 1_234 } });
            }
        }
        Step::Balance(balance) => {
            let result = balance.map(Credits).ok_or(FetchError::Dns);
            let reading = app.model.account.meter.begin_reading();
            app.message(Message::Balance { reading, result });
        }
        Step::Archived(which, newer) => {
            let snapshots = app.model.archive.list.snapshots().to_vec();
            let event = match snapshots.get(*which) {
                Some(_) if app.model.archive.list.status != ArchiveStatus::Open => return,
                // Either a requested snapshot is loaded, or one changes.
                Some(known) if *newer => {
                    ArchiveEvent::Changed(Box::new(Snapshot { id: SnapshotId(known.id.0 + 10), ..known.clone() }))
                }
                Some(known) => {
                    let result = Ok(response(&known.request, links(known.links)));
                    ArchiveEvent::Loaded { snapshot: Box::new(known.clone()), result }
                }
                None => match snapshots.as_slice() {
                    [later, .., earlier] => ArchiveEvent::Compared(Ok(Box::new(compared(later, earlier)))),
                    _ => ArchiveEvent::Opened(Ok(RequestLog::from(vec![
                        snapshot(3, "example.com", 100, 40, 97 * DAY, RequestStatus::Completed),
                        snapshot(2, "other.org", 100, 0, 60 * DAY, RequestStatus::Failed),
                        snapshot(1, "example.com", 50, 50, 30 * DAY, RequestStatus::Completed),
                    ]))),
                },
            };
            app.message(Message::Archive(event));
        }
        Step::Copied => {
            app.message(Message::Copied(Ok(Copied { what: "1 referring page".into(), route: "OSC 52".into() })));
        }
        Step::Wait(milliseconds) => {
            app.now += Duration::from_millis(*milliseconds);
            app.message(Message::Wake);
        }
    }
}
