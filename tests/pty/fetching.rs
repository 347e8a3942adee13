//! `fetch` in a terminal.

use super::terminal::Session;

#[test]
fn fetch_shows_a_progress_bar_and_removes_it() {
    let mut session = Session::start(&["fetch", "--demo", "example.com", "tidepool.example", "-n", "5"], &[]);
    session.wait_for("0/2 targets · 0 links · 0 cr");
    session.wait_for("https://example.com/: fetching");
    session.wait_for("1/2 targets · 5 links · 25 cr");
    session.wait_for("10 links of 2 targets · 50 cr charged · balance 99,950 cr");
    session.wait_for_gone("1/2 targets");
    session.wait_for("anchor_text");
    assert_eq!(session.exit_code(), 0);
    let mut session = Session::start(&["fetch", "--demo", "example.com", "-n", "5", "-q"], &[]);
    session.wait_for("reddit.com");
    assert_eq!(session.exit_code(), 0);
    assert!(!session.output().contains("targets"), "{}", session.output());
}
