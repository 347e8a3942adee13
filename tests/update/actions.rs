//! Every action does something, is safe to run anywhere, and says when it can't do anything.

use kew_tui::app::Message;
use kew_tui::app::account::Access;
use kew_tui::app::key_prompt::KeyDestination;
use kew_tui::app::overlay::Overlay;
use kew_tui::app::palette::{Command, Palette};
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::input::{ACTIONS, Action, ActionInfo};

use crate::support::{DAY, TestApp, snapshot};

/// Runs a command of the palette, which must be open.
fn choose(app: &mut TestApp, action: Action) {
    let Some(Overlay::Palette(palette)) = &mut app.model.overlay else { panic!("the palette is not open") };
    let commands = palette.matches(&[]);
    palette.selected = commands.iter().position(|command| *command == Command::Action(action)).unwrap();
    app.keys("<enter>");
}

fn in_archive(keys: &str) -> TestApp {
    let with = |id, target, at| snapshot(id, target, 100, 90, at, RequestStatus::Completed);
    let all = vec![with(3, "a.com", 97 * DAY), with(2, "a.com", 60 * DAY), with(1, "b.com", 50 * DAY)];
    let mut app = TestApp::with_archive("max_age = \"1d\"\n", all);
    app.keys(keys);
    app
}

/// States such that every action does something in at least one.
fn states() -> Vec<TestApp> {
    let no_key = || {
        let mut app = TestApp::with("", Access::NoKey { reason: "none".into() }, 120, 36);
        app.model.account.key_destination = KeyDestination::File("config.toml".into());
        app
    };
    let with = |mut app: TestApp, keys: &str| {
        app.keys(keys);
        app
    };
    let browsing = |keys: &str| with(TestApp::browsing(90), keys);
    vec![
        no_key(),
        with(no_key(), "<f3>0123456789abcdef<enter>"),
        // Sorted, filtered and marked, undone once, at a line and a column in the middle, with the detail pane.
        browsing("]]50Gs/a<enter>  v j <ctrl-s><esc>ssu<enter><enter><tab><tab>"),
        browsing("<enter>"),
        browsing("v"),
        browsing("efirst.com<enter>"),
        browsing("e<ctrl-u>one two three<ctrl-left><left><left><left>"),
        browsing("e<up><up>"),
        browsing("e<tab><tab>"),
        browsing(" /nothing-like-it<enter>y"),
        browsing(":"),
        in_archive("HG"),
        in_archive("ea.com<enter>"),
    ]
}

/// Whether an action changes the model or has an effect, by its key or, without one, from the palette.
fn has_effect(state: &TestApp, info: &ActionInfo) -> bool {
    let copy = || TestApp { model: state.model.clone(), effects: Vec::new(), now: state.now };
    let (mut app, mut idle) = (copy(), copy());
    // Changes that any key makes, such as counters, do not count.
    idle.keys("<f12>");
    let keys = app.model.session.keymap.keys_for(info.action, app.model.context());
    match keys.first() {
        Some(key) => drop(app.message(Message::Key(*key))),
        // The message that there are no links appears for actions without an arm too.
        None if info.needs_links && !app.model.shows_table() => return false,
        None if info.in_palette && app.model.overlay.is_none() => {
            app.model.overlay = Some(Overlay::Palette(Palette::default()));
            choose(&mut app, info.action);
        }
        None => return false,
    }
    !app.effects.is_empty() || format!("{:?}", app.model) != format!("{:?}", idle.model)
}

#[test]
fn every_action_does_something_somewhere() {
    let states = states();
    let idle = ACTIONS.iter().filter(|info| !states.iter().any(|state| has_effect(state, info)));
    let idle: Vec<&str> = idle.map(|info| info.name).collect();
    assert!(idle.is_empty(), "no arm in src/app/update acts on {idle:?}");
}

#[test]
fn every_action_is_safe_from_the_palette_everywhere() {
    for start in [TestApp::new, || TestApp::browsing(3)] {
        for info in ACTIONS.iter().filter(|info| info.in_palette) {
            let mut app = start();
            choose(app.keys(":"), info.action);
            assert!(app.sent_requests().is_empty(), "{} sends a request", info.name);
        }
    }
}

#[test]
fn only_actions_that_need_links_say_so_without_them() {
    let message = |action| {
        let mut app = TestApp::new();
        choose(app.keys(":"), action);
        app.toasts()
    };
    let no_links = message(Action::CopyAs);
    assert!(!no_links.is_empty());
    for info in ACTIONS.iter().filter(|info| info.in_palette) {
        assert_eq!(message(info.action) == no_links, info.needs_links, "{}", info.name);
    }
}

#[test]
fn every_undoable_action_can_be_undone() {
    // With marks, a filter and an order, so that every action has something to change.
    let start = || {
        let mut app = TestApp::browsing(90);
        app.keys("/a<enter>j jj<esc>");
        app
    };
    for info in ACTIONS.iter().filter(|info| info.undoable && info.action != Action::MarkRange) {
        let mut app = start();
        let before = app.table().undo_state();
        choose(app.keys(":"), info.action);
        assert_ne!(app.table().undo_state(), before, "{} changes nothing", info.name);
        app.keys("u");
        assert_eq!(app.table().undo_state(), before, "{} is not undone", info.name);
    }
}
