//! Paid responses are free in later sessions and in the commands.

use std::time::Duration;

use assert_cmd::Command;

use super::terminal::{DemoApi, Session};

/// A demo API, a temporary directory, and the path of the archive in it.
fn api_and_data() -> (DemoApi, tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data").display().to_string();
    (DemoApi::start(), directory, data)
}

fn environment<'a>(api: &'a DemoApi, data: &'a str) -> [(&'static str, &'a str); 3] {
    [("KEW_DATA_DIR", data), ("KEW_API_URL", api.url()), ("KEYWORDS_EVERYWHERE_API_KEY", "demo-key")]
}

fn command(api: &DemoApi, data: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(super::BINARY)
        .env_clear()
        .env("HOME", home.path())
        .env("KEW_DATA_DIR", data)
        .env("KEW_API_URL", api.url())
        .env("KEYWORDS_EVERYWHERE_API_KEY", "demo-key")
        .args(arguments)
        .timeout(Duration::from_secs(30))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A session that has fetched five links for 25 of 100,000 credits.
fn fetch_five_links(more: &[&str], environment: &[(&str, &str)]) -> Session {
    let mut session = Session::start(&[&["example.com", "-n", "5"], more].concat(), environment);
    session.wait_for("balance 100,000 cr");
    session.keys("\r");
    session.wait_for("session 25 cr · balance 99,975 cr");
    session
}

#[test]
fn a_response_is_paid_once_and_opened_later() {
    let (mut api, directory, data) = api_and_data();
    let environment = environment(&api, &data);
    let mut session = fetch_five_links(&[], &environment);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);

    let mut session = Session::start(&["example.com", "-n", "5"], &environment);
    session.wait_for("balance 99,975 cr");
    session.keys("\r");
    session.wait_for("from your archive, just now · R re-fetches (≤ 25 cr)");
    session.wait_for("session 0 cr · balance 99,975 cr");
    session.keys("R");
    session.wait_for("You already have these results");
    session.keys("y");
    session.wait_for("session 25 cr · balance 99,950 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);

    let (code, out, _) = command(&api, &data, &["credits", "-f", "table"]);
    assert!(code == Some(0) && out.contains("balance 99,950 cr") && out.contains("total"), "{out}");
    let (code, out, _) = command(&api, &data, &["credits", "--ledger", "-f", "json"]);
    let lines: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, lines.as_array().unwrap().len(), lines[0]["charged"].as_u64()), (Some(0), 2, Some(25)));
    let (_, out, _) = command(&api, &data, &["credits", "--ledger", "-f", "csv"]);
    assert_eq!(csv::Reader::from_reader(out.as_bytes()).records().count(), 2);

    let (code, out, _) = command(&api, &data, &["diff", "example.com"]);
    assert_eq!((code, out.as_str()), (Some(0), "0 new · 0 missing · 5 in both\n"));
    let (_, out, counts) = command(&api, &data, &["diff", "example.com", "-f", "domains", "--only", "kept"]);
    assert!(out.starts_with("reddit.com\n") && counts.contains("5 in both"));
    assert_eq!(command(&api, &data, &["diff", "never-asked.com"]).0, Some(2));

    let (code, out, _) = command(&api, &data, &["archive", "check"]);
    assert_eq!((code, out.as_str()), (Some(0), "2 snapshots, all OK\n"));
    let files = directory.path().join("files").display().to_string();
    assert_eq!(command(&api, &data, &["archive", "export", &files]).0, Some(0));
    let other = directory.path().join("other").display().to_string();
    let (code, out, _) = command(&api, &other, &["archive", "import", &files]);
    assert_eq!((code, out.as_str()), (Some(0), "2 requests imported, 0 already in the archive\n"));
    assert_eq!(command(&api, &other, &["archive", "vacuum"]).0, Some(0));
    let (_, out, _) = command(&api, &other, &["archive", "path"]);
    assert!(out.trim().ends_with("archive.sqlite"));
    api.stop();
}

#[test]
fn notes_columns_and_filters_persist_across_sessions() {
    let (mut api, _directory, data) = api_and_data();
    let environment = environment(&api, &data);
    let mut session = fetch_five_links(&[], &environment);
    session.keys("jtasked\r");
    session.wait_for("#asked");
    session.keys("lc ");
    session.wait_for("▸   Referring domain");
    session.keys("\x1b");
    session.wait_for_gone("Columns");
    session.keys("/tag:asked\r\x13mine\r");
    session.wait_for("saved as “mine”");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);

    let mut session = Session::start(&["example.com", "-n", "5"], &environment);
    session.wait_for("balance 99,975 cr");
    session.keys("\r");
    session.wait_for("from your archive");
    session.wait_for("#  Anchor");
    session.keys(":mine\r");
    session.wait_for("1 of 5 links");
    session.wait_for("#asked");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    api.stop();
}

#[test]
fn two_sessions_with_the_same_request_pay_once() {
    let (mut api, _directory, data) = api_and_data();
    let environment = environment(&api, &data);
    let start = || Session::start(&["tidepool.example", "-n", "50"], &environment);
    let mut sessions = [start(), start()];
    for session in &mut sessions {
        session.wait_for("balance 100,000 cr");
    }
    for session in &mut sessions {
        session.keys("\r");
    }
    for session in &mut sessions {
        session.wait_for("Link 1 of 50");
    }
    let paid = sessions
        .iter()
        .filter(|session| session.with_screen(|screen| screen.contents().contains("session 250 cr")))
        .count();
    assert_eq!(paid, 1);
    for session in &mut sessions {
        session.keys("q");
        assert_eq!(session.exit_code(), 0);
    }
    let (_, out, _) = command(&api, &data, &["credits", "-f", "table"]);
    assert!(out.contains("balance 99,750 cr"), "{out}");
    api.stop();
}

#[test]
fn nothing_is_fetched_without_a_working_archive() {
    let mut api = DemoApi::start();
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("archive.sqlite"), "not a database at all, but mine").unwrap();
    let text = data.display().to_string();
    let environment = environment(&api, &text);
    let mut session = Session::start(&["example.com", "-n", "5"], &environment);
    session.wait_for("is damaged");
    session.keys("\r");
    session.wait_for("nothing sent");
    session.wait_for("session 0 cr · balance 100,000 cr");
    session.keys("\x03");
    session.keys("\x03");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(std::fs::read_to_string(data.join("archive.sqlite")).unwrap(), "not a database at all, but mine");
    let mut session = fetch_five_links(&["--no-archive"], &environment);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    api.stop();
}

#[test]
fn eight_processes_record_every_outcome() {
    let (mut api, _directory, data) = api_and_data();
    let environment = environment(&api, &data);
    let start = |i: usize| Session::start(&[&format!("example.com/page{i}"), "-n", "1"], &environment);
    let mut sessions: Vec<Session> = (0..8).map(start).collect();
    for session in &mut sessions {
        session.wait_for("balance 100,000 cr");
    }
    for session in &mut sessions {
        session.keys("\r");
    }
    for session in &mut sessions {
        session.wait_for("session 5 cr");
        session.keys("q");
        assert_eq!(session.exit_code(), 0);
    }
    let (_, out, _) = command(&api, &data, &["credits", "--ledger", "-f", "json"]);
    let lines: serde_json::Value = serde_json::from_str(&out).unwrap();
    let charged: Vec<_> = lines.as_array().unwrap().iter().map(|line| line["charged"].as_u64()).collect();
    assert_eq!(charged, [Some(5); 8]);
    assert_eq!(command(&api, &data, &["archive", "check"]).1, "8 snapshots, all OK\n");
    api.stop();
}

#[test]
fn an_abort_before_the_response_is_written_loses_nothing() {
    let (mut api, _directory, data) = api_and_data();
    let environment = environment(&api, &data);
    let stopped = [environment.as_slice(), &[("KEW_FAILPOINT", "received"), ("KEW_FAILPOINT_KIND", "abort")]].concat();
    let mut session = Session::start(&["example.com", "-n", "30"], &stopped);
    session.wait_for("balance 100,000 cr");
    session.keys("\r");
    session.wait_for_end();
    let mut session = Session::start(&["example.com", "-n", "30"], &environment);
    session.wait_for("balance 99,850 cr");
    session.keys("\r");
    session.wait_for("from your archive, just now · R re-fetches (≤ 150 cr)");
    session.wait_for("session 0 cr · balance 99,850 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    api.stop();
}

/// A limit on file sizes simulates the full disk: nothing beyond it can be written.
#[test]
fn a_full_disk_shows_the_links_and_corrupts_nothing() {
    let (mut api, _directory, data) = api_and_data();
    let environment = environment(&api, &data);
    let mut session = fetch_five_links(&[], &environment);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    // The first session's write-ahead log would use some of the space.
    assert_eq!(command(&api, &data, &["archive", "vacuum"]).0, Some(0));
    let mut session =
        Session::start_with_file_limit(300, &["megamart.example", "--scope", "domain", "-n", "10000"], &environment);
    session.wait_for("balance 99,975 cr");
    session.keys("\r");
    session.wait_for("maximum cost");
    session.keys("y");
    session.wait_for("Copy the links before you quit");
    session.wait_for("Link 1 of");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    let (_, out, _) = command(&api, &data, &["credits", "--ledger", "-f", "json"]);
    let lines: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(lines.as_array().unwrap().len(), 2, "the request is in the ledger: {out}");
    // The received bytes were in a spool file, which is adopted now that there is space.
    assert_eq!(command(&api, &data, &["archive", "check"]).1, "2 snapshots, all OK\n");
    api.stop();
}

#[test]
fn delete_applies_to_the_pinned_snapshot() {
    let (mut api, directory, data) = api_and_data();
    let environment = environment(&api, &data);
    let mut session = Session::start(&[], &environment);
    session.wait_for("balance 100,000 cr");
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr");
    session.keys("e\x05\x15quietcorner.example\r");
    session.wait_for("session 515 cr");
    session.keys("H");
    session.wait_for("2 snapshots of 2 targets");
    session.keys("jp");
    session.wait_for("★ tidepool.example/");
    session.keys("d");
    session.wait_for("100 links to https://tidepool.example/");
    session.keys("y");
    session.wait_for("1 snapshot of 1 target");
    session.wait_for("quietcorner.example");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    api.stop();
    drop(directory);
}
