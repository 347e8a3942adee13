//! Whatever is asked, refused, cut off or broken off: the ledger covers what the server charged, nothing is bought twice,
//! and no row that arrived is lost.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kew_tui::api::{ApiKey, Client, Origin};
use kew_tui::app::requests::Requests;
use kew_tui::archive::Intent;
use kew_tui::domain::snapshot::Ending;
use kew_tui::domain::{LinkCount, Mode, Request, Scope, Snapshot, Target, UnixTime};
use kew_tui::runtime::fetch::fetch;
use kew_tui::runtime::tasks::Outbox;
use kew_tui::runtime::vault::Vault;
use proptest::prelude::*;
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::quick;
use super::script::{Act, Script, Server};

/// What becomes of one wish for links.
#[derive(Clone, Debug)]
enum Fate {
    /// All of them come.
    Whole,
    /// The server breaks off behind so many of them, having charged for all.
    Cut(usize),
    /// The server refuses.
    Refused,
    /// The server says nothing at all, having charged.
    Silence,
    /// The program ends as soon as it begins to send.
    EndedEarly,
    /// The program ends behind so many links.
    EndedAmid(usize),
}

#[derive(Clone, Debug)]
struct Wish {
    target: u8,
    count: usize,
    /// How many links the server has.
    has: usize,
    refresh: bool,
    fate: Fate,
}

fn wish() -> impl Strategy<Value = Wish> {
    let fate = prop_oneof![
        3 => Just(Fate::Whole),
        1 => (0_usize..9).prop_map(Fate::Cut),
        1 => Just(Fate::Refused),
        1 => Just(Fate::Silence),
        1 => Just(Fate::EndedEarly),
        2 => (0_usize..9).prop_map(Fate::EndedAmid),
    ];
    (0_u8..3, 1_usize..9, 0_usize..12, prop::bool::weighted(0.3), fate)
        .prop_map(|(target, count, has, refresh, fate)| Wish { target, count, has, refresh, fate })
}

fn request(wish: &Wish) -> Request {
    let target = Target::parse(&format!("site{}.com", wish.target), Scope::Page).unwrap();
    Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(wish.count as u64).unwrap() }
}

/// What the server sends: the head, the links before the break, the rest.
fn script(wish: &Wish) -> Script {
    let rows = wish.count.min(wish.has);
    let row = |i| {
        format!(
            r#"{{"anchor_text":"a{i}","domain_source":"s{i}.com","domain_target":"x.com","url_source":"https://s{i}.com/","url_target":"https://x.com"}}"#
        )
    };
    let all: Vec<String> = (0..rows).map(row).collect();
    let body = format!(r#"{{"data":[{}],"credits_consumed":{}}}"#, all.join(","), rows * 5);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let before = |links: usize| format!(r#"{{"data":[{}"#, all[..links.min(rows)].join(","));
    match wish.fate {
        Fate::Whole | Fate::EndedEarly => Script::of([Act::send(&head), Act::send(&body)]),
        Fate::Cut(links) => Script::of([Act::send(&head), Act::send(&before(links)), Act::Close]),
        Fate::Refused => Script::json(402, r#"{"message":"402 Insufficient Credits"}"#),
        Fate::Silence => Script::of([Act::Close]),
        Fate::EndedAmid(links) => Script::of([Act::send(&head), Act::send(&before(links)), Act::Hang]),
    }
}

/// What the server charges once it has read the request.
fn price(wish: &Wish) -> u64 {
    if matches!(wish.fate, Fate::Refused) { 0 } else { wish.count.min(wish.has) as u64 * 5 }
}

/// Plays one wish in a session of its own, to its end or until the session is ended. Returns what the server charged.
async fn play(data: &Path, wish: &Wish, now: UnixTime) -> u64 {
    let server = Server::start(script(wish)).await;
    let origin = Origin::parse(Some(&server.url())).unwrap();
    let client = Client::new(origin, &ApiKey::new("k".into()), quick()).unwrap();
    let client = client.with_first_pause(Duration::from_millis(1));
    let (sender, mut inbox) = mpsc::unbounded_channel();
    let id = Requests::default().begin(request(wish), Duration::ZERO);
    let intent = Intent { request: request(wish), balance_before: None, refresh: wish.refresh, max_age: None, now };
    let vault = Arc::new(Vault::new(data.to_owned()));
    let task = fetch(Ok(client), Some(vault), id, intent, Outbox::new(sender));
    match wish.fate {
        Fate::EndedEarly => tokio::select! {
            () = task => {}
            _ = inbox.recv() => {}
        },
        Fate::EndedAmid(links) => {
            let sent = script_bytes(wish, links);
            tokio::select! {
                () = task => {}
                () = arrived(data, sent) => {}
            }
        }
        _ => task.await,
    }
    server.requests().len() as u64 * price(wish)
}

/// How many bytes of the answer come before the server falls silent.
fn script_bytes(wish: &Wish, links: usize) -> usize {
    let row = r#"{"anchor_text":"a0","domain_source":"s0.com","domain_target":"x.com","url_source":"https://s0.com/","url_target":"https://x.com"}"#;
    let links = links.min(wish.count.min(wish.has));
    r#"{"data":["#.len() + links * row.len() + links.saturating_sub(1)
}

/// Waits until a file of an arriving answer has so many bytes.
async fn arrived(data: &Path, bytes: usize) {
    let is_there = || {
        let files = std::fs::read_dir(data.join("arriving")).ok().into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).any(|file| file.len() >= bytes as u64)
    };
    while !is_there() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn snapshots(data: &Path) -> Vec<Snapshot> {
    Vault::new(data.to_owned()).open().await.unwrap().snapshots().await.unwrap()
}

async fn keeps_the_promises(wishes: &[Wish]) -> Result<(), TestCaseError> {
    let directory = TempDir::new().unwrap();
    let data = directory.path();
    let mut booked: Vec<(Wish, i64, u64)> = Vec::new();
    for (wish, day) in wishes.iter().zip(1..) {
        let before = snapshots(data).await;
        let held = before.iter().any(|s| s.answers(&request(wish), UnixTime(day), None));
        let charged = play(data, wish, UnixTime(day)).await;
        let after = snapshots(data).await;
        match after.as_slice() {
            [newest, ..] if after.len() > before.len() => booked.push((wish.clone(), newest.id.0, charged)),
            _ => prop_assert_eq!(charged, 0, "{:?} was charged behind the ledger's back", wish),
        }
        if held && !wish.refresh {
            prop_assert_eq!(charged, 0, "{:?} was bought twice", wish);
        }
    }
    let ledger = snapshots(data).await;
    prop_assert_eq!(ledger.len(), booked.len());
    for (wish, id, charged) in &booked {
        let line = ledger.iter().find(|s| s.id.0 == *id).unwrap();
        match (line.charged, line.ending) {
            (Some(credits), _) => prop_assert_eq!(credits.0, *charged, "{:?}", wish),
            (None, Ending::Unknown | Ending::Partial) => prop_assert!(line.quoted.0 >= *charged, "{:?}", wish),
            (None, _) => prop_assert_eq!(*charged, 0, "{:?} {:?}", wish, line),
        }
        let arrived = match wish.fate {
            Fate::Whole => wish.count.min(wish.has),
            Fate::Cut(links) | Fate::EndedAmid(links) => links.min(wish.count.min(wish.has)),
            Fate::Refused | Fate::Silence | Fate::EndedEarly => 0,
        };
        prop_assert!(line.links >= arrived, "{:?}: {} of {arrived} links that arrived", wish, line.links);
        prop_assert!(line.has_answer || arrived == 0);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_promises_hold_whatever_happens(wishes in prop::collection::vec(wish(), 1..7)) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio.block_on(keeps_the_promises(&wishes))?;
    }
}
