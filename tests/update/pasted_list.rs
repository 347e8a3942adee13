//! Several lines pasted into the target box: a list, whose total cost is confirmed before anything is fetched.

use std::time::Duration;

use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::screen::{Focus, MainPane};
use kew_tui::app::target_plan::Planned;
use kew_tui::app::{FetchEvent, Message};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, FetchError};
use proptest::prelude::*;

use crate::support::{DAY, TestApp, links, snapshot};

const THREE: &str = "https://a.example/x\r\nb.example\nhttps://c.example/\n";

fn paste(app: &mut TestApp, text: &str) {
    app.message(Message::Paste(text.into()));
}

/// The targets in the open confirmation that would be fetched, and their maximum cost.
fn confirmation(app: &TestApp) -> Option<(Vec<String>, Credits)> {
    match &app.model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::SpendList(plan), .. }) => {
            Some((plan.to_fetch().map(|request| request.target.to_string()).collect(), plan.maximum()))
        }
        _ => None,
    }
}

fn sent(app: &TestApp) -> Vec<String> {
    app.sent_requests().into_iter().map(|(_, request)| request.target.to_string()).collect()
}

#[test]
fn three_lines_are_three_targets_and_one_enter_fetches_none() {
    for keys in ["", "e", "ehttps://typed.example"] {
        let mut app = TestApp::new();
        paste(app.keys(keys), THREE);
        assert_eq!(app.model.screen.focus, Focus::Target);
        assert_eq!(app.model.target.quote(), Some(Credits(1_500)));
        app.keys("<enter>");
        let targets = ["https://a.example/x", "https://b.example/", "https://c.example/"].map(str::to_owned);
        assert_eq!(confirmation(&app), Some((targets.to_vec(), Credits(1_500))));
        app.keys("<enter><enter>");
        assert!(app.effects.is_empty(), "Enter twice is no confirmation");
        app.keys("n");
        assert!(app.model.overlay.is_none() && app.effects.is_empty() && app.model.target.list.is_some());
    }
}

#[test]
fn a_confirmed_list_is_fetched_one_after_another() {
    let mut app = TestApp::with_archive("", Vec::new());
    paste(&mut app, THREE);
    app.keys("<enter>y");
    assert_eq!(sent(&app), ["https://a.example/x"]);
    assert!(app.model.is_waiting() && app.model.target.list.is_none());
    app.response(links(5));
    assert_eq!(sent(&app), ["https://a.example/x", "https://b.example/"]);
    assert!(app.toasts().contains("1 of 3: https://a.example/x: 5 links"), "{}", app.toasts());
    app.response(links(0));
    app.response(links(7));
    assert_eq!(sent(&app).len(), 3);
    assert!(!app.model.is_waiting() && matches!(app.model.screen.main, MainPane::Archive));
    assert_eq!((app.model.account.meter.session(), app.model.account.list.is_none()), (Credits(60), true));
}

#[test]
fn after_a_moment_enter_confirms_as_in_other_dialogs() {
    let mut app = TestApp::new();
    paste(&mut app, THREE);
    app.keys("<enter>");
    app.now += Duration::from_millis(600);
    app.keys("<enter>");
    assert_eq!(sent(&app).len(), 1);
}

#[test]
fn only_what_can_be_charged_is_counted_and_fetched() {
    let archive = vec![
        snapshot(2, "a.example/x", 100, 40, 99 * DAY, RequestStatus::Completed),
        snapshot(1, "b.example", 100, 0, 99 * DAY, RequestStatus::Failed),
    ];
    let mut app = TestApp::with_archive("", archive);
    app.request("d.example");
    paste(app.keys("e"), &format!("{THREE}d.example\nhttps://c.example/#again\nmore words\n"));
    let list = app.model.target.list.as_ref().unwrap();
    let planned: Vec<Planned> = list.plan.as_ref().unwrap().requests.iter().map(|(_, planned)| *planned).collect();
    assert_eq!(planned, [Planned::Saved, Planned::MayBeCharged, Planned::Fetch, Planned::Running]);
    assert_eq!(list.refused.iter().map(ToString::to_string).collect::<Vec<_>>(), ["6: more than one word: more words"]);
    assert_eq!(app.model.target.quote(), Some(Credits(500)));
    app.keys("<enter>");
    assert_eq!(confirmation(&app), Some((vec!["https://c.example/".to_owned()], Credits(500))));
    app.keys("y");
    assert_eq!(sent(&app), ["https://d.example/", "https://c.example/"]);
}

#[test]
fn a_key_among_the_lines_is_not_shown() {
    let mut app = TestApp::new();
    paste(&mut app, "https://a.example/\n0123456789abcdef0123\n");
    let refused = &app.model.target.list.as_ref().unwrap().refused;
    assert!(refused.len() == 1 && !format!("{refused:?}").contains("0123456789"), "{refused:?}");
}

#[test]
fn the_options_of_the_box_apply_to_every_target() {
    let mut app = TestApp::new();
    paste(&mut app, "https://a.example/x\nhttps://a.example/y\nhttp://127.0.0.1/\n");
    app.keys("<tab><ctrl-u>10<tab> <tab> ");
    assert_eq!(app.model.target.quote(), Some(Credits(10)), "one domain, 10 links, 1 credit each");
    assert_eq!(app.model.target.list.as_ref().unwrap().refused.len(), 1, "an IP address is no domain");
    app.keys("<shift-tab><shift-tab><ctrl-u>");
    assert_eq!(app.model.target.quote(), None);
    app.keys("<enter>");
    assert!(app.model.overlay.is_none() && app.model.target.error.is_some());
}

#[test]
fn escape_returns_to_a_single_target() {
    let mut app = TestApp::browsing(5);
    paste(app.keys("e<ctrl-u>typed.example"), THREE);
    assert!(!app.model.shows_table(), "the list covers the table");
    app.keys("<esc>");
    assert_eq!((app.model.target.url.text(), app.model.screen.focus), ("typed.example", Focus::Target));
    assert!(app.model.target.list.is_none());
    app.keys("<esc>");
    assert!(app.model.shows_table());
}

#[test]
fn a_deletion_empties_the_box() {
    for key in ["<ctrl-u>", "<backspace>", "<ctrl-w>"] {
        let mut app = TestApp::new();
        paste(app.keys("etyped.example"), THREE);
        app.keys("x<left>");
        assert!(app.model.target.list.is_some(), "typing and moving change nothing");
        app.keys(key);
        assert!(app.model.target.list.is_none() && app.model.target.url.text().is_empty(), "{key}");
    }
}

#[test]
fn a_list_has_a_maximum_length() {
    let mut app = TestApp::new();
    let lines: String = (0..10_001).map(|number| format!("site{number}.example\n")).collect();
    paste(&mut app, &lines);
    let list = app.model.target.list.as_ref().unwrap();
    assert_eq!((list.targets.len(), list.is_cut), (10_000, true));
}

#[test]
fn a_failure_ends_the_list() {
    let mut app = TestApp::new();
    paste(&mut app, THREE);
    app.keys("<enter>y").fail(FetchError::Refused);
    assert_eq!(sent(&app).len(), 1);
    assert!(app.toasts().contains("list stopped: 2 targets not fetched"), "{}", app.toasts());
    assert!(matches!(app.model.screen.main, MainPane::Failed(_)) && app.model.account.list.is_none());
}

#[test]
fn escape_while_waiting_ends_the_list_after_the_running_request() {
    let mut app = TestApp::new();
    paste(&mut app, THREE);
    app.keys("<enter>y<esc>");
    assert!(app.toasts().contains("list stopped: 2 targets not fetched"));
    app.response(links(3));
    assert_eq!((sent(&app).len(), app.model.account.requests.running().len()), (1, 0));
}

#[test]
fn quitting_waits_for_the_running_request_only() {
    let mut app = TestApp::new();
    paste(&mut app, THREE);
    app.keys("<enter>yq<enter>").response(links(3));
    assert_eq!(sent(&app).len(), 1);
}

#[test]
fn the_list_goes_on_in_the_background() {
    let mut app = TestApp::new();
    paste(&mut app, THREE);
    app.keys("<enter>y");
    let (first, _) = app.sent_requests()[0].clone();
    app.request("other.example");
    let response = crate::support::response(&app.sent_requests()[0].1, links(2));
    app.message(Message::Fetch { id: first, event: FetchEvent::Completed(response) });
    assert_eq!(sent(&app), ["https://a.example/x", "https://other.example/", "https://b.example/"]);
    let watched = app.model.account.requests.watched().unwrap().request.target.to_string();
    assert_eq!(watched, "https://other.example/", "the user still waits for the other target");
}

#[test]
fn the_budget_holds_for_the_list() {
    let mut app = TestApp::with("session_budget = 1_400", kew_tui::app::account::Access::Key, 120, 36);
    paste(&mut app, THREE);
    app.keys("<enter>");
    assert!(confirmation(&app).is_none() && app.toasts().contains("over the 1,400-credit budget"), "{}", app.toasts());
    // One more request leaves too little for the rest of a list that was confirmed before.
    let mut app = TestApp::with("session_budget = 1_500", kew_tui::app::account::Access::Key, 120, 36);
    paste(&mut app, THREE);
    app.keys("<enter>y");
    let (first, request) = app.sent_requests()[0].clone();
    app.request("other.example");
    app.message(Message::Fetch {
        id: first,
        event: FetchEvent::Failed {
            failure: FetchError::Truncated { received: 1 },
            rescued: None,
            charge: Charge::Unknown,
        },
    });
    assert_eq!((request.quote(), sent(&app).len()), (Credits(500), 2));
}

#[test]
fn a_tab_or_line_break_never_joins_two_words() {
    for (text, error) in [("a.example/x\tshoes", true), ("a.example/x\n\n", false), ("\r\na.example/x", false)] {
        let mut app = TestApp::new();
        paste(app.keys("e"), text);
        app.keys("<enter>");
        assert_eq!(app.model.target.error.is_some(), error, "{text:?}");
        assert_eq!(sent(&app), if error { vec![] } else { vec!["https://a.example/x".to_owned()] }, "{text:?}");
    }
    let mut app = TestApp::new();
    paste(app.keys("ea.example/x"), "\nb.example");
    app.keys("<enter>");
    assert!(sent(&app).is_empty());
}

proptest! {
    /// The keys of the target box and of the dialog, without the one that confirms. Time does not pass.
    #[test]
    fn nothing_is_fetched_without_the_confirmation(
        keys in prop::collection::vec(
            prop::sample::select(vec![
                "<enter>", "<tab>", "<shift-tab>", " ", "<up>", "<down>", "<pgdn>", "n", "5", "<backspace>", "<ctrl-t>",
                "<ctrl-c>", "?", "<left>", "<delete>", "x",
            ]),
            1..30,
        )
    ) {
        let mut app = TestApp::new();
        paste(&mut app, THREE);
        for key in keys {
            app.keys(key);
            prop_assert!(app.sent_requests().is_empty(), "{key}");
            if let Some((targets, maximum)) = confirmation(&app) {
                let count: u64 = app.model.target.count.text().parse().unwrap();
                let price = app.model.target.mode.price_per_link().0;
                prop_assert_eq!(maximum, Credits(targets.len() as u64 * count * price));
                prop_assert_eq!(app.model.target.quote(), Some(maximum));
            }
            // After leaving the list, the box holds a single target, which Enter fetches as always.
            if app.model.target.list.is_none() {
                break;
            }
        }
    }
}
