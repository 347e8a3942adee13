//! Runs the README's first command as written: from a clone to the demo.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::terminal::Session;
use crate::support::wait::wait_at_most;

/// Enough to download the dependencies and build the program on two cores.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// The commands in the README's section, without comments.
fn commands() -> Vec<String> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let section = readme.split("## Try it").nth(1).unwrap().split("```").nth(1).unwrap();
    let command = |line: &str| line.split('#').next().unwrap().trim().to_owned();
    section.lines().skip(1).map(command).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_readme_has_two_commands() {
    assert_eq!(commands(), ["cargo run --release -- --demo", "cargo test"]);
}

/// The environment that the tools need; the program gets a new home.
fn environment() -> Vec<(String, String)> {
    let is_ours = |name: &str| name.starts_with("KEW_") || name.starts_with("KEYWORDS") || name == "HOME";
    let mut environment: Vec<(String, String)> = env::vars().filter(|(name, _)| !is_ours(name)).collect();
    let home = env::home_dir().unwrap_or_default();
    for (name, directory) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let directory: PathBuf = env::var_os(name).map_or_else(|| home.join(directory), PathBuf::from);
        environment.push((name.to_owned(), directory.display().to_string()));
    }
    environment.push(("TERM".to_owned(), "xterm-256color".to_owned()));
    environment
}

#[test]
#[ignore = "builds a release, which takes minutes; .ci/run has it run"]
fn the_demo_command_of_the_readme_fetches_and_quits() {
    let line = format!("cd '{}' && exec {}", env!("CARGO_MANIFEST_DIR"), commands()[0]);
    let environment = environment();
    let environment: Vec<(&str, &str)> = environment.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let mut session = Session::start_with_command(&["/bin/sh", "-c", &line], &[], &environment);
    wait_at_most(PATIENCE, "the program to be built and to start", || {
        assert!(session.is_running(), "it ended:\n{}", session.output());
        let has_started = session.with_screen(|screen| screen.contents().contains("balance 100,000 cr"));
        if has_started { Ok(()) } else { Err(session.output()) }
    });
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr · balance 99,500 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
}
