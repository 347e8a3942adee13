//! Balance readings and the charges they settle.

use kew_tui::archive::{Claim, Outcome, OutcomeRow, Reading, RecordSelector};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::purchase::settlement::STILL_WORKING;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, SnapshotId, UnixTime};

use super::{Home, completed, failed, pending, read_balance, rejected, request};

on_every_store! {
    a_later_reading_settles_open_charges
    a_difference_others_may_have_made_settles_nothing
    unsent_requests_do_not_affect_settlement
    an_unreadable_record_does_not_block_a_reading
}

/// Sends a request between two balance readings and returns its charge after the second.
async fn charge_between(home: &Home, outcome: Option<&Outcome>, before: u64, after: u64, later: i64) -> Charge {
    let first = home.open().await;
    let before = read_balance(&first, "account", 1_000, before).await;
    let Claim::Proceed(handle) =
        first.begin(&pending(&request("example.com", 50), 1_000), "account", Some(before)).await.unwrap()
    else {
        panic!("not sent")
    };
    if let Some(outcome) = outcome {
        first.finish(handle, UnixTime(1_500), outcome).await.unwrap();
    }
    drop(first);
    let archive = home.open().await;
    read_balance(&archive, "account", 1_000 + later, after).await;
    archive.final_snapshot(handle).await.unwrap().unwrap().charge
}

async fn a_later_reading_settles_open_charges(home: Home) {
    let (soon, later) = (10_000, STILL_WORKING.as_millis() as i64);
    let without_cost = Outcome { charged: None, ..completed(50) };
    for (what, outcome, before, after, at, expected) in [
        ("a 502 that was charged", Some(failed()), 1_000, 750, soon, Charge::Balance(Credits(250))),
        ("a 502 that was free", Some(failed()), 1_000, 1_000, soon, Charge::Balance(Credits::ZERO)),
        ("a 502 with an immediate reading", Some(failed()), 1_000, 1_000, 1_000, Charge::Unknown),
        ("a response without its cost", Some(without_cost), 1_000, 800, soon, Charge::Balance(Credits(200))),
        ("killed and charged", None, 1_000, 900, soon, Charge::Balance(Credits(100))),
        ("killed, the server may still be working", None, 1_000, 1_000, soon, Charge::Unknown),
        ("killed and free", None, 1_000, 1_000, later, Charge::Balance(Credits::ZERO)),
        ("a difference above the maximum cost", Some(failed()), 1_000, 700, soon, Charge::Unknown),
        ("credits were added", Some(failed()), 1_000, 2_000, soon, Charge::Unknown),
        ("a response with its cost", Some(completed(50)), 1_000, 1_000, soon, Charge::Response(Credits(250))),
        ("rejected", Some(rejected()), 1_000, 900, soon, Charge::Rejected),
    ] {
        assert_eq!(charge_between(&home.another(), outcome.as_ref(), before, after, at).await, expected, "{what}");
    }
}

async fn a_difference_others_may_have_made_settles_nothing(home: Home) {
    let archive = home.open().await;
    let send = async |target: &str, account: &str, before: Reading| {
        let pending = pending(&request(target, 50), 1_000);
        match archive.begin(&pending, account, Some(before)).await.unwrap() {
            Claim::Proceed(handle) => handle,
            other => panic!("not sent: {other:?}"),
        }
    };
    // Another request of the same account between the readings.
    let before = read_balance(&archive, "mine", 1_000, 1_000).await;
    let (one, two) = (send("one.com", "mine", before).await, send("two.com", "mine", before).await);
    archive.finish(two, UnixTime(2_000), &completed(50)).await.unwrap();
    archive.finish(one, UnixTime(2_000), &failed()).await.unwrap();
    read_balance(&archive, "mine", 20_000, 750).await;
    let snapshot = archive.final_snapshot(one).await.unwrap().unwrap();
    assert_eq!((snapshot.charge, snapshot.balance_readings.map(|seen| seen.shared)), (Charge::Unknown, Some(true)));
    // A request that was running when the first reading began.
    let three = send("three.com", "mine", read_balance(&archive, "mine", 21_000, 750).await).await;
    let busy = read_balance(&archive, "mine", 22_000, 750).await;
    assert!(!busy.is_quiet);
    archive.finish(three, UnixTime(23_000), &completed(5)).await.unwrap();
    let four = send("four.com", "mine", busy).await;
    archive.finish(four, UnixTime(24_000), &failed()).await.unwrap();
    read_balance(&archive, "mine", 40_000, 725).await;
    assert_eq!(archive.final_snapshot(four).await.unwrap().unwrap().charge, Charge::Unknown);
    // A request of a killed program: the server may still charge for it.
    let second = home.open().await;
    let quiet = read_balance(&archive, "mine", 41_000, 725).await;
    assert!(quiet.is_quiet);
    let pending = pending(&request("killed.com", 5), 41_000);
    assert!(matches!(second.begin(&pending, "mine", Some(quiet)).await.unwrap(), Claim::Proceed(_)));
    drop(second);
    assert!(!read_balance(&archive, "mine", 42_000, 725).await.is_quiet);
    let much_later = 42_000 + STILL_WORKING.as_millis() as i64;
    assert!(!read_balance(&archive, "mine", much_later - 2_000, 725).await.is_quiet);
    assert!(read_balance(&archive, "mine", much_later, 725).await.is_quiet);
    // Readings of another account prove nothing and disturb nothing.
    let before = read_balance(&archive, "mine", 500_000, 725).await;
    let theirs = send("five.com", "theirs", read_balance(&archive, "theirs", 500_000, 90).await).await;
    let five = send("six.com", "mine", before).await;
    archive.finish(five, UnixTime(501_000), &failed()).await.unwrap();
    archive.finish(theirs, UnixTime(501_000), &failed()).await.unwrap();
    read_balance(&archive, "theirs", 510_000, 80).await;
    assert_eq!(archive.final_snapshot(five).await.unwrap().unwrap().charge, Charge::Unknown);
    read_balance(&archive, "mine", 520_000, 600).await;
    assert_eq!(archive.final_snapshot(five).await.unwrap().unwrap().charge, Charge::Balance(Credits(125)));
    assert_eq!(archive.final_snapshot(theirs).await.unwrap().unwrap().charge, Charge::Balance(Credits(10)));
}

/// An unsent request does not count; one that may have been sent does.
async fn unsent_requests_do_not_affect_settlement(home: Home) {
    let archive = home.open().await;
    for (start, status, expected) in [
        (1_000, RequestStatus::Unsent, Charge::Balance(Credits(250))),
        (100_000, RequestStatus::Rejected, Charge::Unknown),
    ] {
        let before = read_balance(&archive, "account", start, 1_000).await;
        let targets = ["one", "two"].map(|name| pending(&request(&format!("{name}{start}.com"), 50), start));
        let mut sent = Vec::new();
        for pending in &targets {
            match archive.begin(pending, "account", Some(before)).await.unwrap() {
                Claim::Proceed(handle) => sent.push(handle),
                other => panic!("not sent: {other:?}"),
            }
        }
        archive.finish(sent[0], UnixTime(start + 500), &failed()).await.unwrap();
        archive.finish(sent[1], UnixTime(start + 500), &Outcome { status, ..rejected() }).await.unwrap();
        read_balance(&archive, "account", start + 20_000, 750).await;
        assert_eq!(archive.final_snapshot(sent[0]).await.unwrap().unwrap().charge, expected, "{status:?}");
    }
}

/// A newer version may record an outcome that this version does not know.
async fn an_unreadable_record_does_not_block_a_reading(home: Home) {
    let store = home.store().await;
    let archive = home.open().await;
    let before = read_balance(&archive, "account", 1_000, 1_000).await;
    let sent = [("one.com", 1_000), ("two.com", 2_000)].map(|(target, now)| pending(&request(target, 50), now));
    for (pending, kind) in sent.iter().zip(["streamed", "failed"]) {
        let Claim::Proceed(_) = archive.begin(pending, "account", Some(before)).await.unwrap() else {
            panic!("not sent")
        };
        let newest = SnapshotId(store.newest_request().await.unwrap());
        let end =
            OutcomeRow { finished_ms: 3_000, kind: kind.to_owned(), server_finished: true, ..OutcomeRow::default() };
        store.finish(newest, &end, None).await.unwrap();
    }
    let open = archive.begin_reading("account", UnixTime(20_000)).await.unwrap();
    let (reading, settled) = archive.end_reading(open, UnixTime(20_000), Credits(750), None).await.unwrap();
    assert!(reading.is_quiet);
    assert_eq!(settled.iter().map(|one| one.request.target.as_str()).collect::<Vec<_>>(), ["https://two.com/"]);
    let left = store.records(RecordSelector::Unchecked("account")).await.unwrap();
    assert_eq!(left.iter().map(|record| record.id.0).collect::<Vec<_>>(), [1], "the newer version will settle it");
    assert_eq!(archive.log().await.unwrap().unreadable.len(), 1);
}
