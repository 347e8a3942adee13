//! Export to plain files and import.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kew_tui::api::response;
use kew_tui::archive::{ArchiveError, Claim, Outcome};
use kew_tui::domain::UnixTime;
use kew_tui::domain::purchase::Agreed;

use super::{Home, agreed, claim, completed, failed, note, pending, read_balance, rejected, request, save_response};

on_every_store! {
    an_export_is_plain_files_that_can_be_imported
    a_directory_without_an_export_is_not_a_damaged_archive
    a_bad_file_aborts_the_whole_import
    a_path_outside_the_export_is_refused
    a_response_without_a_checksum_is_not_imported
    every_record_is_exported_and_imported
    records_of_another_version_are_exported_and_imported
}

/// Changes the manifest of an export.
pub fn edit(files: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let path = files.join("manifest.json");
    let mut manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(&path, serde_json::to_vec(&manifest).unwrap()).unwrap();
}

async fn an_export_is_plain_files_that_can_be_imported(home: Home) {
    let (to, files) = (home.another(), tempfile::tempdir().unwrap());
    let archive = home.open().await;
    save_response(&archive, "one.com", 5, 1_000).await;
    save_response(&archive, "two.com", 0, 2_000).await;
    let unsent = claim(&archive, &pending(&request("three.com", 9), 3_000)).await;
    archive.finish(unsent, UnixTime(3_001), &rejected()).await.unwrap();
    // A request settled by the balance, and a response with unreadable entries.
    let before = read_balance(&archive, "account", 4_000, 1_000).await;
    let settled = archive.begin(&pending(&request("four.com", 9), 4_000), "account", Some(before)).await.unwrap();
    let Claim::Proceed(settled) = settled else { panic!("not sent") };
    archive.finish(settled, UnixTime(4_001), &failed()).await.unwrap();
    read_balance(&archive, "account", 20_000, 955).await;
    let odd = claim(&archive, &pending(&request("five.com", 9), 21_000)).await;
    archive.finish(odd, UnixTime(21_001), &Outcome { skipped: 2, ..completed(5) }).await.unwrap();
    archive.set_notes(&[note("a", "theirs"), note("b", "b")]).await.unwrap();
    archive.export(files.path()).await.unwrap();
    archive.export(files.path()).await.unwrap();
    let other = to.open().await;
    save_response(&other, "own.com", 1, 500).await;
    other.set_notes(&[note("a", "mine")]).await.unwrap();
    assert_eq!(other.import(files.path()).await.unwrap().requests, 5);
    assert_eq!(other.import(files.path()).await.unwrap().known, 5, "a second import changes nothing");
    let noted = [note("a", "mine"), note("b", "b")];
    assert_eq!(other.notes().await.unwrap(), noted, "existing notes are kept");
    other.set_notes(&[note("b", "")]).await.unwrap();
    assert_eq!(other.notes().await.unwrap(), noted[..1]);
    let of = |snapshots: Vec<kew_tui::domain::Snapshot>| -> BTreeSet<String> {
        snapshots
            .iter()
            .map(|s| {
                format!("{:?}", (s.request.target.as_str(), s.status, s.charge, s.links, s.skipped, s.balance_readings))
            })
            .collect()
    };
    let (mut all, mine) = (of(other.snapshots().await.unwrap()), of(archive.snapshots().await.unwrap()));
    all.retain(|line| !line.contains("own.com"));
    assert_eq!(all, mine);
    assert_eq!(other.check(|_, raw| response::read(raw).ok().map(|a| a.links.len())).await.unwrap().responses, 4);

    let file =
        fs::read_dir(files.path()).unwrap().map(|e| e.unwrap().path()).find(|p| !p.ends_with("manifest.json")).unwrap();
    fs::write(&file, "{}").unwrap();
    let fresh = home.another();
    let error = fresh.open().await.import(files.path()).await.unwrap_err();
    assert!(error.to_string().contains("checksum"), "{error}");
}

async fn a_directory_without_an_export_is_not_a_damaged_archive(home: Home) {
    let files = tempfile::tempdir().unwrap();
    let archive = home.open().await;
    save_response(&archive, "one.com", 5, 1_000).await;
    for directory in [files.path().to_owned(), files.path().join("no/such"), files.path().join("file")] {
        let error = archive.import(&directory).await.unwrap_err();
        assert!(matches!(error, ArchiveError::NotAnExport(_)), "{error:?}");
        let message = error.to_string();
        assert!(message.contains("manifest.json") && message.contains("Nothing was changed"), "{message}");
        assert!(!message.contains("damaged"), "{message}");
    }
    let manifest = files.path().join("manifest.json");
    for (text, expected) in [
        ("not JSON", "expected"),
        (r#"{"format":3,"requests":[],"layout":"new"}"#, "newer version"),
        (r#"{"format":0,"requests":[]}"#, "unknown format 0"),
        (r#"{"format":-1,"requests":[]}"#, "unknown format -1"),
        (r#"{"format":"1","requests":[]}"#, "invalid type"),
        (r#"{"format":1,"requests":[{}]}"#, "missing field"),
    ] {
        fs::write(&manifest, text).unwrap();
        let error = archive.import(files.path()).await.unwrap_err();
        assert!(matches!(error, ArchiveError::BadExport { .. }) && error.to_string().contains(expected), "{error}");
    }
    let error = archive.export(&manifest).await.unwrap_err();
    assert!(matches!(error, ArchiveError::NotExported { .. }), "{error:?}");
    assert_eq!(archive.snapshots().await.unwrap().len(), 1);
}

async fn a_bad_file_aborts_the_whole_import(home: Home) {
    let files = tempfile::tempdir().unwrap();
    let archive = home.open().await;
    for (target, rows, now) in [("one.com", 1, 1_000), ("two.com", 2, 2_000)] {
        save_response(&archive, target, rows, now).await;
    }
    archive.export(files.path()).await.unwrap();
    let last = archive.snapshots().await.unwrap()[0].id;
    let raw = archive.response(last).await.unwrap();
    let is_last = |path: &std::path::PathBuf| fs::read(path).unwrap() == raw;
    let file = fs::read_dir(files.path()).unwrap().map(|e| e.unwrap().path()).find(is_last).unwrap();
    fs::write(&file, "{}").unwrap();
    let fresh = home.another();
    let other = fresh.open().await;
    let error = other.import(files.path()).await.unwrap_err();
    assert!(
        matches!(error, ArchiveError::BadExport { .. }) && error.to_string().contains("The archive was not changed")
    );
    assert_eq!(other.snapshots().await.unwrap().len(), 0);
    // A second export does not trust a file because of its name.
    let moved = archive.export(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (1, 1));
    assert_eq!(fs::read(&file).unwrap(), raw);
    assert_eq!(other.import(files.path()).await.unwrap().requests, 2);
}

async fn a_path_outside_the_export_is_refused(home: Home) {
    let (to, files) = (home.another(), tempfile::tempdir().unwrap());
    let archive = home.open().await;
    save_response(&archive, "one.com", 5, 1_000).await;
    archive.export(files.path()).await.unwrap();
    let other = to.open().await;
    for name in ["../x.json", "/etc/passwd", "..\\x.json", "C:x.json", "", "."] {
        edit(files.path(), |manifest| manifest["requests"][0]["file"] = name.into());
        let error = other.import(files.path()).await.unwrap_err();
        assert!(matches!(error, ArchiveError::BadExport { .. }), "{name}: {error}");
        let is_path = name.contains(['/', '\\', ':']);
        assert_eq!(error.to_string().contains("is not the name of a file in the same directory"), is_path, "{error}");
    }
    assert!(other.snapshots().await.unwrap().is_empty());
}

async fn a_response_without_a_checksum_is_not_imported(home: Home) {
    let (to, files) = (home.another(), tempfile::tempdir().unwrap());
    let archive = home.open().await;
    save_response(&archive, "one.com", 5, 1_000).await;
    let other = to.open().await;
    for (name, expected) in [("sha256", "no checksum for"), ("file", "without a file name")] {
        archive.export(files.path()).await.unwrap();
        edit(files.path(), |manifest| manifest["requests"][0][name] = serde_json::Value::Null);
        let error = other.import(files.path()).await.unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("The archive was not changed"), "{error}");
    }
    assert!(other.snapshots().await.unwrap().is_empty());
}

/// Two equal responses are two records, and so are two requests in the same millisecond.
async fn every_record_is_exported_and_imported(home: Home) {
    let (to, files) = (home.another(), tempfile::tempdir().unwrap());
    let archive = home.open().await;
    save_response(&archive, "one.com", 3, 1_000).await;
    for (rows, now) in [(3, 1_000), (2, 1_000), (3, 5_000)] {
        let again = agreed(pending(&request("one.com", 3), now), Agreed::Refetch);
        let handle = claim(&archive, &again).await;
        archive.finish(handle, UnixTime(now + 700), &completed(rows)).await.unwrap();
    }
    let moved = archive.export(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (4, 0), "all of them are new");
    let moved = archive.export(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (0, 4));
    let other = to.open().await;
    // One of them exists already, and so does another one from that millisecond.
    save_response(&other, "one.com", 3, 1_000).await;
    let own = agreed(pending(&request("one.com", 3), 1_000), Agreed::Refetch);
    let own = claim(&other, &own).await;
    other.finish(own, UnixTime(1_700), &completed(1)).await.unwrap();
    let moved = other.import(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (3, 1));
    let mut links: Vec<usize> = other.snapshots().await.unwrap().iter().map(|s| s.links).collect();
    links.sort_unstable();
    assert_eq!(links, [1, 2, 3, 3, 3]);
    // A deleted response still counts as known.
    for snapshot in other.snapshots().await.unwrap() {
        other.delete_response(snapshot.id).await.unwrap();
    }
    let moved = other.import(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (0, 4));
}

/// A record that only a newer version can read is kept and blocks nothing.
async fn records_of_another_version_are_exported_and_imported(home: Home) {
    let (to, files) = (home.another(), tempfile::tempdir().unwrap());
    let archive = home.open().await;
    save_response(&archive, "one.com", 3, 1_000).await;
    archive.export(files.path()).await.unwrap();
    edit(files.path(), |manifest| manifest["requests"][0]["scope"] = "planet".into());
    let other = to.open().await;
    assert_eq!(other.import(files.path()).await.unwrap().requests, 1);
    let again = tempfile::tempdir().unwrap();
    assert_eq!(other.export(again.path()).await.unwrap().requests, 1);
    let manifest = |directory: &Path| fs::read_to_string(directory.join("manifest.json")).unwrap();
    assert!(manifest(again.path()).contains("planet"));
    let last = home.another();
    last.open().await.import(again.path()).await.unwrap();
    last.open().await.export(again.path()).await.unwrap();
    let both =
        [files.path(), again.path()].map(|path| serde_json::from_str::<serde_json::Value>(&manifest(path)).unwrap());
    assert_eq!(both[0], both[1]);
}
