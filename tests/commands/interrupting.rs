//! Signals during paid requests.

use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio::sync::Notify;

use super::{Running, TestHome};
use crate::http::script::{Act, Script, Server};

const ANSWER: &str = r#"{"data":[{"anchor_text":"a","domain_source":"w3.org","domain_target":"example.com","url_source":"https://w3.org/a","url_target":"https://example.com"}],"credits_consumed":5}"#;

/// A balance of 100 credits, then these responses.
fn serve(responses: Script) -> (Runtime, Server, TestHome) {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = tokio.block_on(Server::start(Script::json(200, "[100]").then(responses)));
    let home = TestHome::new(&server.url());
    (tokio, server, home)
}

fn head() -> Act {
    Act::send(&format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", ANSWER.len()))
}

#[test]
fn the_first_signal_lets_the_paid_request_finish() {
    for signal in ["INT", "TERM", "HUP"] {
        let gate = Arc::new(Notify::new());
        let paid = Script::of([head(), Act::Wait(Arc::clone(&gate)), Act::send(ANSWER)]);
        let (tokio, server, home) = serve(paid);
        let mut program = Running::start(home.command(&["fetch", "example.com", "b.com", "-n", "5", "-o", "x.csv"]));
        tokio.block_on(server.wait_for(2));
        program.signal(signal);
        program.wait_for("Stopping after the response for https://example.com/");
        gate.notify_one();
        let ran = program.end();
        assert!(ran.code == 130 && ran.err.contains("Already saved in the archive: 1 target."), "{ran:?}");
        assert_eq!(server.requests().len(), 2, "no further request was sent");
        assert_eq!(home.names(), ["data"], "no partial file is left");
        let held = home.run(&["fetch", "example.com", "-n", "5", "-f", "urls"]);
        assert_eq!((held.success().as_str(), server.requests().len()), ("https://w3.org/a\n", 2));
    }
}

#[test]
fn the_second_signal_abandons_it_and_reports_the_possible_cost() {
    let (tokio, server, home) = serve(Script::of([head(), Act::Hang]));
    let mut program = Running::start(home.command(&["fetch", "example.com", "-n", "5", "--json-errors"]));
    tokio.block_on(server.wait_for(2));
    program.signal("INT");
    program.wait_for("Stopping after");
    program.signal("INT");
    let ran = program.end();
    let error = ran.error();
    assert_eq!((ran.code, &error["kind"], &error["credits"]), (130, &"interrupted".into(), &25.into()), "{ran:?}");
    assert!(error["message"].as_str().unwrap().starts_with("Abandoned"), "{ran:?}");
    let ledger: serde_json::Value =
        serde_json::from_str(&home.run(&["credits", "--ledger", "-f", "json"]).success()).unwrap();
    assert_eq!(
        (&ledger[0]["outcome"], &ledger[0]["known_by"], &ledger[0]["quoted"]),
        (&"failed".into(), &"unknown".into(), &25.into())
    );
    // Without consent, the same request is not sent again.
    let again = home.run(&["fetch", "example.com", "-n", "5", "--json-errors"]);
    assert_eq!((again.code, &again.error()["kind"], server.requests().len()), (8, &"may-be-paid".into(), 2));
}

#[test]
fn a_lookup_before_a_fetch_opens_the_archive_once() {
    let (tokio, server, home) = serve(Script::of([head(), Act::Hang]));
    let mut program = Running::start(home.command(&["gap", "example.com", "b.com", "--fetch", "-n", "5"]));
    tokio.block_on(server.wait_for(2));
    // Each process that has the archive open holds a lock.
    let sessions = std::fs::read_dir(home.path("data/sessions")).unwrap().count();
    program.signal("INT");
    program.wait_for("Stopping after");
    program.signal("INT");
    assert_eq!((program.end().code, sessions), (130, 1));
}

#[test]
fn a_signal_before_payment_ends_at_once() {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = tokio.block_on(Server::start(Script::of([Act::Hang])));
    let home = TestHome::new(&server.url());
    let program = Running::start(home.command(&["fetch", "example.com", "-n", "5"]));
    tokio.block_on(server.wait_for(1));
    program.signal("INT");
    let ran = program.end();
    assert_eq!((ran.code, ran.err.as_str()), (130, "Stopped before anything was sent; nothing was charged\n"));
    assert_eq!(home.run(&["credits", "--ledger", "-f", "json"]).success(), "[]\n");
}
