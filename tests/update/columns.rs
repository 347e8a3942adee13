//! Columns are shown, hidden, moved, resized, scrolled and remembered.

use kew_tui::app::columns::ChosenColumns;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::Field;
use kew_tui::domain::order::ColumnId;

use crate::support::{TestApp, links};

const ANCHOR: ColumnId = ColumnId::Field(Field::Anchor);
const DOMAIN: ColumnId = ColumnId::Field(Field::SourceDomain);

fn columns(app: &TestApp) -> Vec<ColumnId> {
    app.table().columns().list().iter().map(|deferred_request| deferred_request.column).collect()
}

/// The columns to save.
fn remembered(app: &TestApp) -> Option<ChosenColumns> {
    match app.effects.last() {
        Some(Effect::SaveState { saved }) => saved.columns.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_column_menu_shows_and_hides_columns() {
    let mut app = TestApp::browsing(5);
    app.keys("c<space>");
    assert!(!columns(&app).contains(&DOMAIN), "the chosen column stands first in the list");
    assert_eq!(remembered(&app).unwrap().len(), 4);
    let last = *app.table().links().schema().choosable().last().unwrap();
    app.keys("<space>G<enter><esc>");
    let shown = columns(&app);
    assert_eq!(shown[shown.len() - 2..], [DOMAIN, last]);
    app.keys("ggC");
    assert_eq!((columns(&app)[1], columns(&app).len(), remembered(&app)), (DOMAIN, 5, None));
}

#[test]
fn columns_are_moved_resized_and_reset() {
    let mut app = TestApp::browsing(20);
    let first = app.table().columns().list().to_vec();
    app.keys(">");
    assert_eq!(columns(&app)[2], DOMAIN);
    assert_eq!(app.table().columns().chosen(), 2, "the selection moves along");
    app.keys("<lt><lt><lt>");
    assert_eq!(columns(&app)[0], DOMAIN);
    let width = app.table().columns().list()[0].width;
    app.keys("++-");
    assert_eq!(app.table().columns().list()[0].width, width + 4);
    app.keys("C");
    assert_eq!(app.table().columns().list(), first);
}

#[test]
fn the_last_column_cannot_be_hidden() {
    let mut app = TestApp::browsing(5);
    app.keys("cg<space>j<space>j<space>j<space>j<space>");
    assert_eq!(columns(&app).len(), 1);
    assert!(app.toasts().contains("at least one column must stay"));
}

#[test]
fn the_next_table_keeps_the_columns() {
    let mut app = TestApp::browsing(5);
    app.keys("l+<lt>");
    let shown = columns(&app);
    assert_eq!(shown[..3], [ColumnId::Rank, ANCHOR, DOMAIN]);
    let width = app.table().columns().list()[1].width;
    assert_eq!(remembered(&app).unwrap()[1], ("anchor".to_owned(), Some(width)));
    app.request("other.org").response(links(8));
    assert_eq!((columns(&app), app.table().columns().list()[1].width), (shown, width));
}

#[test]
fn wide_cells_are_scrolled_sideways() {
    let mut app = TestApp::browsing(5);
    app.keys("ll]]<shift-right><shift-left>");
    assert_eq!(app.table().columns().list()[3].skip, 8);
    app.keys("[[[");
    assert_eq!(app.table().columns().list()[3].skip, 0);
}

#[test]
fn a_saved_filter_is_in_the_palette() {
    let mut app = TestApp::browsing(50);
    app.keys("<ctrl-s>");
    assert!(app.toasts().contains("no filter to save"));
    app.keys("/reddit<enter><ctrl-s>forum<enter>F:forum<enter>");
    assert_eq!(app.table().query().to_string(), "reddit");
    assert!(matches!(app.effects.last(), Some(Effect::SaveState { saved }) if saved.filters.len() == 1));
    app.keys(":forum<ctrl-x>");
    assert!(matches!(app.effects.last(), Some(Effect::SaveState { saved }) if saved.filters.is_empty()));
    app.keys("<esc>").message(Message::Wake);
    assert!(app.model.session.saved_filters().is_empty());
}
