//! Random requests and sessions: the ledger equals the server's charges where the balance can prove them and covers them
//! elsewhere, nothing that may have been charged is sent again without consent, and no received link is lost.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use kew_tui::domain::purchase::admission::{find_held, undelivered};
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::{FetchError, Request, Snapshot};
use kew_tui::fetch::{Account, Event, fetch};
use kew_tui::runtime::clock::unix_now;
use proptest::prelude::*;
use tempfile::TempDir;

use super::accounts::{account, limits, pending, request};
use crate::support::charging_server::{ChargingServer, ReceivedRequest, Reply, head, row};
use crate::support::wait::eventually;

/// How one request for links ends.
#[derive(Clone, Debug)]
enum Fate {
    Whole,
    WholeWithoutCost,
    /// It is cut off after this many links; the server charges for all.
    Cut(usize),
    Rejected,
    /// The connection closes before the first byte; the server has charged.
    Silence,
    /// Server errors, then a complete response. Only the last error is charged, or none.
    ServerErrors {
        status: u16,
        errors: usize,
        last_is_charged: bool,
    },
    /// The response can't be read; the server has charged.
    Garbage,
    /// The program is killed when it begins to send.
    KilledEarly,
    /// The program is killed after this many links.
    KilledDuring(usize),
}

/// One call of `fetch`.
#[derive(Clone, Debug)]
struct FetchCall {
    target: u8,
    count: usize,
    /// The number of links the server has.
    has: usize,
    agreed: Agreed,
    shows_balance: bool,
    /// Whether the program restarts before the call.
    restart: bool,
    fate: Fate,
}

fn call() -> impl Strategy<Value = FetchCall> {
    let errors = (prop::sample::select(vec![500_u16, 502, 503, 504]), 1_usize..6, any::<bool>());
    let fate = prop_oneof![
        4 => Just(Fate::Whole),
        2 => Just(Fate::WholeWithoutCost),
        2 => (0_usize..9).prop_map(Fate::Cut),
        1 => Just(Fate::Rejected),
        1 => Just(Fate::Silence),
        4 => errors.prop_map(|(status, errors, last_is_charged)| Fate::ServerErrors { status, errors, last_is_charged }),
        1 => Just(Fate::Garbage),
        1 => Just(Fate::KilledEarly),
        2 => (0_usize..9).prop_map(Fate::KilledDuring),
    ];
    let agreed = prop_oneof![4 => Just(Agreed::Nothing), 1 => Just(Agreed::AfterFailure), 2 => Just(Agreed::Refetch)];
    (0_u8..3, 1_usize..9, 0_usize..12, agreed, prop::bool::weighted(0.85), prop::bool::weighted(0.3), fate).prop_map(
        |(target, count, has, agreed, shows_balance, restart, fate)| FetchCall {
            target,
            count,
            has,
            agreed,
            shows_balance,
            restart,
            fate,
        },
    )
}

impl FetchCall {
    fn request(&self) -> Request {
        request(&format!("site{}.com", self.target), self.count as u64)
    }

    fn rows(&self) -> usize {
        self.count.min(self.has)
    }

    /// The server's reply to the `nth` request of this call, from 1.
    fn reply(&self, request: &ReceivedRequest, nth: usize) -> Reply {
        let rows: Vec<String> = (0..self.rows()).map(|i| row(i, "a")).collect();
        let complete = Reply::of(request, &rows);
        let before = |links: usize| {
            let part = format!(r#"{{"data":[{}"#, rows[..links.min(rows.len())].join(","));
            vec![head(200, complete.pieces[1].len()), part.into_bytes()]
        };
        match self.fate {
            Fate::Whole | Fate::KilledEarly => complete,
            Fate::WholeWithoutCost => {
                let body = format!(r#"{{"data":[{}]}}"#, rows.join(","));
                Reply { pieces: vec![head(200, body.len()), body.into_bytes()], ..complete }
            }
            Fate::Cut(links) => Reply { pieces: before(links), ..complete },
            Fate::Rejected => Reply::free(402, "", r#"{"message":"402 Insufficient Credits"}"#),
            Fate::Silence => Reply { pieces: Vec::new(), ..complete },
            Fate::ServerErrors { status, errors, last_is_charged } if nth <= errors => {
                let charged = if last_is_charged && nth == errors { complete.charged } else { 0 };
                Reply { charged, ..Reply::free(status, "", "busy") }
            }
            Fate::ServerErrors { .. } => complete,
            Fate::Garbage => Reply { charged: complete.charged, ..Reply::free(200, "", "<html>") },
            Fate::KilledDuring(links) => Reply { pieces: before(links), hangs: true, ..complete },
        }
    }

    /// The minimum number of links that arrive if the request is sent once.
    fn arriving(&self) -> usize {
        match self.fate {
            Fate::Whole | Fate::WholeWithoutCost => self.rows(),
            Fate::Cut(links) | Fate::KilledDuring(links) => links.min(self.rows()),
            _ => 0,
        }
    }

    fn is_killed(&self) -> bool {
        matches!(self.fate, Fate::KilledEarly | Fate::KilledDuring(_))
    }
}

/// The current call and the number of its requests that the server received.
type Stage = Arc<Mutex<(Option<FetchCall>, usize)>>;

fn start_server(stage: &Stage) -> ChargingServer {
    let stage = Arc::clone(stage);
    ChargingServer::start(true, move |request| {
        let mut stage = stage.lock().unwrap();
        stage.1 += 1;
        let nth = stage.1;
        stage.0.as_ref().map(|call| call.reply(request, nth)).unwrap_or_default()
    })
}

/// Runs one call to its end, or until the program is killed. Returns whether it was held back because it may already have
/// been charged.
async fn run_call(session: &Account, data: &Path, call: &FetchCall) -> bool {
    let sending = tokio::sync::Notify::new();
    let tell = |event| {
        if matches!(event, Event::Sending { .. }) {
            sending.notify_one();
        }
    };
    let work = fetch(session, pending(call.request(), call.agreed), &tell);
    let fetched = match call.fate {
        Fate::KilledEarly => tokio::select! {
            fetched = work => Some(fetched),
            () = sending.notified() => None,
        },
        Fate::KilledDuring(links) => tokio::select! {
            fetched = work => Some(fetched),
            () = arrived(data, call, links) => None,
        },
        _ => Some(work.await),
    };
    fetched.is_some_and(|fetched| matches!(fetched.result, Err(FetchError::MayBeCharged { .. })))
}

/// Waits until the spool file holds everything the server sends.
async fn arrived(data: &Path, call: &FetchCall, links: usize) {
    let body =
        format!(r#"{{"data":[{}"#, (0..links.min(call.rows())).map(|i| row(i, "a")).collect::<Vec<_>>().join(","));
    let is_there = || {
        let files = std::fs::read_dir(data.join("arriving")).ok().into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).any(|file| file.len() >= body.len() as u64)
    };
    eventually("what the server sends", || async { is_there() }).await;
}

async fn ledger(session: &Account) -> Vec<Snapshot> {
    session.archive().unwrap().open().await.unwrap().snapshots().await.unwrap()
}

/// What the server recorded for one call.
#[derive(Debug)]
struct RecordedCall {
    call: FetchCall,
    line: i64,
    charges: Vec<u64>,
    /// Whether the balance was readable before and after it, with nothing else running.
    balance_settles_it: bool,
}

async fn keeps_promises(calls: &[FetchCall]) -> Result<(), TestCaseError> {
    let directory = TempDir::new().unwrap();
    let stage = Stage::default();
    let server = start_server(&stage);
    let start = || account(&server.url, Some(directory.path()), limits());
    let mut session = start();
    let mut recorded: Vec<RecordedCall> = Vec::new();
    for call in calls {
        if call.restart {
            drop(session);
            session = start();
        }
        server.shows_balance.store(call.shows_balance, Ordering::SeqCst);
        let before = ledger(&session).await;
        let from_archive =
            find_held(&before, &call.request(), unix_now(), None).is_some() && call.agreed < Agreed::Refetch;
        let in_doubt = undelivered(&before, &call.request()).is_some() && call.agreed == Agreed::Nothing;
        let known_before = server.records().charges.len();
        *stage.lock().unwrap() = (Some(call.clone()), 0);
        let was_held_back = run_call(&session, directory.path(), call).await;
        if call.is_killed() {
            drop(session);
            // The server notices that the connection is closed.
            session = start();
        }
        let after = ledger(&session).await;
        let charges = server.records().charges[known_before..].to_vec();
        let sum: u64 = charges.iter().sum();
        if from_archive || in_doubt {
            prop_assert_eq!(sum, 0, "{:?} was charged twice", call);
            prop_assert!(charges.is_empty());
        }
        prop_assert_eq!(was_held_back, in_doubt && !from_archive, "{:?}", call);
        let charged_before_the_last = charges.iter().rev().skip(1).any(|charge| *charge > 0);
        prop_assert!(!charged_before_the_last, "{:?} was sent again after it was charged: {:?}", call, charges);
        match after.as_slice() {
            [newest, ..] if after.len() > before.len() => {
                // The server may still charge a killed program's request, which makes later differences ambiguous.
                let balance_settles_it =
                    call.shows_balance && !call.is_killed() && recorded.iter().all(|b| !b.call.is_killed());
                recorded.push(RecordedCall { call: call.clone(), line: newest.id.0, charges, balance_settles_it });
            }
            _ => prop_assert!(charges.is_empty(), "{:?} was charged without a ledger record", call),
        }
    }
    server.shows_balance.store(true, Ordering::SeqCst);
    session.balance().await.unwrap();
    let ledger = ledger(&session).await;
    prop_assert_eq!(ledger.len(), recorded.len());
    // The last reading settles the last call, even if the program was killed after the server had charged.
    if let (Some(RecordedCall { call, charges, .. }), Some(line)) = (recorded.last(), ledger.first())
        && matches!(call.fate, Fate::KilledDuring(_))
        && call.shows_balance
        && calls.last().is_some_and(|last| last.request() == call.request() && last.is_killed())
        && line.balance_readings.is_some_and(|seen| !seen.shared)
        && charges.iter().sum::<u64>() > 0
    {
        prop_assert_eq!(line.charge.credits().map(|credits| credits.0), Some(charges.iter().sum()), "{:?}", line);
    }
    for RecordedCall { call, line, charges, balance_settles_it } in &recorded {
        let line = ledger.iter().find(|s| s.id.0 == *line).unwrap();
        let charged: u64 = charges.iter().sum();
        match line.charge.credits() {
            Some(credits) => prop_assert_eq!(credits.0, charged, "{:?} {:?}", call, line),
            None => {
                prop_assert!(line.charge == Charge::Unknown && line.maximum_cost.0 >= charged, "{:?} {:?}", call, line);
                prop_assert!(!balance_settles_it, "the balance could settle this: {:?} {:?}", call, line);
            }
        }
        if !charges.is_empty() {
            prop_assert!(line.links >= call.arriving(), "{:?}: {} links arrived", call, line.links);
        }
        prop_assert!(line.can_open() || line.links == 0);
    }
    Ok(())
}

fn check_promises(calls: &[FetchCall]) -> Result<(), TestCaseError> {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(keeps_promises(calls))
}

// Two halves, so that they run in parallel.
proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn random_requests_keep_the_money_promises(calls in prop::collection::vec(call(), 1..7)) {
        check_promises(&calls)?;
    }

    #[test]
    fn more_random_requests_keep_the_money_promises(calls in prop::collection::vec(call(), 1..7)) {
        check_promises(&calls)?;
    }
}
