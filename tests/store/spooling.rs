//! Spool files: responses while they arrive.

use std::fs;

use kew_tui::domain::UnixTime;

use super::{Home, claim, completed, pending, raw, request};

on_every_store! {
    files_of_another_archive_are_kept_and_do_not_block_adoption
    a_copied_archive_does_not_adopt_later_files
    only_files_with_the_programs_names_are_adopted
}

async fn files_of_another_archive_are_kept_and_do_not_block_adoption(mut home: Home) {
    let old = home.open().await;
    let sent = claim(&old, &pending(&request("old.com", 5), 1_000)).await;
    old.spool(sent).add(b"{\"data\":[");
    old.close().await;
    drop(old);
    home.move_archive_away();
    fs::write(home.path().join("arriving/7.part"), "of which archive?").unwrap();
    let new = home.open().await;
    let sent = claim(&new, &pending(&request("new.com", 5), 2_000)).await;
    new.spool(sent).add(&raw(5));
    drop(new);
    let new = home.open().await;
    let orphans = new.orphans().await.unwrap();
    assert_eq!(orphans.adoptable.iter().map(|orphan| orphan.raw.clone()).collect::<Vec<_>>(), [raw(5)]);
    assert_eq!(orphans.recovered_files.len(), 2, "{:?}", orphans.recovered_files);
    assert!(orphans.recovered_files.iter().all(|path| path.exists()));
    new.finish(sent, UnixTime(3_000), &completed(5)).await.unwrap();
    let orphans = new.orphans().await.unwrap();
    assert_eq!((orphans.adoptable.len(), orphans.recovered_files.len()), (0, 2));
}

/// A copied archive continues its numbering, so another archive may have used the same numbers.
async fn a_copied_archive_does_not_adopt_later_files(home: Home) {
    let archive = home.open().await;
    let sent = claim(&archive, &pending(&request("one.com", 5), 1_000)).await;
    let file = home.path().join(format!("arriving/{}-1.part", archive.id()));
    fs::create_dir(home.path().join("arriving")).unwrap();
    fs::write(&file, "another request with this number").unwrap();
    archive.spool(sent).add(&raw(5));
    assert_eq!(archive.spooled(sent), raw(5));
    drop(archive);
    let orphans = home.open().await.orphans().await.unwrap();
    assert_eq!(orphans.adoptable.iter().map(|orphan| orphan.raw.clone()).collect::<Vec<_>>(), [raw(5)]);
    let [stray] = orphans.recovered_files.as_slice() else { panic!("{orphans:?}") };
    assert_eq!(fs::read_to_string(stray).unwrap(), "another request with this number");
}

async fn only_files_with_the_programs_names_are_adopted(home: Home) {
    let archive = home.open().await;
    claim(&archive, &pending(&request("one.com", 5), 1_000)).await;
    let (name, directory) = (archive.id().to_owned(), home.path().join("arriving"));
    drop(archive);
    fs::create_dir(&directory).unwrap();
    let names = ["+1", "01", "9", "", "1-1", "x"].map(|number| format!("{name}-{number}.part"));
    for file in names.iter().chain(&["other-1.part".to_owned(), format!("{name}-1.txt")]) {
        fs::write(directory.join(file), "partial response").unwrap();
    }
    let orphans = home.open().await.orphans().await.unwrap();
    assert_eq!((orphans.adoptable.len(), orphans.recovered_files.len()), (0, 8), "{orphans:?}");
    assert!(orphans.recovered_files.iter().all(|path| path.exists()));
}
