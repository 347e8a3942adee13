//! `doctor`: each check.

use std::collections::BTreeMap;

use super::archive_list::save_snapshot;
use super::{CommandOutput, DemoHome, TestHome};

fn findings(ran: &CommandOutput) -> BTreeMap<String, (String, String)> {
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    let text = |line: &serde_json::Value, name: &str| line[name].as_str().unwrap().to_owned();
    list.iter().map(|line| (text(line, "what"), (text(line, "state"), text(line, "found")))).collect()
}

#[test]
fn doctor_passes_and_spends_nothing() {
    let home = DemoHome::new();
    save_snapshot(&home, "me.com", 2, &[("", "a.com", "https://a.com/")]);
    let ran = home.run(&["doctor", "-f", "json"]);
    let found = findings(&ran);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(found.values().all(|(state, _)| state == "ok"), "{found:?}");
    assert!(found["account"].1.starts_with("balance 100,000 cr at http://127.0.0.1"), "{found:?}");
    assert!(found["archive"].1.starts_with("1 snapshot, 1 link, "), "{found:?}");
    assert!(found["key"].1.ends_with(" from KEYWORDS_EVERYWHERE_API_KEY") && !ran.out.contains(kew_tui::demo::KEY));
    let lines = home.run(&["doctor"]).success();
    assert_eq!(lines.lines().filter(|line| line.starts_with("ok    ")).count(), found.len(), "{lines}");
    assert_eq!(lines.lines().count(), found.len(), "{lines}");
    assert_eq!(home.run(&["doctor", "-f", "json"]).out, ran.out, "nothing was spent");
}

#[test]
fn doctor_reports_each_failure_with_advice() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    std::fs::create_dir_all(home.path("data")).unwrap();
    home.file("data/archive.sqlite", "no database, but mine");
    home.file("config.toml", "clipbord = \"file\"\n");
    let mut command = home.command(&["doctor", "-f", "json"]);
    let ran: CommandOutput = command.env("KEW_CONFIG", home.path("config.toml")).output().unwrap().into();
    let found = findings(&ran);
    assert_eq!((ran.code, ran.err.as_str()), (1, "3 checks failed\n"));
    for (what, expected) in [
        ("settings", "config.toml:1: unknown setting “clipbord”"),
        ("account", "connection refused"),
        ("archive", "archive.sqlite"),
    ] {
        assert!(found[what].0 == "fail" && found[what].1.contains(expected), "{what}: {found:?}");
    }
    assert_eq!(found["clipboard"].0, "ok");
}

#[test]
fn doctor_skips_the_account_without_a_key() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let mut command = home.command(&["doctor", "-f", "json"]);
    let ran: CommandOutput = command.env_remove("KEYWORDS_EVERYWHERE_API_KEY").output().unwrap().into();
    let found = findings(&ran);
    assert_eq!((ran.code, found["key"].0.as_str(), found["account"].0.as_str()), (1, "fail", "warn"));
    assert!(found["archive"].1.starts_with("none yet"), "{found:?}");
    assert!(!home.path("data").exists(), "a check creates no files");
}
