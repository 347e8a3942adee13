//! The archive: what was paid for is never lost and never bought twice, whatever happens.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use kew_tui::api::response;
use kew_tui::archive::{Archive, ArchiveError, Blocked, Claim, Outcome, PendingRequest, Reading, RequestHandle};
use kew_tui::domain::note::{LinkId, Note};
use kew_tui::domain::purchase::settlement::STILL_WORKING;
use kew_tui::domain::purchase::{Agreed, Charge, Terms};
use kew_tui::domain::snapshot::{Ending, Label};
use kew_tui::domain::{Credits, LinkCount, Mode, Request, Scope, Target, UnixTime};
use proptest::prelude::*;

pub fn request(target: &str, count: u64) -> Request {
    let target = Target::parse(target, Scope::Page).unwrap();
    Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(count).unwrap() }
}

fn pending(request: &Request, now: i64) -> PendingRequest {
    let terms = Terms { now: UnixTime(now), max_age: None, agreed: Agreed::Nothing };
    PendingRequest { request: request.clone(), terms }
}

fn agreed(pending: PendingRequest, agreed: Agreed) -> PendingRequest {
    PendingRequest { terms: Terms { agreed, ..pending.terms }, ..pending }
}

async fn begin(archive: &Archive, pending: &PendingRequest) -> Claim {
    archive.begin(pending, "account", None).await.unwrap()
}

fn raw(rows: usize) -> Vec<u8> {
    let row = |i: usize| {
        format!(
            r#"{{"anchor_text":"a{i}","domain_source":"site{i}.com","domain_target":"x.com","url_source":"https://site{i}.com/{i}","url_target":"https://x.com"}}"#
        )
    };
    let rows_json: Vec<String> = (0..rows).map(row).collect();
    format!(r#"{{"data":[{}],"credits_consumed":{},"time_taken":0.7}}"#, rows_json.join(","), rows * 5).into_bytes()
}

fn answered(rows: usize) -> Outcome {
    let charged = Some(Credits(rows as u64 * 5));
    Outcome {
        ending: Ending::Answered,
        status: Some(200),
        charged,
        links: rows,
        skipped: 0,
        server_finished: true,
        failure: None,
        raw: raw(rows),
    }
}

fn refused() -> Outcome {
    let (ending, status) = (Ending::Refused, Some(402));
    Outcome { ending, status, charged: None, links: 0, failure: Some("no".into()), raw: vec![], ..answered(0) }
}

/// A request that went out and brought nothing; the server has said that it is done with it.
fn failed() -> Outcome {
    Outcome { ending: Ending::Failed, status: Some(502), ..refused() }
}

async fn claim(archive: &Archive, pending: &PendingRequest) -> RequestHandle {
    match begin(archive, pending).await {
        Claim::Proceed(handle) => handle,
        other => panic!("not to be sent: {other:?}"),
    }
}

/// Asks and answers.
async fn fill(archive: &Archive, target: &str, rows: usize, now: i64) {
    let handle = claim(archive, &pending(&request(target, rows.max(1) as u64), now)).await;
    archive.finish(handle, UnixTime(now + 700), &answered(rows)).await.unwrap();
}

#[tokio::test]
async fn an_answer_comes_back_as_it_came() {
    let directory = tempfile::tempdir().unwrap();
    {
        let archive = Archive::open(directory.path()).await.unwrap();
        fill(&archive, "example.com", 40, 1_000).await;
        archive.close().await;
    }
    let archive = Archive::open(directory.path()).await.unwrap();
    let snapshots = archive.snapshots().await.unwrap();
    assert_eq!(snapshots.len(), 1);
    let snapshot = &snapshots[0];
    let charge = Charge::Response(Credits(200));
    assert_eq!((snapshot.links, snapshot.charge, snapshot.quoted), (40, charge, Credits(200)));
    assert_eq!((snapshot.ending, snapshot.at), (Ending::Answered, UnixTime(1_000)));
    assert_eq!(archive.answer(snapshot.id).await.unwrap(), raw(40));
}

#[tokio::test]
async fn nothing_is_bought_twice() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    fill(&archive, "example.com", 100, 1_000).await;
    let ask = |count| pending(&request("example.com", count), 10_000);
    assert!(matches!(begin(&archive, &ask(100)).await, Claim::Blocked(Blocked::Held(_))));
    assert!(matches!(begin(&archive, &ask(40)).await, Claim::Blocked(Blocked::Held(_))), "a part of what is held");
    assert!(matches!(begin(&archive, &ask(101)).await, Claim::Proceed(_)), "there may be more");
    let refresh = agreed(ask(100), Agreed::Refetch);
    assert!(matches!(begin(&archive, &refresh).await, Claim::Proceed(_)));
    let max_age = Some(Duration::from_secs(5));
    let stale = PendingRequest { terms: Terms { max_age, ..ask(100).terms }, ..ask(100) };
    assert!(
        matches!(begin(&archive, &stale).await, Claim::Blocked(Blocked::InFlight(_))),
        "the refresh from before is under way"
    );
    let other = PendingRequest { request: Request { mode: Mode::AllLinks, ..request("example.com", 5) }, ..ask(5) };
    assert!(matches!(begin(&archive, &other).await, Claim::Proceed(_)));
}

#[tokio::test]
async fn a_short_answer_has_all_there_is() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    let handle = claim(&archive, &pending(&request("example.com", 100), 1)).await;
    archive.finish(handle, UnixTime(2), &answered(60)).await.unwrap();
    assert!(matches!(
        begin(&archive, &pending(&request("example.com", 5_000), 3)).await,
        Claim::Blocked(Blocked::Held(_))
    ));
}

#[tokio::test]
async fn a_session_that_ends_early_leaves_an_unknown() {
    let directory = tempfile::tempdir().unwrap();
    let first = Archive::open(directory.path()).await.unwrap();
    let second = Archive::open(directory.path()).await.unwrap();
    let ask = pending(&request("example.com", 100), 1_000);
    let sent = claim(&first, &ask).await;
    let Claim::Blocked(Blocked::InFlight(waiting)) = begin(&second, &ask).await else { panic!("not joined") };
    assert_eq!(second.ended(waiting).await.unwrap(), None);
    assert_eq!(second.snapshots().await.unwrap()[0].ending, Ending::Running);
    drop(first);
    let ended = second.ended(sent).await.unwrap().unwrap();
    assert_eq!((ended.ending, ended.charge), (Ending::Failed, Charge::Unknown));
    assert!(matches!(begin(&second, &ask).await, Claim::Blocked(Blocked::Undelivered(_))), "it may be paid for");
    let again = agreed(ask, Agreed::AfterFailure);
    assert!(matches!(begin(&second, &again).await, Claim::Proceed(_)), "the user agreed");
}

#[tokio::test]
async fn eight_sessions_at_once_lose_nothing_and_buy_once() {
    let directory = tempfile::tempdir().unwrap();
    let sessions = (0..8).map(|session| {
        let path = directory.path().to_owned();
        tokio::spawn(async move {
            let archive = Archive::open(&path).await.unwrap();
            let mut sent = 0;
            for i in 0..10 {
                // Half of what each asks is asked by all.
                let target = if i % 2 == 0 { format!("shared{i}.com") } else { format!("own{session}-{i}.com") };
                match begin(&archive, &pending(&request(&target, 10), 1_000 + i)).await {
                    Claim::Proceed(handle) => {
                        sent += 1;
                        tokio::task::yield_now().await;
                        archive.finish(handle, UnixTime(2_000), &answered(10)).await.unwrap();
                    }
                    Claim::Blocked(Blocked::InFlight(handle)) => {
                        while archive.ended(handle).await.unwrap().is_none() {
                            tokio::time::sleep(Duration::from_millis(2)).await;
                        }
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
    assert_eq!(sent, 5 + 8 * 5, "each target once");
    let archive = Archive::open(directory.path()).await.unwrap();
    let snapshots = archive.snapshots().await.unwrap();
    assert_eq!(snapshots.iter().filter(|s| s.ending == Ending::Answered).count(), 45);
    assert_eq!(archive.check(|raw| response::read(raw).ok().map(|a| a.links.len())).await.unwrap().damaged, []);
}

/// Reads the balance of an account while nothing else happens.
async fn read_balance(archive: &Archive, account: &str, now: i64, credits: u64) -> Reading {
    let open = archive.begin_reading(account, UnixTime(now)).await.unwrap();
    archive.end_reading(open, UnixTime(now), Credits(credits), None).await.unwrap().0
}

/// Sends a request between two readings of the balance, and returns what is known of its charge then.
async fn charge_between(outcome: Option<&Outcome>, before: u64, after: u64, later: i64) -> Charge {
    let directory = tempfile::tempdir().unwrap();
    let first = Archive::open(directory.path()).await.unwrap();
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
    let archive = Archive::open(directory.path()).await.unwrap();
    read_balance(&archive, "account", 1_000 + later, after).await;
    archive.ended(handle).await.unwrap().unwrap().charge
}

#[tokio::test]
async fn a_later_reading_settles_what_is_open() {
    let (soon, later) = (10_000, STILL_WORKING.as_millis() as i64);
    let silent = Outcome { charged: None, ..answered(50) };
    for (what, outcome, before, after, at, expected) in [
        ("a 502 that was charged", Some(failed()), 1_000, 750, soon, Charge::Balance(Credits(250))),
        ("a 502 that was free", Some(failed()), 1_000, 1_000, soon, Charge::Balance(Credits::ZERO)),
        ("a 502, read at once", Some(failed()), 1_000, 1_000, 1_000, Charge::Unknown),
        ("a response that does not say", Some(silent), 1_000, 800, soon, Charge::Balance(Credits(200))),
        ("killed, and charged", None, 1_000, 900, soon, Charge::Balance(Credits(100))),
        ("killed, and perhaps still worked on", None, 1_000, 1_000, soon, Charge::Unknown),
        ("killed, and free", None, 1_000, 1_000, later, Charge::Balance(Credits::ZERO)),
        ("more than it can cost", Some(failed()), 1_000, 700, soon, Charge::Unknown),
        ("credits were added", Some(failed()), 1_000, 2_000, soon, Charge::Unknown),
        ("a response that says", Some(answered(50)), 1_000, 1_000, soon, Charge::Response(Credits(250))),
        ("rejected", Some(refused()), 1_000, 900, soon, Charge::Rejected),
    ] {
        assert_eq!(charge_between(outcome.as_ref(), before, after, at).await, expected, "{what}");
    }
}

#[tokio::test]
async fn a_difference_that_others_may_have_made_settles_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    let send = async |target: &str, account: &str, before: Reading| {
        let pending = pending(&request(target, 50), 1_000);
        match archive.begin(&pending, account, Some(before)).await.unwrap() {
            Claim::Proceed(handle) => handle,
            other => panic!("not to be sent: {other:?}"),
        }
    };
    // Another request of the account between the readings.
    let before = read_balance(&archive, "mine", 1_000, 1_000).await;
    let (one, two) = (send("one.com", "mine", before).await, send("two.com", "mine", before).await);
    archive.finish(two, UnixTime(2_000), &answered(50)).await.unwrap();
    archive.finish(one, UnixTime(2_000), &failed()).await.unwrap();
    read_balance(&archive, "mine", 20_000, 750).await;
    let snapshot = archive.ended(one).await.unwrap().unwrap();
    assert_eq!((snapshot.charge, snapshot.seen.map(|seen| seen.shared)), (Charge::Unknown, Some(true)));
    // One that was running when the first reading began.
    let three = send("three.com", "mine", read_balance(&archive, "mine", 21_000, 750).await).await;
    let busy = read_balance(&archive, "mine", 22_000, 750).await;
    assert!(!busy.is_quiet);
    archive.finish(three, UnixTime(23_000), &answered(5)).await.unwrap();
    let four = send("four.com", "mine", busy).await;
    archive.finish(four, UnixTime(24_000), &failed()).await.unwrap();
    read_balance(&archive, "mine", 40_000, 725).await;
    assert_eq!(archive.ended(four).await.unwrap().unwrap().charge, Charge::Unknown);
    // One whose program was killed a moment ago: the server may charge for it at any time.
    let second = Archive::open(directory.path()).await.unwrap();
    let quiet = read_balance(&archive, "mine", 41_000, 725).await;
    assert!(quiet.is_quiet);
    let pending = pending(&request("killed.com", 5), 41_000);
    assert!(matches!(second.begin(&pending, "mine", Some(quiet)).await.unwrap(), Claim::Proceed(_)));
    drop(second);
    assert!(!read_balance(&archive, "mine", 42_000, 725).await.is_quiet);
    let much_later = 42_000 + STILL_WORKING.as_millis() as i64;
    assert!(!read_balance(&archive, "mine", much_later - 2_000, 725).await.is_quiet);
    assert!(read_balance(&archive, "mine", much_later, 725).await.is_quiet);
    // Those of another account prove nothing, and disturb nobody.
    let before = read_balance(&archive, "mine", 500_000, 725).await;
    let theirs = send("five.com", "theirs", read_balance(&archive, "theirs", 500_000, 90).await).await;
    let five = send("six.com", "mine", before).await;
    archive.finish(five, UnixTime(501_000), &failed()).await.unwrap();
    archive.finish(theirs, UnixTime(501_000), &failed()).await.unwrap();
    read_balance(&archive, "theirs", 510_000, 80).await;
    assert_eq!(archive.ended(five).await.unwrap().unwrap().charge, Charge::Unknown);
    read_balance(&archive, "mine", 520_000, 600).await;
    assert_eq!(archive.ended(five).await.unwrap().unwrap().charge, Charge::Balance(Credits(125)));
    assert_eq!(archive.ended(theirs).await.unwrap().unwrap().charge, Charge::Balance(Credits(10)));
}

#[tokio::test]
async fn files_of_another_archive_are_kept_and_keep_nobody_from_being_adopted() {
    let directory = tempfile::tempdir().unwrap();
    let old = Archive::open(directory.path()).await.unwrap();
    let sent = claim(&old, &pending(&request("old.com", 5), 1_000)).await;
    old.spool(sent).add(b"{\"data\":[");
    old.close().await;
    drop(old);
    // What the message about a damaged archive advises.
    for file in ["archive.sqlite", "archive.sqlite-wal", "archive.sqlite-shm"] {
        let path = directory.path().join(file);
        if path.exists() {
            fs::rename(&path, directory.path().join(format!("{file}.moved"))).unwrap();
        }
    }
    fs::write(directory.path().join("arriving/7.part"), "of whom?").unwrap();
    let new = Archive::open(directory.path()).await.unwrap();
    let sent = claim(&new, &pending(&request("new.com", 5), 2_000)).await;
    new.spool(sent).add(&raw(5));
    drop(new);
    let new = Archive::open(directory.path()).await.unwrap();
    let orphans = new.orphans().await.unwrap();
    assert_eq!(orphans.adoptable.iter().map(|orphan| orphan.raw.clone()).collect::<Vec<_>>(), [raw(5)]);
    assert_eq!(orphans.strays.len(), 2, "{:?}", orphans.strays);
    assert!(orphans.strays.iter().all(|path| path.exists()));
    new.finish(sent, UnixTime(3_000), &answered(5)).await.unwrap();
    let orphans = new.orphans().await.unwrap();
    assert_eq!((orphans.adoptable.len(), orphans.strays.len()), (0, 2));
}

#[tokio::test]
async fn a_record_of_a_newer_version_stays_visible() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    for target in ["one.com", "two.com", "three.com"] {
        fill(&archive, target, 5, 1_000).await;
    }
    let url = format!("sqlite://{}", directory.path().join("archive.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    for change in [
        "UPDATE requests SET scope = 'subdomain' WHERE target = 'https://one.com/'",
        "UPDATE outcomes SET kind = 'streamed' WHERE request_id = 2",
    ] {
        sqlx::query(change).execute(&pool).await.unwrap();
    }
    let log = archive.log().await.unwrap();
    assert_eq!((log.snapshots.len(), log.unreadable.len()), (1, 2));
    assert_eq!(log.unreadable[1].target, "https://one.com/");
    assert_eq!(log.unreadable_note().unwrap(), "2 records of a newer version of kew-tui can't be read by this one");
    let sums = kew_tui::domain::ledger::total(&log);
    assert_eq!((sums.requests, sums.charged), (3, Credits(75)), "what they cost counts");
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

#[tokio::test]
async fn labels_and_deleting() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    fill(&archive, "example.com", 3, 1_000).await;
    let id = archive.snapshots().await.unwrap()[0].id;
    let label = Label { name: "before the move".into(), note: "n".into(), tag: "t".into(), pinned: true };
    assert_eq!(archive.set_label(id, &label).await.unwrap().label, label);
    archive.delete_answer(id).await.unwrap();
    let left = archive.snapshot(id).await.unwrap();
    assert_eq!((left.has_answer, left.charge), (false, Charge::Response(Credits(15))), "what it cost stays");
    assert!(matches!(archive.answer(id).await, Err(ArchiveError::NoSuchSnapshot)));
    assert!(matches!(begin(&archive, &pending(&request("example.com", 3), 9)).await, Claim::Proceed(_)));
}

#[tokio::test]
async fn out_and_in_as_plain_files() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    fill(&archive, "one.com", 5, 1_000).await;
    fill(&archive, "two.com", 0, 2_000).await;
    let unsent = claim(&archive, &pending(&request("three.com", 9), 3_000)).await;
    archive.finish(unsent, UnixTime(3_001), &refused()).await.unwrap();
    // One whose charge only the balance tells, and one with entries that can't be read.
    let before = read_balance(&archive, "account", 4_000, 1_000).await;
    let settled = archive.begin(&pending(&request("four.com", 9), 4_000), "account", Some(before)).await.unwrap();
    let Claim::Proceed(settled) = settled else { panic!("not sent") };
    archive.finish(settled, UnixTime(4_001), &failed()).await.unwrap();
    read_balance(&archive, "account", 20_000, 955).await;
    let odd = claim(&archive, &pending(&request("five.com", 9), 21_000)).await;
    archive.finish(odd, UnixTime(21_001), &Outcome { skipped: 2, ..answered(5) }).await.unwrap();
    let link = |source: &str| LinkId { source_url: source.to_owned(), target_url: "https://me.com/".to_owned() };
    let note = |text: &str| Note { text: text.to_owned(), tag: "mail".to_owned() };
    archive.set_notes(&[(link("a"), note("theirs")), (link("b"), note("b"))]).await.unwrap();
    archive.export(files.path()).await.unwrap();
    archive.export(files.path()).await.unwrap();
    let other = Archive::open(to.path()).await.unwrap();
    fill(&other, "own.com", 1, 500).await;
    other.set_notes(&[(link("a"), note("mine"))]).await.unwrap();
    assert_eq!(other.import(files.path()).await.unwrap().requests, 5);
    assert_eq!(other.import(files.path()).await.unwrap().known, 5, "again changes nothing");
    let noted = [(link("a"), note("mine")), (link("b"), note("b"))];
    assert_eq!(other.notes().await.unwrap(), noted, "what is said here stays");
    other.set_notes(&[(link("b"), Note::default())]).await.unwrap();
    assert_eq!(other.notes().await.unwrap(), noted[..1]);
    let of = |snapshots: Vec<kew_tui::domain::Snapshot>| -> BTreeSet<String> {
        snapshots
            .iter()
            .map(|s| format!("{:?}", (s.request.target.as_str(), s.ending, s.charge, s.links, s.skipped, s.seen)))
            .collect()
    };
    let (mut all, mine) = (of(other.snapshots().await.unwrap()), of(archive.snapshots().await.unwrap()));
    all.retain(|line| !line.contains("own.com"));
    assert_eq!(all, mine);
    assert_eq!(other.check(|raw| response::read(raw).ok().map(|a| a.links.len())).await.unwrap().answers, 4);

    let file =
        fs::read_dir(files.path()).unwrap().map(|e| e.unwrap().path()).find(|p| !p.ends_with("manifest.json")).unwrap();
    fs::write(&file, "{}").unwrap();
    let fresh = tempfile::tempdir().unwrap();
    let error = Archive::open(fresh.path()).await.unwrap().import(files.path()).await.unwrap_err();
    assert!(error.to_string().contains("check sum"), "{error}");
}

#[tokio::test]
async fn a_directory_without_an_export_is_not_a_damaged_archive() {
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(data.path()).await.unwrap();
    fill(&archive, "one.com", 5, 1_000).await;
    for directory in [files.path().to_owned(), files.path().join("no/such"), data.path().join("archive.sqlite")] {
        let error = archive.import(&directory).await.unwrap_err();
        assert!(matches!(error, ArchiveError::NoExport(_)), "{error:?}");
        let says = error.to_string();
        assert!(says.contains("manifest.json") && says.contains("Nothing was changed"), "{says}");
        assert!(!says.contains("damaged"), "{says}");
    }
    let manifest = files.path().join("manifest.json");
    for (text, says) in [
        ("not JSON", "expected"),
        (r#"{"format":2,"requests":[],"layout":"new"}"#, "newer version"),
        (r#"{"format":0,"requests":[]}"#, "its format 0 is unknown"),
        (r#"{"format":-1,"requests":[]}"#, "its format -1 is unknown"),
        (r#"{"format":"1","requests":[]}"#, "invalid type"),
        (r#"{"format":1,"requests":[{}]}"#, "missing field"),
    ] {
        fs::write(&manifest, text).unwrap();
        let error = archive.import(files.path()).await.unwrap_err();
        assert!(matches!(error, ArchiveError::BadExport { .. }) && error.to_string().contains(says), "{error}");
    }
    let in_the_way = archive.export(&manifest).await.unwrap_err();
    assert!(matches!(in_the_way, ArchiveError::NotExported { .. }), "{in_the_way:?}");
    assert_eq!(archive.snapshots().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_export_with_a_bad_file_is_taken_over_whole_or_not_at_all() {
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(data.path()).await.unwrap();
    for (target, rows, now) in [("one.com", 1, 1_000), ("two.com", 2, 2_000)] {
        fill(&archive, target, rows, now).await;
    }
    archive.export(files.path()).await.unwrap();
    let last = archive.snapshots().await.unwrap()[0].id;
    let raw = archive.answer(last).await.unwrap();
    let is_last = |path: &std::path::PathBuf| fs::read(path).unwrap() == raw;
    let file = fs::read_dir(files.path()).unwrap().map(|e| e.unwrap().path()).find(is_last).unwrap();
    fs::write(&file, "{}").unwrap();
    let fresh = tempfile::tempdir().unwrap();
    let other = Archive::open(fresh.path()).await.unwrap();
    let error = other.import(files.path()).await.unwrap_err();
    assert!(matches!(error, ArchiveError::BadExport { .. }) && error.to_string().contains("Nothing was changed"));
    assert_eq!(other.snapshots().await.unwrap().len(), 0);
    // Exporting again does not trust a file for its name.
    let moved = archive.export(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (1, 1));
    assert_eq!(fs::read(&file).unwrap(), raw);
    assert_eq!(other.import(files.path()).await.unwrap().requests, 2);
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_is_not_followed() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    fill(&archive, "one.com", 5, 1_000).await;
    archive.export(files.path()).await.unwrap();
    let other = Archive::open(to.path()).await.unwrap();
    for name in ["../x.json", "/etc/passwd", "..\\x.json", "C:x.json", "", "."] {
        edit(files.path(), |manifest| manifest["requests"][0]["file"] = name.into());
        let error = other.import(files.path()).await.unwrap_err();
        assert!(matches!(error, ArchiveError::BadExport { .. }), "{name}: {error}");
        let leads = name.contains(['/', '\\', ':']);
        assert_eq!(error.to_string().contains("is not the name of a file beside it"), leads, "{error}");
    }
    assert!(other.snapshots().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_damaged_note_keeps_nothing_else_from_being_exported() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    fill(&archive, "one.com", 5, 1_000).await;
    let note = |source: &str| {
        let link = LinkId { source_url: source.to_owned(), target_url: "b".to_owned() };
        (link, Note { text: "n".to_owned(), tag: String::new() })
    };
    archive.set_notes(&[note("a"), note("c")]).await.unwrap();
    let url = format!("sqlite://{}", from.path().join("archive.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::query("UPDATE link_notes SET note = x'ff00' WHERE source_url = 'a'").execute(&pool).await.unwrap();
    archive.export(files.path()).await.unwrap_err();
    let other = Archive::open(to.path()).await.unwrap();
    assert_eq!(other.import(files.path()).await.unwrap().requests, 1);
    assert_eq!(other.notes().await.unwrap(), [note("c")]);
}

/// Changes the manifest of an export.
fn edit(files: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let path = files.join("manifest.json");
    let mut manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(&path, serde_json::to_vec(&manifest).unwrap()).unwrap();
}

#[tokio::test]
async fn an_import_that_fails_midway_changes_nothing() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    for (target, now) in [("one.com", 1_000), ("two.com", 2_000), ("three.com", 3_000)] {
        fill(&archive, target, 200, now).await;
    }
    let link = LinkId { source_url: "a".to_owned(), target_url: "b".to_owned() };
    archive.set_notes(&[(link, Note { text: "n".to_owned(), tag: String::new() })]).await.unwrap();
    archive.export(files.path()).await.unwrap();
    let other = Archive::open(to.path()).await.unwrap();
    fill(&other, "own.com", 1, 500).await;
    // The last of them can't be written, in the way of a full disk.
    let url = format!("sqlite://{}", to.path().join("archive.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let full = "CREATE TRIGGER full BEFORE INSERT ON link_notes BEGIN SELECT RAISE(FAIL, 'no room'); END";
    sqlx::query(full).execute(&pool).await.unwrap();
    other.import(files.path()).await.unwrap_err();
    assert_eq!(other.snapshots().await.unwrap().len(), 1, "none of the three is there");
    sqlx::query("DROP TRIGGER full").execute(&pool).await.unwrap();
    assert_eq!(other.import(files.path()).await.unwrap().requests, 3);
    assert_eq!((other.snapshots().await.unwrap().len(), other.notes().await.unwrap().len()), (4, 1));
}

#[tokio::test]
async fn a_response_without_its_check_sum_is_not_taken_over() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    fill(&archive, "one.com", 5, 1_000).await;
    let other = Archive::open(to.path()).await.unwrap();
    for (name, says) in [("sha256", "no check sum of"), ("file", "without the name of its file")] {
        archive.export(files.path()).await.unwrap();
        edit(files.path(), |manifest| manifest["requests"][0][name] = serde_json::Value::Null);
        let error = other.import(files.path()).await.unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("Nothing was changed"), "{error}");
    }
    assert!(other.snapshots().await.unwrap().is_empty());
}

/// The same answer twice is two records, and so are two requests of the same millisecond.
#[tokio::test]
async fn every_record_goes_out_and_in() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    fill(&archive, "one.com", 3, 1_000).await;
    for (rows, now) in [(3, 1_000), (2, 1_000), (3, 5_000)] {
        let again = agreed(pending(&request("one.com", 3), now), Agreed::Refetch);
        let handle = claim(&archive, &again).await;
        archive.finish(handle, UnixTime(now + 700), &answered(rows)).await.unwrap();
    }
    let moved = archive.export(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (4, 0), "all of them were written now");
    let moved = archive.export(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (0, 4));
    let other = Archive::open(to.path()).await.unwrap();
    // One of them is there already, and so is another one of that millisecond.
    fill(&other, "one.com", 3, 1_000).await;
    let own = agreed(pending(&request("one.com", 3), 1_000), Agreed::Refetch);
    let own = claim(&other, &own).await;
    other.finish(own, UnixTime(1_700), &answered(1)).await.unwrap();
    let moved = other.import(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (3, 1));
    let mut links: Vec<usize> = other.snapshots().await.unwrap().iter().map(|s| s.links).collect();
    links.sort_unstable();
    assert_eq!(links, [1, 2, 3, 3, 3]);
    // What is deleted here is known all the same.
    for snapshot in other.snapshots().await.unwrap() {
        other.delete_answer(snapshot.id).await.unwrap();
    }
    let moved = other.import(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (0, 4));
}

/// What only a newer version understands is neither lost nor in the way.
#[tokio::test]
async fn records_of_another_version_go_out_and_in_too() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    fill(&archive, "one.com", 3, 1_000).await;
    let scope = |directory: &Path| format!("sqlite://{}", directory.join("archive.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&scope(from.path())).await.unwrap();
    sqlx::query("UPDATE requests SET scope = 'planet'").execute(&pool).await.unwrap();
    pool.close().await;
    assert_eq!(archive.export(files.path()).await.unwrap().requests, 1);
    let other = Archive::open(to.path()).await.unwrap();
    assert_eq!(other.import(files.path()).await.unwrap().requests, 1);
    let pool = sqlx::SqlitePool::connect(&scope(to.path())).await.unwrap();
    let scopes: Vec<String> = sqlx::query_scalar("SELECT scope FROM requests").fetch_all(&pool).await.unwrap();
    assert_eq!(scopes, ["planet"]);
}

#[tokio::test]
async fn damage_is_found_and_said() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    for target in ["one.com", "two.com"] {
        fill(&archive, target, 5, 1_000).await;
    }
    let wrong = |raw: &[u8]| response::read(raw).ok().map(|answer| answer.links.len() + 1);
    assert_eq!(archive.check(wrong).await.unwrap().damaged.len(), 2);
    // Of a part of an answer a better reader finds more, which is no damage; less would be.
    let partial = claim(&archive, &pending(&request("three.com", 9), 2_000)).await;
    let outcome = Outcome { ending: Ending::Partial, links: 4, failure: Some("cut off".into()), ..answered(5) };
    archive.finish(partial, UnixTime(2_001), &outcome).await.unwrap();
    let read = |raw: &[u8]| Some(response::recover(raw).links.len());
    assert_eq!(archive.check(read).await.unwrap().damaged, []);
    let worse = |raw: &[u8]| Some(response::recover(raw).links.len() - 2);
    assert_eq!(archive.check(worse).await.unwrap().damaged.len(), 3);
    let (before, after) = archive.vacuum().await.unwrap();
    assert!(before > 0 && after > 0);
}

/// What opening says of a directory in this state.
async fn opening(prepare: impl FnOnce(&Path)) -> (Result<Archive, ArchiveError>, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    prepare(directory.path());
    (Archive::open(directory.path()).await, directory)
}

#[tokio::test]
async fn what_can_not_be_opened_is_left_as_it_is() {
    let garbage = b"this is no database, but somebody may need it".repeat(100);
    let (opened, directory) = opening(|path| fs::write(path.join("archive.sqlite"), &garbage).unwrap()).await;
    assert!(matches!(opened, Err(ArchiveError::Damaged { .. })), "{opened:?}");
    assert_eq!(fs::read(directory.path().join("archive.sqlite")).unwrap(), garbage);

    let (opened, _directory) = opening(|path| fs::write(path.join("sessions"), "a file in the way").unwrap()).await;
    assert!(opened.is_err());

    let directory = tempfile::tempdir().unwrap();
    Archive::open(directory.path()).await.unwrap().close().await;
    let url = format!("sqlite://{}", directory.path().join("archive.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'x', 1, x'00', 0)";
    sqlx::query(newer).execute(&pool).await.unwrap();
    pool.close().await;
    assert!(matches!(Archive::open(directory.path()).await, Err(ArchiveError::Newer(_))));
}

#[cfg(unix)]
#[tokio::test]
async fn it_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("data");
    let archive = Archive::open(&directory).await.unwrap();
    fill(&archive, "example.com", 5, 1_000).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_full_disk_loses_no_answer() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    let sent = claim(&archive, &pending(&request("example.com", 9_000), 1_000)).await;
    // SQLite's own limit stands in for the disk's: it fails in the same way.
    archive.limit_pages_for_tests(20).await;
    let mut dice = 88_172_645_463_325_252_u64;
    let noise = std::iter::repeat_with(|| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        (dice >> 24) as u8
    });
    let outcome = Outcome { raw: noise.take(400_000).collect(), ..answered(9_000) };
    let error = archive.finish(sent, UnixTime(2_000), &outcome).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Full(_)), "{error:?}");
    let path = kew_tui::archive::rescue(directory.path(), &outcome.raw).unwrap();
    assert_eq!(fs::read(path).unwrap(), outcome.raw);
    assert_eq!(archive.snapshots().await.unwrap()[0].ending, Ending::Running, "the log is as it was");
}

/// What may happen to an archive between one look at it and the next.
#[derive(Clone, Debug)]
enum Event {
    Ask { target: u8, count: u64, refresh: bool },
    Answer { rows: usize },
    Refuse,
    Crash,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever happens: what the server charged is what the ledger says was charged or may have been, and every answer
    /// that was received is there.
    #[test]
    fn the_ledger_covers_every_charge(events in prop::collection::vec(prop_oneof![
        3 => (0_u8..3, 1_u64..200, any::<bool>()).prop_map(|(target, count, refresh)| Event::Ask { target, count, refresh }),
        2 => (0_usize..200).prop_map(|rows| Event::Answer { rows }),
        1 => Just(Event::Refuse),
        1 => Just(Event::Crash),
    ], 1..25)) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio.block_on(async {
            let directory = tempfile::tempdir().unwrap();
            let mut archive = Archive::open(directory.path()).await.unwrap();
            let mut under_way: Vec<(RequestHandle, Request)> = Vec::new();
            let (mut charged, mut at_stake, mut received) = (0, 0, 0);
            for (now, event) in (1_000_i64..).step_by(1_000).zip(&events) {
                match event {
                    Event::Ask { target, count, refresh } => {
                        let request = request(&format!("t{target}.com"), *count);
                        let consent = if *refresh { Agreed::Refetch } else { Agreed::AfterFailure };
                        let pending = agreed(pending(&request, now), consent);
                        if let Claim::Proceed(handle) = begin(&archive, &pending).await {
                            under_way.push((handle, request));
                        }
                    }
                    Event::Answer { rows } => if let Some((handle, request)) = under_way.pop() {
                        let rows = (*rows).min(usize::from(request.count.get()));
                        charged += rows as u64 * 5;
                        received += 1;
                        archive.finish(handle, UnixTime(now), &answered(rows)).await.unwrap();
                    },
                    Event::Refuse => if let Some((handle, _)) = under_way.pop() {
                        archive.finish(handle, UnixTime(now), &refused()).await.unwrap();
                    },
                    Event::Crash => {
                        // The server may have charged each of them in full.
                        at_stake += under_way.drain(..).map(|(_, request)| request.quote().0).sum::<u64>();
                        archive.close().await;
                        drop(archive);
                        archive = Archive::open(directory.path()).await.unwrap();
                    }
                }
            }
            at_stake += under_way.iter().map(|(_, request)| request.quote().0).sum::<u64>();
            let log = archive.snapshots().await.unwrap();
            let sum = |wanted: fn(Ending) -> bool, of: fn(&kew_tui::domain::Snapshot) -> u64| -> u64 {
                log.iter().filter(|s| wanted(s.ending)).map(of).sum()
            };
            assert_eq!(sum(|e| e == Ending::Answered, |s| s.charge.credits().unwrap().0), charged);
            assert_eq!(sum(|e| matches!(e, Ending::Failed | Ending::Running), |s| s.quoted.0), at_stake);
            assert_eq!(log.iter().filter(|s| s.has_answer).count(), received);
        });
    }
}
