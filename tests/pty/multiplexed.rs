//! Real multiplexers with default settings: every key arrives and the window is restored.

use std::time::Duration;

use super::clipboard::{Tmux, is_installed, links, path};
use super::terminal::Session;
use crate::support::wait::wait_until;
use kew_tui::domain::number::Thousands;

const LINKS: usize = 20_002;

/// Presses keys, `at_once` at a time, and checks that each arrives.
fn check_keys_arrive(session: &mut Session, at_once: usize) {
    session.wait_for("Link 1 of 20,002");
    for row in (at_once..LINKS - 1).step_by(at_once) {
        session.keys(&"j".repeat(at_once));
        session.wait_for(&format!("Link {} of 20,002", Thousands(row as u64 + 1)));
    }
    // Keys of three bytes each.
    let arrows = at_once.min(LINKS - 2) / 4;
    session.keys(&"\x1b[A".repeat(arrows));
    session.wait_for(&format!("Link {} of 20,002", Thousands((LINKS - 1 - arrows) as u64)));
    // A pasted filter, and an arrow key in two parts.
    session.keys("/\x1b[200~site77\x1b[201~");
    session.wait_for("111 of 20,002 links");
    session.keys("\r");
    session.keys("g");
    session.keys("\x1b");
    // Like a slow connection: a pause shorter than the program waits for the rest.
    std::thread::sleep(Duration::from_millis(2));
    session.keys("[B");
    session.wait_for("Link 771 of 20,002");
}

#[test]
fn every_key_arrives_in_tmux() {
    if !is_installed("tmux") {
        return;
    }
    let tmux = Tmux::new();
    let (file, _) = links(tmux.directory.path(), LINKS);
    let mut session = tmux.start(&file, &[]);
    check_keys_arrive(&mut session, LINKS - 2);
    let pane = || tmux.command(&["display-message", "-p", "#{alternate_on} #{mouse_any_flag}"]);
    // The pane stays open so that its modes can be read.
    tmux.command(&["set-option", "-g", "remain-on-exit", "on"]);
    assert_eq!(pane().trim(), "1 1");
    tmux.command(&["send-keys", "q"]);
    wait_until("the pane to be given back", || pane().trim() == "0 0");
}

#[test]
fn every_key_arrives_in_screen() {
    if !is_installed("screen") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let (file, _) = links(directory.path(), LINKS);
    let (path, sockets) = (path(), directory.path().display().to_string());
    let program = ["screen", "-U", "-c", "/dev/null", super::BINARY, "open"];
    let environment = [("PATH", path.as_str()), ("SCREENDIR", &sockets), ("LC_ALL", "C.UTF-8")];
    let mut session = Session::start_with_command(&program, &[&file], &environment);
    // screen itself loses keys beyond its buffer of 4,096 bytes.
    check_keys_arrive(&mut session, 2_000);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}
