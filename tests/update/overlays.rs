//! Help, palette and messages.

use std::time::Duration;

use kew_tui::app::overlay::Overlay;
use kew_tui::app::{Effect, Message, Task};

use crate::support::TestApp;

#[test]
fn help_opens_scrolls_and_closes() {
    let mut app = TestApp::browsing(5);
    app.keys("?jj");
    assert!(matches!(app.model.overlay, Some(Overlay::Help { scroll: 2 })));
    app.keys("G");
    assert!(matches!(app.model.overlay, Some(Overlay::Help { scroll }) if scroll > 20));
    for close in ["<esc>", "q", "?"] {
        app.keys("<esc>?").keys(close);
        assert!(app.model.overlay.is_none() && app.effects.is_empty(), "{close}");
    }
}

#[test]
fn the_palette_runs_the_selected_action() {
    let mut app = TestApp::browsing(20);
    app.keys(":mark all<enter>");
    assert_eq!(app.marked().len(), 20);
    app.keys("<ctrl-p>sort<enter>");
    assert_eq!(app.table().order().keys().len(), 1);
    app.keys(":no-such-thing<enter>");
    assert!(app.model.overlay.is_none());
    app.keys(":<down><down><up>q<backspace><esc>");
    assert!(app.model.overlay.is_none() && app.effects.is_empty());
}

#[test]
fn toasts_expire() {
    let mut app = TestApp::browsing(5);
    app.message(Message::TaskFailed { task: Task::Copy, why: "boom".into() });
    assert!(app.toasts().contains("boom"));
    let wake = app.model.next_wake().unwrap();
    app.now += Duration::from_secs(60);
    assert!(wake < app.now);
    app.message(Message::Wake);
    assert!(app.toasts().is_empty());
    assert_eq!(app.model.next_wake(), None, "an idle session is never woken");
}

#[test]
fn redraw_and_suspend_are_effects() {
    let mut app = TestApp::browsing(5);
    app.keys("<ctrl-l><ctrl-z>");
    assert!(matches!(app.effects.as_slice(), [Effect::Redraw, Effect::Suspend]));
}

#[test]
fn saved_filters_are_found_by_name_and_can_be_undone() {
    let settings = "[filters]\n\"only reddit\" = \"domain:reddit.com\"\n";
    let mut app = TestApp::with(settings, kew_tui::app::account::Access::Key, 120, 36);
    app.keys(":only red<enter>");
    assert!(app.toasts().contains("no links yet"));
    app.request("example.com").response(crate::support::links(50)).keys(":only red<enter>");
    assert_eq!((app.table().query().to_string().as_str(), app.table().shown().len()), ("domain:reddit.com", 10));
    assert_eq!(app.model.table.filter.line.text(), "domain:reddit.com");
    app.keys("u");
    assert_eq!(app.table().shown().len(), 50);
}
