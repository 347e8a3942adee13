//! The archive: what was paid for is never lost and never bought twice, whatever happens.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use kew_tui::api::response;
use kew_tui::archive::{Archive, ArchiveError, Begun, Intent, Outcome, Ticket};
use kew_tui::domain::note::{LinkId, Note};
use kew_tui::domain::snapshot::{Ending, Label};
use kew_tui::domain::{Credits, LinkCount, Mode, Request, Scope, Target, UnixTime};
use proptest::prelude::*;

pub fn request(target: &str, count: u64) -> Request {
    let target = Target::parse(target, Scope::Page).unwrap();
    Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(count).unwrap() }
}

fn intent(request: &Request, now: i64) -> Intent {
    let now = UnixTime(now);
    Intent { request: request.clone(), balance_before: Some(Credits(1_000)), refresh: false, max_age: None, now }
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
    Outcome { ending: Ending::Answered, status: Some(200), charged, links: rows, failure: None, raw: raw(rows) }
}

async fn ticket(archive: &Archive, intent: &Intent) -> Ticket {
    match archive.begin(intent).await.unwrap() {
        Begun::Send(ticket) => ticket,
        other => panic!("not to be sent: {other:?}"),
    }
}

/// Asks and answers.
async fn fill(archive: &Archive, target: &str, rows: usize, now: i64) {
    let ticket = ticket(archive, &intent(&request(target, rows.max(1) as u64), now)).await;
    archive.finish(ticket, UnixTime(now + 700), &answered(rows)).await.unwrap();
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
    assert_eq!((snapshot.links, snapshot.charged, snapshot.quoted), (40, Some(Credits(200)), Credits(200)));
    assert_eq!(
        (snapshot.ending, snapshot.at, snapshot.balance_before),
        (Ending::Answered, UnixTime(1_000), Some(Credits(1_000)))
    );
    assert_eq!(archive.answer(snapshot.id).await.unwrap(), raw(40));
}

#[tokio::test]
async fn nothing_is_bought_twice() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    fill(&archive, "example.com", 100, 1_000).await;
    let ask = |count| intent(&request("example.com", count), 10_000);
    assert!(matches!(archive.begin(&ask(100)).await.unwrap(), Begun::Held(_)));
    assert!(matches!(archive.begin(&ask(40)).await.unwrap(), Begun::Held(_)), "a part of what is held");
    assert!(matches!(archive.begin(&ask(101)).await.unwrap(), Begun::Send(_)), "there may be more");
    let refresh = Intent { refresh: true, ..ask(100) };
    assert!(matches!(archive.begin(&refresh).await.unwrap(), Begun::Send(_)));
    let stale = Intent { max_age: Some(Duration::from_secs(5)), ..ask(100) };
    assert!(matches!(archive.begin(&stale).await.unwrap(), Begun::UnderWay(_)), "the refresh from before is under way");
    let other = Intent { request: Request { mode: Mode::AllLinks, ..request("example.com", 5) }, ..ask(5) };
    assert!(matches!(archive.begin(&other).await.unwrap(), Begun::Send(_)));
}

#[tokio::test]
async fn a_short_answer_has_all_there_is() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path()).await.unwrap();
    let ticket = ticket(&archive, &intent(&request("example.com", 100), 1)).await;
    archive.finish(ticket, UnixTime(2), &answered(60)).await.unwrap();
    assert!(matches!(archive.begin(&intent(&request("example.com", 5_000), 3)).await.unwrap(), Begun::Held(_)));
}

#[tokio::test]
async fn a_session_that_ends_early_leaves_an_unknown() {
    let directory = tempfile::tempdir().unwrap();
    let first = Archive::open(directory.path()).await.unwrap();
    let second = Archive::open(directory.path()).await.unwrap();
    let ask = intent(&request("example.com", 100), 1_000);
    let sent = ticket(&first, &ask).await;
    let Begun::UnderWay(waiting) = second.begin(&ask).await.unwrap() else { panic!("not joined") };
    assert_eq!(second.ended(waiting).await.unwrap(), None);
    assert_eq!(second.snapshots().await.unwrap()[0].ending, Ending::Running);
    drop(first);
    let ended = second.ended(sent).await.unwrap().unwrap();
    assert_eq!(ended.ending, Ending::Unknown);
    assert!(ended.is_unsettled() && ended.balance_after.is_none());
    second.note_balance(UnixTime(5_000), Credits(500)).await.unwrap();
    assert_eq!(second.ended(sent).await.unwrap().unwrap().balance_after, Some(Credits(500)));
    assert!(matches!(second.begin(&ask).await.unwrap(), Begun::Send(_)), "it holds nothing");
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
                match archive.begin(&intent(&request(&target, 10), 1_000 + i)).await.unwrap() {
                    Begun::Send(ticket) => {
                        sent += 1;
                        tokio::task::yield_now().await;
                        archive.finish(ticket, UnixTime(2_000), &answered(10)).await.unwrap();
                    }
                    Begun::UnderWay(ticket) => {
                        while archive.ended(ticket).await.unwrap().is_none() {
                            tokio::time::sleep(Duration::from_millis(2)).await;
                        }
                    }
                    Begun::Held(_) => {}
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
    assert_eq!((left.has_answer, left.charged), (false, Some(Credits(15))), "what it cost stays");
    assert!(matches!(archive.answer(id).await, Err(ArchiveError::NoSuchSnapshot)));
    assert!(matches!(archive.begin(&intent(&request("example.com", 3), 9)).await.unwrap(), Begun::Send(_)));
}

#[tokio::test]
async fn out_and_in_as_plain_files() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    fill(&archive, "one.com", 5, 1_000).await;
    fill(&archive, "two.com", 0, 2_000).await;
    let unsent = ticket(&archive, &intent(&request("three.com", 9), 3_000)).await;
    let refused = Outcome {
        ending: Ending::Refused,
        status: Some(402),
        charged: None,
        links: 0,
        failure: Some("no".into()),
        raw: vec![],
    };
    archive.finish(unsent, UnixTime(3_001), &refused).await.unwrap();
    let link = |source: &str| LinkId { source_url: source.to_owned(), target_url: "https://me.com/".to_owned() };
    let note = |text: &str| Note { text: text.to_owned(), tag: "mail".to_owned() };
    archive.set_notes(&[(link("a"), note("theirs")), (link("b"), note("b"))]).await.unwrap();
    archive.export(files.path()).await.unwrap();
    archive.export(files.path()).await.unwrap();
    let other = Archive::open(to.path()).await.unwrap();
    fill(&other, "own.com", 1, 500).await;
    other.set_notes(&[(link("a"), note("mine"))]).await.unwrap();
    assert_eq!(other.import(files.path()).await.unwrap().requests, 3);
    assert_eq!(other.import(files.path()).await.unwrap().known, 3, "again changes nothing");
    let noted = [(link("a"), note("mine")), (link("b"), note("b"))];
    assert_eq!(other.notes().await.unwrap(), noted, "what is said here stays");
    other.set_notes(&[(link("b"), Note::default())]).await.unwrap();
    assert_eq!(other.notes().await.unwrap(), noted[..1]);
    let of = |snapshots: Vec<kew_tui::domain::Snapshot>| -> BTreeSet<String> {
        snapshots.iter().map(|s| format!("{} {:?} {:?} {}", s.request.target, s.ending, s.charged, s.links)).collect()
    };
    let (mut all, mine) = (of(other.snapshots().await.unwrap()), of(archive.snapshots().await.unwrap()));
    all.retain(|line| !line.contains("own.com"));
    assert_eq!(all, mine);
    assert_eq!(other.check(|raw| response::read(raw).ok().map(|a| a.links.len())).await.unwrap().answers, 3);

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
        (r#"{"format":2,"requests":[]}"#, "newer version"),
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

/// The same answer twice is two records, and so are two requests of the same millisecond.
#[tokio::test]
async fn every_record_goes_out_and_in() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = Archive::open(from.path()).await.unwrap();
    fill(&archive, "one.com", 3, 1_000).await;
    for (rows, now) in [(3, 1_000), (2, 1_000), (3, 5_000)] {
        let again = Intent { refresh: true, ..intent(&request("one.com", 3), now) };
        let ticket = ticket(&archive, &again).await;
        archive.finish(ticket, UnixTime(now + 700), &answered(rows)).await.unwrap();
    }
    let moved = archive.export(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (4, 0), "all of them were written now");
    let moved = archive.export(files.path()).await.unwrap();
    assert_eq!((moved.requests, moved.known), (0, 4));
    let other = Archive::open(to.path()).await.unwrap();
    // One of them is there already, and so is another one of that millisecond.
    fill(&other, "one.com", 3, 1_000).await;
    let own = Intent { refresh: true, ..intent(&request("one.com", 3), 1_000) };
    let own = ticket(&other, &own).await;
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
    let partial = ticket(&archive, &intent(&request("three.com", 9), 2_000)).await;
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
    let sent = ticket(&archive, &intent(&request("example.com", 9_000), 1_000)).await;
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
            let mut under_way: Vec<(Ticket, Request)> = Vec::new();
            let (mut charged, mut at_stake, mut received) = (0, 0, 0);
            for (now, event) in (1_000_i64..).step_by(1_000).zip(&events) {
                match event {
                    Event::Ask { target, count, refresh } => {
                        let request = request(&format!("t{target}.com"), *count);
                        let intent = Intent { refresh: *refresh, ..intent(&request, now) };
                        if let Begun::Send(ticket) = archive.begin(&intent).await.unwrap() {
                            under_way.push((ticket, request));
                        }
                    }
                    Event::Answer { rows } => if let Some((ticket, request)) = under_way.pop() {
                        let rows = (*rows).min(usize::from(request.count.get()));
                        charged += rows as u64 * 5;
                        received += 1;
                        archive.finish(ticket, UnixTime(now), &answered(rows)).await.unwrap();
                    },
                    Event::Refuse => if let Some((ticket, _)) = under_way.pop() {
                        let refused = Outcome { ending: Ending::Refused, status: Some(402), charged: None, links: 0, failure: None, raw: vec![] };
                        archive.finish(ticket, UnixTime(now), &refused).await.unwrap();
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
            assert_eq!(sum(|e| e == Ending::Answered, |s| s.charged.unwrap().0), charged);
            assert_eq!(sum(|e| matches!(e, Ending::Unknown | Ending::Running), |s| s.quoted.0), at_stake);
            assert_eq!(log.iter().filter(|s| s.has_answer).count(), received);
        });
    }
}
