//! One line for each referring domain.

use kew_tui::app::{Effect, Message, Task};
use kew_tui::domain::Line;
use kew_tui::domain::grouping::GroupLine;
use kew_tui::domain::order::ColumnId;
use kew_tui::formats::Format;

use crate::support::Play;

fn lines(play: &Play) -> Vec<u32> {
    play.table().lines().iter().map(|row| row.0).collect()
}

/// The rows that a copy takes, in their order.
fn copied(play: &mut Play) -> Vec<u32> {
    play.effects.clear();
    play.keys("y");
    match play.effects.as_slice() {
        [Effect::Copy { selection, format: Format::Urls }] => selection.rows().into_iter().map(|row| row.0).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn enter_unfolds_and_folds_a_domain() {
    let mut play = Play::browsing(12);
    play.keys("z");
    assert_eq!(lines(&play), [0, 1, 2, 3, 4]);
    assert_eq!(play.table().shown().len(), 12, "all links are still shown");
    assert_eq!(play.table().columns().list()[1].column, ColumnId::Links);
    play.keys("j<enter>");
    assert_eq!(lines(&play), [0, 1, 6, 11, 2, 3, 4]);
    assert_eq!(play.table().grouped().unwrap().line(Line(1)), Some(GroupLine::Head { rows: 3, unfolded: true }));
    play.keys("jj<enter>");
    assert_eq!((lines(&play), play.table().cursor().0), (vec![0, 1, 2, 3, 4], 1), "to the line of its group");
    play.keys("z");
    assert_eq!((lines(&play).len(), play.table().cursor().0), (12, 11), "the cursor stays on its link");
    assert!(!play.table().columns().has(ColumnId::Links));
}

#[test]
fn filter_and_order_apply_within_groups() {
    let mut play = Play::browsing(50);
    play.keys("z/-reddit post/1<enter>");
    let grouped = play.table().grouped().unwrap();
    assert_eq!((grouped.groups(), play.table().shown().len()), (4, 9));
    // The column of links comes in at the left of the chosen one.
    play.keys("Fhss");
    let sizes: Vec<_> = Line::range(0..5).map(|line| play.table().grouped().unwrap().line(line).unwrap()).collect();
    assert!(sizes.iter().all(|line| *line == GroupLine::Head { rows: 10, unfolded: false }), "{sizes:?}");
    assert_eq!(play.table().order().keys().len(), 1);
    play.keys("z");
    assert!(play.table().order().keys().is_empty(), "without groups there is nothing to order by");
}

#[test]
fn groups_are_sorted_by_link_count() {
    let mut play = Play::browsing(13);
    play.keys("zhss");
    let sizes = |play: &Play| -> Vec<u32> {
        let line = |line| match play.table().grouped().unwrap().line(line) {
            Some(GroupLine::Head { rows, .. }) => rows,
            other => panic!("{other:?}"),
        };
        Line::range(0..5).map(line).collect()
    };
    assert_eq!(sizes(&play), [3, 3, 3, 2, 2]);
    play.keys("sS");
    assert_eq!(sizes(&play), [2, 2, 3, 3, 3]);
}

#[test]
fn marking_and_copying_a_folded_group_takes_all_its_links() {
    let mut play = Play::browsing(12);
    play.keys("z ");
    assert_eq!((play.marked(), play.table().cursor().0), (vec![0, 5, 10], 1));
    play.keys("k ");
    assert!(play.marked().is_empty(), "and away again");
    assert_eq!(copied(&mut play), [1, 6, 11]);
    play.keys("<enter>j ");
    assert_eq!(play.marked(), [6], "a link of an unfolded domain is marked alone");
    play.keys("UgvG");
    assert_eq!(play.marked().len(), 12, "a range takes whole domains");
    play.keys("v");
    assert_eq!(copied(&mut play), [0, 5, 10, 1, 6, 11, 2, 7, 3, 8, 4, 9], "in the order of the table");
}

#[test]
fn grouping_many_domains_runs_in_one_worker_and_is_retried_on_failure() {
    let mut play = Play::browsing(10_001);
    let asked = |play: &Play| play.effects.iter().filter(|e| matches!(e, Effect::GroupDomains { .. })).count();
    play.keys("zzz");
    assert_eq!((asked(&play), play.table().is_grouped()), (0, true), "it was when they came, and is at it");
    play.message(Message::TaskFailed { task: Task::Group, why: "a fault".to_owned() });
    assert_eq!((asked(&play), play.table().is_grouped()), (0, false), "not tried again on its own");
    play.keys("z");
    assert_eq!((asked(&play), play.table().is_grouped()), (1, true));
}
