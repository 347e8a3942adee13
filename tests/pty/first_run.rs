//! The first run of the real program without an API key.

use std::fs;
use std::path::Path;

use kew_tui::demo;

use super::terminal::{DemoApi, Session};

fn first_run(api: &DemoApi, settings: &Path, log: &Path) -> Session {
    let (settings, log) = (settings.to_str().unwrap(), log.to_str().unwrap());
    let session = Session::start(&[], &[("KEW_API_URL", api.url()), ("KEW_CONFIG", settings), ("KEW_LOG", log)]);
    session.wait_for("No API key is set yet.");
    session
}

/// A session with a default home, where the settings file is optional.
fn without_settings() -> Session {
    let session = Session::start(&[], &[]);
    session.wait_for("No API key is set yet.");
    session
}

#[test]
fn a_target_can_be_typed_on_the_first_screen() {
    for target in ["quora.com", "tidepool.com"] {
        let mut session = without_settings();
        session.keys(target);
        session.wait_for(target);
        session.keys("\r");
        session.wait_for("Nothing sent: fetching needs an API key.");
        session.keys("\x1b");
        session.wait_for_gone("Nothing sent");
        session.keys("\x03q");
        assert_eq!(session.exit_code(), 0);
    }
}

#[test]
fn f2_starts_the_demo_with_the_typed_target() {
    let mut session = without_settings();
    session.keys("tidepool.example\x1bOQ");
    session.wait_for("Demo targets");
    session.keys("\r");
    session.wait_for("session 500 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_pasted_key_works_at_once_and_is_never_shown() {
    let mut api = DemoApi::start();
    let directory = tempfile::tempdir().unwrap();
    let (settings, log) = (directory.path().join("config.toml"), directory.path().join("log"));
    fs::write(&settings, "# mine\nnumber = 5\n").unwrap();
    for (response, is_stored, balance) in [("\r", false, "balance 100,000 cr"), ("s", true, "balance 99,975 cr")] {
        let mut session = first_run(&api, &settings, &log);
        session.keys("example.com\r");
        session.wait_for("fetching needs an API key");
        session.keys(&format!("\x1b[200~{}\x1b[201~", demo::KEY));
        session.wait_for(&format!("{} characters", demo::KEY.len()));
        session.keys("\r");
        session.wait_for("Store the API key?");
        session.keys(response);
        session.wait_for(if is_stored { "API key stored in" } else { "API key set for this session" });
        session.wait_for(balance);
        session.keys("\r");
        session.wait_for("session 25 cr");
        session.keys("q");
        assert_eq!(session.exit_code(), 0);
        assert!(!session.output().contains(demo::KEY));
        let text = fs::read_to_string(&settings).unwrap();
        assert_eq!(text.contains(demo::KEY), is_stored);
        assert!(text.ends_with("# mine\nnumber = 5\n"));
        assert!(!fs::read_to_string(&log).unwrap_or_default().contains(demo::KEY));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(settings.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
    }
    let session = Session::start(&[], &[("KEW_API_URL", api.url()), ("KEW_CONFIG", settings.to_str().unwrap())]);
    session.wait_for("balance 99,9");
    api.stop();
}

#[test]
fn a_refused_key_can_be_replaced_in_the_same_session() {
    let mut api = DemoApi::start();
    let directory = tempfile::tempdir().unwrap();
    let (settings, log) = (directory.path().join("config.toml"), directory.path().join("log"));
    fs::write(&settings, "").unwrap();
    let mut session = first_run(&api, &settings, &log);
    session.keys("\x1bORnot-the-right-key\r");
    session.wait_for("Store the API key?");
    session.keys("\r");
    session.wait_for("API key rejected");
    session.keys(&format!("\x1bOR{}\r", demo::KEY));
    session.wait_for("Store the API key?");
    session.keys("\r");
    session.wait_for("balance 100,000 cr");
    session.keys("\x03q");
    assert_eq!(session.exit_code(), 0);
    api.stop();
}
