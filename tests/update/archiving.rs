//! The archive in the core: saved responses are free, and without an archive nothing is fetched.

use std::time::Duration;

use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::overlay::{ConfirmReason, Confirmation, Overlay};
use kew_tui::app::screen::MainPane;
use kew_tui::app::{Effect, FetchEvent, Message};
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::snapshot::{RequestLog, RequestStatus, UnreadableRecord};
use kew_tui::domain::{Credits, Snapshot, SnapshotId, UnixTime};

use crate::support::{DAY, TestApp, links, response, snapshot};

fn three_days_old() -> Vec<Snapshot> {
    vec![snapshot(7, "example.com", 100, 100, 97 * DAY, RequestStatus::Completed)]
}

#[test]
fn an_archived_response_opens_free_with_a_message() {
    let mut app = TestApp::with_archive("", three_days_old());
    app.request("example.com");
    assert!(matches!(app.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(7) }]));
    let held = three_days_old().remove(0);
    let result = Ok(response(&held.request, links(100)));
    app.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(held), result }));
    assert_eq!(app.table().links().len(), 100);
    assert_eq!(app.model.account.meter.session(), Credits::ZERO);
    assert!(app.toasts().contains("from your archive, 3 days ago · R re-fetches (≤ 500 cr)"), "{}", app.toasts());
}

#[test]
fn an_archived_response_serves_smaller_counts_only() {
    let mut app = TestApp::with_archive("", three_days_old());
    app.keys("eexample.com<tab><ctrl-u>40<enter>");
    assert!(matches!(app.effects.as_slice(), [Effect::OpenSnapshot { .. }]));
    app.keys("e<tab><ctrl-u>101<enter>y");
    assert_eq!(app.sent_requests().len(), 1);
}

#[test]
fn refetching_always_confirms() {
    let mut app = TestApp::with_archive("", three_days_old());
    let held = three_days_old().remove(0);
    let result = Ok(response(&held.request, links(100)));
    app.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(held), result }));
    app.keys("R");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &app.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::FetchedBefore]);
    app.keys("y");
    assert!(matches!(app.effects.last(), Some(Effect::Fetch { agreed: Agreed::Refetch, .. })));
}

#[test]
fn an_old_response_offers_opening_and_refetching() {
    for (key, buys) in [("y", true), ("o", false)] {
        let mut app = TestApp::with_archive("max_age = \"2d\"", three_days_old());
        app.request("example.com");
        let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, older, .. }, .. }) =
            &app.model.overlay
        else {
            panic!()
        };
        assert!(reasons == &[ConfirmReason::SnapshotTooOld] && older.is_some());
        app.keys(key);
        assert_eq!(app.sent_requests().len(), usize::from(buys));
        assert_eq!(matches!(app.effects.last(), Some(Effect::OpenSnapshot { .. })), !buys);
    }
}

#[test]
fn nothing_is_fetched_when_the_archive_is_unavailable() {
    let mut app = TestApp::new();
    app.model.archive.list.status = ArchiveStatus::Opening;
    app.message(Message::Archive(ArchiveEvent::Opened(Err("it is damaged".into()))));
    app.request("example.com");
    assert!(app.sent_requests().is_empty() && app.toasts().contains("--no-archive"), "{}", app.toasts());
}

#[test]
fn an_unanswered_request_is_reported_at_start_and_before_resending() {
    let mut app = TestApp::with_archive("", vec![snapshot(3, "example.com", 100, 0, 99 * DAY, RequestStatus::Failed)]);
    assert!(app.toasts().contains("it may have cost up to 500 credits"), "{}", app.toasts());
    app.request("example.com");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &app.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::MayBePaidAlready(SnapshotId(3))]);
    let known = app.model.archive.list.snapshots()[0].clone();
    let settled = Snapshot { charge: Charge::Balance(Credits(120)), ..known };
    app.message(Message::Archive(ArchiveEvent::Changed(Box::new(settled))));
    assert!(app.toasts().contains("a charge of 120 credits for https://example.com/"), "{}", app.toasts());
}

#[test]
fn a_partial_response_is_offered_before_refetching() {
    let part = Snapshot {
        has_response: true,
        charge: Charge::Unknown,
        ..snapshot(3, "example.com", 50, 33, 99 * DAY, RequestStatus::Partial)
    };
    // After a restart, below the confirmation threshold.
    let mut app = TestApp::with_archive("confirm_above = 10000", vec![part.clone()]);
    app.request("example.com");
    assert!(matches!(app.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(3) }]), "{:?}", app.effects);
    let result = Ok(response(&part.request, links(33)));
    app.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(part.clone()), result }));
    assert_eq!(app.table().links().len(), 33);
    assert!(
        app.toasts().contains("33 of 50 links received, may have cost up to 250 credits · from your archive"),
        "{}",
        app.toasts()
    );
    app.keys("R");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &app.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::FetchedBefore, ConfirmReason::MayBePaidAlready(SnapshotId(3))]);
    assert!(app.sent_requests().is_empty());
    app.keys("y");
    assert!(matches!(app.effects.last(), Some(Effect::Fetch { agreed: Agreed::Refetch, .. })));
}

#[test]
fn a_free_request_is_resent_without_a_question() {
    for (charge, is_asked) in [(Charge::Balance(Credits::ZERO), false), (Charge::Balance(Credits(5)), true)] {
        let failed = Snapshot { charge, ..snapshot(3, "example.com", 100, 0, 99 * DAY, RequestStatus::Failed) };
        let mut app = TestApp::with_archive("", vec![failed]);
        app.request("example.com");
        assert_eq!(app.model.overlay.is_some(), is_asked, "{charge:?}");
        assert_eq!(app.sent_requests().len(), usize::from(!is_asked));
    }
}

#[test]
fn a_record_of_a_newer_version_is_reported_and_confirmed() {
    let record = UnreadableRecord {
        id: SnapshotId(4),
        at: UnixTime(99 * DAY),
        target: "https://example.com/".to_owned(),
        maximum: Credits(500),
        charge: Charge::Unknown,
    };
    let mut app = TestApp::with_archive("", Vec::new());
    let log = RequestLog { snapshots: Vec::new(), unreadable: vec![record] };
    app.message(Message::Archive(ArchiveEvent::Opened(Ok(log))));
    assert!(app.toasts().contains("1 record can't be read: written by a newer version"), "{}", app.toasts());
    assert_eq!(app.model.archive.list.sums().unknown, Credits(500));
    app.request("example.com");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &app.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::NewerRecord]);
}

#[test]
fn a_failed_request_is_only_in_the_ledger() {
    let failed = |id, status, charge| Snapshot {
        has_response: true,
        charge,
        ..snapshot(id, "example.com", 60, 0, (90 + id) * DAY, status)
    };
    let complete = snapshot(1, "example.com", 100, 60, 90 * DAY, RequestStatus::Completed);
    let mut app = TestApp::with_archive(
        "",
        vec![
            failed(4, RequestStatus::Failed, Charge::Unknown),
            failed(3, RequestStatus::Rejected, Charge::Rejected),
            failed(2, RequestStatus::Unsent, Charge::NotSent),
            complete.clone(),
        ],
    );
    app.keys("H");
    assert_eq!(app.model.archive.screen.rows().len(), 1, "one row, with no other snapshot in its chart");
    assert!(app.model.archive.screen.rows()[0].history.is_empty());
    let result = Ok(response(&complete.request, links(60)));
    app.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(complete), result }));
    app.keys("D");
    assert!(app.toasts().contains("no earlier snapshot"), "{}", app.toasts());
    assert_eq!(app.model.archive.list.log().snapshots.len(), 4);
}

#[test]
fn exceeding_the_budget_is_refused_with_the_numbers() {
    let mut app = TestApp::with_archive("session_budget = 700", Vec::new());
    app.request("one.com").response(links(60));
    app.request("two.com");
    assert_eq!(app.sent_requests().len(), 1);
    assert!(
        app.toasts().contains("over the 700-credit budget: maximum cost 500 credits, 300 already charged"),
        "{}",
        app.toasts()
    );
    app.keys("e<tab><ctrl-u>80<enter>");
    assert_eq!(app.sent_requests().len(), 2);
}

#[test]
fn a_response_fetched_by_another_session_is_free() {
    let mut app = TestApp::with_archive("", Vec::new());
    app.request("example.com").fetch_event(FetchEvent::Joined);
    let held = three_days_old().remove(0);
    let got = response(&held.request, links(100));
    app.fetch_event(FetchEvent::Held { snapshot: Box::new(held), response: got });
    assert!(matches!(app.model.screen.main, MainPane::Links));
    assert_eq!(app.model.account.meter.session(), Credits::ZERO);
    assert_eq!(app.model.archive.list.snapshots().len(), 1);
}

#[test]
fn a_response_the_archive_rejects_is_saved_elsewhere() {
    let mut app = TestApp::with_archive("", Vec::new());
    let rescued = Ok("/tmp/rescued-answer.json".to_owned());
    app.message(Message::Archive(ArchiveEvent::ArchiveFailure { why: "the disk is full".into(), rescued }));
    assert!(app.toasts().contains("/tmp/rescued-answer.json"));
    app.now += Duration::from_secs(60);
    let rescued = Err("no room".to_owned());
    app.message(Message::Archive(ArchiveEvent::ArchiveFailure { why: "the disk is full".into(), rescued }));
    assert!(app.toasts().contains("Copy the links before you quit"));
}
