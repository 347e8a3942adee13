//! The mouse.

use kew_tui::app::Message;
use kew_tui::app::message::{Mouse, MouseKind};
use kew_tui::app::overlay::Overlay;
use kew_tui::app::screen::Focus;

use crate::support::Play;

fn mouse(play: &mut Play, kind: MouseKind, x: u16, y: u16) {
    play.message(Message::Mouse(Mouse { kind, x, y }));
}

#[test]
fn a_click_selects_a_row_and_column() {
    let mut play = Play::browsing(100);
    let table = play.model.layout().table;
    let anchor = play.model.table_layout().unwrap().columns[2];
    mouse(&mut play, MouseKind::Press, anchor.x, table.y + 5);
    assert_eq!((play.table().cursor().0, play.table().columns().chosen()), (4, 2));
    mouse(&mut play, MouseKind::Press, anchor.x, table.y);
    assert_eq!(play.table().order().keys().len(), 1, "a header sorts");
}

#[test]
fn the_wheel_scrolls_without_moving_the_cursor() {
    let mut play = Play::browsing(100);
    let table = play.model.layout().table;
    play.keys("10j");
    mouse(&mut play, MouseKind::WheelDown, 5, table.y + 3);
    assert_eq!((play.table().offset().0, play.table().cursor().0), (3, 10));
    for _ in 0..100 {
        mouse(&mut play, MouseKind::WheelDown, 5, table.y + 3);
    }
    assert_eq!(play.table().offset().0, 100 - play.model.page());
    for _ in 0..100 {
        mouse(&mut play, MouseKind::WheelUp, 5, table.y + 3);
    }
    assert_eq!(play.table().offset().0, 0);
}

#[test]
fn the_scrollbar_can_be_dragged() {
    let mut play = Play::browsing(1_000);
    let table = play.model.layout().table;
    mouse(&mut play, MouseKind::Drag, table.right() - 1, table.bottom() - 1);
    assert_eq!(play.table().offset().0, 0, "not before it is taken hold of");
    mouse(&mut play, MouseKind::Press, table.right() - 1, table.y + 1);
    mouse(&mut play, MouseKind::Drag, 0, table.bottom() + 5);
    assert_eq!(play.table().offset().0, 1_000 - play.model.page());
    mouse(&mut play, MouseKind::Release, 0, 0);
    mouse(&mut play, MouseKind::Drag, 0, table.y);
    assert_ne!(play.table().offset().0, 0);
}

#[test]
fn a_click_focuses_a_pane() {
    let mut play = Play::browsing(100);
    let detail = play.model.layout().detail;
    mouse(&mut play, MouseKind::Press, detail.x + 3, detail.y + 3);
    assert_eq!(play.model.screen.focus, Focus::Detail);
    mouse(&mut play, MouseKind::WheelDown, detail.x + 3, detail.y + 3);
    assert_eq!(play.model.detail.scroll, 3);
    mouse(&mut play, MouseKind::Press, 5, 1);
    assert_eq!(play.model.screen.focus, Focus::Target);
    mouse(&mut play, MouseKind::Press, 5, 10);
    assert_eq!(play.model.screen.focus, Focus::Main);
}

#[test]
fn no_click_spends_credits() {
    let mut play = Play::new();
    play.keys("eexample.com<tab><ctrl-u>500<enter>");
    assert!(matches!(play.model.overlay, Some(Overlay::Confirm { .. })), "a click could say yes");
    for y in 0..36 {
        for x in 0..120 {
            mouse(&mut play, MouseKind::Press, x, y);
        }
    }
    assert!(play.fetched().is_empty());
}

#[test]
fn a_click_on_the_credits_opens_the_ledger() {
    let mut play = Play::browsing(100);
    let credits = play.model.layout().credits;
    mouse(&mut play, MouseKind::Press, credits.right() - 2, credits.y);
    assert!(matches!(play.model.overlay, Some(Overlay::Ledger { .. })));
    assert!(play.model.archive.list.report().is_some(), "with its sums");
}
