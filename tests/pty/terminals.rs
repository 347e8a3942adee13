//! Terminals of any size and kind: limited, dumb, disconnected, or sending unexpected input.

use std::fs::TryLockError;
use std::process::{Command, Stdio};
use std::time::Duration;

use kew_tui::archive;
use kew_tui::domain::snapshot::RequestStatus;

use super::output::unexpected_output;
use super::terminal::Session;
use crate::support::charging_server::{ChargingServer, Reply, row};
use crate::support::program::{CommandOutput, TestHome};
use crate::support::wait::wait_until;

#[test]
fn any_size_is_handled_at_any_moment() {
    let mut session = Session::start_at((0, 0), &["--demo", "tidepool.example"], &[]);
    for (width, height) in [(1, 1), (120, 36), (0, 0), (1_000, 500), (2, 500), (1_000, 1), (80, 24)] {
        session.resize(width, height);
        session.keys("j");
    }
    session.wait_for("balance 100,000 cr");
    session.keys("\x05\x15tidepool.example\r");
    session.wait_for("session 500 cr");
    // Far more sizes than can be drawn.
    for i in 0..2_000_u16 {
        session.resize(1 + i % 300, 1 + i % 90);
    }
    session.resize(120, 36);
    session.wait_for("session 500 cr · balance 99,500 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
}

#[test]
fn a_ten_megabyte_paste_is_truncated_and_does_not_freeze() {
    let mut session = Session::start(&["--demo"], &[]);
    session.wait_for("balance 100,000 cr");
    session.keys("e\x05\x15\x1b[200~");
    session.keys(&"a long paste\nq".repeat(750_000));
    session.keys("\x1b[201~");
    session.keys("\x05\x15example.com\t\x155\r");
    session.wait_for("session 25 cr · balance 99,975 cr");
    session.keys("/\x1b[200~");
    session.keys(&"\u{202e}x\u{301}".repeat(400_000));
    session.keys("\x1b[201~\x15domain:reddit.com\r");
    session.wait_for("1 of 5 links");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(unexpected_output(&session.output()), None);
}

#[test]
fn garbage_input_sends_nothing() {
    let mut session = Session::start(&["--demo", "tidepool.example"], &[]);
    session.wait_for("balance 100,000 cr");
    for garbage in [
        &b"\x1b[<0;9999;9999M\x1b[<0;9999;9999m"[..],
        b"\x1b[M\xff\xff\xff",
        b"\x1b[<64;1;1M\x1b[<65;1;1M\x1b[<99;1;1M",
        b"\x1b[?62;22c\x1b[24;80R",
        b"\x1b[1;99Z\x1bOZ\x1b[99999999999999999999A",
        b"\x1b[97;1:3u\x1b[57441;2u\x1b[I\x1b[O",
        b"\xff\xfe\xc3\x28\xe3\x82\x00",
    ] {
        session.bytes(garbage);
    }
    session.keys("\x05\x15still here");
    session.wait_for("still here");
    session.wait_for("session 0 cr · balance 100,000 cr");
    session.signal("TERM");
    assert_eq!(session.exit_code(), 130);
    session.assert_terminal_restored();
}

/// Terminal replies, genuine and forged.
const REPLIES: [&str; 9] = [
    "\x1b[>0;276;0c",
    "\x1b[?62;4;22c",
    "\x1b[>4;2m",
    "\x1b]11;rgb:1e1e/dddd/yyyy\x1b\\",
    "\x1b]52;c;eXl5ZGR4\x07",
    "\x1bP>|XTerm(376) yyy d x R q\x1b\\",
    "\x1bP1$r0;yd q\x1b\\",
    "\x1b_Gi=1;y\r\x1b\\",
    "\x1b[8;36;120t",
];

#[test]
fn unsolicited_terminal_replies_are_not_keys() {
    let server = ChargingServer::start(true, |request| Reply::of(request, &[row(0, "first anchor"), row(1, "b")]));
    let environment = [("KEW_API_URL", server.url.as_str()), ("KEYWORDS_EVERYWHERE_API_KEY", "k")];
    let mut session = Session::start(&["example.com", "-n", "9"], &environment);
    session.wait_for("balance 100,000,000 cr");
    session.keys("\r");
    session.wait_for("Link 1 of 2");
    // A reply does not get into a text field.
    session.keys("/first");
    session.wait_for("1 of 2 links");
    for reply in REPLIES {
        session.keys(reply);
    }
    session.keys(" anchor");
    session.wait_for("filter › first anchor ");
    session.keys("\x15\r");
    session.wait_for("2 links");
    // A reply is not a key in the table and does not answer a confirmation.
    for reply in REPLIES {
        session.keys(reply);
    }
    session.keys("R");
    session.wait_for("maximum cost");
    for reply in REPLIES {
        session.keys(reply);
    }
    session.keys("n");
    session.wait_for_gone("maximum cost");
    session.check_responsive_and_quit();
    assert_eq!(server.records().requests.len(), 1);
    assert!(!session.output().contains("Write 2 links"), "x opened the export");
}

#[test]
fn other_terminal_types_work() {
    for terminal in
        ["screen-256color", "screen", "tmux-256color", "linux", "vt100", "xterm-16color", "no-such-terminal"]
    {
        let mut session = Session::start(&["--demo"], &[("TERM", terminal), ("TMUX", "/nowhere,1,0"), ("PATH", "")]);
        session.wait_for("Demo targets");
        session.keys("e\x05\x15quietcorner.example\r");
        session.wait_for("session 15 cr");
        session.keys("q");
        assert_eq!(session.exit_code(), 0, "{terminal}");
        session.assert_terminal_restored();
        assert_eq!(unexpected_output(&session.output()), None, "{terminal}");
    }
}

#[test]
fn a_missing_terminal_is_reported() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let ran = home.run(&["--demo"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("stdin is not one"), "{ran:?}");
    let mut session = Session::start(&["--demo"], &[("TERM", "dumb")]);
    session.wait_for("TERM=dumb");
    assert_eq!(session.exit_code(), 2);
    assert!(!session.output().contains('\u{1b}'), "{:?}", session.output());

    let mut session = Session::start_in_shell("exec \"$0\" \"$@\" < /dev/null", &["--demo"]);
    session.wait_for("stdin is not one");
    assert_eq!(session.exit_code(), 2);
    let mut session = Session::start_in_shell("exec \"$0\" \"$@\" > /dev/null", &["--demo"]);
    session.wait_for("stdout is not one");
    assert_eq!(session.exit_code(), 2);
    // It ends even with all streams closed.
    let closed = home.command(&["--demo"]).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert_eq!(closed.code(), Some(2));
}

/// Runs a test in a separate process, since children of other tests may keep a terminal open.
pub fn alone(test: &str) {
    let test = format!("pty::{test}");
    let alone = ["--exact", &test, "--ignored"];
    let ran: CommandOutput = Command::new(std::env::current_exe().unwrap()).args(alone).output().unwrap().into();
    assert!(ran.code == 0 && ran.out.contains("1 passed"), "{ran:?}");
}

#[test]
fn a_lost_terminal_ends_the_program_and_records_the_request() {
    alone("terminals::child_loses_its_terminal");
}

#[cfg(target_os = "linux")]
#[test]
fn a_lost_terminal_without_a_signal_ends_the_program() {
    alone("terminals::child_loses_its_terminal_without_a_signal");
}

#[test]
#[ignore = "is run by a test above"]
fn child_loses_its_terminal() {
    // A response within the grace period is stored.
    for (pause, status) in
        [(Duration::from_millis(500), RequestStatus::Completed), (Duration::from_secs(60), RequestStatus::Failed)]
    {
        check_lost_terminal(pause, status);
    }
}

fn check_lost_terminal(pause: Duration, status: RequestStatus) {
    let server = ChargingServer::start(true, move |request| Reply {
        reports_charge: false,
        pause,
        ..Reply::of(request, &[row(0, "a")])
    });
    let home = TestHome::new(&server.url);
    let data = home.name("data");
    let environment =
        [("KEW_DATA_DIR", data.as_str()), ("KEW_API_URL", &server.url), ("KEYWORDS_EVERYWHERE_API_KEY", "k")];
    let mut session = Session::start(&["example.com"], &environment);
    session.wait_for("balance 100,000,000 cr");
    session.keys("\r");
    wait_until("the request", || !server.records().requests.is_empty());
    session.hang_up();
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ledger = tokio.block_on(async {
        archive::ArchiveLocation::directory(home.path("data")).open().await.unwrap().snapshots().await.unwrap()
    });
    assert_eq!(ledger.iter().map(|line| line.status).collect::<Vec<_>>(), [status]);
}

/// The terminal is not the controlling terminal of the program, so the program gets no signal, and it has nothing to draw.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "is run by a test above"]
fn child_loses_its_terminal_without_a_signal() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let by = ["/bin/sh", "-c", "setsid --wait \"$0\" \"$@\"", super::BINARY];
    let data = home.name("data");
    let mut session = Session::start_with_command(&by, &[], &[("KEW_DATA_DIR", data.as_str())]);
    session.wait_for("No API key is set yet.");
    // Each running program holds a lock in this directory.
    let is_locked = |lock: std::path::PathBuf| {
        std::fs::File::open(lock).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    };
    let is_there = || {
        let locks = std::fs::read_dir(home.path("data/sessions")).into_iter().flatten().flatten();
        locks.map(|lock| lock.path()).any(is_locked)
    };
    wait_until("the program to hold its lock", is_there);
    // Ctrl-C leaves the target box, which has the focus at the start.
    session.keys("\x03H");
    session.wait_for("0 credits spent in total");
    session.hang_up();
    wait_until("the program to let go of its lock", || !is_there());
}

/// The parameters of all style sequences.
fn styles(output: &str) -> Vec<Vec<u16>> {
    let parameters = output.split("\x1b[").skip(1).filter_map(|sequence| {
        let end = sequence.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        sequence[end..].starts_with('m').then(|| &sequence[..end])
    });
    parameters.map(|style| style.split(';').filter_map(|number| number.parse().ok()).collect()).collect()
}

#[test]
fn a_terminal_gets_only_the_colors_it_supports() {
    let plain_text = |environment: &[(&str, &str)]| {
        let mut session = Session::start(&["--demo"], environment);
        session.wait_for("Demo targets");
        session.keys("e\x05\x15tidepool.example\r");
        session.wait_for("session 500 cr");
        session.keys("/domain:.org\r j ?");
        session.wait_for("All keys");
        session.keys("qq");
        assert_eq!(session.exit_code(), 0);
        assert_eq!(unexpected_output(&session.output()), None);
        styles(&session.output())
    };
    let is_extended = |style: &Vec<u16>| style.contains(&38) || style.contains(&48);
    let is_classic = |style: &Vec<u16>| style.iter().any(|n| matches!(n, 30..=37 | 40..=47 | 90..=97 | 100..=107));
    for (name, value) in [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")] {
        assert!(plain_text(&[(name, value)]).iter().any(is_extended), "{value}");
    }
    for terminal in ["xterm", "linux", "screen", "xterm-16color"] {
        let styles = plain_text(&[("TERM", terminal)]);
        assert!(!styles.iter().any(is_extended) && styles.iter().any(is_classic), "{terminal}");
    }
    for (name, value) in [("TERM", "vt220"), ("NO_COLOR", "1")] {
        let styles = plain_text(&[(name, value)]);
        assert!(!styles.iter().any(|style| is_extended(style) || is_classic(style)), "{value}");
    }
}

#[test]
fn commands_need_no_terminal() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    for terminal in ["dumb", ""] {
        let ran: CommandOutput = home.command(&["history"]).env("TERM", terminal).output().unwrap().into();
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}
