//! Damage is found, and every operation is atomic.

use std::sync::Arc;

use kew_tui::api::response;
use kew_tui::archive::{
    ArchiveError, Claim, DuplicateIndex, ImportedRequest, NewReading, NewRequest, Outcome, OutcomeRow, ReadingId,
    Record, RecordSelector, RequestRow, SettleStep, StoreError, StoredReading, StoredResponse, SurroundingReadings,
};
use kew_tui::domain::snapshot::{Annotations, RequestStatus};
use kew_tui::domain::{Snapshot, SnapshotId, UnixTime};

use super::{Home, begin, claim, completed, note, pending, request, save_response};

on_every_store! {
    damage_is_found_and_reported
    a_wrong_checksum_is_damage
    missing_records_are_errors_and_change_nothing
    a_failed_operation_changes_nothing
    one_of_many_concurrent_claims_succeeds
}

async fn damage_is_found_and_reported(home: Home) {
    let archive = home.open().await;
    for target in ["one.com", "two.com"] {
        save_response(&archive, target, 5, 1_000).await;
    }
    let wrong = |_: &Snapshot, raw: &[u8]| response::read(raw).ok().map(|response| response.links.len() + 1);
    assert_eq!(archive.check(wrong).await.unwrap().damaged.len(), 2);
    // A better reader may find more links in a partial response, which is no damage; fewer would be.
    let partial = claim(&archive, &pending(&request("three.com", 9), 2_000)).await;
    let outcome = Outcome { status: RequestStatus::Partial, links: 4, failure: Some("cut off".into()), ..completed(5) };
    archive.finish(partial, UnixTime(2_001), &outcome).await.unwrap();
    let read = |_: &Snapshot, raw: &[u8]| Some(response::recover(raw).links.len());
    assert_eq!(archive.check(read).await.unwrap().damaged, []);
    let worse = |_: &Snapshot, raw: &[u8]| Some(response::recover(raw).links.len() - 2);
    assert_eq!(archive.check(worse).await.unwrap().damaged.len(), 3);
    archive.quick_check().await.unwrap();
    archive.compact().await.unwrap();
    assert_eq!(archive.check(read).await.unwrap().responses, 3);
}

async fn a_wrong_checksum_is_damage(home: Home) {
    let (archive, store) = (home.open().await, home.store().await);
    save_response(&archive, "one.com", 5, 1_000).await;
    let response = store.response(SnapshotId(1)).await.unwrap();
    for (now, damage) in [
        (2_000, StoredResponse { sha256: vec![7; 32], ..response.clone() }),
        (3_000, StoredResponse { raw_bytes: 7, ..response }),
    ] {
        let sent = claim(&archive, &pending(&request(&format!("at{now}.com"), 5), now)).await;
        let ended =
            OutcomeRow { finished_ms: now, kind: "answered".to_owned(), link_count: Some(5), ..OutcomeRow::default() };
        store.finish(SnapshotId(store.newest_request().await.unwrap()), &ended, Some(&damage)).await.unwrap();
        assert!(archive.final_snapshot(sent).await.unwrap().unwrap().has_response);
    }
    let checked = archive.check(|_, raw| response::read(raw).ok().map(|response| response.links.len())).await.unwrap();
    let found: Vec<_> = checked.damaged.iter().map(|damage| (damage.id.0, damage.what.to_string())).collect();
    assert_eq!(found, [(3, "its length has changed".to_owned()), (2, "wrong checksum".to_owned())]);
    assert!(matches!(archive.response(SnapshotId(3)).await, Err(ArchiveError::DamagedResponse { id: 3, .. })));
}

async fn missing_records_are_errors_and_change_nothing(home: Home) {
    let (archive, store) = (home.open().await, home.store().await);
    save_response(&archive, "one.com", 5, 1_000).await;
    let before = archive.log().await.unwrap();
    let (missing, ended) = (SnapshotId(9), OutcomeRow::default());
    let wait = |_: &Record, _: Option<&SurroundingReadings>| SettleStep::Wait;
    let reading = NewReading {
        read_ms: 1,
        reading: StoredReading { account: String::new(), credits: 1, busy: false },
        newest_before: 0,
    };
    for (what, result) in [
        ("finish", store.finish(missing, &ended, None).await),
        ("label", store.set_annotations(missing, &Annotations::default()).await),
        ("settle", store.settle(missing, ReadingId(1), &wait).await),
        ("read", store.add_reading(&reading, &[missing], &wait).await.map(|_| ())),
        ("response", store.response(missing).await.map(|_| ())),
    ] {
        assert!(matches!(result, Err(StoreError::NotFound)), "{what}: {result:?}");
    }
    store.delete_response(missing).await.unwrap();
    assert_eq!(store.surrounding_readings(missing, ReadingId(1)).await.unwrap(), None);
    assert!(store.records(RecordSelector::One(missing)).await.unwrap().is_empty());
    assert_eq!(archive.log().await.unwrap(), before);
}

/// A failed operation stores none of its parts.
async fn a_failed_operation_changes_nothing(home: Home) {
    let (archive, store) = (home.open().await, home.store().await);
    save_response(&archive, "one.com", 5, 1_000).await;
    archive.set_notes(&[note("a", "mine")]).await.unwrap();
    let before = (archive.log().await.unwrap(), archive.notes().await.unwrap());
    let incoming = |index: usize| {
        let target = format!("https://in{index}.com/");
        let request = RequestRow {
            target,
            scope: "page".to_owned(),
            mode: "all-links".to_owned(),
            count: 5,
            ..RequestRow::default()
        };
        let outcome = OutcomeRow { kind: "answered".to_owned(), ..OutcomeRow::default() };
        let nth = DuplicateIndex { same: 1, alike: 1 };
        ImportedRequest { request, outcome, settlement: None, annotations: Annotations::default(), response: None, nth }
    };
    let load = |index: usize| if index < 2 { Ok(incoming(index)) } else { Err(StoreError::Full) };
    let failed = store.import(3, &load, &[note("b", "theirs")]).await;
    assert!(matches!(failed, Err(StoreError::Full)), "{failed:?}");
    let no_reading = NewRequest { request: incoming(0).request, account: String::new(), reading: Some(ReadingId(7)) };
    let failed = store.claim(&no_reading, &|_| true).await;
    assert!(matches!(failed, Err(StoreError::NotFound)), "{failed:?}");
    assert_eq!((archive.log().await.unwrap(), archive.notes().await.unwrap()), before);
    assert_eq!(store.newest_request().await.unwrap(), 1, "no number was used up");
    assert_eq!(store.import(2, &load, &[note("a", "theirs"), note("b", "theirs")]).await.unwrap(), 2);
    assert_eq!(archive.notes().await.unwrap(), [note("a", "mine"), note("b", "theirs")]);
}

async fn one_of_many_concurrent_claims_succeeds(home: Home) {
    let home = Arc::new(home);
    let claims = (0..6).map(|_| {
        let home = Arc::clone(&home);
        tokio::spawn(async move {
            let archive = home.open().await;
            let claim = begin(&archive, &pending(&request("one.com", 5), 1_000)).await;
            // A session that ends would abandon its request.
            (archive, matches!(claim, Claim::Proceed(_)))
        })
    });
    let mut ended = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        ended.push(claim.await.unwrap());
    }
    assert_eq!(ended.iter().filter(|(_, sent)| *sent).count(), 1);
    assert_eq!(home.open().await.snapshots().await.unwrap().len(), 1);
}
