//! The archive as the core sees it: what it holds costs nothing, and without it nothing is bought.

use std::time::Duration;

use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::overlay::{ConfirmReason, Confirmation, Overlay};
use kew_tui::app::screen::MainPane;
use kew_tui::app::{Effect, FetchEvent, Message};
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::snapshot::{RequestLog, RequestStatus, UnreadableRecord};
use kew_tui::domain::{Credits, Snapshot, SnapshotId, UnixTime};

use crate::support::{DAY, Play, links, response, snapshot};

fn three_days_old() -> Vec<Snapshot> {
    vec![snapshot(7, "example.com", 100, 100, 97 * DAY, RequestStatus::Completed)]
}

#[test]
fn an_archived_answer_opens_free_and_says_so() {
    let mut play = Play::with_archive("", three_days_old());
    play.ask("example.com");
    assert!(matches!(play.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(7) }]));
    let held = three_days_old().remove(0);
    let result = Ok(response(&held.request, links(100)));
    play.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(held), result }));
    assert_eq!(play.table().links().len(), 100);
    assert_eq!(play.model.account.meter.session(), Credits::ZERO);
    assert!(play.toasts().contains("from your archive, 3 days ago · R re-fetches (≤ 500 cr)"), "{}", play.toasts());
}

#[test]
fn an_archived_answer_serves_smaller_counts_only() {
    let mut play = Play::with_archive("", three_days_old());
    play.keys("eexample.com<tab><ctrl-u>40<enter>");
    assert!(matches!(play.effects.as_slice(), [Effect::OpenSnapshot { .. }]));
    play.keys("e<tab><ctrl-u>101<enter>y");
    assert_eq!(play.fetched().len(), 1);
}

#[test]
fn refetching_always_confirms() {
    let mut play = Play::with_archive("", three_days_old());
    let held = three_days_old().remove(0);
    let result = Ok(response(&held.request, links(100)));
    play.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(held), result }));
    play.keys("R");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &play.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::FetchedBefore]);
    play.keys("y");
    assert!(matches!(play.effects.last(), Some(Effect::Fetch { agreed: Agreed::Refetch, .. })));
}

#[test]
fn an_old_answer_offers_opening_and_refetching() {
    for (key, buys) in [("y", true), ("o", false)] {
        let mut play = Play::with_archive("max_age = \"2d\"", three_days_old());
        play.ask("example.com");
        let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, older, .. }, .. }) =
            &play.model.overlay
        else {
            panic!()
        };
        assert!(reasons == &[ConfirmReason::SnapshotTooOld] && older.is_some());
        play.keys(key);
        assert_eq!(play.fetched().len(), usize::from(buys));
        assert_eq!(matches!(play.effects.last(), Some(Effect::OpenSnapshot { .. })), !buys);
    }
}

#[test]
fn nothing_is_fetched_when_the_archive_is_unavailable() {
    let mut play = Play::new();
    play.model.archive.list.status = ArchiveStatus::Opening;
    play.message(Message::Archive(ArchiveEvent::Opened(Err("it is damaged".into()))));
    play.ask("example.com");
    assert!(play.fetched().is_empty() && play.toasts().contains("--no-archive"), "{}", play.toasts());
}

#[test]
fn an_unanswered_request_is_reported_at_start_and_before_resending() {
    let mut play = Play::with_archive("", vec![snapshot(3, "example.com", 100, 0, 99 * DAY, RequestStatus::Failed)]);
    assert!(play.toasts().contains("it may have cost up to 500 credits"), "{}", play.toasts());
    play.ask("example.com");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &play.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::MayBePaidAlready(SnapshotId(3))]);
    let known = play.model.archive.list.snapshots()[0].clone();
    let settled = Snapshot { charge: Charge::Balance(Credits(120)), ..known };
    play.message(Message::Archive(ArchiveEvent::Changed(Box::new(settled))));
    assert!(play.toasts().contains("a charge of 120 credits for https://example.com/"), "{}", play.toasts());
}

#[test]
fn a_partial_answer_is_offered_before_refetching() {
    let part = Snapshot {
        has_response: true,
        charge: Charge::Unknown,
        ..snapshot(3, "example.com", 50, 33, 99 * DAY, RequestStatus::Partial)
    };
    // After a restart, and below the threshold for a question.
    let mut play = Play::with_archive("confirm_above = 10000", vec![part.clone()]);
    play.ask("example.com");
    assert!(matches!(play.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(3) }]), "{:?}", play.effects);
    let result = Ok(response(&part.request, links(33)));
    play.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(part.clone()), result }));
    assert_eq!(play.table().links().len(), 33);
    assert!(
        play.toasts().contains("33 of 50 links received, may have cost up to 250 credits · from your archive"),
        "{}",
        play.toasts()
    );
    play.keys("R");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &play.model.overlay else {
        panic!()
    };
    assert_eq!(reasons, &[ConfirmReason::FetchedBefore, ConfirmReason::MayBePaidAlready(SnapshotId(3))]);
    assert!(play.fetched().is_empty());
    play.keys("y");
    assert!(matches!(play.effects.last(), Some(Effect::Fetch { agreed: Agreed::Refetch, .. })));
}

#[test]
fn a_free_request_is_resent_without_a_question() {
    for (charge, is_asked) in [(Charge::Balance(Credits::ZERO), false), (Charge::Balance(Credits(5)), true)] {
        let failed = Snapshot { charge, ..snapshot(3, "example.com", 100, 0, 99 * DAY, RequestStatus::Failed) };
        let mut play = Play::with_archive("", vec![failed]);
        play.ask("example.com");
        assert_eq!(play.model.overlay.is_some(), is_asked, "{charge:?}");
        assert_eq!(play.fetched().len(), usize::from(!is_asked));
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
    let mut play = Play::with_archive("", Vec::new());
    let log = RequestLog { snapshots: Vec::new(), unreadable: vec![record] };
    play.message(Message::Archive(ArchiveEvent::Opened(Ok(log))));
    assert!(play.toasts().contains("1 record can't be read: written by a newer version"), "{}", play.toasts());
    assert_eq!(play.model.archive.list.sums().unknown, Credits(500));
    play.ask("example.com");
    let Some(Overlay::Confirm { confirmation: Confirmation::Spend { reasons, .. }, .. }) = &play.model.overlay else {
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
    let whole = snapshot(1, "example.com", 100, 60, 90 * DAY, RequestStatus::Completed);
    let mut play = Play::with_archive(
        "",
        vec![
            failed(4, RequestStatus::Failed, Charge::Unknown),
            failed(3, RequestStatus::Rejected, Charge::Rejected),
            failed(2, RequestStatus::Unsent, Charge::NotSent),
            whole.clone(),
        ],
    );
    play.keys("H");
    assert_eq!(play.model.archive.screen.rows().len(), 1, "one line, with no other in its chart");
    assert!(play.model.archive.screen.rows()[0].history.is_empty());
    let result = Ok(response(&whole.request, links(60)));
    play.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(whole), result }));
    play.keys("D");
    assert!(play.toasts().contains("no earlier snapshot"), "{}", play.toasts());
    assert_eq!(play.model.archive.list.log().snapshots.len(), 4);
}

#[test]
fn exceeding_the_budget_is_refused_with_the_numbers() {
    let mut play = Play::with_archive("session_budget = 700", Vec::new());
    play.ask("one.com").response(links(60));
    play.ask("two.com");
    assert_eq!(play.fetched().len(), 1);
    assert!(
        play.toasts().contains("over the 700-credit budget: maximum cost 500 credits, 300 already charged"),
        "{}",
        play.toasts()
    );
    play.keys("e<tab><ctrl-u>80<enter>");
    assert_eq!(play.fetched().len(), 2);
}

#[test]
fn an_answer_fetched_by_another_session_is_free() {
    let mut play = Play::with_archive("", Vec::new());
    play.ask("example.com").fetch_event(FetchEvent::Joined);
    let held = three_days_old().remove(0);
    let got = response(&held.request, links(100));
    play.fetch_event(FetchEvent::Held { snapshot: Box::new(held), response: got });
    assert!(matches!(play.model.screen.main, MainPane::Links));
    assert_eq!(play.model.account.meter.session(), Credits::ZERO);
    assert_eq!(play.model.archive.list.snapshots().len(), 1);
}

#[test]
fn an_answer_the_archive_rejects_is_saved_elsewhere() {
    let mut play = Play::with_archive("", Vec::new());
    let rescued = Ok("/tmp/rescued-answer.json".to_owned());
    play.message(Message::Archive(ArchiveEvent::ArchiveFailure { why: "the disk is full".into(), rescued }));
    assert!(play.toasts().contains("/tmp/rescued-answer.json"));
    play.now += Duration::from_secs(60);
    let rescued = Err("no room".to_owned());
    play.message(Message::Archive(ArchiveEvent::ArchiveFailure { why: "the disk is full".into(), rescued }));
    assert!(play.toasts().contains("Copy the links before you quit"));
}
