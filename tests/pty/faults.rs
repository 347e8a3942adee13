//! Internal faults of each background task: each is shown and logged, nothing waits forever for the failed task, the keys
//! still work, and no paid response is lost.

use super::opening::csv;
use super::terminal::Session;
use crate::support::charging_server::{ChargingServer, Reply, row};
use crate::support::program::{TestHome, read};

/// A session in which one task fails, with a log in `home`.
fn start_with_fault(home: &TestHome, fault: (&str, &str), arguments: &[&str], environment: &[(&str, &str)]) -> Session {
    let log = home.name("log");
    let faults =
        [("KEW_FAILPOINT", fault.0), ("KEW_FAILPOINT_KIND", fault.1), ("KEW_LOG", log.as_str()), ("SSH_TTY", "/dev/x")];
    Session::start(arguments, &[environment, &faults].concat())
}

/// Sends Escape alone, so that no other key looks like an Alt combination.
fn leave(session: &mut Session) {
    session.keys("\x1b");
    session.wait_for("q quit");
}

/// The session responds, quits, and reports the fault in the log and after the screen is restored.
fn check_end(mut session: Session, home: &TestHome, fault: &str) {
    session.check_responsive_and_quit();
    let report = format!("failpoint {fault}");
    // The report follows the restored screen.
    session.wait_for("kew-tui: internal error at");
    let log = read(home.path("log"));
    assert!(log.contains(&report), "{fault}: {log}");
}

/// Enough links that workers compute the views.
const LINKS: usize = 33_000;

#[test]
fn faults_while_browsing_a_file_are_contained() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let file = home.file("links.csv", &csv(LINKS));
    let out = home.name("out.csv");
    let export = format!("x{out}\r");
    for (fault, kind, keys, expected) in [
        ("load", "worker", "", "loading failed"),
        ("load", "panic", "", "loading failed; kew-tui keeps running: internal error"),
        ("chunk", "panic", "", "loading failed"),
        ("view", "panic", "/site1\r", "filtering and sorting failed"),
        ("view", "worker", "s", "filtering and sorting failed"),
        ("count", "panic", "f", "counting failed"),
        ("group", "panic", "z", "grouping by domain failed"),
        ("export", "panic", export.as_str(), "writing the file failed"),
        ("path", "panic", "x\t", "completing the path failed"),
        ("copy", "panic", "y", "copying failed"),
        ("browser", "panic", "o", "opening the browser failed"),
        ("save-state", "panic", ">", "saving columns and filters failed"),
    ] {
        let mut session = start_with_fault(&home, (fault, kind), &["open", &file], &[]);
        if !matches!(fault, "load" | "chunk") {
            session.wait_for("33,000 links from 1 file");
        }
        session.keys(keys);
        session.wait_for(expected);
        match fault {
            "load" | "chunk" => session.wait_for_gone("╌"),
            "view" => session.wait_for("filter and sort failed"),
            "count" => session.wait_for("Counting failed"),
            "group" => session.wait_for_gone("counting domains"),
            _ => {}
        }
        // The links from before the fault are kept.
        let first = if fault == "load" { "0 links" } else { "site0.com" };
        if fault != "count" {
            session.wait_for(first);
        }
        match fault {
            "path" => leave(&mut session),
            "count" => session.keys("f"),
            _ => {}
        }
        check_end(session, &home, fault);
        let task = if fault == "chunk" { "load" } else { fault };
        assert!(read(home.path("log")).contains(&format!("task=\"{task}\"")), "{fault}");
        std::fs::remove_file(home.path("log")).unwrap();
        assert!(!home.path("out.csv").exists());
    }
}

/// A server, a home with an archive, and the environment of a session.
fn with_archive(target: &str) -> (ChargingServer, TestHome, [(String, String); 3]) {
    let server = ChargingServer::start(true, |request| Reply::of(request, &[row(0, "a"), row(1, "b")]));
    let home = TestHome::new(&server.url);
    let environment = [
        ("KEW_DATA_DIR".to_owned(), home.name("data")),
        ("KEW_API_URL".to_owned(), server.url.clone()),
        ("KEYWORDS_EVERYWHERE_API_KEY".to_owned(), "k".to_owned()),
    ];
    if !target.is_empty() {
        assert_eq!(home.run(&["fetch", target, "-n", "9", "-q", "-f", "urls"]).code, 0);
    }
    (server, home, environment)
}

fn borrowed(environment: &[(String, String); 3]) -> [(&str, &str); 3] {
    environment.each_ref().map(|(name, value)| (name.as_str(), value.as_str()))
}

#[test]
fn faults_in_the_archive_are_contained() {
    let (server, home, environment) = with_archive("example.com");
    let environment = borrowed(&environment);
    for (fault, keys, expected) in [
        ("balance", "", "reading the balance failed"),
        ("open", "H\r", "opening the snapshot failed"),
        ("annotations", "Hp", "saving the name, note or tag failed"),
        ("delete", "Hdy", "deleting the snapshot failed"),
    ] {
        let mut session = start_with_fault(&home, (fault, ""), &["example.com", "-n", "9"], &environment);
        session.wait_for(if fault == "balance" { expected } else { "balance 99,999,990 cr" });
        leave(&mut session);
        for key in keys.chars() {
            session.keys(&key.to_string());
            if key == 'H' {
                session.wait_for("10 credits spent in total");
            }
        }
        session.wait_for(expected);
        check_end(session, &home, fault);
    }
    let mut session = start_with_fault(&home, ("notes", ""), &["example.com", "-n", "9"], &environment);
    session.wait_for("balance 99,999,990 cr");
    session.keys("\r");
    session.wait_for("Link 1 of 2");
    session.keys("nmine\r");
    session.wait_for("saving the note failed");
    check_end(session, &home, "notes");
    assert_eq!(server.records().requests.len(), 1);
    assert_eq!(home.run(&["archive", "check"]).success(), "1 snapshot, all OK\n");
}

#[test]
fn nothing_is_fetched_when_the_archive_fails_to_open() {
    let (server, home, environment) = with_archive("");
    let mut session = start_with_fault(&home, ("archive", ""), &["example.com"], &borrowed(&environment));
    session.wait_for("the archive can't be opened: internal error");
    session.keys("\r");
    session.wait_for("nothing sent");
    leave(&mut session);
    check_end(session, &home, "archive");
    assert_eq!(server.records().requests.len(), 0);
}

#[test]
fn faults_while_fetching_keep_the_response_and_pay_once() {
    for (fault, request, opens) in [("fetch", 0, false), ("sent", 0, false), ("received", 1, true), ("read", 1, false)]
    {
        let (server, home, environment) = with_archive("");
        let environment = borrowed(&environment);
        let mut session = start_with_fault(&home, (fault, ""), &["example.com", "-n", "9"], &environment);
        session.wait_for("balance 100,000,000 cr");
        session.keys("\r");
        session.wait_for("internal error");
        assert_eq!(server.records().requests.len(), request, "{fault}");
        if fault != "fetch" {
            // The same request again does not wait for the failed task: a received response opens, a possible charge needs a
            // confirmation.
            session.keys("e\r");
            session.wait_for(if opens { "from your archive" } else { "maximum cost" });
            if !opens {
                session.keys("n");
                session.wait_for_gone("maximum cost");
                leave(&mut session);
            }
        }
        check_end(session, &home, fault);
        // The received response is in the archive: the next session does not fetch it again without confirmation.
        let mut session = Session::start(&["example.com", "-n", "9"], &environment);
        session.wait_for(if request > 0 { "balance 99,999,990 cr" } else { "balance 100,000,000 cr" });
        session.keys("\r");
        match fault {
            "fetch" => session.wait_for("session 10 cr"),
            _ if opens => session.wait_for("from your archive"),
            _ => session.wait_for("maximum cost"),
        }
        assert_eq!(server.records().requests.len(), request.max(usize::from(fault == "fetch")), "{fault}");
        if fault != "sent" {
            assert_eq!(home.run(&["archive", "check"]).success(), "1 snapshot, all OK\n", "{fault}");
        }
        session.signal("TERM");
        assert_eq!(session.exit_code(), 130);
    }
}

#[test]
fn faults_while_the_demo_starts_are_contained() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let mut session = start_with_fault(&home, ("demo", ""), &["--demo"], &[]);
    session.wait_for("the demo could not start: internal error");
    leave(&mut session);
    check_end(session, &home, "demo");
}
