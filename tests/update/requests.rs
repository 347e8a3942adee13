//! Requests: what is sent, what needs a confirmation, and what is never fetched twice.

use std::sync::Arc;
use std::time::Duration;

use kew_tui::app::account::Access;
use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::overlay::{ConfirmReason, Confirmation, Overlay};
use kew_tui::app::requests::Stage;
use kew_tui::app::screen::MainPane;
use kew_tui::app::{Effect, FetchEvent, Message};
use kew_tui::domain::fetch_error::Phase;
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::RequestLog;
use kew_tui::domain::{Credits, FetchError, SnapshotId};

use crate::support::{TestApp, links, response};

fn timed_out() -> FetchError {
    FetchError::TimedOut { phase: Phase::AfterSending, after: Duration::from_secs(60) }
}

#[test]
fn enter_sends_one_request_and_shows_the_response() {
    let mut app = TestApp::new();
    app.request("example.com");
    assert_eq!(app.sent_requests().len(), 1);
    assert_eq!(app.sent_requests()[0].1.quote(), Credits(500));
    assert!(app.model.is_waiting());
    app.fetch_event(FetchEvent::Receiving { bytes: 4_096 });
    assert!(matches!(app.model.account.requests.watched().unwrap().stage, Stage::Receiving { bytes: 4_096 }));
    app.response(links(40));
    assert!(matches!(app.model.screen.main, MainPane::Links) && !app.model.is_waiting());
    assert_eq!(app.model.account.meter.session(), Credits(200));
    assert!(matches!(app.effects.last(), Some(Effect::ReadBalance { .. })), "the balance is read after each response");
    assert_eq!(app.model.target.url.text(), "https://example.com/");
}

#[test]
fn the_same_request_is_not_paid_twice_in_a_session() {
    let mut app = TestApp::new();
    app.request("example.com").request("example.com");
    assert_eq!(app.sent_requests().len(), 1, "a running request is joined");
    assert!(app.toasts().contains("already running: waiting for that response"));
    app.response(links(100));
    app.request("https://example.com");
    assert_eq!(app.sent_requests().len(), 1, "already saved");
    assert!(app.toasts().contains("from this session (free)"));
    app.keys("e<tab><ctrl-u>40<enter>");
    assert_eq!(app.sent_requests().len(), 1, "a smaller count is served by the saved response");
    app.keys("e<tab><ctrl-u>100<tab><tab> <enter>");
    assert_eq!(app.sent_requests().len(), 2, "another mode is another request");
}

#[test]
fn a_larger_count_is_served_when_there_are_no_more_links() {
    let mut app = TestApp::new();
    app.request("example.com").response(links(7));
    app.keys("e<tab><ctrl-u>101<enter>");
    assert_eq!(app.sent_requests().len(), 1);
}

#[test]
fn an_expensive_request_asks_first() {
    let mut app = TestApp::new();
    app.keys("eexample.com<tab><ctrl-u>101<enter>");
    assert!(app.sent_requests().is_empty());
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, request, .. }, .. }) = &app.model.overlay
    else {
        panic!()
    };
    assert_eq!((reasons.as_slice(), request.quote()), ([ConfirmReason::AboveLimit].as_slice(), Credits(505)));
    app.keys("n");
    assert!(app.sent_requests().is_empty() && app.model.overlay.is_none());
    app.keys("<enter>y");
    assert_eq!(app.sent_requests().len(), 1);
}

#[test]
fn enter_twice_does_not_confirm_a_question() {
    let mut app = TestApp::new();
    app.keys("eexample.com<tab><ctrl-u>10000<enter><enter><enter>");
    assert!(app.sent_requests().is_empty() && app.model.overlay.is_some());
    app.now += Duration::from_millis(600);
    app.keys("<enter>");
    assert_eq!(app.sent_requests().len(), 1, "after a moment to read it, Enter confirms");
}

#[test]
fn a_low_balance_or_unsettled_request_asks_first() {
    let mut app = TestApp::new();
    app.request("example.com").fail(timed_out());
    assert!(matches!(app.effects.last(), Some(Effect::ReadBalance { .. })), "the balance settles the charge");
    app.balance(Ok(120));
    app.keys("e<enter>");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &app.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::BalanceBelowMaximum, ConfirmReason::MayBePaidAlready(SnapshotId(1))]);
    app.keys("y").response(links(3));
    app.keys("e<enter>");
    assert!(app.model.overlay.is_none(), "settled by the response");
}

#[test]
fn nothing_is_sent_without_a_key() {
    let mut app = TestApp::with("", Access::NoKey { reason: "none".into() }, 80, 24);
    app.request("example.com");
    assert!(app.effects.is_empty() && matches!(app.model.overlay, Some(Overlay::KeyPrompt(_))));
    app.keys("<esc><f2>");
    assert!(matches!(app.effects.as_slice(), [Effect::StartDemo]));
    app.request("example.com");
    assert_eq!(app.effects.len(), 1, "the demo is still starting");
    app.message(Message::DemoStarted(Ok(Arc::from([]))));
    assert_eq!(app.sent_requests().len(), 1, "sent as soon as the demo runs");
}

#[test]
fn the_next_key_cancels_a_deferred_request() {
    let mut app = TestApp::new();
    app.model.archive.list.status = ArchiveStatus::Opening;
    app.request("example.com");
    assert!(app.sent_requests().is_empty() && app.model.account.deferred_request.is_some());
    app.keys("<esc>").message(Message::Archive(ArchiveEvent::Opened(Ok(RequestLog::default()))));
    assert!(app.sent_requests().is_empty());
    app.request("example.com");
    assert_eq!(app.sent_requests().len(), 1);
}

#[test]
fn a_demo_that_fails_to_start_is_reported() {
    let mut app = TestApp::with("", Access::NoKey { reason: "none".into() }, 80, 24);
    app.keys("<f2>").message(Message::DemoStarted(Err("no port".into())));
    assert!(app.toasts().contains("no port") && matches!(app.model.account.access, Access::NoKey { .. }));
}

#[test]
fn escape_stops_waiting_and_keeps_the_response() {
    for keys in ["<esc>", "<ctrl-c>"] {
        let mut app = TestApp::browsing(5);
        app.request("other.com").keys(keys);
        assert!(!app.model.is_waiting() && app.model.shows_table(), "the earlier links are shown again");
        assert_eq!(app.model.account.requests.running().len(), 1, "the request is still running");
        app.response(links(9));
        assert_eq!(app.table().links().len(), 5, "it does not replace the open links");
        assert!(app.toasts().contains("https://other.com/: 9 links fetched"));
        app.request("other.com");
        assert_eq!(app.sent_requests().len(), 1);
        assert_eq!(app.table().links().len(), 9);
    }
}

#[test]
fn a_failure_is_shown_and_can_be_left() {
    let mut app = TestApp::new();
    app.request("example.com").fail(FetchError::Refused);
    assert!(matches!(&app.model.screen.main, MainPane::Failed(failed) if failed.failure == FetchError::Refused));
    assert!(!matches!(app.effects.last(), Some(Effect::ReadBalance { .. })), "nothing was sent");
    assert_eq!(app.model.account.meter.session(), Credits::ZERO);
    app.keys("<enter>");
    assert_eq!(app.model.screen.focus, kew_tui::app::screen::Focus::Target);
    app.keys("<esc><esc>");
    assert!(matches!(app.model.screen.main, MainPane::Welcome));
}

#[test]
fn a_background_failure_is_a_toast() {
    let mut app = TestApp::browsing(5);
    app.request("other.com").keys("<esc>").fail(FetchError::Server { status: 500, message: None });
    assert!(app.model.shows_table() && app.toasts().contains("https://other.com/"));
}

#[test]
fn links_rescued_from_a_failed_response_can_be_opened() {
    let mut app = TestApp::new();
    app.request("example.com");
    let rescued = Some(response(&app.sent_requests()[0].1, links(3)));
    app.fetch_event(FetchEvent::Failed {
        failure: FetchError::Truncated { received: 99 },
        rescued,
        charge: Charge::Unknown,
    });
    app.keys("<enter>");
    assert_eq!(app.table().links().len(), 3);
    app.request("example.com");
    assert!(
        matches!(app.model.overlay, Some(Overlay::Confirm { .. })),
        "a part is not an answer: asking again asks first"
    );
}

#[test]
fn an_empty_response_offers_other_addresses() {
    let mut app = TestApp::new();
    app.request("example.com").response(links(0));
    let MainPane::Empty(empty) = &app.model.screen.main else { panic!() };
    assert_eq!(empty.variants.len(), 4);
    assert!(empty.variants.iter().all(|request| request.quote() == Credits(500)));
    app.keys("j<enter>");
    assert_eq!(app.sent_requests().pop().unwrap().1.target.as_str(), "http://example.com/");
    app.response(links(2));
    assert!(matches!(app.model.screen.main, MainPane::Links));
}

#[test]
fn a_retry_is_shown() {
    let mut app = TestApp::new();
    app.request("example.com");
    let error = FetchError::TooManyRequests { retry_after: None };
    app.fetch_event(FetchEvent::Retrying { next_attempt: 2, pause: Duration::from_secs(1), error });
    assert!(matches!(app.model.account.requests.watched().unwrap().stage, Stage::Retrying { next_attempt: 2, .. }));
    app.fetch_event(FetchEvent::Sending { attempt: 2 });
    assert!(matches!(app.model.account.requests.watched().unwrap().stage, Stage::Sent { attempt: 2 }));
}

#[test]
fn an_unexpected_charge_is_reported() {
    let mut app = TestApp::new();
    app.request("example.com");
    let mut odd = (*response(&app.sent_requests()[0].1, links(3))).clone();
    odd.charged = Some(Credits(99));
    odd.skipped = 1;
    app.fetch_event(FetchEvent::Completed(Arc::new(odd)));
    assert!(app.toasts().contains("99 credits") && app.toasts().contains("skipped: unreadable"), "{}", app.toasts());
}

#[test]
fn a_late_event_of_an_ended_request_is_ignored() {
    let mut app = TestApp::new();
    app.request("example.com").response(links(3));
    let session = app.model.account.meter.session();
    app.response(links(3)).fail(timed_out());
    assert_eq!(app.model.account.meter.session(), session);
    assert!(matches!(app.model.screen.main, MainPane::Links));
}
