//! The real program in a pseudo-terminal. However it ends, the terminal is restored.

mod clipboard;
mod demo_command;
#[cfg(target_os = "linux")]
mod displays;
mod faults;
mod fetching;
mod first_run;
mod hostile;
mod keeping;
mod killing;
#[cfg(target_os = "linux")]
mod leaving;
mod letters;
mod letters_xterm;
#[cfg(target_os = "linux")]
mod memory;
mod multiplexed;
mod opening;
mod output;
mod picture;
mod quoted_key;
mod signs;
mod soak;
mod streams;
mod surroundings;
mod terminal;
mod terminals;
#[cfg(target_os = "linux")]
mod typing;

use std::fs;
use std::time::Duration;

use assert_cmd::Command;
use terminal::Session;

const BINARY: &str = env!("CARGO_BIN_EXE_kew-tui");

#[test]
fn a_session_fetches_filters_marks_copies_and_quits() {
    let mut session = Session::start(&["--demo"], &[("SSH_TTY", "/dev/pts/9")]);
    session.wait_for("Demo targets");
    session.wait_for("balance 100,000 cr");
    session.keys("example.com\t\x155\r");
    session.wait_for("5 links");
    session.wait_for("カレー");
    session.wait_for("session 25 cr · balance 99,975 cr");
    session.keys("/domain:reddit.com\r");
    session.wait_for("1 of 5 links");
    session.keys(" Fj y");
    session.wait_for("copied 2 referring pages · OSC 52");
    assert_eq!(session.clipboard(), "https://www.reddit.com/wiki/markdown\nhttps://www.w3.org/tr/css-fonts-3");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
}

#[test]
fn every_demo_failure_is_shown_and_can_be_closed() {
    let mut session = Session::start(&["--demo"], &[]);
    session.wait_for("Demo targets");
    for (target, expected) in [
        ("error-400.example", "rejected the request (400)"),
        ("error-401.example", "API key rejected (401)"),
        ("error-402-credits.example", "402 Insufficient Credits"),
        ("error-500.example", "API server error"),
        ("html.example", "can't be read"),
        ("shape.example", "can't be read"),
        ("cut.example", "links received"),
        ("moved.example", "Unexpected redirect"),
        ("emptyhall.example", "treats each URL variant separately"),
    ] {
        session.keys(&format!("e\x05\x15{target}\r"));
        session.wait_for(expected);
        session.keys("\x1b");
        session.wait_for_gone(expected);
    }
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn resizing_to_1x1_and_back_keeps_the_session() {
    let mut session = Session::start(&["--demo"], &[]);
    session.wait_for("Demo targets");
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr");
    for (width, height) in [(1, 1), (39, 12), (40, 12), (200, 60), (3, 100), (80, 24)] {
        session.resize(width, height);
        session.keys("j");
    }
    session.wait_for("session 500 cr · balance 99,500 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
}

#[test]
fn a_panic_restores_the_terminal() {
    let mut session = Session::start(&["--demo"], &[("KEW_FAILPOINT", "event")]);
    session.wait_for("Demo targets");
    session.keys("x");
    assert_eq!(session.exit_code(), 1);
    session.assert_terminal_restored();
    session.wait_for_output("internal error at");
    session.wait_for_output("the terminal was restored");
}

#[test]
fn without_a_key_the_demo_is_offered() {
    let mut session = Session::start(&[], &[]);
    session.wait_for("No API key is set yet.");
    session.wait_for("KEYWORDS_EVERYWHERE_API_KEY");
    session.keys("\x1bOQ");
    session.wait_for("Demo targets");
    session.keys("quietcorner.example\r");
    session.wait_for("session 15 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_target_argument_sends_nothing_by_itself() {
    let mut session =
        Session::start(&["--demo", "tidepool.example", "-n", "7", "--scope", "domain", "--all-links"], &[]);
    session.wait_for("7 links · domain · all links");
    session.wait_for("session 0 cr · balance 100,000 cr");
    session.keys("\r");
    session.wait_for("session 7 cr · balance 99,993 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn the_key_is_not_in_arguments_screen_or_log() {
    const SECRET: &str = "kw-5ecret-0f-the-user";
    let mut api = terminal::DemoApi::start();
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let environment =
        [("KEYWORDS_EVERYWHERE_API_KEY", SECRET), ("KEW_API_URL", api.url()), ("KEW_LOG", log.to_str().unwrap())];
    let mut session = Session::start(&[], &environment);
    session.wait_for("API key rejected");
    session.keys("example.com\r");
    session.wait_for("API key rejected (401)");
    #[cfg(target_os = "linux")]
    assert!(!fs::read_to_string(format!("/proc/{}/cmdline", session.pid())).unwrap().contains(SECRET));
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    assert!(!session.output().contains(SECRET));
    assert!(!fs::read_to_string(log).unwrap().contains(SECRET));
    api.stop();
}

#[test]
fn a_missing_terminal_and_bad_settings_are_usage_errors() {
    let run = |environment: &[(&str, &str)], arguments: &[&str]| {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(BINARY);
        command.env_clear().env("HOME", home.path()).envs(environment.iter().copied()).args(arguments);
        let output = command.timeout(Duration::from_secs(20)).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, message) = run(&[], &["--demo"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("needs a terminal") && message.contains("no credits were spent"), "{message}");

    let settings = tempfile::NamedTempFile::new().unwrap();
    fs::write(settings.path(), "number = 100\nscoop = \"page\"\n").unwrap();
    let path = settings.path().to_str().unwrap();
    let (code, message) = run(&[("KEW_CONFIG", path)], &["--demo"]);
    assert_eq!(code, Some(2));
    assert!(message.contains(&format!("{path}:2: unknown setting “scoop”; did you mean “scope”?")), "{message}");
    assert_eq!(run(&[("KEW_CONFIG", "/no/such/file")], &["--demo"]).0, Some(2));

    let (code, message) = run(&[("KEW_API_URL", "http://example.com/v1")], &[]);
    assert_eq!((code, message.contains("unencrypted")), (Some(2), true), "{message}");
    assert_eq!(run(&[], &["-n", "10001"]).0, Some(2));
    assert_eq!(run(&[], &["--no-such-option"]).0, Some(2));
}

#[test]
fn typing_a_count_replaces_the_default() {
    let mut session = Session::start(&["--demo", "tidepool.example"], &[]);
    session.wait_for("Demo targets");
    session.keys("\t10000");
    session.wait_for("≤ 50,000 cr");
    session.keys("\t\tabc");
    session.keys("\x1b[Z\x1b[Z7");
    session.wait_for("≤ 35 cr");
    session.keys("\r");
    session.wait_for("session 35 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}
