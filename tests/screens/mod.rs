//! What stands on the screen after a row of keys, driven through the real event loop: each picture is a text and a hash of
//! the styles of its cells, with colours and without.

mod console;

use std::sync::Arc;
use std::time::Duration;

use kew_tui::app::account::{Access, DemoTarget};
use kew_tui::app::key_prompt::KeyDestination;
use kew_tui::app::{Effect, FetchEvent, Message, Model};
use kew_tui::config::{ColorSupport, Config};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::purchase::settlement::Seen;
use kew_tui::domain::snapshot::{RequestStatus, Annotations};

use kew_tui::domain::{Credits, FetchError, LinkSet, Snapshot, UnixTime};
use kew_tui::layout::cells::width;
use kew_tui::input::Chord;
use kew_tui::runtime::event_loop::{self, Outcome};
use kew_tui::widgets::text::put;

use crate::support::{DAY, response, links, snapshot};
use console::{FakeEffectRunner, TestConsole, picture};

/// The sizes at which every scene is looked at.
const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 36), (200, 50)];

/// A scene: how it begins, what comes back from the API, which keys are pressed.
struct Scene {
    name: &'static str,
    access: Access,
    reply: fn(&kew_tui::domain::Request) -> Option<FetchEvent>,
    keys: &'static str,
    shelf: fn() -> Vec<Snapshot>,
}

fn demo_targets() -> Arc<[DemoTarget]> {
    let lines = kew_tui::demo::guide().unwrap();
    lines.into_iter().map(|l| DemoTarget { address: l.address, what: l.what, is_fault: l.is_fault }).collect()
}

fn thousand(request: &kew_tui::domain::Request) -> Option<FetchEvent> {
    Some(FetchEvent::Completed(response(request, links(1_000))))
}

fn nothing_yet(_: &kew_tui::domain::Request) -> Option<FetchEvent> {
    None
}

fn empty(request: &kew_tui::domain::Request) -> Option<FetchEvent> {
    Some(FetchEvent::Completed(response(request, LinkSet::default())))
}

fn no_credits(_: &kew_tui::domain::Request) -> Option<FetchEvent> {
    let failure = FetchError::PaymentRequired {
        message: "402 Insufficient Credits".into(),
        description: Some("You do not have sufficient credits to complete this request.".into()),
    };
    Some(FetchEvent::Failed { failure, rescued: None, charge: Charge::Rejected })
}

fn cut(request: &kew_tui::domain::Request) -> Option<FetchEvent> {
    let rescued = Some(response(request, links(23)));
    let charge = Charge::Unknown;
    Some(FetchEvent::Failed { failure: FetchError::Truncated { received: 12_345 }, rescued, charge })
}

/// What an archive may hold, newest first.
fn shelf() -> Vec<Snapshot> {
    let unknown = Snapshot {
        charge: Charge::Balance(Credits(500)),
        seen: Some(Seen { before: Credits(60_000), after: Credits(59_500), shared: false }),
        failure: Some("the connection was cut".into()),
        ..snapshot(6, "cut.example.org/deep/page", 100, 0, 98 * DAY, RequestStatus::Failed)
    };
    let annotations = Annotations { name: "before the launch".into(), tag: "client".into(), pinned: true, ..Annotations::default() };
    vec![
        snapshot(8, "example.com/some/page", 100, 90, 97 * DAY, RequestStatus::Completed),
        unknown,
        snapshot(5, "example.com/some/page", 100, 100, 66 * DAY, RequestStatus::Completed),
        Snapshot { annotations, ..snapshot(4, "カレー.example.jp", 10_000, 3_120, 60 * DAY, RequestStatus::Completed) },
        snapshot(2, "example.com/some/page", 100, 38, 30 * DAY, RequestStatus::Completed),
    ]
}

const ASK: &str = "eexample.com/some/page<enter>";

fn scenes() -> Vec<Scene> {
    let scene = |name, reply, keys| Scene { name, access: Access::Key, reply, keys, shelf: Vec::new };
    let shelved = |name, keys| Scene { shelf, ..scene(name, nothing_yet, keys) };
    vec![
        Scene {
            name: "no_key",
            access: Access::NoKey { reason: "No API key is set yet.".into() },
            reply: nothing_yet,
            keys: "",
            shelf: Vec::new,
        },
        Scene {
            name: "key_prompt",
            access: Access::NoKey { reason: "No API key is set yet.".into() },
            reply: nothing_yet,
            keys: "quora.com<enter>0123456789abcdef",
            shelf: Vec::new,
        },
        Scene {
            name: "key_question",
            access: Access::NoKey { reason: "No API key is set yet.".into() },
            reply: nothing_yet,
            keys: "<f3>0123456789abcdef<enter>",
            shelf: Vec::new,
        },
        Scene { name: "demo", access: Access::Demo, reply: nothing_yet, keys: "", shelf: Vec::new },
        scene("first_start", nothing_yet, "e"),
        scene("number_selected", nothing_yet, "eexample.com<tab>"),
        scene("number_typed", nothing_yet, "eexample.com<tab>10000"),
        scene("export_proposal", thousand, "ASK x"),
        scene("hidden_marks", thousand, "ASK j j /domain:reddit.com<enter>"),
        scene("hidden_marks_question", thousand, "ASK  j /domain:reddit.com<enter>y"),
        scene("bad_target", nothing_yet, "eftp://example.com<enter>"),
        scene("waiting", nothing_yet, ASK),
        scene("links", thousand, ASK),
        scene("sorted_marked_range", thousand, "ASK llls  jjvjj"),
        scene("filtered", thousand, "ASK /domain:reddit.com -anchor:カレー<enter>"),
        scene("filter_error", thousand, "ASK /reddit anchor:/b(/"),
        scene("filter_finds_nothing", thousand, "ASK /nothing-like-it<enter>"),
        scene("detail", thousand, "ASK 3G<enter><enter><tab>"),
        scene("far_right_column", thousand, "ASK llll"),
        scene("help", thousand, "ASK ?"),
        scene("palette", thousand, "ASK :mark"),
        scene("copy_menu", thousand, "ASK aYjj"),
        scene("export", thousand, "ASK axlinks.pdf<enter>"),
        scene("facets", thousand, "ASK fj"),
        scene("facets_anchors", thousand, "ASK f<tab><tab>s/a"),
        scene("grouped", thousand, "ASK zjj<enter>j "),
        scene("column_menu", thousand, "ASK lc<space>jj"),
        scene("noted", thousand, "ASK jtasked<enter>nby mail<enter>j  nthe same"),
        scene("filter_name", thousand, "ASK /reddit<enter><ctrl-s>forums"),
        scene("scrolled_sideways", thousand, "ASK lll]]/id<enter>"),
        scene("confirm", nothing_yet, "eexample.com<tab><ctrl-u>10000<enter>"),
        scene("leave", nothing_yet, "eexample.com<enter>q"),
        scene("abandon", nothing_yet, "eexample.com<enter>qy"),
        shelved("archive", "<esc>H"),
        shelved("archive_unfolded", "<esc>Hj<space>j"),
        shelved("archive_prompt", "<esc>Hjnask them"),
        shelved("archive_delete", "<esc>Hd"),
        shelved("from_archive", ASK),
        shelved("older_than_max_age", "<esc>Hj<enter>R"),
        shelved("compare_menu", "ASK D"),
        shelved("compared", "ASK D<enter>ls"),
        shelved("ledger", "<esc>$"),
        scene("empty", empty, "ASK j"),
        scene("failed", no_credits, ASK),
        scene("cut", cut, ASK),
    ]
}

/// Plays a scene and returns the picture and its styles' hash; checks what has to hold of every picture.
async fn play(scene: &Scene, size: (u16, u16), no_color: bool) -> (String, u64) {
    let Config { settings, keymap, theme, .. } =
        Config::read(None, if no_color { ColorSupport::None } else { ColorSupport::Many }).unwrap();
    let mut model = Model::new(settings, keymap, scene.access.clone(), size.0, size.1);
    if matches!(scene.access, Access::NoKey { .. }) {
        model.prefill(None);
        model.account.key_destination = KeyDestination::File("/home/me/.config/kew-tui/config.toml".into());
    }
    if scene.access == Access::Demo {
        model.account.demo_targets = demo_targets();
    }
    let keys = scene.keys.replace("ASK ", ASK);
    let (mut console, pending) = TestConsole::new(size, Chord::parse_row(&keys).unwrap());
    let (mut shell, mut inbox) = FakeEffectRunner::new(pending, scene.reply);
    model.session.started_at = UnixTime(100 * DAY);
    shell.shelf = (scene.shelf)();
    let effects = vec![Effect::OpenArchive, Effect::ReadBalance { reading: model.account.meter.begin_reading() }];
    let outcome = event_loop::run(&mut console, &mut model, &theme, &mut shell, &mut inbox, effects).await.unwrap();
    assert_eq!(outcome, Outcome::Interrupted, "the keys came to their end");
    picture(&console, no_color)
}

#[tokio::test(start_paused = true)]
async fn every_scene_at_every_size() {
    for scene in scenes() {
        for size in SIZES {
            let (text, coloured) = play(&scene, size, false).await;
            let (plain_text, plain) = play(&scene, size, true).await;
            assert_eq!(text, plain_text, "{}: colours change no text", scene.name);
            let name = format!("{}-{}x{}", scene.name, size.0, size.1);
            let picture = format!("{text}\nstyles: dark {coloured:016x}, plain {plain:016x}\n");
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, picture);
            });
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_cursor_row_the_chosen_column_and_the_marks_show_without_colour() {
    let scene = Scene { name: "", access: Access::Key, reply: thousand, keys: "ASK lls j ", shelf: Vec::new };
    let (text, _) = play(&scene, (80, 24), true).await;
    assert_eq!(text.matches('▸').count(), 1);
    assert_eq!(text.matches('●').count(), 2);
    assert!(text.contains("›Anchor ▲"));
}

#[tokio::test(start_paused = true)]
async fn too_small_a_terminal_says_so() {
    let scene = Scene { name: "", access: Access::Key, reply: thousand, keys: "ASK jjs", shelf: Vec::new };
    let (text, _) = play(&scene, (39, 12), false).await;
    assert!(text.contains("kew-tui needs 40×12, this is 39×12"), "{text}");
    for size in [(1, 1), (2, 3), (0, 0), (40, 11), (300, 1), (1, 100)] {
        play(&scene, size, false).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_loop_draws_only_when_something_happened() {
    let Config { settings, keymap, theme, .. } = Config::read(None, ColorSupport::Many).unwrap();
    let mut model = Model::new(settings, keymap, Access::Key, 80, 24);
    let (mut console, pending) = TestConsole::new((80, 24), Vec::new());
    console.stays_silent_for(Duration::from_secs(3_600));
    let (mut shell, mut inbox) = FakeEffectRunner::new(pending, nothing_yet);
    event_loop::run(&mut console, &mut model, &theme, &mut shell, &mut inbox, Vec::new()).await.unwrap();
    assert_eq!(console.frames(), 1, "an hour of nothing is one frame");
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_keys_is_one_frame() {
    let Config { settings, keymap, theme, .. } = Config::read(None, ColorSupport::Many).unwrap();
    let mut model = Model::new(settings, keymap, Access::Key, 80, 24);
    let (mut console, pending) =
        TestConsole::new((80, 24), Chord::parse_row(&format!("e{}", "x".repeat(200))).unwrap());
    let (mut shell, mut inbox) = FakeEffectRunner::new(pending, nothing_yet);
    event_loop::run(&mut console, &mut model, &theme, &mut shell, &mut inbox, Vec::new()).await.unwrap();
    assert!(console.frames() <= 3, "{} frames", console.frames());
    assert_eq!(model.target.url.text().len(), 200);
}

#[tokio::test(start_paused = true)]
async fn suspending_gives_the_terminal_away_and_takes_it_back_whole() {
    let Config { settings, keymap, theme, .. } = Config::read(None, ColorSupport::Many).unwrap();
    let mut model = Model::new(settings, keymap, Access::Key, 80, 24);
    let (mut console, pending) = TestConsole::new((80, 24), Chord::parse_row("<ctrl-z>e<ctrl-l>").unwrap());
    console.becomes_on_resume((100, 30));
    let (mut shell, mut inbox) = FakeEffectRunner::new(pending, nothing_yet);
    event_loop::run(&mut console, &mut model, &theme, &mut shell, &mut inbox, Vec::new()).await.unwrap();
    assert_eq!((console.suspensions(), console.clears(), console.streams()), (1, 2, 2));
    assert_eq!((model.screen.width, model.screen.height), (100, 30), "the terminal may have changed in the meantime");
}

#[tokio::test(start_paused = true)]
async fn a_request_to_end_ends_the_session_at_once() {
    let Config { settings, keymap, theme, .. } = Config::read(None, ColorSupport::Many).unwrap();
    let mut model = Model::new(settings, keymap, Access::Key, 80, 24);
    let (mut console, pending) = TestConsole::new((80, 24), Vec::new());
    console.stays_silent_for(Duration::from_secs(3_600));
    let (mut shell, mut inbox) = FakeEffectRunner::new(pending, nothing_yet);
    shell.send(Message::Balance { reading: 0, result: Ok(Credits(1)) });
    shell.send(Message::Terminate);
    let outcome = event_loop::run(&mut console, &mut model, &theme, &mut shell, &mut inbox, Vec::new()).await.unwrap();
    assert_eq!(outcome, Outcome::Interrupted);
}

/// Where the two differ, columns are not straight and what is drawn over leaves something behind.
#[test]
fn every_letter_takes_the_room_that_it_is_counted_with() {
    let line = ratatui::layout::Rect::new(0, 0, 40, 1);
    let mut buffer = ratatui::buffer::Buffer::empty(line);
    for letter in (0..=0x2_0000).filter_map(char::from_u32) {
        // Behind a letter and alone, since some join the one before them.
        for text in [format!("ｱ{letter}x"), format!("{letter}x")] {
            let taken = put(&mut buffer, line, &text, ratatui::style::Style::new());
            assert_eq!(usize::from(taken), width(&text), "{letter:?}");
        }
    }
}
