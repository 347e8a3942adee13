//! Charges, certain and possible, as `fetch`, `credits`, `history`, `diff`, `gap` and `doctor` report them.

use std::sync::Mutex;

use serde_json::Value;

use super::{CommandOutput, TestHome};
use crate::support::charging_server::{BALANCE, ChargingServer, ReceivedRequest, Reply, row};
#[cfg(unix)]
use crate::support::wait::wait_until;

fn complete(request: &ReceivedRequest) -> Reply {
    Reply::of(request, &(0..request.count).map(|i| row(i, "a")).collect::<Vec<_>>())
}

fn ledger(home: &TestHome) -> Vec<Value> {
    let ledger = home.run(&["credits", "--ledger", "-f", "json"]).success();
    serde_json::from_str::<Value>(&ledger).unwrap().as_array().unwrap().clone()
}

fn host(request: &ReceivedRequest) -> String {
    request.target.split("%2F%2F").nth(1).unwrap().split("%2F").next().unwrap().to_owned()
}

#[test]
fn a_charged_server_error_is_paid_once() {
    for status in [500, 502, 503, 504] {
        let server = ChargingServer::start(true, move |_| Reply { charged: 250, ..Reply::free(status, "", "busy") });
        let home = TestHome::new(&server.url);
        let ran = home.run(&["fetch", "example.com", "-n", "50"]);
        assert!(ran.code == 6 && ran.err.contains("Your balance shows a charge of 250 credits."), "{ran:?}");
        let again = home.run(&["fetch", "example.com", "-n", "50", "--json-errors"]);
        assert_eq!((again.code, &again.error()["kind"]), (8, &"may-be-paid".into()), "{again:?}");
        assert!(again.err.contains("charge taken from the balance"), "{again:?}");
        let dry = home.run(&["fetch", "example.com", "-n", "50", "--dry-run"]);
        assert!(dry.code == 0 && dry.err.contains("may have been charged already"), "{dry:?}");
        let line = &ledger(&home)[0];
        assert_eq!(
            (&line["quoted"], &line["charged"], &line["known_by"], &line["outcome"]),
            (&250.into(), &250.into(), &"balance".into(), &"failed".into())
        );
        assert_eq!((server.records().requests.len(), server.records().charged), (1, 250));
        assert_eq!(home.run(&["fetch", "example.com", "-n", "50", "--refresh"]).code, 6);
        assert_eq!(server.records().requests.len(), 2, "--refresh is the consent");
    }
}

#[test]
fn a_free_503_is_retried() {
    let first = Mutex::new(true);
    let server = ChargingServer::start(true, move |request| match std::mem::take(&mut *first.lock().unwrap()) {
        true => Reply::free(503, "", "busy"),
        false => complete(request),
    });
    let home = TestHome::new(&server.url);
    let ran = home.run(&["fetch", "example.com", "-n", "50"]);
    assert_eq!((ran.code, server.records().requests.len()), (0, 2), "{ran:?}");
    assert_eq!(
        ran.err,
        format!("50 links of 1 target · 250 cr charged · balance {}\n", kew_tui::domain::Credits(BALANCE - 250))
    );
}

#[test]
fn a_failed_request_leaves_no_snapshot() {
    let server = ChargingServer::start(true, |request| match host(request).as_str() {
        "refused.com" => Reply::free(402, "", r#"{"message":"402 Insufficient Credits"}"#),
        "broken.com" => Reply::free(404, "", "<html>no such call</html>"),
        "garbage.com" => Reply { charged: 25, ..Reply::free(200, "", "<html>") },
        "none.com" => Reply::of(request, &[]),
        _ => complete(request),
    });
    let home = TestHome::new(&server.url);
    for (target, code) in [("refused.com", 4), ("broken.com", 1), ("garbage.com", 7), ("none.com", 0), ("good.com", 0)]
    {
        assert_eq!(home.run(&["fetch", target, "-n", "5"]).code, code, "{target}");
    }
    let history = home.run(&["history", "-f", "json"]).success();
    let targets: Vec<String> = serde_json::from_str::<Value>(&history)
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["target"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(targets, ["https://good.com/", "https://none.com/"], "a response without links is a snapshot");
    for target in ["refused.com", "broken.com", "garbage.com"] {
        for command in
            [&["export", target][..], &["diff", target], &["gap", target, "good.com"], &["gap", "good.com", target]]
        {
            let ran = home.run(command);
            assert_eq!(ran.code, 2, "{command:?}: {ran:?}");
        }
    }
    assert_eq!(ledger(&home).len(), 5, "the ledger has all requests");
    let sums: Value = serde_json::from_str(&home.run(&["credits", "-f", "json"]).success()).unwrap();
    assert_eq!(sums["days"][0]["charged"], 50);
}

#[test]
fn an_unreadable_response_exits_with_7() {
    let body = r#"{"data":[1,2,3],"credits_consumed":15}"#;
    let server = ChargingServer::start(true, move |_| Reply { charged: 15, ..Reply::free(200, "", body) });
    let home = TestHome::new(&server.url);
    let ran = home.run(&["fetch", "example.com", "-n", "5", "--json-errors"]);
    assert_eq!((ran.code, &ran.error()["kind"], ran.out.as_str()), (7, &"unreadable".into(), ""), "{ran:?}");
    assert!(ran.err.contains("no links in its 3 entries") && ran.err.contains("a charge of 15 credits"), "{ran:?}");
    assert_eq!((&ledger(&home)[0]["charged"], &ledger(&home)[0]["known_by"]), (&15.into(), &"response".into()));
}

#[test]
fn unreadable_entries_are_not_a_discrepancy() {
    let body = format!(r#"{{"data":[{},1,null],"credits_consumed":15}}"#, row(0, "a"));
    let server = ChargingServer::start(true, move |_| Reply {
        charged: 15,
        reports_charge: true,
        ..Reply::free(200, "", &body)
    });
    let home = TestHome::new(&server.url);
    let ran = home.run(&["fetch", "example.com", "-n", "3"]);
    assert!(ran.code == 0 && ran.err.contains("skipped 2 unreadable entries"), "{ran:?}");
    assert!(!ran.err.contains('≠') && ledger(&home)[0]["remark"] == "", "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_killed_request_is_settled_by_the_next_balance_reading() {
    let server = ChargingServer::start(true, |request| Reply { hangs: true, pieces: Vec::new(), ..complete(request) });
    let home = TestHome::new(&server.url);
    let program = super::Running::start(home.command(&["fetch", "example.com", "-n", "50"]));
    wait_until("the request", || !server.records().requests.is_empty());
    program.signal("KILL");
    program.end();
    assert_eq!(ledger(&home)[0]["known_by"], "unknown");
    assert_eq!(home.run(&["fetch", "example.com", "-n", "50"]).code, 8);
    home.run(&["credits"]).success();
    assert_eq!((&ledger(&home)[0]["charged"], &ledger(&home)[0]["known_by"]), (&250.into(), &"balance".into()));
}

#[test]
fn credits_shows_the_balance_without_a_working_archive() {
    let server = ChargingServer::start(true, complete);
    let home = TestHome::new(&server.url);
    std::fs::create_dir(home.path("data")).unwrap();
    home.file("data/archive.sqlite", "no database, but mine");
    let ran = home.run(&["credits", "-f", "table"]);
    assert!(ran.out.starts_with("balance 100,000,000 cr\n") && ran.code == 1, "{ran:?}");
    assert!(ran.err.contains("is damaged") && ran.err.contains("The balance is correct"), "{ran:?}");
    let json: Value = serde_json::from_str(&home.run(&["credits", "-f", "json"]).out).unwrap();
    assert_eq!(json["balance"], BALANCE);
}

#[test]
fn credits_shows_a_balance_that_cannot_be_recorded() {
    let server = ChargingServer::start(true, complete);
    let home = TestHome::new(&server.url);
    home.run(&["fetch", "example.com", "-n", "5"]).success();
    let url = format!("sqlite://{}", home.path("data/archive.sqlite").display());
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(async {
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        sqlx::query("ALTER TABLE readings RENAME COLUMN busy TO was_busy").execute(&pool).await.unwrap();
        pool.close().await;
    });
    let ran = home.run(&["credits", "-f", "table"]);
    assert!(ran.code == 0 && ran.out.starts_with("balance 99,999,975 cr\n"), "{ran:?}");
    assert!(ran.err.contains("could not record this reading"), "{ran:?}");
}

#[test]
fn parallel_fetches_keep_order_limit_and_claims() {
    // The first targets are the slowest.
    let server = ChargingServer::start(true, |request| {
        let number: u64 = host(request).trim_start_matches("site").trim_end_matches(".com").parse().unwrap();
        Reply { pause: std::time::Duration::from_millis(200 - 20 * number), ..complete(request) }
    });
    let home = TestHome::new(&server.url);
    let targets: Vec<String> = (0..8).map(|i| format!("site{i}.com")).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let arguments = [&["fetch", "-n", "5", "--jobs", "4", "-f", "csv"][..], &targets].concat();
    let one_by_one = [&["fetch", "-n", "5", "-f", "csv", "-q"][..], &targets].concat();
    let over = home.run(&[&arguments[..], &["--max-credits", "199"]].concat());
    assert_eq!((over.code, server.records().requests.len()), (8, 0));
    let ran = home.run(&arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out, home.run(&one_by_one).success(), "in the order of the targets");
    let records = server.records();
    assert!(records.most_open >= 3, "only {} at a time", records.most_open);
    assert!(records.most_open <= 4, "{} at a time", records.most_open);
    assert_eq!((records.requests.len(), records.charged), (8, 200));
    let ledger = ledger(&home);
    assert_eq!(ledger.len(), 8);
    assert!(ledger.iter().all(|line| line["charged"] == 25 && line["known_by"] == "response"), "{ledger:?}");
    for bad in ["0", "9", "x"] {
        assert_eq!(home.run(&["fetch", "example.com", "--jobs", bad]).code, 2);
    }
}

#[test]
fn a_failure_stops_the_remaining_fetches_and_loses_nothing() {
    let server = ChargingServer::start(true, |request| match host(request).as_str() {
        "bad.com" => Reply::free(402, "", r#"{"message":"402 Insufficient Credits"}"#),
        _ => Reply { pause: std::time::Duration::from_millis(60), ..complete(request) },
    });
    let home = TestHome::new(&server.url);
    let ran = home.run(&["fetch", "-n", "5", "--jobs", "2", "a.com", "bad.com", "c.com", "d.com", "e.com", "f.com"]);
    assert!(ran.code == 4 && ran.err.contains("https://bad.com/"), "{ran:?}");
    let request = server.records().requests.len();
    assert!(request <= 4, "{request} were sent");
    let charged: u64 = ledger(&home).iter().map(|line| line["charged"].as_u64().unwrap()).sum();
    assert_eq!(charged, server.records().charged);
}

#[test]
fn orphaned_files_are_reported() {
    let server = ChargingServer::start(true, complete);
    let home = TestHome::new(&server.url);
    home.run(&["fetch", "example.com", "-n", "5"]).success();
    std::fs::write(home.path("data/arriving/12.part"), "{\"data\":[").unwrap();
    let ran = home.run(&["fetch", "example.com", "-n", "5"]);
    assert!(ran.code == 0 && ran.err.contains("12.part") && ran.err.contains("can't be matched"), "{ran:?}");
    let doctor: CommandOutput = home.run(&["doctor", "-f", "json"]);
    let findings: Value = serde_json::from_str(&doctor.out).unwrap();
    let archive = findings.as_array().unwrap().iter().find(|finding| finding["what"] == "archive").unwrap();
    assert_eq!(archive["state"], "warn", "{archive}");
    assert!(archive["found"].as_str().unwrap().contains("12.part"));
}
