//! Help, palette and messages.

use std::time::Duration;

use kew_tui::app::overlay::Overlay;
use kew_tui::app::{Effect, Message, Task};

use crate::support::Play;

#[test]
fn help_opens_scrolls_and_closes() {
    let mut play = Play::browsing(5);
    play.keys("?jj");
    assert!(matches!(play.model.overlay, Some(Overlay::Help { scroll: 2 })));
    play.keys("G");
    assert!(matches!(play.model.overlay, Some(Overlay::Help { scroll }) if scroll > 20));
    for close in ["<esc>", "q", "?"] {
        play.keys("<esc>?").keys(close);
        assert!(play.model.overlay.is_none() && play.effects.is_empty(), "{close}");
    }
}

#[test]
fn the_palette_runs_the_selected_action() {
    let mut play = Play::browsing(20);
    play.keys(":mark all<enter>");
    assert_eq!(play.marked().len(), 20);
    play.keys("<ctrl-p>sort<enter>");
    assert_eq!(play.table().order().keys().len(), 1);
    play.keys(":no-such-thing<enter>");
    assert!(play.model.overlay.is_none());
    play.keys(":<down><down><up>q<backspace><esc>");
    assert!(play.model.overlay.is_none() && play.effects.is_empty());
}

#[test]
fn toasts_expire() {
    let mut play = Play::browsing(5);
    play.message(Message::TaskFailed { task: Task::Copy, why: "boom".into() });
    assert!(play.toasts().contains("boom"));
    let wake = play.model.next_wake().unwrap();
    play.now += Duration::from_secs(60);
    assert!(wake < play.now);
    play.message(Message::Wake);
    assert!(play.toasts().is_empty());
    assert_eq!(play.model.next_wake(), None, "an idle session is never woken");
}

#[test]
fn redraw_and_suspend_are_effects() {
    let mut play = Play::browsing(5);
    play.keys("<ctrl-l><ctrl-z>");
    assert!(matches!(play.effects.as_slice(), [Effect::Redraw, Effect::Suspend]));
}

#[test]
fn saved_filters_are_found_by_name_and_can_be_undone() {
    let settings = "[filters]\n\"only reddit\" = \"domain:reddit.com\"\n";
    let mut play = Play::with(settings, kew_tui::app::account::Access::Key, 120, 36);
    play.keys(":only red<enter>");
    assert!(play.toasts().contains("no links yet"));
    play.ask("example.com").response(crate::support::links(50)).keys(":only red<enter>");
    assert_eq!((play.table().query().to_string().as_str(), play.table().shown().len()), ("domain:reddit.com", 10));
    assert_eq!(play.model.table.filter.line.text(), "domain:reddit.com");
    play.keys("u");
    assert_eq!(play.table().shown().len(), 50);
}
