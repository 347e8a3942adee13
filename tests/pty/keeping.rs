//! What was paid for is there again: in the next session, for nothing, and in the commands.

use std::time::Duration;

use assert_cmd::Command;

use super::terminal::{DemoApi, Session};

/// An API, and a place for an archive that is gone with the directory.
fn shop() -> (DemoApi, tempfile::TempDir, String) {
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

/// A session of an account with 100,000 credits that has just bought five links for 25 of them.
fn buying(more: &[&str], environment: &[(&str, &str)]) -> Session {
    let mut session = Session::start(&[&["example.com", "-n", "5"], more].concat(), environment);
    session.wait_for("balance 100,000 cr");
    session.keys("\r");
    session.wait_for("session 25 cr · balance 99,975 cr");
    session
}

#[test]
fn bought_once_opened_ever_after() {
    let (mut api, directory, data) = shop();
    let environment = environment(&api, &data);
    let mut session = buying(&[], &environment);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);

    let mut session = Session::start(&["example.com", "-n", "5"], &environment);
    session.wait_for("balance 99,975 cr");
    session.keys("\r");
    session.wait_for("from your archive, just now · R asks again for ≤ 25 cr");
    session.wait_for("session 0 cr · balance 99,975 cr");
    session.keys("R");
    session.wait_for("You have an answer to this already");
    session.keys("y");
    session.wait_for("session 25 cr · balance 99,950 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);

    let (code, out, _) = command(&api, &data, &["credits", "-f", "table"]);
    assert!(code == Some(0) && out.contains("balance 99,950 cr") && out.contains("in all"), "{out}");
    let (code, out, _) = command(&api, &data, &["credits", "--ledger", "-f", "json"]);
    let lines: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, lines.as_array().unwrap().len(), lines[0]["charged"].as_u64()), (Some(0), 2, Some(25)));
    let (_, out, _) = command(&api, &data, &["credits", "--ledger", "-f", "csv"]);
    assert_eq!(csv::Reader::from_reader(out.as_bytes()).records().count(), 2);

    let (code, out, _) = command(&api, &data, &["diff", "example.com"]);
    assert_eq!((code, out.as_str()), (Some(0), "0 new · 0 not seen · 5 kept\n"));
    let (_, out, counts) = command(&api, &data, &["diff", "example.com", "-f", "domains", "--only", "kept"]);
    assert!(out.starts_with("reddit.com\n") && counts.contains("5 kept"));
    assert_eq!(command(&api, &data, &["diff", "never-asked.com"]).0, Some(2));

    let (code, out, _) = command(&api, &data, &["archive", "check"]);
    assert_eq!((code, out.as_str()), (Some(0), "2 answers, all whole\n"));
    let files = directory.path().join("files").display().to_string();
    assert_eq!(command(&api, &data, &["archive", "export", &files]).0, Some(0));
    let other = directory.path().join("other").display().to_string();
    let (code, out, _) = command(&api, &other, &["archive", "import", &files]);
    assert_eq!((code, out.as_str()), (Some(0), "2 requests taken over, 0 known already\n"));
    assert_eq!(command(&api, &other, &["archive", "vacuum"]).0, Some(0));
    let (_, out, _) = command(&api, &other, &["archive", "path"]);
    assert!(out.trim().ends_with("archive.sqlite"));
    api.stop();
}

#[test]
fn notes_columns_and_saved_filters_are_there_in_the_next_session() {
    let (mut api, _directory, data) = shop();
    let environment = environment(&api, &data);
    let mut session = buying(&[], &environment);
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
fn two_sessions_that_ask_the_same_pay_once() {
    let (mut api, _directory, data) = shop();
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
fn without_a_working_archive_nothing_is_bought() {
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
    session.wait_for("nothing was sent");
    session.wait_for("session 0 cr · balance 100,000 cr");
    session.keys("\x03");
    session.keys("\x03");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(std::fs::read_to_string(data.join("archive.sqlite")).unwrap(), "not a database at all, but mine");
    let mut session = buying(&["--no-archive"], &environment);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    api.stop();
}

#[test]
fn eight_programs_at_once_keep_every_outcome() {
    let (mut api, _directory, data) = shop();
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
    assert_eq!(command(&api, &data, &["archive", "check"]).1, "8 answers, all whole\n");
    api.stop();
}

#[test]
fn stopped_between_the_answer_and_its_write_it_loses_nothing() {
    let (mut api, _directory, data) = shop();
    let environment = environment(&api, &data);
    let stopped = [environment.as_slice(), &[("KEW_FAULT", "received"), ("KEW_FAULT_IS", "abort")]].concat();
    let mut session = Session::start(&["example.com", "-n", "30"], &stopped);
    session.wait_for("balance 100,000 cr");
    session.keys("\r");
    session.wait_for_end();
    let mut session = Session::start(&["example.com", "-n", "30"], &environment);
    session.wait_for("balance 99,850 cr");
    session.keys("\r");
    session.wait_for("from your archive, just now · R asks again for ≤ 150 cr");
    session.wait_for("session 0 cr · balance 99,850 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    api.stop();
}

/// The limit of a file's size stands for the disk: what is beyond it can't be written, whatever is tried.
#[test]
fn on_a_full_disk_the_links_are_shown_and_nothing_is_spoiled() {
    let (mut api, _directory, data) = shop();
    let environment = environment(&api, &data);
    let mut session = buying(&[], &environment);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    // What the first session left in the database's own log would take some of the room.
    assert_eq!(command(&api, &data, &["archive", "vacuum"]).0, Some(0));
    let mut session =
        Session::start_with_file_limit(300, &["megamart.example", "--scope", "domain", "-n", "10000"], &environment);
    session.wait_for("balance 99,975 cr");
    session.keys("\r");
    session.wait_for("costs at most");
    session.keys("y");
    session.wait_for("Copy the links before you leave");
    session.wait_for("Link 1 of");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    let (_, out, _) = command(&api, &data, &["credits", "--ledger", "-f", "json"]);
    let lines: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(lines.as_array().unwrap().len(), 2, "the request is in the ledger: {out}");
    // What had arrived stood in a file of its own, and is taken over now that there is room.
    assert_eq!(command(&api, &data, &["archive", "check"]).1, "2 answers, all whole\n");
    api.stop();
}

#[test]
fn what_was_pinned_is_what_is_deleted() {
    let (mut api, directory, data) = shop();
    let environment = environment(&api, &data);
    let mut session = Session::start(&[], &environment);
    session.wait_for("balance 100,000 cr");
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr");
    session.keys("e\x05\x15quietcorner.example\r");
    session.wait_for("session 515 cr");
    session.keys("H");
    session.wait_for("2 snapshots in 2 lines");
    session.keys("jp");
    session.wait_for("★ tidepool.example/");
    session.keys("d");
    session.wait_for("100 links to https://tidepool.example/");
    session.keys("y");
    session.wait_for("1 snapshot in 1 line");
    session.wait_for("quietcorner.example");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    api.stop();
    drop(directory);
}
