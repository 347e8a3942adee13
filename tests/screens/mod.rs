//! The screen after some keys, through the real event loop. Each scene is a test with one snapshot, which holds the text at
//! every size and the style roles at 80x24.

mod archive;
mod cell_widths;
mod console;
mod event_loop;
mod failures;
mod filter;
mod overlays;
mod picture;
mod roles;
mod start;
mod table;
mod target;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use kew_tui::app::account::{Access, DemoTarget};
use kew_tui::app::key_prompt::KeyDestination;
use kew_tui::app::message::LoadEvent;
use kew_tui::app::update::open_files;
use kew_tui::app::{Effect, FetchEvent, Message, Model};
use kew_tui::config::{ColorSupport, Config};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::purchase::settlement::BalanceReadings;
use kew_tui::domain::snapshot::{Annotations, RequestStatus};
use kew_tui::domain::{Credits, FetchError, LinkSet, Request, Snapshot, UnixTime};
use kew_tui::input::Chord;
use kew_tui::runtime::event_loop::{Outcome, run};

use crate::support::{DAY, links, response, snapshot, unknown_columns};
use console::{FakeEffectRunner, TestConsole};
use picture::Picture;

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 36), (200, 50)];
/// The size at which style roles are compared too.
const ROLES_AT: (u16, u16) = (80, 24);

/// Types a target and requests its links.
const ASK: &str = "eexample.com/some/page<enter>";

type Reply = fn(&Request) -> Option<FetchEvent>;

/// How a session starts, what the API answers, and which keys are pressed.
struct Scene {
    access: Access,
    reply: Reply,
    keys: String,
    archive: Vec<Snapshot>,
    /// A file whose columns are not known: its name and text.
    file: Option<(&'static str, &'static str)>,
}

impl Scene {
    fn with_key(keys: &str) -> Scene {
        Scene { access: Access::Key, reply: no_response_yet, keys: keys.to_owned(), archive: Vec::new(), file: None }
    }

    fn without_key(keys: &str) -> Scene {
        Scene { access: Access::NoKey { reason: "No API key is set yet.".into() }, ..Scene::with_key(keys) }
    }

    fn demo() -> Scene {
        Scene { access: Access::Demo, ..Scene::with_key("") }
    }

    /// A request with this response, then these keys.
    fn with_response(reply: Reply, keys: &str) -> Scene {
        Scene { reply, ..Scene::with_key(&format!("{ASK}{keys}")) }
    }

    /// With a thousand links.
    fn browsing(keys: &str) -> Scene {
        Scene::with_response(thousand, keys)
    }

    fn with_file(file: (&'static str, &'static str), keys: &str) -> Scene {
        Scene { file: Some(file), ..Scene::with_key(keys) }
    }

    fn with_archive(keys: &str) -> Scene {
        Scene { archive: sample_snapshots(), ..Scene::with_key(keys) }
    }
}

/// Makes a test of each scene, and the list `NAMES`.
macro_rules! scenes {
    ($($name:ident: $scene:expr;)*) => {
        pub(super) const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[tokio::test(start_paused = true)]
            async fn $name() {
                crate::screens::check(stringify!($name), &$scene).await;
            }
        )*
    };
}
use scenes;

fn demo_targets() -> Arc<[DemoTarget]> {
    let lines = kew_tui::demo::guide().unwrap();
    lines.into_iter().map(|l| DemoTarget { address: l.address, what: l.what, is_error: l.is_error }).collect()
}

fn thousand(request: &Request) -> Option<FetchEvent> {
    Some(FetchEvent::Completed(response(request, links(1_000))))
}

fn no_response_yet(_: &Request) -> Option<FetchEvent> {
    None
}

fn no_links(request: &Request) -> Option<FetchEvent> {
    Some(FetchEvent::Completed(response(request, LinkSet::default())))
}

fn no_credits(_: &Request) -> Option<FetchEvent> {
    let failure = FetchError::PaymentRequired {
        message: "402 Insufficient Credits".into(),
        description: Some("You do not have sufficient credits to complete this request.".into()),
    };
    Some(FetchEvent::Failed { failure, rescued: None, charge: Charge::Rejected })
}

fn cut_off(request: &Request) -> Option<FetchEvent> {
    let rescued = Some(response(request, links(23)));
    let charge = Charge::Unknown;
    Some(FetchEvent::Failed { failure: FetchError::Truncated { received: 12_345 }, rescued, charge })
}

/// Newest first.
fn sample_snapshots() -> Vec<Snapshot> {
    let unknown = Snapshot {
        charge: Charge::Balance(Credits(500)),
        balance_readings: Some(BalanceReadings { before: Credits(60_000), after: Credits(59_500), shared: false }),
        failure: Some("the connection was cut".into()),
        ..snapshot(6, "cut.example.org/deep/page", 100, 0, 98 * DAY, RequestStatus::Failed)
    };
    let annotations =
        Annotations { name: "before the launch".into(), tag: "client".into(), pinned: true, ..Annotations::default() };
    vec![
        snapshot(8, "example.com/some/page", 100, 90, 97 * DAY, RequestStatus::Completed),
        unknown,
        snapshot(5, "example.com/some/page", 100, 100, 66 * DAY, RequestStatus::Completed),
        Snapshot {
            annotations, ..snapshot(4, "カレー.example.jp", 10_000, 3_120, 60 * DAY, RequestStatus::Completed)
        },
        snapshot(2, "example.com/some/page", 100, 38, 30 * DAY, RequestStatus::Completed),
    ]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// A distinct style for each role.
    Roles,
    /// As with `NO_COLOR`.
    NoColor,
}

/// Runs a scene and returns the final screen.
async fn render(scene: &Scene, size: (u16, u16), look: Look) -> Picture {
    let Config { settings, keymap, theme, .. } = match look {
        Look::Roles => roles::config(),
        Look::NoColor => Config::read(None, ColorSupport::None).unwrap(),
    };
    let mut model = Model::new(settings, keymap, scene.access.clone(), size.0, size.1);
    if matches!(scene.access, Access::NoKey { .. }) {
        model.prefill(None);
        model.account.key_destination = KeyDestination::File("/home/me/.config/kew-tui/config.toml".into());
    }
    if scene.access == Access::Demo {
        model.account.demo_targets = demo_targets();
    }
    let (mut console, pending) = TestConsole::new(size, Chord::parse_sequence(&scene.keys).unwrap());
    let (mut shell, mut inbox) = FakeEffectRunner::new(pending, scene.reply);
    model.session.started_at = UnixTime(100 * DAY);
    shell.snapshots.clone_from(&scene.archive);
    if let Some((name, text)) = scene.file {
        open_files(&mut model, vec![name.to_owned()]);
        let columns = Box::new(unknown_columns(text));
        shell.send(Message::Load(LoadEvent::UnknownColumns { file: 0, columns }));
    }
    let effects = vec![Effect::OpenArchive, Effect::ReadBalance { reading: model.account.meter.begin_reading() }];
    let outcome = run(&mut console, &mut model, &theme, &mut shell, &mut inbox, effects).await.unwrap();
    assert_eq!(outcome, Outcome::Interrupted, "all keys are pressed");
    Picture::of(&console)
}

/// Compares a scene with its snapshot.
async fn check(name: &str, scene: &Scene) {
    let mut seen = String::new();
    for size in SIZES {
        let picture = render(scene, size, Look::Roles).await;
        let plain = render(scene, size, Look::NoColor).await;
        plain.assert_no_color();
        assert_eq!(picture.text(), plain.text(), "colors change no text");
        let _ = writeln!(seen, "== {}x{}\n{}", size.0, size.1, picture.text()); // Writing to a string can't fail.
        if size == ROLES_AT {
            let _ = writeln!(seen, "== {}x{} roles\n{}", size.0, size.1, picture.roles());
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, seen);
    });
}

#[test]
fn every_scene_has_one_snapshot_and_every_snapshot_a_scene() {
    let groups =
        [archive::NAMES, failures::NAMES, filter::NAMES, overlays::NAMES, start::NAMES, table::NAMES, target::NAMES];
    let mut scenes: Vec<String> = groups.concat().iter().map(|name| format!("{name}.snap")).collect();
    scenes.sort();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens/snapshots");
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let snapshots: BTreeSet<String> = files.filter(|file| file.ends_with(".snap")).collect();
    assert_eq!(scenes, snapshots.into_iter().collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_is_too_small_shows_a_message() {
    let text = render(&Scene::browsing("jjs"), (39, 12), Look::Roles).await.text();
    assert!(text.contains("kew-tui needs 40×12; this is 39×12"), "{text}");
    for size in [(1, 1), (2, 3), (0, 0), (40, 11), (300, 1), (1, 100)] {
        render(&Scene::browsing("jjs"), size, Look::Roles).await;
    }
}

#[tokio::test(start_paused = true)]
async fn help_scrolls_to_its_last_line_at_every_size() {
    for size in SIZES {
        let text = render(&Scene::browsing("?G"), size, Look::Roles).await.text();
        assert!(text.contains("lines above") && !text.contains("more lines"), "{text}");
    }
}
