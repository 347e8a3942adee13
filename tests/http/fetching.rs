//! One paid request over real HTTP: how often it is sent, what the ledger records, and what the user sees.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kew_tui::archive::PendingRequest;
use kew_tui::cli::Exit;
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, FetchError, Limits, Snapshot};
use kew_tui::fetch::{Account, Event, Fetched, fetch};

use super::accounts::{account, limits, pending, request};
use super::script::{Act, Script, Server};
use crate::support::charging_server::{ChargingServer, ReceivedRequest, Reply, head, row};
use crate::support::wait::{PATIENCE, eventually};

/// The outcome of a request for 50 links.
struct FetchOutcome {
    fetched: Fetched,
    events: Vec<Event>,
    server: ChargingServer,
    ledger: Vec<Snapshot>,
}

impl FetchOutcome {
    fn failure(&self) -> &FetchError {
        self.fetched.result.as_ref().unwrap_err()
    }

    fn posts(&self) -> usize {
        self.server.records().requests.len()
    }

    /// The charge in the ledger, which must equal the one shown to the user.
    fn charge(&self) -> Charge {
        let [line] = self.ledger.as_slice() else { panic!("{:?}", self.ledger) };
        assert_eq!(line.charge, self.fetched.charge);
        line.charge
    }
}

/// Sends one request to a server whose `replies` get the received request and its number, from 1.
async fn fetch_from(replies: impl Fn(&ReceivedRequest, usize) -> Reply + Send + Sync + 'static) -> FetchOutcome {
    fetch_with_limits(limits(), true, replies).await
}

async fn fetch_with_limits(
    limits: Limits,
    shows_balance: bool,
    replies: impl Fn(&ReceivedRequest, usize) -> Reply + Send + Sync + 'static,
) -> FetchOutcome {
    let count = Mutex::new(0);
    let server = ChargingServer::start(true, move |request| {
        let mut count = count.lock().unwrap();
        *count += 1;
        replies(request, *count)
    });
    server.shows_balance.store(shows_balance, std::sync::atomic::Ordering::SeqCst);
    let directory = tempfile::tempdir().unwrap();
    let account = account(&server.url, Some(directory.path()), limits);
    let (fetched, events) = run(&account, pending(request("example.com", 50), Agreed::Nothing)).await;
    let ledger = account.archive().unwrap().open().await.unwrap().snapshots().await.unwrap();
    FetchOutcome { fetched, events, server, ledger }
}

async fn run(account: &Account, pending: PendingRequest) -> (Fetched, Vec<Event>) {
    let events = Mutex::new(Vec::new());
    let fetched = fetch(account, pending, &|event| events.lock().unwrap().push(event)).await;
    (fetched, events.into_inner().unwrap())
}

fn rows(count: usize) -> Vec<String> {
    (0..count).map(|i| row(i, "a")).collect()
}

fn complete(request: &ReceivedRequest) -> Reply {
    Reply::of(request, &rows(request.count))
}

/// A server error, charged or not.
fn broken(status: u16, charged: u64) -> Reply {
    Reply { charged, ..Reply::free(status, "", "busy") }
}

/// A response cut off after `links` links.
fn cut(request: &ReceivedRequest, links: usize) -> Reply {
    let reply = complete(request);
    let length = reply.pieces[1].len();
    let part = format!(r#"{{"data":[{}"#, rows(links).join(","));
    Reply { reports_charge: false, pieces: vec![head(200, length), part.into_bytes()], ..reply }
}

fn without_its_cost(request: &ReceivedRequest) -> Reply {
    let body = format!(r#"{{"data":[{}]}}"#, rows(request.count).join(","));
    Reply { reports_charge: false, pieces: vec![head(200, body.len()), body.into_bytes()], ..complete(request) }
}

#[tokio::test]
async fn a_charged_server_error_is_not_retried_and_is_settled_by_the_balance() {
    for status in [500, 502, 503, 504, 520, 599] {
        let outcome = fetch_from(move |_, _| broken(status, 250)).await;
        assert_eq!(*outcome.failure(), FetchError::Server { status, message: Some("busy".into()) });
        assert_eq!((outcome.posts(), outcome.charge()), (1, Charge::Balance(Credits(250))), "{status}");
    }
}

#[tokio::test]
async fn a_free_server_error_is_retried() {
    for status in [500, 503] {
        let outcome = fetch_from(move |request, nth| if nth < 4 { broken(status, 0) } else { complete(request) }).await;
        assert_eq!(outcome.fetched.result.as_ref().unwrap().links.len(), 50);
        assert_eq!((outcome.posts(), outcome.charge()), (4, Charge::Response(Credits(250))), "{status}");
        let pauses: Vec<u128> = outcome
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Retrying { pause, .. } => Some(pause.as_millis()),
                _ => None,
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4], "pauses grow");
    }
    let outcome = fetch_from(|_, _| broken(503, 0)).await;
    assert_eq!((outcome.posts(), outcome.charge()), (4, Charge::Balance(Credits::ZERO)), "at most three retries");
}

#[tokio::test]
async fn a_server_error_is_not_retried_when_the_balance_is_unknown() {
    let outcome = fetch_with_limits(limits(), false, |_, _| broken(503, 0)).await;
    assert_eq!((outcome.posts(), outcome.charge()), (1, Charge::Unknown));
    // Free, then charged: no third attempt.
    let outcome = fetch_from(|_, nth| broken(502, if nth == 1 { 0 } else { 250 })).await;
    assert_eq!((outcome.posts(), outcome.charge()), (2, Charge::Balance(Credits(250))));
}

#[tokio::test]
async fn the_balance_proves_nothing_while_another_request_runs() {
    let server = ChargingServer::start(true, |request| match request.target.contains("slow") {
        true => Reply { hangs: true, charged: 250, ..Reply::default() },
        false => broken(503, 0),
    });
    let directory = tempfile::tempdir().unwrap();
    let account = account(&server.url, Some(directory.path()), limits());
    let slow = run(&account, pending(request("slow.com", 50), Agreed::Nothing));
    let quick = async {
        eventually("the slow request", || async { !server.records().requests.is_empty() }).await;
        run(&account, pending(request("quick.com", 50), Agreed::Nothing)).await.0
    };
    let fetched = tokio::select! {
        fetched = quick => fetched,
        _ = slow => panic!("the slow request ended"),
    };
    assert_eq!(fetched.charge, Charge::Unknown);
    assert_eq!(server.records().requests.len(), 2, "each sent once");
}

#[tokio::test]
async fn an_interrupted_response_is_settled_by_the_balance() {
    let outcome = fetch_from(|request, _| cut(request, 33)).await;
    assert_eq!((outcome.posts(), outcome.charge()), (1, Charge::Balance(Credits(250))));
    assert_eq!(
        (outcome.ledger[0].status, outcome.ledger[0].arrived()),
        (RequestStatus::Partial, "33 of 50 links received".into())
    );
    assert_eq!(outcome.fetched.rescued.as_ref().unwrap().links.len(), 33);

    let outcome = fetch_from(|_, _| Reply { charged: 100, ..Reply::default() }).await;
    assert!(matches!(outcome.failure(), FetchError::Broken { .. }), "{:?}", outcome.failure());
    assert_eq!(outcome.charge(), Charge::Balance(Credits(100)));

    let outcome = fetch_from(|_, _| Reply { charged: 30, ..Reply::free(200, "", "<html>maintenance</html>") }).await;
    assert_eq!((outcome.ledger[0].status, outcome.charge()), (RequestStatus::Failed, Charge::Balance(Credits(30))));
    assert!(!outcome.ledger[0].can_open() && outcome.ledger[0].has_response, "archived, but not a snapshot");
}

#[tokio::test]
async fn a_timeout_is_not_free_while_the_server_may_still_work() {
    let limits = Limits { idle: Duration::from_millis(200), connect: Duration::from_millis(200), ..limits() };
    let outcome = fetch_with_limits(limits, true, |_, _| Reply { hangs: true, ..Reply::default() }).await;
    assert!(matches!(outcome.failure(), FetchError::TimedOut { .. }), "{:?}", outcome.failure());
    assert_eq!((outcome.posts(), outcome.charge()), (1, Charge::Unknown));
    let outcome = fetch_with_limits(limits, true, |_, _| Reply { hangs: true, charged: 250, ..Reply::default() }).await;
    assert_eq!(outcome.charge(), Charge::Balance(Credits(250)), "settled: the server has charged it");
}

#[tokio::test]
async fn a_response_without_a_cost_is_shown_before_it_is_settled() {
    let outcome = fetch_from(|request, _| without_its_cost(request)).await;
    assert_eq!(outcome.charge(), Charge::Balance(Credits(250)));
    let order: Vec<&str> = outcome
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Ended(fetched) if fetched.result.is_ok() && fetched.charge == Charge::Unknown => Some("shown"),
            Event::CheckingBalance => Some("checking"),
            Event::Settled(Charge::Balance(Credits(250))) => Some("settled"),
            Event::Ended(_) | Event::Settled(_) => Some("odd"),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["shown", "checking", "settled"]);
}

#[tokio::test]
async fn an_unreadable_response_is_an_error_and_is_charged() {
    let body = r#"{"data":[1,"x",null,[]],"credits_consumed":20}"#;
    let outcome = fetch_from(|_, _| Reply { charged: 20, ..Reply::free(200, "", body) }).await;
    assert_eq!(Exit::from(outcome.failure()), Exit::Unreadable, "{:?}", outcome.failure());
    assert_eq!((outcome.ledger[0].status, outcome.charge()), (RequestStatus::Failed, Charge::Response(Credits(20))));
    // A response with zero links is a snapshot.
    let outcome = fetch_from(|request, _| Reply::of(request, &[])).await;
    assert!(outcome.fetched.result.is_ok() && outcome.ledger[0].can_open());
}

#[tokio::test]
async fn rejections_are_recorded_without_snapshots() {
    for (status, said) in
        [(400, "num is wrong"), (401, "{}"), (402, r#"{"message":"402 Insufficient Credits"}"#), (404, "")]
    {
        let outcome = fetch_from(move |_, _| Reply::free(status, "", said)).await;
        let line = &outcome.ledger[0];
        assert_eq!((outcome.posts(), outcome.charge()), (1, Charge::Rejected), "{status}");
        assert_eq!(
            (line.status, line.can_open(), line.has_response),
            (RequestStatus::Rejected, false, false),
            "{status}"
        );
    }
}

#[tokio::test]
async fn retry_after_is_respected() {
    let begun = Instant::now();
    let outcome = fetch_from(|request, nth| match nth {
        1 => Reply::free(429, "retry-after: 1\r\n", ""),
        _ => complete(request),
    })
    .await;
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!((outcome.posts(), outcome.charge()), (2, Charge::Response(Credits(250))));
    let outcome = fetch_from(|_, _| Reply::free(429, "retry-after: 3600\r\n", "")).await;
    assert_eq!(*outcome.failure(), FetchError::TooManyRequests { retry_after: Some(Duration::from_secs(3_600)) });
    assert_eq!((outcome.posts(), outcome.charge()), (1, Charge::Rejected), "a wait this long is left to the user");
}

#[tokio::test]
async fn retry_after_holds_back_other_requests() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    let begun = Instant::now();
    let server = ChargingServer::start(true, move |request| {
        let mut seen = seen.lock().unwrap();
        seen.push(begun.elapsed());
        if seen.len() == 1 { Reply::free(429, "retry-after: 1\r\n", "") } else { complete(request) }
    });
    let directory = tempfile::tempdir().unwrap();
    let account = account(&server.url, Some(directory.path()), limits());
    let refused = tokio::sync::Notify::new();
    let tell = |event| {
        if matches!(event, Event::Retrying { .. }) {
            refused.notify_one();
        }
    };
    let first = fetch(&account, pending(request("one.com", 5), Agreed::Nothing), &tell);
    let second = async {
        refused.notified().await;
        run(&account, pending(request("two.com", 5), Agreed::Nothing)).await.0
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.result.is_ok() && second.result.is_ok());
    let times = times.lock().unwrap();
    assert!(times[1] >= times[0] + Duration::from_secs(1), "{times:?}");
}

#[tokio::test]
async fn an_unsent_request_is_retried_and_not_recorded() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let directory = tempfile::tempdir().unwrap();
    let account = account(&url, Some(directory.path()), limits());
    let (fetched, _) = run(&account, pending(request("example.com", 50), Agreed::Nothing)).await;
    assert_eq!((fetched.result.unwrap_err(), fetched.charge), (FetchError::Refused, Charge::NotSent));
    let log = account.archive().unwrap().open().await.unwrap().snapshots().await.unwrap();
    assert!(log.is_empty(), "the balance could not be read, so nothing was recorded");
}

#[tokio::test]
async fn a_refused_connection_is_retried_three_times() {
    // The balance is read, then the server stops.
    let server = Server::start(Script::json(200, "[1000]").then(Script::of([Act::Close])).forever()).await;
    let directory = tempfile::tempdir().unwrap();
    let account = account(&server.url(), Some(directory.path()), limits());
    account.balance().await.unwrap();
    server.stop().await;
    let (fetched, events) = run(&account, pending(request("example.com", 50), Agreed::Nothing)).await;
    assert_eq!((fetched.result.unwrap_err(), fetched.charge), (FetchError::Refused, Charge::NotSent));
    let attempts = events.iter().filter(|event| matches!(event, Event::Sending { .. })).count();
    assert_eq!(attempts, 4, "three retries, since nothing was sent");
    assert_eq!(fetched.snapshot.unwrap().status, RequestStatus::Unsent);
}

#[tokio::test]
async fn a_request_that_may_be_charged_is_not_resent_without_consent() {
    let server = ChargingServer::start(true, |request| cut(request, 3));
    let directory = tempfile::tempdir().unwrap();
    for (agreed, posts) in [
        (Agreed::Nothing, 1),
        (Agreed::Nothing, 1),
        (Agreed::AfterFailure, 2),
        (Agreed::Nothing, 2),
        (Agreed::Refetch, 3),
    ] {
        // A new session each time.
        let account = account(&server.url, Some(directory.path()), limits());
        let (fetched, _) = run(&account, pending(request("example.com", 50), agreed)).await;
        assert_eq!(server.records().requests.len(), posts, "{agreed:?}");
        if let Err(FetchError::MayBeCharged { earlier }) = &fetched.result {
            assert!(earlier.contains("3 of 50 links received; charge taken from the balance"), "{earlier}");
        }
    }
}

#[tokio::test]
async fn the_balance_settles_charges_without_an_archive() {
    for (reply, expected) in [
        (broken(502, 250), Charge::Balance(Credits(250))),
        (Reply::free(402, "", ""), Charge::Rejected),
        (Reply { charged: 70, ..Reply::default() }, Charge::Balance(Credits(70))),
    ] {
        let server = ChargingServer::start(true, move |_| reply.clone());
        let account = account(&server.url, None, limits());
        let (fetched, _) = run(&account, pending(request("example.com", 50), Agreed::Nothing)).await;
        assert_eq!((fetched.charge, server.records().requests.len()), (expected, 1));
    }
}

#[tokio::test]
async fn the_balance_is_read_before_a_request_unless_known() {
    let server = ChargingServer::start(true, complete);
    let directory = tempfile::tempdir().unwrap();
    let account = account(&server.url, Some(directory.path()), limits());
    let readings = || server.records().heads.iter().filter(|head| head.starts_with("get ")).count();
    account.balance().await.unwrap();
    assert!(run(&account, pending(request("one.com", 5), Agreed::Nothing)).await.0.result.is_ok());
    assert_eq!(readings(), 1, "a reading is valid for a minute");
    assert!(run(&account, pending(request("two.com", 5), Agreed::Nothing)).await.0.result.is_ok());
    assert_eq!(readings(), 2, "but not after a request");
}

#[tokio::test]
async fn a_response_the_archive_rejects_is_saved_to_a_file() {
    let server = ChargingServer::start(true, complete);
    let directory = tempfile::tempdir().unwrap();
    let account = account(&server.url, Some(directory.path()), limits());
    account.archive().unwrap().open().await.unwrap();
    let url = format!("sqlite://{}", directory.path().join("archive.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let full = "CREATE TRIGGER full BEFORE INSERT ON outcomes BEGIN SELECT RAISE(FAIL, 'no room'); END";
    sqlx::query(full).execute(&pool).await.unwrap();
    pool.close().await;
    let (fetched, _) = run(&account, pending(request("example.com", 50), Agreed::Nothing)).await;
    assert_eq!(fetched.result.unwrap().links.len(), 50);
    let file = fetched.archive_failure.unwrap().rescued.unwrap();
    assert!(std::fs::read_to_string(file).unwrap().contains("s49.com"));
    let again = run(&account, pending(request("example.com", 50), Agreed::Nothing));
    let (again, _) = tokio::time::timeout(PATIENCE, again).await.expect("it does not wait for the ended request");
    assert!(matches!(again.result, Err(FetchError::MayBeCharged { .. })), "{:?}", again.result);
    assert_eq!(server.records().requests.len(), 1);
}
