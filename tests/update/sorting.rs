//! Sorting: three states, further keys, and the cursor that stays on its link.

use crate::support::Play;

fn domains(play: &Play) -> Vec<String> {
    let table = play.table();
    table.shown().iter().map(|row| table.links().link(row).source_domain.to_lowercase()).collect()
}

#[test]
fn sorting_cycles_ascending_descending_and_none() {
    let mut play = Play::browsing(10);
    let api_order = domains(&play);
    let mut sorted = api_order.clone();
    sorted.sort();
    assert_eq!(domains(play.keys("s")), sorted, "case is folded");
    sorted.reverse();
    assert_eq!(domains(play.keys("s")), sorted);
    assert_eq!(domains(play.keys("s")), api_order);
}

#[test]
fn a_second_sort_key_orders_within_the_first() {
    let mut play = Play::browsing(60);
    play.keys("sllS");
    let table = play.table();
    let pairs: Vec<_> = table
        .shown()
        .iter()
        .map(|row| (table.links().link(row).source_domain.to_lowercase(), table.links().link(row).source_url))
        .collect();
    let mut sorted = pairs.clone();
    sorted.sort();
    assert_eq!(pairs, sorted);
    assert_eq!(table.order().keys().len(), 2);
}

#[test]
fn the_cursor_and_marks_stay_on_their_links_when_sorting() {
    let mut play = Play::browsing(200);
    play.keys("17G ");
    let (row, marked) = (play.table().current_row(), play.marked());
    for keys in ["s", "s", "s", "lls", "S"] {
        play.keys(keys);
        assert_eq!(play.table().current_row(), row, "{keys}");
        assert_eq!(play.marked(), marked, "{keys}");
        let (cursor, offset) = (play.table().cursor().0, play.table().offset().0);
        assert!((offset..offset + play.model.page()).contains(&cursor), "{keys}: in sight");
    }
}
