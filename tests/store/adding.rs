//! Links of other tools: kept like responses, and never taken for one.

use kew_tui::archive::{Added, Addition, Archive, Blocked, Claim};
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::snapshot::{Annotations, RequestStatus};
use kew_tui::domain::{Credits, Mode, Request, Scope, Snapshot, Target, UnixTime, ledger};

use super::transfer::edit;
use super::{Home, agreed, begin, claim, completed, failed, pending, request, save_response};

on_every_store! {
    added_links_are_kept_with_their_tool
    the_same_links_are_added_once
    added_links_never_take_the_place_of_a_request
    added_links_survive_export_and_import
    a_program_that_does_not_know_tools_refuses_their_export
}

const RAW: &[u8] = b"{\"url_source\":\"https://a.org/\"}\n";

pub async fn add_to(archive: &Archive, target: &str, tool: &str, at: i64, raw: &[u8]) -> Added {
    let target = Target::parse(target, Scope::Page).unwrap();
    let (at, now) = (UnixTime(at), UnixTime(90_000));
    archive.add(&Addition { target: &target, tool, at, now, links: 1, raw }).await.unwrap()
}

async fn add(archive: &Archive, tool: &str, at: i64) -> Snapshot {
    match add_to(archive, "example.com", tool, at, RAW).await {
        Added::New(snapshot) => *snapshot,
        known => panic!("{known:?}"),
    }
}

async fn added_links_are_kept_with_their_tool(home: Home) {
    let archive = home.open().await;
    let added = add(&archive, "Ahrefs", 1_000).await;
    assert_eq!((added.tool.as_deref(), added.kind(), added.at), (Some("Ahrefs"), "Ahrefs", UnixTime(1_000)));
    assert_eq!(
        (added.status, added.charge, added.maximum_cost),
        (RequestStatus::Completed, Charge::NotSent, Credits(0))
    );
    assert_eq!((added.links, added.limit(), added.can_open()), (1, usize::MAX, true));
    drop(archive);
    let archive = home.open().await;
    assert_eq!(archive.snapshots().await.unwrap(), std::slice::from_ref(&added));
    assert_eq!(archive.response(added.id).await.unwrap(), RAW);
    let log = archive.log().await.unwrap();
    assert_eq!((ledger::total(&log).requests, ledger::by_target(&log).len()), (0, 0), "it is not in the ledger");
    let checked = archive.check(|snapshot, raw| (snapshot.tool.is_some() && raw == RAW).then_some(1)).await.unwrap();
    assert_eq!((checked.responses, checked.damaged), (1, Vec::new()));
    let annotations = Annotations { name: "January".into(), ..Annotations::default() };
    let named = archive.set_annotations(added.id, &annotations).await.unwrap();
    assert_eq!((named.annotations, named.tool), (annotations, added.tool));
}

async fn the_same_links_are_added_once(home: Home) {
    let archive = home.open().await;
    let first = add(&archive, "Ahrefs", 1_000).await;
    for (tool, at) in [("Ahrefs", 1_000), ("Ahrefs", 2_000), ("Semrush", 1_000)] {
        assert_eq!(add_to(&archive, "example.com", tool, at, RAW).await, Added::Known(first.id), "{tool} {at}");
    }
    for (target, tool, at, raw) in [
        ("example.com", "Semrush", 2_000, RAW),
        ("other.com", "Ahrefs", 1_000, RAW),
        ("example.com", "Ahrefs", 1_000, b"{\"url_source\":\"https://b.org/\"}\n"),
    ] {
        assert!(matches!(add_to(&archive, target, tool, at, raw).await, Added::New(_)), "{target} {tool} {at}");
    }
    archive.delete_response(first.id).await.unwrap();
    assert_ne!(add(&archive, "Ahrefs", 1_000).await.id, first.id, "it can be added again after it was deleted");
}

async fn added_links_never_take_the_place_of_a_request(home: Home) {
    let archive = home.open().await;
    add(&archive, "Ahrefs", 5_000).await;
    // Whatever mode a request has, and whatever mode the links of a file might seem to have.
    for mode in [Mode::OnePerDomain, Mode::AllLinks] {
        in_place_of(&archive, Request { mode, ..request("example.com", 5) }).await;
    }
}

async fn in_place_of(archive: &Archive, request: Request) {
    let any_age = pending(&request, 9_000);
    assert!(archive.look_up(&any_age).await.unwrap().is_none());
    // They make up for no request that may have been charged, whatever their date.
    let lost = claim(archive, &any_age).await;
    archive.finish(lost, UnixTime(9_001), &failed()).await.unwrap();
    let raw = format!("{:?}", request.mode);
    add_to(archive, "example.com", "Semrush", 80_000, raw.as_bytes()).await;
    assert!(matches!(begin(archive, &any_age).await, Claim::Blocked(Blocked::Undelivered(_))));
    // And they replace no response.
    let sent = claim(archive, &agreed(any_age, Agreed::AfterFailure)).await;
    archive.finish(sent, UnixTime(9_100), &completed(5)).await.unwrap();
    add_to(archive, "example.com", "Majestic", 85_000, raw.as_bytes()).await;
    let later = pending(&request, 90_000);
    let Claim::Blocked(Blocked::Held(held)) = begin(archive, &later).await else { panic!("not held") };
    assert_eq!((held.tool, held.links), (None, 5));
}

async fn added_links_survive_export_and_import(home: Home) {
    let (to, files) = (home.another(), tempfile::tempdir().unwrap());
    let archive = home.open().await;
    save_response(&archive, "example.com", 5, 1_000).await;
    let added = add(&archive, "Ahrefs", 2_000).await;
    archive.export(files.path()).await.unwrap();
    let other = to.open().await;
    assert_eq!(other.import(files.path()).await.unwrap().requests, 2);
    assert_eq!(other.import(files.path()).await.unwrap().known, 2);
    let snapshots = other.snapshots().await.unwrap();
    assert_eq!((snapshots[0].tool.as_deref(), snapshots[0].at), (Some("Ahrefs"), added.at));
    assert_eq!(other.response(snapshots[0].id).await.unwrap(), RAW);
    assert_eq!(snapshots[1].tool, None);
    let again = add_to(&other, "example.com", "Ahrefs", 2_000, RAW).await;
    assert_eq!(again, Added::Known(snapshots[0].id));
}

/// Version 1 would ignore the tool, and take the links for a response that was paid for.
async fn a_program_that_does_not_know_tools_refuses_their_export(home: Home) {
    let files = tempfile::tempdir().unwrap();
    let archive = home.open().await;
    let format = || {
        let manifest = std::fs::read(files.path().join("manifest.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&manifest).unwrap()["format"].clone()
    };
    save_response(&archive, "example.com", 5, 1_000).await;
    archive.export(files.path()).await.unwrap();
    assert_eq!(format(), 1);
    add(&archive, "Ahrefs", 2_000).await;
    archive.export(files.path()).await.unwrap();
    assert_eq!(format(), 2);
    // Even without the field, it is not a response.
    edit(files.path(), |manifest| drop(manifest["requests"][1].as_object_mut().unwrap().remove("tool")));
    let other = home.another().open().await;
    other.import(files.path()).await.unwrap();
    let log = other.log().await.unwrap();
    assert_eq!((log.snapshots.len(), log.unreadable.len()), (1, 1));
}
