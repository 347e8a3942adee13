//! Marking links.

use kew_tui::domain::Row;

use crate::support::TestApp;

#[test]
fn space_marks_a_link_and_moves_down() {
    let mut app = TestApp::browsing(20);
    assert_eq!(app.keys("  j ").marked(), [0, 1, 3]);
    assert_eq!(app.keys("g ").marked(), [1, 3]);
    assert_eq!(app.table().cursor().0, 1);
}

#[test]
fn a_range_mark_follows_the_cursor() {
    let mut app = TestApp::browsing(20);
    assert_eq!(app.keys("jjvjj").marked(), [2, 3, 4]);
    assert_eq!(app.keys("kkkk").marked(), [0, 1, 2], "the range may change direction");
    assert!(app.keys("<esc>").marked().is_empty(), "escape cancels the range");
    assert_eq!(app.keys("vjv").marked(), [0, 1]);
    assert_eq!(app.keys("jjvj ").marked(), [0, 1, 3, 4], "the mark key ends the range too");
}

#[test]
fn mark_all_invert_and_clear_apply_to_shown_links() {
    let mut app = TestApp::browsing(20);
    app.keys("/reddit<enter>a");
    assert_eq!(app.marked(), [0, 5, 10, 15]);
    app.keys("Fi");
    assert_eq!(app.marked().len(), 16);
    app.keys("/w3<enter>i");
    assert_eq!(app.marked().len(), 12, "only shown links are inverted");
    assert!(app.keys("U").marked().is_empty());
}

#[test]
fn the_filter_matches_marked_links() {
    let mut app = TestApp::browsing(20);
    app.keys("  /is:marked<enter>");
    assert_eq!(app.table().shown().iter().collect::<Vec<_>>(), [0, 1].map(Row));
    app.keys("/<ctrl-u>-is:marked<enter>");
    assert_eq!(app.table().shown().len(), 18);
}

#[test]
fn undo_and_redo_restore_each_state() {
    let mut app = TestApp::browsing(50);
    app.keys(" s=/ post/1<enter>a");
    let shown = |app: &TestApp| (app.table().shown().len(), app.marked().len(), app.table().order().keys().len());
    let states: Vec<_> = (0..6)
        .map(|_| {
            let state = shown(&app);
            app.keys("u");
            state
        })
        .collect();
    assert_eq!(app.table().shown().len(), 50);
    assert!(app.toasts().contains("nothing to undo"));
    assert_eq!(shown(&app), (50, 0, 0));
    for state in states.iter().take(5).rev() {
        app.keys("<ctrl-r>");
        assert_eq!(shown(&app), *state);
    }
    app.keys("u U<ctrl-r>");
    assert!(app.toasts().contains("nothing to redo"), "a new change clears the redo history");
}
