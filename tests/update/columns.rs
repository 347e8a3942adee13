//! Columns are shown, hidden, moved, resized, scrolled and remembered.

use kew_tui::app::columns::ChosenColumns;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::Field;
use kew_tui::domain::order::ColumnId;

use crate::support::{Play, links};

const ANCHOR: ColumnId = ColumnId::Field(Field::Anchor);
const DOMAIN: ColumnId = ColumnId::Field(Field::SourceDomain);

fn columns(play: &Play) -> Vec<ColumnId> {
    play.table().columns().list().iter().map(|spec| spec.column).collect()
}

/// The columns that are to be remembered.
fn remembered(play: &Play) -> Option<ChosenColumns> {
    match play.effects.last() {
        Some(Effect::SaveState { saved }) => saved.columns.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_column_menu_shows_and_hides_columns() {
    let mut play = Play::browsing(5);
    play.keys("c<space>");
    assert!(!columns(&play).contains(&DOMAIN), "the chosen column stands first in the list");
    assert_eq!(remembered(&play).unwrap().len(), 4);
    let last = *play.table().links().schema().choosable().last().unwrap();
    play.keys("<space>G<enter><esc>");
    let shown = columns(&play);
    assert_eq!(shown[shown.len() - 2..], [DOMAIN, last]);
    play.keys("ggC");
    assert_eq!((columns(&play)[1], columns(&play).len(), remembered(&play)), (DOMAIN, 5, None));
}

#[test]
fn columns_are_moved_resized_and_reset() {
    let mut play = Play::browsing(20);
    let first = play.table().columns().list().to_vec();
    play.keys(">");
    assert_eq!(columns(&play)[2], DOMAIN);
    assert_eq!(play.table().columns().chosen(), 2, "the choice goes along");
    play.keys("<lt><lt><lt>");
    assert_eq!(columns(&play)[0], DOMAIN);
    let width = play.table().columns().list()[0].width;
    play.keys("++-");
    assert_eq!(play.table().columns().list()[0].width, width + 4);
    play.keys("C");
    assert_eq!(play.table().columns().list(), first);
}

#[test]
fn the_last_column_cannot_be_hidden() {
    let mut play = Play::browsing(5);
    play.keys("cg<space>j<space>j<space>j<space>j<space>");
    assert_eq!(columns(&play).len(), 1);
    assert!(play.toasts().contains("at least one column must stay"));
}

#[test]
fn the_next_table_keeps_the_columns() {
    let mut play = Play::browsing(5);
    play.keys("l+<lt>");
    let shown = columns(&play);
    assert_eq!(shown[..3], [ColumnId::Rank, ANCHOR, DOMAIN]);
    let width = play.table().columns().list()[1].width;
    assert_eq!(remembered(&play).unwrap()[1], ("anchor".to_owned(), Some(width)));
    play.ask("other.org").response(links(8));
    assert_eq!((columns(&play), play.table().columns().list()[1].width), (shown, width));
}

#[test]
fn wide_cells_are_scrolled_sideways() {
    let mut play = Play::browsing(5);
    play.keys("ll]]<shift-right><shift-left>");
    assert_eq!(play.table().columns().list()[3].skip, 8);
    play.keys("[[[");
    assert_eq!(play.table().columns().list()[3].skip, 0);
}

#[test]
fn a_saved_filter_is_in_the_palette() {
    let mut play = Play::browsing(50);
    play.keys("<ctrl-s>");
    assert!(play.toasts().contains("no filter to save"));
    play.keys("/reddit<enter><ctrl-s>forum<enter>F:forum<enter>");
    assert_eq!(play.table().query().to_string(), "reddit");
    assert!(matches!(play.effects.last(), Some(Effect::SaveState { saved }) if saved.filters.len() == 1));
    play.keys(":forum<ctrl-x>");
    assert!(matches!(play.effects.last(), Some(Effect::SaveState { saved }) if saved.filters.is_empty()));
    play.keys("<esc>").message(Message::Wake);
    assert!(play.model.session.saved_filters().is_empty());
}
