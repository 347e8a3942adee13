//! Every key arrives, even many at once and between other input.

use std::time::Duration;

use super::opening::csv;
use super::terminal::Session;

fn browsing(rows: usize) -> (Session, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(rows)).unwrap();
    let session = Session::start(&["open", path.to_str().unwrap()], &[]);
    session.wait_for(&format!("{} links from 1 file", kew_tui::domain::number::Thousands(rows as u64)));
    session.wait_for("Link 1 of");
    (session, directory)
}

#[test]
fn keys_typed_while_stopped_arrive() {
    let (mut session, _directory) = browsing(3_000);
    session.signal("STOP");
    session.wait_until_stopped();
    session.keys(&"j".repeat(2_000));
    session.signal("CONT");
    session.wait_for("Link 2,001 of 3,000");
    session.check_responsive_and_quit();
}

#[test]
fn a_hundred_thousand_keys_at_once_arrive() {
    let (mut session, _directory) = browsing(100_002);
    session.keys(&"j".repeat(100_000));
    session.wait_for("Link 100,001 of 100,002");
    session.keys(&format!("{}q", "\x1b[A".repeat(10_000)));
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
}

#[test]
fn keys_between_terminal_replies_arrive() {
    let (mut session, _directory) = browsing(100);
    for (number, reply) in [
        "\x1b[?997;1n",
        "\x1b[?2026;2$y",
        "\x1b[>41;390;0c",
        "\x1b[?1u",
        "\x1b[12;40R",
        "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
        "\x1b]52;c;eXl5\x07",
        "\x1bP>|XTerm(390)\x1b\\",
        "\x1b_Gi=1;OK\x1b\\",
    ]
    .into_iter()
    .enumerate()
    {
        session.keys(&format!("{reply}j"));
        session.wait_for(&format!("Link {} of 100", number + 2));
    }
    session.check_responsive_and_quit();
}

#[test]
fn ctrl_c_works_after_an_unfinished_sequence() {
    for begin in ["\x1b[?997;1", "\x1b[<0;12;", "\x1b]11;rgb:1e", "\x1bP1$r", "\x1b["] {
        let (mut session, _directory) = browsing(3);
        session.keys(&format!("{begin}\x03"));
        assert_eq!(session.exit_code(), 0, "{begin:?}");
    }
    let (mut session, _directory) = browsing(3);
    session.wait_for_gone("from 1 file");
    let before = session.with_screen(vt100::Screen::contents);
    session.keys("\x1b[200~j");
    // A paste without an end is over after a second and then opens the target box.
    session.wait_for_change(&before);
    session.keys("\x03");
    session.wait_for("q quit");
    session.keys("\x03");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn an_escape_sequence_in_two_parts_is_one_key() {
    let (mut session, _directory) = browsing(20);
    for row in 2..12 {
        session.keys("\x1b");
        // Like a slow connection: a pause shorter than the program waits for the rest.
        std::thread::sleep(Duration::from_millis(10));
        session.keys("[B");
        session.wait_for(&format!("Link {row} of 20"));
    }
    session.check_responsive_and_quit();
}
