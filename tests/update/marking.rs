//! Marking links.

use kew_tui::domain::Row;

use crate::support::Play;

#[test]
fn space_marks_a_link_and_moves_down() {
    let mut play = Play::browsing(20);
    assert_eq!(play.keys("  j ").marked(), [0, 1, 3]);
    assert_eq!(play.keys("g ").marked(), [1, 3]);
    assert_eq!(play.table().cursor().0, 1);
}

#[test]
fn a_range_mark_follows_the_cursor() {
    let mut play = Play::browsing(20);
    assert_eq!(play.keys("jjvjj").marked(), [2, 3, 4]);
    assert_eq!(play.keys("kkkk").marked(), [0, 1, 2], "it may turn round");
    assert!(play.keys("<esc>").marked().is_empty(), "escape gives it up");
    assert_eq!(play.keys("vjv").marked(), [0, 1]);
    assert_eq!(play.keys("jjvj ").marked(), [0, 1, 3, 4], "the mark key closes it too");
}

#[test]
fn mark_all_invert_and_clear_apply_to_shown_links() {
    let mut play = Play::browsing(20);
    play.keys("/reddit<enter>a");
    assert_eq!(play.marked(), [0, 5, 10, 15]);
    play.keys("Fi");
    assert_eq!(play.marked().len(), 16);
    play.keys("/w3<enter>i");
    assert_eq!(play.marked().len(), 12, "only what is shown is turned over");
    assert!(play.keys("U").marked().is_empty());
}

#[test]
fn the_filter_matches_marked_links() {
    let mut play = Play::browsing(20);
    play.keys("  /is:marked<enter>");
    assert_eq!(play.table().shown().iter().collect::<Vec<_>>(), [0, 1].map(Row));
    play.keys("/<ctrl-u>-is:marked<enter>");
    assert_eq!(play.table().shown().len(), 18);
}

#[test]
fn undo_and_redo_restore_each_state() {
    let mut play = Play::browsing(50);
    play.keys(" s=/ post/1<enter>a");
    let shown = |play: &Play| (play.table().shown().len(), play.marked().len(), play.table().order().keys().len());
    let states: Vec<_> = (0..6)
        .map(|_| {
            let state = shown(&play);
            play.keys("u");
            state
        })
        .collect();
    assert_eq!(play.table().shown().len(), 50);
    assert!(play.toasts().contains("nothing to undo"));
    assert_eq!(shown(&play), (50, 0, 0));
    for state in states.iter().take(5).rev() {
        play.keys("<ctrl-r>");
        assert_eq!(shown(&play), *state);
    }
    play.keys("u U<ctrl-r>");
    assert!(play.toasts().contains("nothing to redo"), "a new change ends what could be made again");
}
