//! Conventions that every command follows.

#[cfg(target_os = "linux")]
use std::process::Stdio;

use super::{DemoHome, TestHome, read};
#[cfg(target_os = "linux")]
use crate::support::wait::wait_for;

/// Nothing listens at this address, so every request fails at once.
fn unreachable_api() -> TestHome {
    TestHome::new("http://127.0.0.1:9/v1")
}

#[test]
fn usage_errors_exit_with_2_and_suggest() {
    let home = unreachable_api();
    for (arguments, says) in [
        (&["histroy"] as &[&str], "“histroy” is not a command, page or domain; did you mean “history”?"),
        (&["histroy", "example.com"], "did you mean “history”?"),
        (&["history", "--formt", "csv"], "--format"),
        (&["history", "-f", "cvs"], "csv"),
        (&["--demo", "history"], "--demo can't be used before history"),
        (&["history", "ftp://example.com"], "only http and https"),
        (&["history", "-o", "list.xyz"], "Can't tell the format from the name list.xyz"),
        (&["history", "--force"], "--output"),
        (&["fetch", "example.com", "--max-credits", "1.5"], "expected a whole number"),
        (&["diff", "example.com", "1", "last"], "expected a whole number"),
    ] {
        let ran = home.run(arguments);
        assert!(ran.code == 2 && ran.out.is_empty() && ran.err.contains(says), "{arguments:?}: {ran:?}");
        let ran = home.run(&[&["--json-errors"], arguments].concat());
        let error = ran.error();
        assert_eq!((ran.code, &error["code"], &error["kind"]), (2, &2.into(), &"usage".into()), "{ran:?}");
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
        assert_eq!(ran.err.lines().count(), 1, "one object per line: {ran:?}");
    }
}

#[test]
fn help_and_version_go_to_stdout() {
    let home = unreachable_api();
    for command in ["open", "fetch", "export", "history", "credits", "diff", "archive", "demo-api"] {
        let help = home.run(&[command, "--help"]).success();
        assert!(help.contains("Examples:") && help.contains("--json-errors"), "{command}: {help}");
        assert!(!help.contains('\x1b'), "{help}");
    }
    assert!(home.run(&["--color", "always", "credits", "--help"]).success().contains('\x1b'));
    assert!(home.run(&["--version"]).success().starts_with("kew-tui 0."));
}

#[test]
fn bad_settings_stop_every_command() {
    let home = unreachable_api();
    let settings = home.file("config.toml", "scoop = \"page\"\n");
    let ran: super::CommandOutput = home.command(&["history"]).env("KEW_CONFIG", settings).output().unwrap().into();
    assert!(ran.code == 2 && ran.err.contains("did you mean “scope”?"), "{ran:?}");
}

#[test]
fn output_files_are_atomic_and_not_overwritten_unasked() {
    let home = unreachable_api();
    let header = "number,at,target,scope,mode,asked,links,charged,whole,name,tag,note,pinned,tool\n";
    let ran = home.run(&["history", "-o", "list.csv"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", "No matching snapshots in the archive\n"));
    assert_eq!(read(home.path("list.csv")), header);
    let ran = home.run(&["history", "-o", "list.csv"]);
    assert!(ran.code == 2 && ran.err.contains("--force"), "{ran:?}");
    std::fs::write(home.path("list.csv"), "old").unwrap();
    assert_eq!(home.run(&["history", "-qo", "list.csv", "--force"]).err, "");
    assert_eq!(read(home.path("list.csv")), header);
    assert_eq!(home.run(&["history", "-o", "no/such/list.csv"]).code, 2);
    assert_eq!(home.run(&["history", "-o", "-"]).success(), header);
    assert_eq!(home.names(), ["data", "list.csv"], "nothing else is left");
}

#[cfg(unix)]
#[test]
fn special_files_are_written_directly() {
    let home = unreachable_api();
    assert_eq!(home.run(&["history", "-qf", "json", "-o", "/dev/stdout"]).success(), "[]\n");
    assert_eq!(home.run(&["history", "-qf", "json", "-o", "/dev/null", "--force"]).success(), "");
    // No format is needed, although the name has no extension.
    assert_eq!(home.run(&["history", "-qo", "/dev/null"]).success(), "");
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_missing_key_or_api_has_its_exit_code() {
    let home = unreachable_api();
    let ran = home.run(&["credits", "--json-errors"]);
    assert_eq!((ran.code, &ran.error()["kind"]), (6, &"no-connection".into()));
    let ran: super::CommandOutput =
        home.command(&["credits", "--json-errors"]).env_remove("KEYWORDS_EVERYWHERE_API_KEY").output().unwrap().into();
    assert_eq!((ran.code, &ran.error()["kind"]), (3, &"no-key".into()));
    std::fs::create_dir_all(home.path("data")).unwrap();
    std::fs::write(home.path("data/archive.sqlite"), "no database, but mine").unwrap();
    let ran = home.run(&["history", "--json-errors"]);
    assert_eq!((ran.code, &ran.error()["kind"]), (1, &"archive".into()));
}

#[test]
fn credits_prints_the_balance_in_every_format() {
    let home = DemoHome::new();
    let ran = home.run(&["credits"]);
    assert_eq!(
        (ran.err.as_str(), ran.out.as_str()),
        ("balance 100,000 cr\n", "what,requests,quoted,charged,unknown,money\n")
    );
    assert_eq!(home.run(&["credits", "-q"]).err, "");
    let account: serde_json::Value = serde_json::from_str(&home.run(&["credits", "-f", "json"]).success()).unwrap();
    assert_eq!((account["balance"].as_u64(), account["days"].as_array().unwrap().len()), (Some(100_000), 0));
    assert!(home.run(&["credits", "-f", "table"]).success().starts_with("balance 100,000 cr\n"));
    assert_eq!(home.run(&["credits", "--ledger", "-f", "ndjson"]).success(), "");
}

/// Even commands without a key: archives, files and pastes may contain private data.
#[cfg(target_os = "linux")]
#[test]
fn no_command_dumps_core() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    for arguments in [&["demo-api"][..], &["export", "-", "-f", "csv"], &["disavow", "-"]] {
        // Commands that wait for input or for Ctrl-C, so that their limits can be read.
        let mut command = std::process::Command::new("/bin/sh");
        command.env_clear().env("HOME", home.path("home")).env("KEW_DATA_DIR", home.path("data"));
        command
            .args(["-c", "ulimit -c unlimited; exec \"$0\" \"$@\"", crate::support::program::BINARY])
            .args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let process = format!("/proc/{}", child.id());
        let limit = || {
            let is_program = std::fs::read_to_string(format!("{process}/comm")).unwrap().starts_with("kew-tui");
            let limits = std::fs::read_to_string(format!("{process}/limits")).unwrap();
            let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
            is_program.then(|| line.split_whitespace().nth(4).unwrap().to_owned())
        };
        wait_for(&format!("the limit of {arguments:?} to be 0"), || match limit() {
            Some(limit) if limit == "0" => Ok(()),
            other => Err(format!("{other:?}")),
        });
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
