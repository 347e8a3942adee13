//! The cursor, the column and the detail pane.

use kew_tui::app::Message;
use kew_tui::app::screen::Focus;

use crate::support::TestApp;

#[test]
fn keys_move_by_line_page_and_to_the_ends() {
    let mut app = TestApp::browsing(500);
    let page = app.model.page();
    for (keys, line) in [
        ("j", 1),
        ("<down>", 2),
        ("k", 1),
        ("<up>", 0),
        ("k", 0),
        ("<ctrl-d>", page.div_ceil(2)),
        ("<ctrl-u>", 0),
        ("<pgdn>", page),
        ("<pgup>", 0),
        ("G", 499),
        ("j", 499),
        ("<home>", 0),
        ("<end>", 499),
        ("g", 0),
    ] {
        assert_eq!(app.keys(keys).table().cursor().0, line, "{keys}");
    }
}

#[test]
fn a_count_repeats_or_addresses_a_line() {
    let mut app = TestApp::browsing(500);
    assert_eq!(app.keys("12G").table().cursor().0, 11);
    assert_eq!(app.keys("3j").table().cursor().0, 14);
    assert_eq!(app.keys("10k").table().cursor().0, 4);
    assert_eq!(app.keys("40g").table().cursor().0, 39);
    assert_eq!(app.keys("99999999999999999999999G").table().cursor().0, 499);
    assert_eq!(app.keys("5<esc>j").table().cursor().0, 499, "another key ends the count");
    assert_eq!(app.keys("0G").table().cursor().0, 499, "a count does not begin with nought");
}

#[test]
fn the_cursor_stays_visible_with_margin() {
    let mut app = TestApp::browsing(500);
    let page = app.model.page();
    for _ in 0..300 {
        app.keys("j");
        let (cursor, offset) = (app.table().cursor().0, app.table().offset().0);
        assert!((offset..offset + page).contains(&cursor));
        assert!(cursor + 2 < offset + page || offset + page == 500);
    }
    app.message(Message::Resize { width: 80, height: 14 });
    let (cursor, offset, page) = (app.table().cursor().0, app.table().offset().0, app.model.page());
    assert!((offset..offset + page).contains(&cursor));
}

#[test]
fn the_column_cursor_stops_at_both_ends() {
    let mut app = TestApp::browsing(5);
    assert_eq!(app.table().columns().chosen(), 1);
    assert_eq!(app.keys("hhh").table().columns().chosen(), 0);
    assert_eq!(app.keys("l<right>llllll").table().columns().chosen(), 4);
    assert_eq!(app.keys("<left>").table().columns().chosen(), 3);
}

#[test]
fn the_detail_pane_toggles_and_scrolls() {
    let mut app = TestApp::browsing(50);
    assert!(!app.model.layout().detail.is_empty(), "there is room at 120 columns");
    assert!(app.keys("<enter>").model.layout().detail.is_empty());
    assert!(!app.keys("<enter>").model.layout().detail.is_empty());
    app.keys("<tab>");
    assert_eq!(app.model.screen.focus, Focus::Detail);
    app.keys("jj");
    assert_eq!((app.model.detail.scroll, app.table().cursor().0), (2, 0));
    app.keys("<esc>j");
    assert_eq!((app.model.screen.focus, app.table().cursor().0, app.model.detail.scroll), (Focus::Main, 1, 0));
}

#[test]
fn on_a_small_screen_the_detail_pane_replaces_the_table() {
    let mut app = TestApp::browsing(50);
    app.message(Message::Resize { width: 40, height: 12 });
    assert!(app.model.layout().detail.is_empty());
    app.keys("<enter>");
    assert_eq!(app.model.screen.focus, Focus::Detail);
    assert!(app.model.layout().table.is_empty());
    app.keys("<esc>");
    assert_eq!(app.model.screen.focus, Focus::Main);
    assert!(!app.model.layout().table.is_empty());
}

#[test]
fn the_cursor_margin_holds_after_a_sort() {
    let mut app = TestApp::browsing(60);
    app.keys("/-anchor:=\"\"<enter>lsjj j jjj ");
    for keys in ["", "jjj", "30G", "s", "kkkkkkkkk", "S", "F"] {
        app.keys(keys);
        let (cursor, offset, page) = (app.table().cursor().0, app.table().offset().0, app.model.page());
        let last = app.table().shown().len();
        assert!(cursor >= offset + 2 || offset == 0, "{keys}: {cursor} {offset} {page}");
        assert!(cursor + 2 < offset + page || offset + page >= last, "{keys}: {cursor} {offset} {page} {last}");
    }
}
