//! The way of a request: what is sent, what is asked first, what is never bought twice.

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

use crate::support::{Play, links, response};

fn timed_out() -> FetchError {
    FetchError::TimedOut { phase: Phase::AfterSending, after: Duration::from_secs(60) }
}

#[test]
fn enter_sends_one_request_and_shows_the_answer() {
    let mut play = Play::new();
    play.ask("example.com");
    assert_eq!(play.fetched().len(), 1);
    assert_eq!(play.fetched()[0].1.quote(), Credits(500));
    assert!(play.model.is_waiting());
    play.fetch_event(FetchEvent::Receiving { bytes: 4_096 });
    assert!(matches!(play.model.account.requests.watched().unwrap().stage, Stage::Receiving { bytes: 4_096 }));
    play.response(links(40));
    assert!(matches!(play.model.screen.main, MainPane::Links) && !play.model.is_waiting());
    assert_eq!(play.model.account.meter.session(), Credits(200));
    assert!(matches!(play.effects.last(), Some(Effect::ReadBalance { .. })), "the balance is read after each answer");
    assert_eq!(play.model.target.url.text(), "https://example.com/");
}

#[test]
fn the_same_request_is_not_paid_twice_in_a_session() {
    let mut play = Play::new();
    play.ask("example.com").ask("example.com");
    assert_eq!(play.fetched().len(), 1, "under way: joined");
    assert!(play.toasts().contains("already running: waiting for that response"));
    play.response(links(100));
    play.ask("https://example.com");
    assert_eq!(play.fetched().len(), 1, "held");
    assert!(play.toasts().contains("from this session (free)"));
    play.keys("e<tab><ctrl-u>40<enter>");
    assert_eq!(play.fetched().len(), 1, "a smaller number is part of what is held");
    play.keys("e<tab><ctrl-u>100<tab><tab> <enter>");
    assert_eq!(play.fetched().len(), 2, "another mode is another question");
}

#[test]
fn a_larger_count_is_served_when_there_are_no_more_links() {
    let mut play = Play::new();
    play.ask("example.com").response(links(7));
    play.keys("e<tab><ctrl-u>101<enter>");
    assert_eq!(play.fetched().len(), 1);
}

#[test]
fn an_expensive_request_asks_first() {
    let mut play = Play::new();
    play.keys("eexample.com<tab><ctrl-u>101<enter>");
    assert!(play.fetched().is_empty());
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, request, .. }, .. }) = &play.model.overlay
    else {
        panic!()
    };
    assert_eq!((reasons.as_slice(), request.quote()), ([ConfirmReason::AboveLimit].as_slice(), Credits(505)));
    play.keys("n");
    assert!(play.fetched().is_empty() && play.model.overlay.is_none());
    play.keys("<enter>y");
    assert_eq!(play.fetched().len(), 1);
}

#[test]
fn enter_twice_does_not_confirm_a_question() {
    let mut play = Play::new();
    play.keys("eexample.com<tab><ctrl-u>10000<enter><enter><enter>");
    assert!(play.fetched().is_empty() && play.model.overlay.is_some());
    play.now += Duration::from_millis(600);
    play.keys("<enter>");
    assert_eq!(play.fetched().len(), 1, "once there was time to read it, Enter is a yes");
}

#[test]
fn a_low_balance_or_unsettled_request_asks_first() {
    let mut play = Play::new();
    play.ask("example.com").fail(timed_out());
    assert!(matches!(play.effects.last(), Some(Effect::ReadBalance { .. })), "the balance tells what it cost");
    play.balance(Ok(120));
    play.keys("e<enter>");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &play.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::BalanceBelowMaximum, ConfirmReason::MayBePaidAlready(SnapshotId(1))]);
    play.keys("y").response(links(3));
    play.keys("e<enter>");
    assert!(play.model.overlay.is_none(), "settled by the answer that came");
}

#[test]
fn nothing_is_sent_without_a_key() {
    let mut play = Play::with("", Access::NoKey { reason: "none".into() }, 80, 24);
    play.ask("example.com");
    assert!(play.effects.is_empty() && matches!(play.model.overlay, Some(Overlay::KeyPrompt(_))));
    play.keys("<esc><f2>");
    assert!(matches!(play.effects.as_slice(), [Effect::StartDemo]));
    play.ask("example.com");
    assert_eq!(play.effects.len(), 1, "the demo is only starting");
    play.message(Message::DemoStarted(Ok(Arc::from([]))));
    assert_eq!(play.fetched().len(), 1, "asked as soon as it is there");
}

#[test]
fn the_next_key_cancels_a_deferred_request() {
    let mut play = Play::new();
    play.model.archive.list.status = ArchiveStatus::Opening;
    play.ask("example.com");
    assert!(play.fetched().is_empty() && play.model.account.deferred_request.is_some());
    play.keys("<esc>").message(Message::Archive(ArchiveEvent::Opened(Ok(RequestLog::default()))));
    assert!(play.fetched().is_empty());
    play.ask("example.com");
    assert_eq!(play.fetched().len(), 1);
}

#[test]
fn a_demo_that_fails_to_start_is_reported() {
    let mut play = Play::with("", Access::NoKey { reason: "none".into() }, 80, 24);
    play.keys("<f2>").message(Message::DemoStarted(Err("no port".into())));
    assert!(play.toasts().contains("no port") && matches!(play.model.account.access, Access::NoKey { .. }));
}

#[test]
fn escape_stops_waiting_and_keeps_the_answer() {
    for keys in ["<esc>", "<ctrl-c>"] {
        let mut play = Play::browsing(5);
        play.ask("other.com").keys(keys);
        assert!(!play.model.is_waiting() && play.model.shows_table(), "back at the links from before");
        assert_eq!(play.model.account.requests.running().len(), 1, "what is sent is sent");
        play.response(links(9));
        assert_eq!(play.table().links().len(), 5, "it does not push itself forward");
        assert!(play.toasts().contains("https://other.com/: 9 links fetched"));
        play.ask("other.com");
        assert_eq!(play.fetched().len(), 1);
        assert_eq!(play.table().links().len(), 9);
    }
}

#[test]
fn a_failure_is_shown_and_can_be_left() {
    let mut play = Play::new();
    play.ask("example.com").fail(FetchError::Refused);
    assert!(matches!(&play.model.screen.main, MainPane::Failed(failed) if failed.failure == FetchError::Refused));
    assert!(!matches!(play.effects.last(), Some(Effect::ReadBalance { .. })), "nothing was sent");
    assert_eq!(play.model.account.meter.session(), Credits::ZERO);
    play.keys("<enter>");
    assert_eq!(play.model.screen.focus, kew_tui::app::screen::Focus::Target);
    play.keys("<esc><esc>");
    assert!(matches!(play.model.screen.main, MainPane::Welcome));
}

#[test]
fn a_background_failure_is_a_toast() {
    let mut play = Play::browsing(5);
    play.ask("other.com").keys("<esc>").fail(FetchError::Server { status: 500, message: None });
    assert!(play.model.shows_table() && play.toasts().contains("https://other.com/"));
}

#[test]
fn links_rescued_from_a_failed_response_can_be_opened() {
    let mut play = Play::new();
    play.ask("example.com");
    let rescued = Some(response(&play.fetched()[0].1, links(3)));
    play.fetch_event(FetchEvent::Failed {
        failure: FetchError::Truncated { received: 99 },
        rescued,
        charge: Charge::Unknown,
    });
    play.keys("<enter>");
    assert_eq!(play.table().links().len(), 3);
    play.ask("example.com");
    assert!(
        matches!(play.model.overlay, Some(Overlay::Confirm { .. })),
        "a part is not an answer: asking again asks first"
    );
}

#[test]
fn an_empty_answer_offers_other_addresses() {
    let mut play = Play::new();
    play.ask("example.com").response(links(0));
    let MainPane::Empty(empty) = &play.model.screen.main else { panic!() };
    assert_eq!(empty.variants.len(), 4);
    assert!(empty.variants.iter().all(|request| request.quote() == Credits(500)));
    play.keys("j<enter>");
    assert_eq!(play.fetched().pop().unwrap().1.target.as_str(), "http://example.com/");
    play.response(links(2));
    assert!(matches!(play.model.screen.main, MainPane::Links));
}

#[test]
fn a_retry_is_shown() {
    let mut play = Play::new();
    play.ask("example.com");
    let error = FetchError::TooManyRequests { retry_after: None };
    play.fetch_event(FetchEvent::Retrying { next_attempt: 2, pause: Duration::from_secs(1), error });
    assert!(matches!(play.model.account.requests.watched().unwrap().stage, Stage::Retrying { next_attempt: 2, .. }));
    play.fetch_event(FetchEvent::Sending { attempt: 2 });
    assert!(matches!(play.model.account.requests.watched().unwrap().stage, Stage::Sent { attempt: 2 }));
}

#[test]
fn an_unexpected_charge_is_reported() {
    let mut play = Play::new();
    play.ask("example.com");
    let mut odd = (*response(&play.fetched()[0].1, links(3))).clone();
    odd.charged = Some(Credits(99));
    odd.skipped = 1;
    play.fetch_event(FetchEvent::Completed(Arc::new(odd)));
    assert!(play.toasts().contains("99 credits") && play.toasts().contains("skipped: unreadable"), "{}", play.toasts());
}

#[test]
fn a_late_event_of_an_ended_request_is_ignored() {
    let mut play = Play::new();
    play.ask("example.com").response(links(3));
    let session = play.model.account.meter.session();
    play.response(links(3)).fail(timed_out());
    assert_eq!(play.model.account.meter.session(), session);
    assert!(matches!(play.model.screen.main, MainPane::Links));
}
