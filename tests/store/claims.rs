//! Claims of requests, and their outcomes.

use std::sync::Arc;
use std::time::Duration;

use kew_tui::api::response;
use kew_tui::archive::{ArchiveError, Blocked, Claim, PendingRequest, RequestHandle, StoreError};
use kew_tui::domain::purchase::{Agreed, Charge, Terms};
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, Mode, Request, Snapshot, UnixTime};
use proptest::prelude::*;

use super::{Home, Kind, agreed, begin, claim, completed, failed, pending, raw, rejected, request, save_response};
use crate::support::wait::eventually;

on_every_store! {
    a_response_is_returned_unchanged
    no_request_is_paid_twice
    a_short_response_serves_larger_counts
    a_session_that_dies_leaves_an_unknown_charge
    eight_concurrent_sessions_lose_nothing_and_pay_once
    the_first_outcome_of_a_request_wins
}

async fn a_response_is_returned_unchanged(home: Home) {
    {
        let archive = home.open().await;
        save_response(&archive, "example.com", 40, 1_000).await;
        archive.close().await;
    }
    let archive = home.open().await;
    let snapshots = archive.snapshots().await.unwrap();
    assert_eq!(snapshots.len(), 1);
    let snapshot = &snapshots[0];
    let charge = Charge::Response(Credits(200));
    assert_eq!((snapshot.links, snapshot.charge, snapshot.maximum_cost), (40, charge, Credits(200)));
    assert_eq!((snapshot.status, snapshot.at), (RequestStatus::Completed, UnixTime(1_000)));
    assert_eq!(archive.response(snapshot.id).await.unwrap(), raw(40));
}

async fn no_request_is_paid_twice(home: Home) {
    let archive = home.open().await;
    save_response(&archive, "example.com", 100, 1_000).await;
    let pending_for = |count| pending(&request("example.com", count), 10_000);
    assert!(matches!(begin(&archive, &pending_for(100)).await, Claim::Blocked(Blocked::Held(_))));
    assert!(
        matches!(begin(&archive, &pending_for(40)).await, Claim::Blocked(Blocked::Held(_))),
        "a part of the saved response"
    );
    assert!(matches!(begin(&archive, &pending_for(101)).await, Claim::Proceed(_)), "there may be more");
    let refresh = agreed(pending_for(100), Agreed::Refetch);
    assert!(matches!(begin(&archive, &refresh).await, Claim::Proceed(_)));
    let max_age = Some(Duration::from_secs(5));
    let stale = PendingRequest { terms: Terms { max_age, ..pending_for(100).terms }, ..pending_for(100) };
    assert!(
        matches!(begin(&archive, &stale).await, Claim::Blocked(Blocked::InFlight(_))),
        "the earlier refresh is still running"
    );
    let other =
        PendingRequest { request: Request { mode: Mode::AllLinks, ..request("example.com", 5) }, ..pending_for(5) };
    assert!(matches!(begin(&archive, &other).await, Claim::Proceed(_)));
}

async fn a_short_response_serves_larger_counts(home: Home) {
    let archive = home.open().await;
    let handle = claim(&archive, &pending(&request("example.com", 100), 1)).await;
    archive.finish(handle, UnixTime(2), &completed(60)).await.unwrap();
    assert!(matches!(
        begin(&archive, &pending(&request("example.com", 5_000), 3)).await,
        Claim::Blocked(Blocked::Held(_))
    ));
}

async fn a_session_that_dies_leaves_an_unknown_charge(home: Home) {
    let first = home.open().await;
    let second = home.open().await;
    let pending = pending(&request("example.com", 100), 1_000);
    let sent = claim(&first, &pending).await;
    let Claim::Blocked(Blocked::InFlight(waiting)) = begin(&second, &pending).await else { panic!("not joined") };
    assert_eq!(second.final_snapshot(waiting).await.unwrap(), None);
    assert_eq!(second.snapshots().await.unwrap()[0].status, RequestStatus::Running);
    drop(first);
    let ended = second.final_snapshot(sent).await.unwrap().unwrap();
    assert_eq!((ended.status, ended.charge), (RequestStatus::Failed, Charge::Unknown));
    assert!(
        matches!(begin(&second, &pending).await, Claim::Blocked(Blocked::Undelivered(_))),
        "it may have been charged"
    );
    let again = agreed(pending, Agreed::AfterFailure);
    assert!(matches!(begin(&second, &again).await, Claim::Proceed(_)), "the user agreed");
}

async fn eight_concurrent_sessions_lose_nothing_and_pay_once(home: Home) {
    let home = Arc::new(home);
    let sessions = (0..8).map(|session| {
        let home = Arc::clone(&home);
        tokio::spawn(async move {
            let archive = home.open().await;
            let mut sent = 0;
            for i in 0..10 {
                // Half of each session's requests are the same in all sessions.
                let target = if i % 2 == 0 { format!("shared{i}.com") } else { format!("own{session}-{i}.com") };
                match begin(&archive, &pending(&request(&target, 10), 1_000 + i)).await {
                    Claim::Proceed(handle) => {
                        sent += 1;
                        tokio::task::yield_now().await;
                        archive.finish(handle, UnixTime(2_000), &completed(10)).await.unwrap();
                    }
                    Claim::Blocked(Blocked::InFlight(handle)) => {
                        let ended = || async { archive.final_snapshot(handle).await.unwrap().is_some() };
                        eventually("the other session's response", ended).await;
                    }
                    Claim::Blocked(Blocked::Held(_)) => {}
                    other => panic!("{other:?}"),
                }
            }
            archive.close().await;
            sent
        })
    });
    let mut sent = 0;
    for session in sessions.collect::<Vec<_>>() {
        sent += session.await.unwrap();
    }
    assert_eq!(sent, 5 + 8 * 5, "each target is fetched once");
    let archive = home.open().await;
    let snapshots = archive.snapshots().await.unwrap();
    assert_eq!(snapshots.iter().filter(|s| s.status == RequestStatus::Completed).count(), 45);
    assert_eq!(archive.check(|_, raw| response::read(raw).ok().map(|a| a.links.len())).await.unwrap().damaged, []);
}

async fn the_first_outcome_of_a_request_wins(home: Home) {
    let archive = home.open().await;
    let sent = claim(&archive, &pending(&request("example.com", 9), 1_000)).await;
    archive.finish(sent, UnixTime(2_000), &completed(5)).await.unwrap();
    let again = archive.finish(sent, UnixTime(3_000), &failed()).await.unwrap_err();
    assert!(matches!(again, ArchiveError::Store { error: StoreError::AlreadyEnded, .. }), "{again:?}");
    let snapshot = archive.final_snapshot(sent).await.unwrap().unwrap();
    assert_eq!(
        (snapshot.status, snapshot.links, archive.response(snapshot.id).await.unwrap()),
        (RequestStatus::Completed, 5, raw(5))
    );
}

/// A random event.
#[derive(Clone, Debug)]
enum Event {
    Begin { target: u8, count: u64, refresh: bool },
    Response { rows: usize },
    Reject,
    Crash,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let begin = (0_u8..3, 1_u64..200, any::<bool>());
    let event = prop_oneof![
        3 => begin.prop_map(|(target, count, refresh)| Event::Begin { target, count, refresh }),
        2 => (0_usize..200).prop_map(|rows| Event::Response { rows }),
        1 => Just(Event::Reject),
        1 => Just(Event::Crash),
    ];
    prop::collection::vec(event, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_covers_every_charge(events in events()) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio.block_on(ledger_covers(Home::new(Kind::Sqlite), &events));
        tokio.block_on(ledger_covers(Home::new(Kind::Memory), &events));
    }
}

/// After any events, the ledger covers what the server charged or may have charged, and every received response is stored.
async fn ledger_covers(home: Home, events: &[Event]) {
    let mut archive = home.open().await;
    let mut running: Vec<(RequestHandle, Request)> = Vec::new();
    let (mut charged, mut at_stake, mut received) = (0, 0, 0);
    for (now, event) in (1_000_i64..).step_by(1_000).zip(events) {
        match event {
            Event::Begin { target, count, refresh } => {
                let request = request(&format!("t{target}.com"), *count);
                let consent = if *refresh { Agreed::Refetch } else { Agreed::AfterFailure };
                let pending = agreed(pending(&request, now), consent);
                if let Claim::Proceed(handle) = begin(&archive, &pending).await {
                    running.push((handle, request));
                }
            }
            Event::Response { rows } => {
                if let Some((handle, request)) = running.pop() {
                    let rows = (*rows).min(usize::from(request.count.get()));
                    charged += rows as u64 * 5;
                    received += 1;
                    archive.finish(handle, UnixTime(now), &completed(rows)).await.unwrap();
                }
            }
            Event::Reject => {
                if let Some((handle, _)) = running.pop() {
                    archive.finish(handle, UnixTime(now), &rejected()).await.unwrap();
                }
            }
            Event::Crash => {
                // The server may have charged each running request in full.
                at_stake += running.drain(..).map(|(_, request)| request.quote().0).sum::<u64>();
                archive.close().await;
                drop(archive);
                archive = home.open().await;
            }
        }
    }
    at_stake += running.iter().map(|(_, request)| request.quote().0).sum::<u64>();
    let log = archive.snapshots().await.unwrap();
    let sum = |wanted: fn(RequestStatus) -> bool, of: fn(&Snapshot) -> u64| -> u64 {
        log.iter().filter(|s| wanted(s.status)).map(of).sum()
    };
    assert_eq!(sum(|e| e == RequestStatus::Completed, |s| s.charge.credits().unwrap().0), charged, "{:?}", home.kind);
    assert_eq!(
        sum(|e| matches!(e, RequestStatus::Failed | RequestStatus::Running), |s| s.maximum_cost.0),
        at_stake,
        "{:?}",
        home.kind
    );
    assert_eq!(log.iter().filter(|s| s.has_response).count(), received, "{:?}", home.kind);
}
