//! Annotations, notes, records of a newer version, and the order of snapshots.

use kew_tui::archive::{ArchiveError, Blocked, Claim};
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::snapshot::Annotations;
use kew_tui::domain::{Credits, UnixTime};

use super::transfer::edit;
use super::{Home, agreed, begin, claim, failed, note, pending, request, save_response};

on_every_store! {
    annotations_are_stored_and_responses_deleted
    a_record_of_a_newer_version_stays_visible
    the_newest_snapshot_is_found_by_time
    notes_are_set_and_removed_together
}

async fn annotations_are_stored_and_responses_deleted(home: Home) {
    let archive = home.open().await;
    save_response(&archive, "example.com", 3, 1_000).await;
    let id = archive.snapshots().await.unwrap()[0].id;
    let annotations = Annotations { name: "before the move".into(), note: "n".into(), tag: "t".into(), pinned: true };
    assert_eq!(archive.set_annotations(id, &annotations).await.unwrap().annotations, annotations);
    archive.delete_response(id).await.unwrap();
    let left = archive.snapshot(id).await.unwrap();
    assert_eq!((left.has_response, left.charge), (false, Charge::Response(Credits(15))), "its charge stays");
    assert!(matches!(archive.response(id).await, Err(ArchiveError::NoSuchSnapshot)));
    assert!(matches!(begin(&archive, &pending(&request("example.com", 3), 9)).await, Claim::Proceed(_)));
}

async fn a_record_of_a_newer_version_stays_visible(home: Home) {
    let archive = home.open().await;
    let files = tempfile::tempdir().unwrap();
    for (target, now) in [("one.com", 1_000), ("two.com", 2_000), ("three.com", 3_000)] {
        save_response(&archive, target, 5, now).await;
    }
    archive.export(files.path()).await.unwrap();
    edit(files.path(), |manifest| {
        manifest["requests"][0]["scope"] = "subdomain".into();
        manifest["requests"][1]["kind"] = "streamed".into();
    });
    let archive = home.another();
    let archive = archive.open().await;
    archive.import(files.path()).await.unwrap();
    let log = archive.log().await.unwrap();
    assert_eq!((log.snapshots.len(), log.unreadable.len()), (1, 2));
    assert_eq!(log.unreadable[1].target, "https://one.com/");
    assert_eq!(log.unreadable_note().unwrap(), "2 records can't be read: written by a newer version of kew-tui");
    let sums = kew_tui::domain::ledger::total(&log);
    assert_eq!((sums.requests, sums.charged), (3, Credits(75)), "their charges count");
    assert!(matches!(
        begin(&archive, &pending(&request("one.com", 5), 9_000)).await,
        Claim::Blocked(Blocked::Unreadable(_))
    ));
    assert!(matches!(
        begin(&archive, &pending(&request("two.com", 5), 9_000)).await,
        Claim::Blocked(Blocked::Unreadable(_))
    ));
    assert!(matches!(
        begin(&archive, &pending(&request("three.com", 5), 9_000)).await,
        Claim::Blocked(Blocked::Held(_))
    ));
}

/// A snapshot's number is its order of arrival in this archive, not its time.
async fn the_newest_snapshot_is_found_by_time(home: Home) {
    let (files, here) = (tempfile::tempdir().unwrap(), home.another());
    let elsewhere = home.open().await;
    save_response(&elsewhere, "one.com", 9, 2_000).await;
    let old = agreed(pending(&request("one.com", 9), 1_000), Agreed::Refetch);
    let old = claim(&elsewhere, &old).await;
    elsewhere.finish(old, UnixTime(1_100), &failed()).await.unwrap();
    let archive = here.open().await;
    save_response(&archive, "two.com", 1, 500).await;
    save_response(&archive, "one.com", 9, 3_000).await;
    elsewhere.export(files.path()).await.unwrap();
    archive.import(files.path()).await.unwrap();
    let listed: Vec<i64> = archive.snapshots().await.unwrap().iter().map(|snapshot| snapshot.at.0).collect();
    assert_eq!(listed, [3_000, 2_000, 1_000, 500]);
    let pending_for = |count| pending(&request("one.com", count), 9_000);
    let Claim::Blocked(Blocked::Held(held)) = begin(&archive, &pending_for(5)).await else { panic!("not held") };
    assert_eq!(held.at, UnixTime(3_000));
    let Claim::Proceed(_) = begin(&archive, &pending_for(20)).await else {
        panic!("an old failure does not block a new request")
    };
}

async fn notes_are_set_and_removed_together(home: Home) {
    let archive = home.open().await;
    archive.set_notes(&[note("b", "two"), note("a", "one"), note("c", "")]).await.unwrap();
    archive.set_notes(&[note("b", ""), note("a", "three")]).await.unwrap();
    drop(archive);
    assert_eq!(home.open().await.notes().await.unwrap(), [note("a", "three")]);
}
