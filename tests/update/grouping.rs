//! One line for each referring domain.

use kew_tui::app::{Effect, Message, Task};
use kew_tui::domain::Line;
use kew_tui::domain::grouping::GroupLine;
use kew_tui::domain::order::ColumnId;
use kew_tui::formats::Format;

use crate::support::TestApp;

fn lines(app: &TestApp) -> Vec<u32> {
    app.table().lines().iter().map(|row| row.0).collect()
}

/// The rows that a copy takes, in their order.
fn copied(app: &mut TestApp) -> Vec<u32> {
    app.effects.clear();
    app.keys("y");
    match app.effects.as_slice() {
        [Effect::Copy { selection, format: Format::Urls }] => selection.rows().into_iter().map(|row| row.0).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn enter_unfolds_and_folds_a_domain() {
    let mut app = TestApp::browsing(12);
    app.keys("z");
    assert_eq!(lines(&app), [0, 1, 2, 3, 4]);
    assert_eq!(app.table().shown().len(), 12, "all links are still shown");
    assert_eq!(app.table().columns().list()[1].column, ColumnId::Links);
    app.keys("j<enter>");
    assert_eq!(lines(&app), [0, 1, 6, 11, 2, 3, 4]);
    assert_eq!(app.table().grouped().unwrap().line(Line(1)), Some(GroupLine::Head { rows: 3, unfolded: true }));
    app.keys("jj<enter>");
    assert_eq!((lines(&app), app.table().cursor().0), (vec![0, 1, 2, 3, 4], 1), "to the line of its group");
    app.keys("z");
    assert_eq!((lines(&app).len(), app.table().cursor().0), (12, 11), "the cursor stays on its link");
    assert!(!app.table().columns().has(ColumnId::Links));
}

#[test]
fn filter_and_order_apply_within_groups() {
    let mut app = TestApp::browsing(50);
    app.keys("z/-reddit post/1<enter>");
    let grouped = app.table().grouped().unwrap();
    assert_eq!((grouped.groups(), app.table().shown().len()), (4, 9));
    // The column of links comes in at the left of the chosen one.
    app.keys("Fhss");
    let sizes: Vec<_> = Line::range(0..5).map(|line| app.table().grouped().unwrap().line(line).unwrap()).collect();
    assert!(sizes.iter().all(|line| *line == GroupLine::Head { rows: 10, unfolded: false }), "{sizes:?}");
    assert_eq!(app.table().order().keys().len(), 1);
    app.keys("z");
    assert!(app.table().order().keys().is_empty(), "without groups the order by count is dropped");
}

#[test]
fn groups_are_sorted_by_link_count() {
    let mut app = TestApp::browsing(13);
    app.keys("zhss");
    let sizes = |app: &TestApp| -> Vec<u32> {
        let line = |line| match app.table().grouped().unwrap().line(line) {
            Some(GroupLine::Head { rows, .. }) => rows,
            other => panic!("{other:?}"),
        };
        Line::range(0..5).map(line).collect()
    };
    assert_eq!(sizes(&app), [3, 3, 3, 2, 2]);
    app.keys("sS");
    assert_eq!(sizes(&app), [2, 2, 3, 3, 3]);
}

#[test]
fn marking_and_copying_a_folded_group_takes_all_its_links() {
    let mut app = TestApp::browsing(12);
    app.keys("z ");
    assert_eq!((app.marked(), app.table().cursor().0), (vec![0, 5, 10], 1));
    app.keys("k ");
    assert!(app.marked().is_empty(), "and away again");
    assert_eq!(copied(&mut app), [1, 6, 11]);
    app.keys("<enter>j ");
    assert_eq!(app.marked(), [6], "a link of an unfolded domain is marked alone");
    app.keys("UgvG");
    assert_eq!(app.marked().len(), 12, "a range takes whole domains");
    app.keys("v");
    assert_eq!(copied(&mut app), [0, 5, 10, 1, 6, 11, 2, 7, 3, 8, 4, 9], "in the order of the table");
}

#[test]
fn grouping_many_domains_runs_in_one_worker_and_is_retried_on_failure() {
    let mut app = TestApp::browsing(10_001);
    let requested = |app: &TestApp| app.effects.iter().filter(|e| matches!(e, Effect::GroupDomains { .. })).count();
    app.keys("zzz");
    assert_eq!(
        (requested(&app), app.table().is_grouped()),
        (0, true),
        "requested when the links arrived, still running"
    );
    app.message(Message::TaskFailed { task: Task::Group, why: "a fault".to_owned() });
    assert_eq!((requested(&app), app.table().is_grouped()), (0, false), "not retried automatically");
    app.keys("z");
    assert_eq!((requested(&app), app.table().is_grouped()), (1, true));
}
