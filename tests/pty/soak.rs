//! Random keys, sizes and responses for `KEW_SOAK_SECONDS`: the program keeps running, its memory stays small, the terminal is
//! restored, and the ledger agrees with the server's records.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use kew_tui::archive;
use kew_tui::domain::purchase::{Charge, Sums};
use kew_tui::domain::snapshot::RequestStatus;

use super::output::unexpected_output;
use super::terminal::Session;
use crate::support::charging_server::{ChargingServer, ReceivedRequest, Reply, head, row};
use crate::support::wait::wait_until;
use crate::support::{Rng, hostile_text};

/// The default duration; a release is tested for half an hour.
const SECONDS: u64 = 4;

/// Keys of a person; none ends the program.
const KEYS: &[&str] = &[
    "j",
    "k",
    "G",
    "g",
    "12G",
    "h",
    "l",
    "s",
    "S",
    "/",
    "=",
    "!",
    "F",
    " ",
    "v",
    "a",
    "i",
    "U",
    "y",
    "Y",
    "o",
    "O",
    "\r",
    "\t",
    ":",
    "?",
    "e",
    "f",
    "H",
    "D",
    "R",
    "$",
    "x",
    "u",
    "c",
    "C",
    "<",
    ">",
    "+",
    "-",
    "d",
    "r",
    "t",
    "n",
    "p",
    "\x7f",
    "\x17",
    "\x04",
    "\x15",
    "\x0c",
    "\x12",
    "é",
    "カ",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[H",
    "\x1b[F",
    "\x1b",
    "\x1b\x1b\x1b",
    "y\r",
    "/anchor:カレー\r",
    "/-is:marked\r",
    "/anchor:/(\r",
    "\x1bOP",
];

/// Terminal input without a key: mouse, focus, unrequested replies, incomplete sequences.
const GARBAGE: &[&[u8]] = &[
    b"\x1b[<0;10;10M\x1b[<0;10;10m",
    b"\x1b[<35;999;999M",
    b"\x1b[<64;5;5M",
    b"\x1b[<65;5;5M",
    b"\x1b[M !!",
    b"\x1b[I\x1b[O",
    b"\x1b[?62;22c",
    b"\x1b[24;80R",
    b"\x1b[1;99Z",
    b"\x1bOZ",
    b"\x1b[97;1:3u",
    b"\x1b[57441;2u",
    b"\x1b[",
    b"\xff\xfe\x80",
    b"\xe3\x82",
    b"\x1b[200~\x1b[201~",
    b"\x1b[999999999999999999A",
    b"\x00",
    b"\x1b[?2026;2$y",
];

/// Few enough that targets repeat, so that the session soon holds all its data.
const TARGETS: usize = 12;

#[test]
fn a_long_random_session_stays_up_and_small() {
    let seconds = std::env::var("KEW_SOAK_SECONDS").ok().and_then(|n| n.parse().ok()).unwrap_or(SECONDS);
    let seed = std::env::var("KEW_SOAK_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(2_463_534_242);
    let chance = Mutex::new(Rng::new(seed));
    let anchor = serde_json::to_string(&hostile_text()).unwrap();
    let anchor = anchor.trim_matches('"').to_owned();
    let server = ChargingServer::start(true, move |request| respond(request, &mut chance.lock().unwrap(), &anchor));
    let directory = tempfile::tempdir().unwrap();
    let (data, config) = (directory.path().join("data"), directory.path().join("config.toml"));
    std::fs::write(&config, "clipboard = \"terminal\"\n[limits]\nidle_seconds = 5\n").unwrap();
    let log = directory.path().join("log");
    let environment = [
        ("KEW_DATA_DIR", data.to_str().unwrap()),
        ("KEW_CONFIG", config.to_str().unwrap()),
        ("KEW_API_URL", &server.url),
        ("KEYWORDS_EVERYWHERE_API_KEY", "kw-5ecret"),
        ("KEW_LOG", log.to_str().unwrap()),
        // No browser, so that none is opened.
        ("PATH", directory.path().to_str().unwrap()),
    ];
    let mut session = Session::start(&[], &environment);
    session.wait_for("balance 100,000,000 cr");

    let mut rng = Rng::new(seed ^ 0xdead_beef);
    let begun = Instant::now();
    let mut memory = Vec::new();
    let mut steps = 0_u64;
    while begun.elapsed() < Duration::from_secs(seconds) {
        step(&mut session, &mut rng);
        steps += 1;
        // The pace of the load, not a wait: faster than typing, but slow enough that keys do not pile up in the terminal.
        std::thread::sleep(Duration::from_millis(8));
        if steps.is_multiple_of(64) {
            memory.push(session.resident());
            assert_eq!(unexpected_output(&session.take_output()), None);
            assert!(session.is_running(), "it ended after {steps} steps:\n{}", session.output());
        }
    }

    session.resize(120, 36);
    wait_until("the server to finish all requests", || server.records().open == 0);
    // Ctrl-C closes everything that is open, and finally the program.
    wait_until("the session to end", || {
        let is_running = session.is_running();
        if is_running {
            session.keys("\x03");
        }
        !is_running
    });
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
    let output = session.output();
    assert!(!output.contains("internal error"), "{output}");
    assert!(!output.contains("kw-5ecret") && !std::fs::read_to_string(log).unwrap().contains("kw-5ecret"));
    let sums = check_ledger(&server, &data);
    check_memory_is_flat(&memory);
    let (records, max) = (server.records(), memory.iter().max().copied().unwrap_or_default());
    eprintln!(
        "soak: {seconds} s, {steps} steps, {} requests, {} credits charged, {} in the ledger and {} unknown \
         there at most, {max} KiB at most, seed {seed}",
        records.requests.len(),
        records.charged,
        sums.charged.0,
        sums.unknown.0
    );
}

/// A random action of a person, a terminal or an attacker's paste.
fn step(session: &mut Session, rng: &mut Rng) {
    match rng.below(100) {
        0..70 => session.keys(rng.choose(KEYS)),
        70..82 => {
            let (target, count) = (rng.below(TARGETS), rng.choose(&["7", "100", "150"]));
            session.keys(&format!("\x1b\x1b\x1b\x1be\x05\x15site{target}.com\t\x15{count}\r"));
        }
        // Closes everything that is open and fetches again.
        82..85 => session.keys("\x1b\x1b\x1b\x1bRy"),
        85..88 => session.bytes(rng.choose(GARBAGE)),
        88..92 => {
            // Without characters that end a paste or, after an incomplete sequence, end or stop the program.
            let harmless = |letter: &char| !matches!(letter, '\u{1b}' | '\u{3}' | '\u{1a}');
            let text: String = hostile_text().chars().filter(harmless).skip(rng.below(400)).take(200).collect();
            session.keys(&format!("\x1b[200~{text}\x1b[201~"));
        }
        92..96 => {
            let (width, height) = (1 + rng.below(220) as u16, 1 + rng.below(70) as u16);
            session.resize(width, height);
        }
        _ => {
            // Many sizes at once.
            for _ in 0..12 {
                session.resize(1 + rng.below(1_000) as u16, 1 + rng.below(500) as u16);
            }
            session.resize(120, 36);
        }
    }
}

/// The reply to a request: mostly a correct one.
fn respond(request: &ReceivedRequest, rng: &mut Rng, anchor: &str) -> Reply {
    let count = rng.below(request.count.min(150) + 1);
    let rows: Vec<String> = (0..count).map(|i| row(i, if i % 3 == 0 { anchor } else { "plain" })).collect();
    let complete = Reply::of(request, &rows);
    let body = complete.pieces.last().cloned().unwrap_or_default();
    let cut = |at: usize| Reply {
        reports_charge: false,
        pieces: vec![head(200, body.len()), body[..at].to_vec()],
        ..complete.clone()
    };
    match rng.below(100) {
        0..60 => complete,
        60..70 => {
            let mut pieces = vec![head(200, body.len())];
            pieces.extend(body.chunks(body.len() / 10 + 1).map(<[u8]>::to_vec));
            Reply { pieces, pause: Duration::from_millis(30), ..complete }
        }
        70..76 => cut(rng.below(body.len())),
        76..79 => Reply { reports_charge: false, pieces: Vec::new(), ..complete },
        79..84 => Reply::free(402, "", &format!(r#"{{"message":"402 {anchor}"}}"#)),
        84..86 => Reply::free(503, "", "busy"),
        // The request was charged, then a proxy failed.
        86..89 => Reply { charged: complete.charged, ..Reply::free(500 + rng.below(5) as u16, "", anchor) },
        89..90 => {
            let body = format!(r#"{{"data":[{}]}}"#, rows.join(","));
            Reply { reports_charge: false, pieces: vec![head(200, body.len()), body.into_bytes()], ..complete }
        }
        90..92 => Reply::free(302, "location: https://evil.example/\r\nset-cookie: a=b\r\n", ""),
        92..94 => Reply::free(200, "content-encoding: gzip\r\n", "no gzip"),
        94..96 => Reply::free(200, "", &format!("{{\"data\":{}", "[".repeat(50_000))),
        96..98 => Reply::free(200, "", "<html>maintenance</html>"),
        _ => Reply::free(200, "", r#"{"data":{"a":1},"credits_consumed":[],"data":"x"}"#),
    }
}

/// The ledger matches the server's records: exact for complete responses, covered for the others.
fn check_ledger(server: &ChargingServer, data: &Path) -> Sums {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ledger = tokio
        .block_on(async { archive::ArchiveLocation::directory(data).open().await.unwrap().snapshots().await.unwrap() });
    let records = server.records();
    let sums: Sums = ledger.iter().map(|line| (line.maximum_cost, line.charge)).collect();
    let (charged, committed) = (sums.charged.0, sums.committed().0);
    assert!(
        charged <= records.charged && records.charged <= committed,
        "{charged} charged and {committed} at most are not around {}",
        records.charged
    );
    let reported: Sums = ledger
        .iter()
        .filter(|line| matches!(line.charge, Charge::Response(_)))
        .map(|line| (line.maximum_cost, line.charge))
        .collect();
    assert!(reported.charged.0 >= records.reported, "complete responses are in the ledger with their exact charge");
    assert!(!records.requests.is_empty(), "no request was sent");
    assert!(ledger.iter().all(|line| line.status != RequestStatus::Running));
    sums
}

/// Checks that memory does not grow after the first two thirds.
fn check_memory_is_flat(kibibytes: &[u64]) {
    let third = kibibytes.len() / 3;
    if third < 4 {
        return eprintln!("too short a time to tell whether the memory grows");
    }
    let max = |part: &[u64]| part.iter().max().copied().unwrap_or_default();
    let (before, after) = (max(&kibibytes[..2 * third]), max(&kibibytes[2 * third..]));
    let room = before / 10 + 16 * 1024;
    assert!(after <= before + room, "the memory grows: {before} KiB, then {after} KiB");
}
