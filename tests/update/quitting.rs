//! Quitting, and keys that never quit.

use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::overlay::{Confirmation, Overlay, QuitStep};
use kew_tui::app::{Effect, Message};
use kew_tui::domain::FetchError;

use crate::support::{TestApp, links};

fn has_quit(app: &TestApp) -> bool {
    app.effects.iter().any(|effect| matches!(effect, Effect::Quit))
}

fn quit_step(app: &TestApp) -> Option<QuitStep> {
    match &app.model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::Quit(leaving), .. }) => Some(*leaving),
        _ => None,
    }
}

#[test]
fn q_and_ctrl_c_quit_from_the_table() {
    assert!(has_quit(TestApp::browsing(5).keys("q")));
    assert!(has_quit(TestApp::browsing(5).keys("<ctrl-c>")));
    assert!(has_quit(TestApp::browsing(5).message(Message::Terminate)));
}

#[test]
fn escape_never_quits() {
    let mut app = TestApp::browsing(5);
    for keys in ["<esc>", "e<esc>", "/x<esc>", "?<esc>", ":<esc>", "Y<esc>", "v<esc>", "<tab><esc>", "<esc><esc><esc>"]
    {
        assert!(!has_quit(app.keys(keys)), "{keys}");
    }
}

#[test]
fn ctrl_c_closes_the_innermost_thing_first() {
    for inside in ["e", "/x", "?", ":x", "Y", "v"] {
        let mut app = TestApp::browsing(5);
        assert!(!has_quit(app.keys(inside).keys("<ctrl-c>")), "{inside}");
        assert!(has_quit(app.keys("<ctrl-c>")), "{inside}");
    }
}

#[test]
fn q_is_a_letter_where_text_is_typed() {
    let mut app = TestApp::browsing(5);
    assert!(!has_quit(app.keys("/q").keys("<esc>e").keys("q")));
    assert!(app.model.target.url.text().ends_with('q'));
}

#[test]
fn quitting_during_a_paid_request_asks() {
    let mut app = TestApp::browsing(5);
    app.request("other.com").keys("q");
    assert_eq!(quit_step(&app), Some(QuitStep::ConfirmQuit));
    for stay in ["n", "<esc>", "<ctrl-c>"] {
        app.keys("<esc>q").keys(stay);
        assert!(!has_quit(&app) && app.model.overlay.is_none(), "{stay}");
    }
}

#[test]
fn abandoning_a_request_needs_two_confirmations() {
    let mut app = TestApp::browsing(5);
    app.request("other.com").keys("qy");
    assert!(!has_quit(&app) && quit_step(&app) == Some(QuitStep::ConfirmAbandon));
    app.keys("n");
    assert_eq!(quit_step(&app), Some(QuitStep::ConfirmQuit));
    assert!(has_quit(app.keys("yy")));
}

#[test]
fn waiting_quits_once_the_archive_has_the_response() {
    let mut app = TestApp::browsing(5);
    app.model.archive.list.status = ArchiveStatus::Open;
    app.request("other.com").keys("q<enter>");
    assert!(!has_quit(&app) && quit_step(&app) == Some(QuitStep::Waiting));
    assert!(app.model.next_wake().is_some(), "the elapsed time moves on");
    assert!(has_quit(app.response(links(3))));
}

#[test]
fn waiting_stays_when_the_response_failed_or_is_not_stored() {
    for spoil in [
        |app: &mut TestApp| {
            app.fail(FetchError::Truncated { received: 5 });
        },
        |app: &mut TestApp| {
            let rescued = Err("no room".into());
            app.message(Message::Archive(ArchiveEvent::ArchiveFailure { why: "the disk is full".into(), rescued }));
            app.response(links(3));
        },
        |app: &mut TestApp| {
            app.model.archive.list.status = ArchiveStatus::Off;
            app.response(links(3));
        },
    ] {
        let mut app = TestApp::browsing(5);
        app.model.archive.list.status = ArchiveStatus::Open;
        app.request("other.com").keys("q<enter>");
        spoil(&mut app);
        assert!(!has_quit(&app) && app.model.overlay.is_none());
    }
}
