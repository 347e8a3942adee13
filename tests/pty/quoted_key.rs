//! A server that echoes the key: no part of it reaches the screen, an output or a file.

use std::fs;
use std::path::Path;

use kew_tui::archive;
use kew_tui::domain::SnapshotId;

use super::terminal::Session;
use crate::support::key_echo::{self, leaks};
use crate::support::program::TestHome;

const KEY: &str = "kW5-c0ffee-9Secret-xY";
const TARGETS: [&str; 12] = ["400", "401", "402", "403", "404", "429", "500", "503", "302", "garbage", "shape", "cut"];

#[track_caller]
fn assert_clean(what: &str, bytes: &[u8]) {
    let leaks = leaks(KEY, bytes);
    assert!(leaks.is_empty(), "{what} holds {leaks:?}: {}", String::from_utf8_lossy(bytes));
}

/// Every file below a directory.
fn assert_files_are_clean(directory: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files += assert_files_are_clean(&path);
        } else if path.is_file() {
            assert_clean(&path.display().to_string(), &fs::read(&path).unwrap());
            files += 1;
        }
    }
    files
}

/// Every unpacked response in the archive.
fn assert_responses_are_clean(data: &Path) -> usize {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(async {
        let archive = archive::ArchiveLocation::directory(data).open().await.unwrap();
        let mut responses = 0;
        for id in 1..100 {
            if let Ok(raw) = archive.response(SnapshotId(id)).await {
                assert_clean("a response", &raw);
                responses += 1;
            }
        }
        responses
    })
}

fn home() -> TestHome {
    TestHome::new(&key_echo::start())
}

#[test]
fn a_key_quoted_by_the_server_is_in_no_output_and_no_file() {
    let home = home();
    let log = home.name("log");
    let run = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        let ran = command.env("KEYWORDS_EVERYWHERE_API_KEY", KEY).env("KEW_LOG", &log).output().unwrap();
        assert_clean(&format!("{arguments:?} on stdout"), &ran.stdout);
        assert_clean(&format!("{arguments:?} on stderr"), &ran.stderr);
        String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap()
    };
    for target in TARGETS {
        let target = format!("{target}.example");
        let output = run(&["fetch", &target, "-n", "5", "--json-errors"]);
        assert!(output.contains("\"code\""), "{target}: {output}");
        run(&["fetch", &target, "-n", "5", "--refresh"]);
    }
    let output = run(&["fetch", "402.example", "-n", "6"]);
    assert!(output.contains("Authorization") && output.contains("***"), "the surrounding text is kept: {output}");
    for format in ["csv", "json", "ndjson", "markdown", "urls", "anchors"] {
        let links = run(&["fetch", "200.example", "-n", "5", "-f", format, "--raw"]);
        assert!(links.contains("*****"), "the key is masked: {links}");
    }
    run(&["export", "cut.example", "-f", "json", "--raw"]);
    for arguments in [
        &["credits"][..],
        &["credits", "--json-errors"],
        &["credits", "--ledger"],
        &["credits", "--ledger", "-f", "json"],
        &["doctor"],
        &["doctor", "-f", "json"],
        &["history"],
        &["archive", "check"],
        &["archive", "export", "exported"],
    ] {
        let output = run(arguments);
        assert!(!output.is_empty(), "{arguments:?}");
    }
    assert!(assert_files_are_clean(&home.path("")) > 3);
    assert!(assert_responses_are_clean(&home.path("data")) >= 3);
}

#[test]
fn a_key_quoted_by_the_server_is_not_on_the_screen() {
    let home = home();
    let (url, data, log) = (key_echo::start(), home.name("data"), home.name("log"));
    let environment = [
        ("KEYWORDS_EVERYWHERE_API_KEY", KEY),
        ("KEW_API_URL", url.as_str()),
        ("KEW_DATA_DIR", data.as_str()),
        ("KEW_LOG", log.as_str()),
        ("SSH_TTY", "/dev/pts/9"),
    ];
    let mut session = Session::start(&[], &environment);
    session.wait_for("balance ?");
    session.keys("200.example\r");
    session.wait_for("2 links");
    session.keys("\t\tay");
    session.wait_for("copied 2");
    for (target, expected) in [
        ("402", "Not enough credits"),
        ("400", "rejected the request"),
        ("302", "Unexpected redirect"),
        ("garbage", "can't be read"),
        ("shape", "can't be read"),
    ] {
        session.keys(&format!("e\x05\x15{target}.example\r"));
        session.wait_for(expected);
        session.keys("\x1b");
        session.wait_for_gone(expected);
    }
    session.keys("$");
    session.wait_for("rejected:");
    session.keys("\x1b");
    session.wait_for_gone("rejected:");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    assert_clean("the screen", session.output().as_bytes());
    for line in session.output().split(['\u{1b}', '\u{7}']) {
        use base64::Engine;
        let Some(copied) = line.strip_prefix("]52;c;") else { continue };
        assert_clean("the clipboard", &base64::engine::general_purpose::STANDARD.decode(copied).unwrap());
    }
    assert!(assert_files_are_clean(&home.path("")) > 1);
    assert!(assert_responses_are_clean(&home.path("data")) >= 1);
}
