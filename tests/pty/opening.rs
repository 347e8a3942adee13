//! Opening files in the real program.

use std::num::NonZeroU16;

use super::terminal::{CLEARED, Session};
use crate::support::wait::wait_until;

pub fn csv(rows: usize) -> String {
    let row = |i| format!("anchor {i},site{i}.com,me.com,https://site{i}.com/,https://me.com/\n");
    let rows: String = (0..rows).map(row).collect();
    format!("anchor_text,domain_source,domain_target,url_source,url_target\n{rows}")
}

#[test]
fn a_file_is_opened_filtered_and_exported() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(50_000)).unwrap();
    let mut session = Session::start(&["open", path.to_str().unwrap()], &[]);
    session.wait_for("50,000 links from 1 file");
    session.keys("/site4999");
    session.wait_for("11 of 50,000 links");
    session.keys("\r");
    let out = directory.path().join("out.csv");
    session.keys(&format!("x{}\r", out.display()));
    session.wait_for("11 links as CSV written to");
    session.keys("f");
    session.wait_for("11 values");
    session.keys("fq");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(std::fs::read_to_string(out).unwrap().lines().count(), 12);
}

#[test]
fn two_open_files_are_compared() {
    let directory = tempfile::tempdir().unwrap();
    let paths = [("old.csv", 30), ("new.csv", 40)].map(|(name, rows)| {
        let path = directory.path().join(name);
        std::fs::write(&path, csv(rows)).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let mut session = Session::start(&["open", &paths[0], &paths[1]], &[]);
    session.wait_for("70 links from 2 files");
    session.keys("D");
    session.wait_for("10 new · 0 missing · 30 in both");
    session.keys("/is:new\r");
    session.wait_for("10 of 40 links");
    session.keys("D");
    session.wait_for("70 links");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

/// The number of rows may be raised: `KEW_ROWS=1000000 cargo test --test all while_many`.
#[test]
fn a_filter_can_be_typed_while_rows_load() {
    let rows: usize = std::env::var("KEW_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(200_000);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(rows)).unwrap();
    let mut session = Session::start(&["open", path.to_str().unwrap()], &[]);
    session.wait_for("site0.com");
    // Keys work while loading, and later links are filtered too.
    session.keys("/domain:site1999");
    session.wait_for("filter › domain:site1999");
    let expected = (0..rows).filter(|i| i.to_string().starts_with("1999")).count();
    session.wait_for(&format!("{expected} of {} links", kew_tui::domain::number::Thousands(rows as u64)));
    session.keys("\r");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

/// The niceness of each thread, the main thread first.
#[cfg(target_os = "linux")]
fn niceness_of_threads(process: u32) -> Vec<i32> {
    let mut threads: Vec<u32> = std::fs::read_dir(format!("/proc/{process}/task"))
        .unwrap()
        .filter_map(|thread| thread.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    threads.sort_unstable_by_key(|thread| (*thread != process, *thread));
    let niceness = |thread: u32| {
        // A thread may have ended. Its name, in parentheses, may contain anything (proc_pid_stat(5)).
        let stat = std::fs::read_to_string(format!("/proc/{process}/task/{thread}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(16)?.parse().ok()
    };
    threads.into_iter().filter_map(niceness).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn workers_run_at_lower_priority_than_the_loop() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(50_000)).unwrap();
    let browser = directory.path().join("browser");
    let output_file = directory.path().join("told");
    std::fs::write(&browser, format!("#!/bin/sh\nnice > '{}'\n", output_file.display())).unwrap();
    std::fs::set_permissions(&browser, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    // The program does not wait for the browser, but reading from the pipe does.
    assert!(std::process::Command::new("mkfifo").arg(&output_file).status().unwrap().success());
    let environment = [("BROWSER", browser.to_str().unwrap()), ("PATH", "/usr/bin:/bin")];
    let mut session = Session::start(&["open", path.to_str().unwrap()], &environment);
    session.wait_for("50,000 links from 1 file");
    let own = niceness_of_threads(std::process::id())[0];
    let threads = niceness_of_threads(session.pid());
    assert_eq!(threads[0], own, "the main thread");
    let workers = rayon::current_num_threads();
    assert!(threads.iter().filter(|niceness| **niceness == own.max(15)).count() >= workers, "{threads:?}");
    session.keys("so");
    session.wait_for("sent to the browser");
    assert_eq!(std::fs::read_to_string(output_file).unwrap().trim(), own.to_string(), "the browser");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn stdin_is_read_while_keys_come_from_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(300)).unwrap();
    let mut session = Session::start_piped(&path, &["open", "-"]);
    session.wait_for("300 links from 1 file");
    session.keys("G");
    session.wait_for("site299.com");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_file_without_links_is_rejected_before_the_screen_opens() {
    let directory = tempfile::tempdir().unwrap();
    let (odd, good) = (directory.path().join("odd.csv"), directory.path().join("good.csv"));
    std::fs::write(&odd, " \n").unwrap();
    std::fs::write(&good, csv(3)).unwrap();
    let files = [good.to_str().unwrap(), odd.to_str().unwrap(), "/no/such/file.csv"];
    let mut session = Session::start(&[&["open"], &files[..]].concat(), &[]);
    session.wait_for("/no/such/file.csv: no such file");
    assert_eq!(session.exit_code(), 2);
    let output = session.output();
    assert!(output.contains("odd.csv: it is empty"), "{output}");
    assert!(!output.contains("good.csv") && !output.contains("\x1b[?1049h"), "{output}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_only_once() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, csv(300)).unwrap()
    });
    let mut session = Session::start(&["open", pipe.to_str().unwrap()], &[]);
    session.wait_for("300 links from 1 file");
    writer.join().unwrap();
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

/// The cells of the terminal.
fn shown(output: &str) -> Vec<String> {
    let mut terminal = vt100::Parser::new(NonZeroU16::new(36).unwrap(), NonZeroU16::new(120).unwrap(), 0);
    terminal.process(output.as_bytes());
    let cell = |(y, x)| {
        let cell = terminal.screen().cell(y, x).unwrap();
        let text = if cell.has_contents() { cell.contents() } else { " " };
        format!("{text} {:?} {:?} {}", cell.fgcolor(), cell.bgcolor(), cell.bold())
    };
    (0..36).flat_map(|y| (0..120).map(move |x| (y, x))).map(cell).collect()
}

#[test]
fn scrolling_by_the_terminal_equals_a_full_redraw() {
    let cleared = std::str::from_utf8(CLEARED).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    // Lines that differ a lot, some with wide characters.
    let word = |i: usize| ["カレーライス", "blue", "déjà vu", "long word after long word", ""][i % 5].repeat(1 + i % 3);
    let row = |i| {
        format!("{} {i},s{}.com,me.com,https://s{}.com/{},https://me.com/\n", word(i), i * 7919, i * 7919, word(i / 2))
    };
    let rows: String = (0..300).map(row).collect();
    std::fs::write(&path, format!("anchor_text,domain_source,domain_target,url_source,url_target\n{rows}")).unwrap();
    let mut session = Session::start_at((120, 36), &["open", path.to_str().unwrap()], &[]);
    session.wait_for("300 links from 1 file");
    for keys in ["j".repeat(40), "k".repeat(35), "\x04jjj\x15k".to_owned()] {
        for key in keys.chars() {
            session.key_and_frame(key);
        }
        session.redraw();
        let output = session.output();
        let (before, _) = output.rsplit_once(cleared).unwrap();
        assert!(shown(before) == shown(&output), "{keys}:\n{before:?}");
        assert!(before.contains("\x1b[1M") && (keys.contains('j') || before.contains("\x1b[1L")), "lines were moved");
    }
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn the_proposed_file_name_never_overwrites() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("my links.csv");
    std::fs::write(&path, csv(3)).unwrap();
    let plain_text = || {
        let mut names: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names.into_iter().map(|name| name.into_string().unwrap()).collect::<Vec<_>>()
    };
    let line = format!("cd '{}' && exec \"$0\" \"$@\"", directory.path().display());
    let mut session = Session::start_in_shell(&line, &["open", "my links.csv"]);
    session.wait_for("3 links from 1 file");
    session.keys("x\r");
    session.wait_for("3 links as CSV written to my-links-20");
    session.keys("x\r");
    session.wait_for("already exists");
    session.keys("n");
    session.wait_for_gone("already exists");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    let names = plain_text();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[1].starts_with("my-links-20") && names[1].ends_with(".csv"), "{names:?}");
}

#[test]
fn hidden_marked_links_are_copied_only_after_confirmation() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(30)).unwrap();
    let mut session = Session::start(&["open", path.to_str().unwrap()], &[("SSH_TTY", "/dev/pts/9")]);
    session.wait_for("30 links from 1 file");
    session.keys("   /site29\r");
    session.wait_for("3 marked, 3 hidden by the filter");
    session.keys("y");
    session.wait_for("3 links are marked; the filter hides all of them.");
    session.keys("a");
    session.wait_for("copied 3 referring pages");
    assert_eq!(session.clipboard(), "https://site0.com/\nhttps://site1.com/\nhttps://site2.com/");
    session.keys(" y");
    session.wait_for("visible (1)");
    session.keys("v");
    session.wait_for("copied 1 referring page");
    assert_eq!(session.clipboard(), "https://site29.com/");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[cfg(unix)]
#[test]
fn child_processes_do_not_get_the_key() {
    let directory = tempfile::tempdir().unwrap();
    let env_script = |name: &str, end: &str| {
        let (path, output_file) = (directory.path().join(name), directory.path().join(format!("{name}-told")));
        let script = format!("#!/bin/sh\nenv > '{0}.part'\nmv '{0}.part' '{0}'\n{end}\n", output_file.display());
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        (path, output_file)
    };
    let (browser, by_browser) = env_script("browser", "");
    let (tmux, by_tmux) = env_script("tmux", "echo on");
    let (key_command, by_key_command) = env_script("key-command", "echo secret-of-the-command");
    assert!(tmux.exists());
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(3)).unwrap();
    let programs = format!("{}:/usr/bin:/bin", directory.path().display());
    let environment = [
        ("BROWSER", browser.to_str().unwrap()),
        ("PATH", programs.as_str()),
        ("TMUX", "x"),
        ("SSH_TTY", "/dev/pts/9"),
        ("KEYWORDS_EVERYWHERE_API_KEY", "secret-of-the-user"),
        ("KEYWORDS_EVERYWHERE_KEY", "secret-of-another"),
    ];
    let mut session = Session::start(&["open", path.to_str().unwrap()], &environment);
    session.wait_for("3 links from 1 file");
    session.keys("oy");
    session.wait_for("copied 1");
    session.wait_for("sent to the browser");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);

    let settings = directory.path().join("config.toml");
    std::fs::write(&settings, format!("api_key_command = \"{}\"\n", key_command.display())).unwrap();
    let mut command = std::process::Command::new(super::BINARY);
    command
        .env_clear()
        .env("HOME", directory.path())
        .env("KEW_CONFIG", &settings)
        .env("KEW_API_URL", "http://127.0.0.1:9/v1");
    let ran = command.env("PATH", &programs).env("KEYWORDS_EVERYWHERE_API_KEY", "").args(["credits"]).output().unwrap();
    assert!(!ran.status.success(), "no server listens there");

    for output_file in [by_browser, by_tmux, by_key_command] {
        wait_until(&format!("{output_file:?}"), || output_file.exists());
        let environment = std::fs::read_to_string(&output_file).unwrap();
        assert!(
            environment.contains("PATH=") && !environment.contains("KEYWORDS_EVERYWHERE_API_KEY"),
            "{output_file:?}: {environment}"
        );
        assert!(!environment.contains("secret-of-the-user"), "{output_file:?}: {environment}");
    }
}

#[test]
fn a_user_name_like_a_host_is_flagged_and_confirmed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.ndjson");
    let url = "https://google.com@evil.test/";
    std::fs::write(&path, format!("{{\"url_source\":\"{url}\",\"url_target\":\"{url}\"}}\n")).unwrap();
    let mut session =
        Session::start(&["open", path.to_str().unwrap()], &[("BROWSER", "/no/such/browser"), ("PATH", "/no")]);
    session.wait_for("1 link from 1 file");
    session.wait_for("! https://google.com@evi");
    session.keys("o");
    session.wait_for("This opens evil.test. “google.com” is only a user name");
    session.keys("n");
    session.wait_for_gone("This opens");
    session.keys("oy");
    session.wait_for("can't open a browser");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}
