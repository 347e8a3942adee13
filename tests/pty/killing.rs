//! Kills the program at random moments of a request: the archive opens, holds what was received, and its ledger covers what
//! the server charged.

use std::time::Duration;

use kew_tui::archive;
use kew_tui::domain::Snapshot;
use kew_tui::domain::purchase::Sums;
use kew_tui::domain::snapshot::RequestStatus;

use super::terminal::Session;
use crate::support::Rng;
use crate::support::charging_server::{ChargingServer, Reply, row};

/// The number of kills; `KEW_KILLS` overrides it, `KEW_KILLS_SEED` changes their moments.
const KILLS: u64 = 24;

const ROWS: usize = 40;

/// A server whose responses arrive in pieces.
fn server() -> ChargingServer {
    ChargingServer::start(false, |request| {
        let rows: Vec<String> = (0..ROWS).map(|i| row(i, "a")).collect();
        let mut reply = Reply::of(request, &rows);
        let body = reply.pieces.pop().unwrap_or_default();
        reply.pieces.extend(body.chunks(body.len() / 6).map(<[u8]>::to_vec));
        Reply { pause: Duration::from_millis(6), ..reply }
    })
}

#[test]
fn a_kill_at_any_moment_loses_nothing() {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    let server = server();
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut rng = Rng::new(number("KEW_KILLS_SEED", 88_172_645_463_325_252));
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let log = |data: &std::path::Path| -> Vec<Snapshot> {
        tokio.block_on(async {
            let archive = archive::ArchiveLocation::directory(data).open().await.unwrap();
            let log = archive.snapshots().await.unwrap();
            archive.close().await;
            log
        })
    };
    for kill in 0..number("KEW_KILLS", KILLS) {
        let target = format!("site{kill}.com");
        let environment = [
            ("KEW_DATA_DIR", data.to_str().unwrap()),
            ("KEW_API_URL", &server.url),
            ("KEYWORDS_EVERYWHERE_API_KEY", "k"),
        ];
        let mut session = Session::start(&[&target, "-n", "40"], &environment);
        session.wait_for("session 0 cr · balance 100,000 cr");
        session.keys("\r");
        // Not a wait but the random moment of the kill: before, during or after the response.
        std::thread::sleep(Duration::from_millis(rng.below(110) as u64));
        session.kill();
        // The archive opens, and what the server received is in the ledger.
        let log = log(&data);
        for request in server.records().requests {
            let host = request.target.split("%2F%2F").nth(1).unwrap().split("%2F").next().unwrap();
            assert!(log.iter().any(|s| s.request.target.as_str().contains(host)), "{request:?} is not in the ledger");
        }
    }
    // A last session adopts what the killed ones had received.
    let environment =
        [("KEW_DATA_DIR", data.to_str().unwrap()), ("KEW_API_URL", &server.url), ("KEYWORDS_EVERYWHERE_API_KEY", "k")];
    let mut session = Session::start(&["--max-credits", "1"], &environment);
    session.wait_for("session 0 cr · balance 100,000 cr");
    session.keys("\x1bq");
    session.kill();
    let log = log(&data);
    let sums: Sums = log.iter().map(|s| (s.maximum_cost, s.charge)).collect();
    let covered = sums.committed().0;
    let charged = server.records().charged;
    assert!(charged > 0, "every kill came before its request");
    assert!(covered >= charged, "the ledger covers {covered} of {charged}");
    let complete = log.iter().filter(|s| s.status == RequestStatus::Completed).count();
    let partial = log.iter().filter(|s| s.status == RequestStatus::Partial).count();
    assert!(log.iter().filter(|s| s.status == RequestStatus::Completed).all(|s| s.has_response && s.links == ROWS));
    assert!(log.iter().filter(|s| s.status == RequestStatus::Partial).all(|s| s.has_response && s.links > 0));
    let left = std::fs::read_dir(data.join("arriving")).map_or(0, |entries| {
        entries.filter(|e| e.as_ref().is_ok_and(|e| e.metadata().is_ok_and(|m| m.len() > 0))).count()
    });
    assert_eq!(left, 0, "received bytes that were not adopted: {complete} complete, {partial} partial");
}
