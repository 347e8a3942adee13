//! Copies arrive in real multiplexers with default settings.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;

use super::opening::csv;
use super::terminal::Session;
use crate::support::program::TestHome;
use crate::support::wait::wait_until;

/// Whether a program is installed; prints a note if not, since the test then checks nothing.
pub fn is_installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("-V").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let is_installed = command.status().is_ok();
    if !is_installed {
        // Directly to stderr, since captured output is shown only if the test fails.
        let note = format!("SKIPPED: {program} is not installed, so what it does is not tested\n");
        std::io::stderr().write_all(note.as_bytes()).unwrap();
    }
    is_installed
}

/// Writes a file with `count` links; returns its path and the text of a copy of all referring pages.
pub fn links(directory: &Path, count: usize) -> (String, String) {
    let path = directory.join("links.csv");
    std::fs::write(&path, csv(count)).unwrap();
    let urls: Vec<String> = (0..count).map(|i| format!("https://site{i}.com/")).collect();
    (path.display().to_string(), urls.join("\n"))
}

/// The `PATH` of this process.
pub fn path() -> String {
    std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".to_owned())
}

/// The last text sent to the terminal's clipboard.
fn sent_to_clipboard(session: &Session) -> Option<String> {
    let output = session.output();
    let (_, behind) = output.rsplit_once("\x1b]52;")?;
    let (encoded, _) = behind.split_once(';')?.1.split_once('\x07')?;
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(encoded).ok()?).ok()
}

/// Marks all links and copies them.
pub fn copy_all(session: &mut Session, count: usize) {
    session.wait_for("from 1 file");
    session.keys("ay");
    session.wait_for(&format!("copied {} referring page", kew_tui::domain::number::Thousands(count as u64)));
}

/// tmux with default settings and its own server, which stops when this is dropped.
pub struct Tmux {
    pub directory: tempfile::TempDir,
}

impl Tmux {
    pub fn new() -> Tmux {
        Tmux { directory: tempfile::tempdir().unwrap() }
    }

    pub fn start(&self, links: &str, environment: &[(&str, &str)]) -> Session {
        let program = ["tmux", "-L", "kew", "-f", "/dev/null", "new-session", super::BINARY, "open"];
        let (path, directory) = (path(), self.directory.path().display().to_string());
        let own =
            [("PATH", path.as_str()), ("TMUX_TMPDIR", &directory), ("LC_ALL", "C.UTF-8"), ("SSH_TTY", "/dev/pts/9")];
        Session::start_with_command(&program, &[links], &[&own[..], environment].concat())
    }

    pub fn command(&self, arguments: &[&str]) -> String {
        let mut tmux = Command::new("tmux");
        tmux.args(["-L", "kew"]).args(arguments).env_remove("TMUX").env("TMUX_TMPDIR", self.directory.path());
        String::from_utf8(tmux.output().unwrap().stdout).unwrap()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.command(&["kill-server"]);
    }
}

#[test]
fn default_tmux_gets_the_copy_and_passes_it_on() {
    if !is_installed("tmux") {
        return;
    }
    let tmux = Tmux::new();
    for (count, is_long) in [(3, false), (5_000, true)] {
        let (path, text) = links(tmux.directory.path(), count);
        let mut session = tmux.start(&path, &[]);
        copy_all(&mut session, count);
        session.wait_for(if is_long { "referring pages · tmux buffer and" } else { "referring pages · tmux" });
        // Unchanged, without a final newline.
        assert!(tmux.command(&["show-buffer"]) == text, "{count}");
        if !is_long {
            wait_until("the terminal to get the text", || sent_to_clipboard(&session).as_ref() == Some(&text));
        }
        session.keys("q");
        assert_eq!(session.exit_code(), 0);
        assert_eq!(sent_to_clipboard(&session).is_none(), is_long, "a terminal would drop a long one");
    }
}

#[test]
fn tmux_passthrough_is_used_when_allowed() {
    if !is_installed("tmux") {
        return;
    }
    let tmux = Tmux::new();
    let (path, text) = links(tmux.directory.path(), 3);
    let mut session = tmux.start(&path, &[]);
    session.wait_for("from 1 file");
    tmux.command(&["set-option", "-s", "set-clipboard", "off"]);
    tmux.command(&["set-option", "-g", "allow-passthrough", "on"]);
    copy_all(&mut session, 3);
    session.wait_for("referring pages · OSC 52");
    wait_until("the terminal to get the text", || sent_to_clipboard(&session).as_ref() == Some(&text));
    assert_eq!(tmux.command(&["list-buffers"]), "");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn tmux_in_a_terminal_without_clipboard_is_not_reported_as_copied() {
    if !is_installed("tmux") {
        return;
    }
    let tmux = Tmux::new();
    let (path, text) = links(tmux.directory.path(), 2);
    let mut session = tmux.start(&path, &[("TERM", "linux")]);
    copy_all(&mut session, 2);
    session.wait_for("referring pages · tmux buffer and");
    assert_eq!(tmux.command(&["show-buffer"]), text);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn screen_passes_on_the_whole_copy() {
    if !is_installed("screen") {
        return;
    }
    for count in [1, 2_000] {
        let directory = tempfile::tempdir().unwrap();
        std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let (links, text) = links(directory.path(), count);
        let (path, sockets) = (path(), directory.path().display().to_string());
        let program = ["screen", "-U", "-c", "/dev/null", super::BINARY, "open"];
        let own = [("PATH", path.as_str()), ("SCREENDIR", &sockets), ("LC_ALL", "C.UTF-8"), ("SSH_TTY", "/dev/pts/9")];
        let mut session = Session::start_with_command(&program, &[&links], &own);
        copy_all(&mut session, count);
        session.wait_for("· OSC 52");
        wait_until("the terminal to get the text", || sent_to_clipboard(&session).as_ref() == Some(&text));
        session.keys("q");
        assert_eq!(session.exit_code(), 0);
    }
}

#[test]
fn the_holder_command_is_hidden() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    for arguments in [&["--help"][..], &["completions", "bash"], &["man"]] {
        assert!(!home.run(arguments).success().contains("hold-copy"), "{arguments:?}");
    }
}
