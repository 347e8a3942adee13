//! Sorting: three states, several keys, and a cursor that stays on its link.

use crate::support::TestApp;

fn domains(app: &TestApp) -> Vec<String> {
    let table = app.table();
    table.shown().iter().map(|row| table.links().link(row).source_domain.to_lowercase()).collect()
}

#[test]
fn sorting_cycles_ascending_descending_and_none() {
    let mut app = TestApp::browsing(10);
    let api_order = domains(&app);
    let mut sorted = api_order.clone();
    sorted.sort();
    assert_eq!(domains(app.keys("s")), sorted, "case is folded");
    sorted.reverse();
    assert_eq!(domains(app.keys("s")), sorted);
    assert_eq!(domains(app.keys("s")), api_order);
}

#[test]
fn a_second_sort_key_orders_within_the_first() {
    let mut app = TestApp::browsing(60);
    app.keys("sllS");
    let table = app.table();
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
    let mut app = TestApp::browsing(200);
    app.keys("17G ");
    let (row, marked) = (app.table().current_row(), app.marked());
    for keys in ["s", "s", "s", "lls", "S"] {
        app.keys(keys);
        assert_eq!(app.table().current_row(), row, "{keys}");
        assert_eq!(app.marked(), marked, "{keys}");
        let (cursor, offset) = (app.table().cursor().0, app.table().offset().0);
        assert!((offset..offset + app.model.page()).contains(&cursor), "{keys}: in sight");
    }
}
