//! The mouse.

use kew_tui::app::Message;
use kew_tui::app::message::{Mouse, MouseKind};
use kew_tui::app::overlay::Overlay;
use kew_tui::app::screen::Focus;

use crate::support::TestApp;

fn mouse(app: &mut TestApp, kind: MouseKind, x: u16, y: u16) {
    app.message(Message::Mouse(Mouse { kind, x, y }));
}

#[test]
fn a_click_selects_a_row_and_column() {
    let mut app = TestApp::browsing(100);
    let table = app.model.layout().table;
    let anchor = app.model.table_layout().unwrap().columns[2];
    mouse(&mut app, MouseKind::Press, anchor.x, table.y + 5);
    assert_eq!((app.table().cursor().0, app.table().columns().chosen()), (4, 2));
    mouse(&mut app, MouseKind::Press, anchor.x, table.y);
    assert_eq!(app.table().order().keys().len(), 1, "a header sorts");
}

#[test]
fn the_wheel_scrolls_without_moving_the_cursor() {
    let mut app = TestApp::browsing(100);
    let table = app.model.layout().table;
    app.keys("10j");
    mouse(&mut app, MouseKind::WheelDown, 5, table.y + 3);
    assert_eq!((app.table().offset().0, app.table().cursor().0), (3, 10));
    for _ in 0..100 {
        mouse(&mut app, MouseKind::WheelDown, 5, table.y + 3);
    }
    assert_eq!(app.table().offset().0, 100 - app.model.page());
    for _ in 0..100 {
        mouse(&mut app, MouseKind::WheelUp, 5, table.y + 3);
    }
    assert_eq!(app.table().offset().0, 0);
}

#[test]
fn the_scrollbar_can_be_dragged() {
    let mut app = TestApp::browsing(1_000);
    let table = app.model.layout().table;
    mouse(&mut app, MouseKind::Drag, table.right() - 1, table.bottom() - 1);
    assert_eq!(app.table().offset().0, 0, "not before it is taken hold of");
    mouse(&mut app, MouseKind::Press, table.right() - 1, table.y + 1);
    mouse(&mut app, MouseKind::Drag, 0, table.bottom() + 5);
    assert_eq!(app.table().offset().0, 1_000 - app.model.page());
    mouse(&mut app, MouseKind::Release, 0, 0);
    mouse(&mut app, MouseKind::Drag, 0, table.y);
    assert_ne!(app.table().offset().0, 0);
}

#[test]
fn a_click_focuses_a_pane() {
    let mut app = TestApp::browsing(100);
    let detail = app.model.layout().detail;
    mouse(&mut app, MouseKind::Press, detail.x + 3, detail.y + 3);
    assert_eq!(app.model.screen.focus, Focus::Detail);
    mouse(&mut app, MouseKind::WheelDown, detail.x + 3, detail.y + 3);
    assert_eq!(app.model.detail.scroll, 3);
    mouse(&mut app, MouseKind::Press, 5, 1);
    assert_eq!(app.model.screen.focus, Focus::Target);
    mouse(&mut app, MouseKind::Press, 5, 10);
    assert_eq!(app.model.screen.focus, Focus::Main);
}

#[test]
fn no_click_spends_credits() {
    let mut app = TestApp::new();
    app.keys("eexample.com<tab><ctrl-u>500<enter>");
    assert!(matches!(app.model.overlay, Some(Overlay::Confirm { .. })), "no click confirms");
    for y in 0..36 {
        for x in 0..120 {
            mouse(&mut app, MouseKind::Press, x, y);
        }
    }
    assert!(app.sent_requests().is_empty());
}

#[test]
fn a_click_on_the_credits_opens_the_ledger() {
    let mut app = TestApp::browsing(100);
    let credits = app.model.layout().credits;
    mouse(&mut app, MouseKind::Press, credits.right() - 2, credits.y);
    assert!(matches!(app.model.overlay, Some(Overlay::Ledger { .. })));
    assert!(app.model.archive.list.report().is_some(), "with its totals");
}
