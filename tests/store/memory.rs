//! What only a simulated disk can do: lose writes, fail writes and crash.

use std::sync::Arc;

use kew_tui::archive::memory::{CommitOnCrash, Disk, MemoryStore};
use kew_tui::archive::{Archive, StoreError};
use kew_tui::domain::UnixTime;
use kew_tui::domain::snapshot::RequestStatus;

use super::{claim, completed, note, pending, request, save_response};

fn open(disk: &Arc<Disk>) -> Archive {
    Archive::new(Arc::new(MemoryStore::open(disk).unwrap()), &std::env::temp_dir())
}

#[tokio::test]
async fn unsynced_writes_are_lost_and_synced_ones_are_not() {
    let disk = Disk::new();
    let archive = open(&disk);
    save_response(&archive, "one.com", 5, 1_000).await;
    disk.cache_writes();
    save_response(&archive, "two.com", 5, 2_000).await;
    disk.flush();
    disk.cache_writes();
    save_response(&archive, "three.com", 5, 3_000).await;
    archive.set_notes(&[note("a", "n")]).await.unwrap();
    assert_eq!(archive.snapshots().await.unwrap().len(), 3);
    disk.crash();
    assert!(archive.snapshots().await.is_err(), "the machine has crashed");
    let after = open(&disk);
    assert_eq!((after.snapshots().await.unwrap().len(), after.notes().await.unwrap().len()), (2, 0));
}

#[tokio::test]
async fn a_crash_during_any_write_is_all_or_nothing() {
    for commit in [CommitOnCrash::Lost, CommitOnCrash::Committed] {
        let disk = Disk::new();
        let archive = open(&disk);
        let sent = claim(&archive, &pending(&request("one.com", 5), 1_000)).await;
        disk.crash_after(1, commit);
        archive.set_notes(&[note("a", "n")]).await.unwrap();
        archive.finish(sent, UnixTime(2_000), &completed(5)).await.unwrap_err();
        assert!(disk.has_crashed() && MemoryStore::open(&disk).is_err());
        assert!(archive.notes().await.is_err(), "nothing can be read after the crash");
        disk.crash();
        let after = open(&disk);
        let snapshot = after.final_snapshot(sent).await.unwrap().unwrap();
        let expected = if commit == CommitOnCrash::Committed {
            (RequestStatus::Completed, true)
        } else {
            (RequestStatus::Failed, false)
        };
        assert_eq!((snapshot.status, snapshot.has_response), expected);
        assert_eq!(after.notes().await.unwrap().len(), 1, "completed writes survive");
    }
}

#[tokio::test]
async fn a_failed_write_changes_nothing() {
    let disk = Disk::new();
    let archive = open(&disk);
    let sent = claim(&archive, &pending(&request("one.com", 5), 1_000)).await;
    disk.fail_writes(Some(|| StoreError::Full));
    let error = archive.finish(sent, UnixTime(2_000), &completed(5)).await.unwrap_err();
    assert!(error.to_string().contains("full disk"), "{error}");
    assert_eq!(archive.snapshots().await.unwrap()[0].status, RequestStatus::Running);
    disk.fail_writes(None);
    archive.finish(sent, UnixTime(2_000), &completed(5)).await.unwrap();
}
