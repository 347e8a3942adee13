//! Comparing with an earlier snapshot.

use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::overlay::Overlay;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::order::ColumnId;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Row, Snapshot, SnapshotId};

use crate::support::{DAY, TestApp, compared, links, response, snapshot};

/// The newest of several snapshots is open.
fn open(snapshots: &[Snapshot]) -> TestApp {
    let mut app = TestApp::with_archive("", snapshots.to_vec());
    let newest = snapshots[0].clone();
    let result = Ok(response(&newest.request, links(newest.links)));
    app.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(newest), result }));
    app
}

fn months(counts: &[usize]) -> Vec<Snapshot> {
    let newest = counts.len() as i64;
    let one = |(i, &links): (usize, &usize)| {
        let id = newest - i as i64;
        snapshot(id, "example.com", 100, links, id * 30 * DAY, RequestStatus::Completed)
    };
    counts.iter().enumerate().map(one).collect()
}

#[test]
fn a_single_earlier_snapshot_is_compared_at_once() {
    let snapshots = months(&[40, 30]);
    let mut app = open(&snapshots);
    app.keys("D");
    assert!(matches!(app.effects.as_slice(), [Effect::Compare { later: SnapshotId(2), earlier: SnapshotId(1) }]));
    app.message(Message::Archive(ArchiveEvent::Compared(Ok(Box::new(compared(&snapshots[0], &snapshots[1]))))));
    assert!(app.toasts().contains("10 new · 0 missing · 30 in both; referring domains: 0 new"), "{}", app.toasts());
    assert_eq!(app.table().columns().list()[1].column, ColumnId::DiffStatus);
    for (filter, shown) in [("is:new", 10), ("is:kept", 30), ("is:gone", 0), ("is:new-domain", 0), ("-is:new", 30)] {
        app.keys("F/").keys(filter).keys("<enter>");
        assert_eq!(app.table().shown().len(), shown, "{filter}");
    }
    app.effects.clear();
    app.keys("D");
    assert!(matches!(app.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(2) }]));
}

#[test]
fn the_status_column_sorts_and_filters() {
    let shelf = months(&[40, 30]);
    let mut app = open(&shelf);
    app.message(Message::Archive(ArchiveEvent::Compared(Ok(Box::new(compared(&shelf[0], &shelf[1]))))));
    app.keys("ls");
    assert_eq!(app.table().shown().iter().take(3).collect::<Vec<_>>(), [30, 31, 32].map(Row), "new ones first");
    app.keys("g=");
    assert_eq!(app.table().query().to_string(), "is:new");
    app.keys("ay");
    assert!(matches!(app.effects.last(), Some(Effect::Copy { selection, .. }) if selection.rows().len() == 10));
}

#[test]
fn several_earlier_snapshots_are_offered_newest_first() {
    let mut app = open(&months(&[40, 30, 20]));
    app.keys("D<enter>");
    assert!(matches!(app.effects.as_slice(), [Effect::Compare { later: SnapshotId(3), earlier: SnapshotId(2) }]));
    app.keys("Dj");
    assert!(matches!(app.model.overlay, Some(Overlay::CompareMenu { selected: 1, .. })));
    app.keys("<enter>");
    assert!(matches!(app.effects.last(), Some(Effect::Compare { earlier: SnapshotId(1), .. })));
    app.effects.clear();
    app.keys("D<esc>");
    assert!(app.effects.is_empty() && app.model.overlay.is_none());
}

#[test]
fn an_earlier_snapshot_is_compared_with_its_predecessor() {
    let snapshots = months(&[40, 30, 20]);
    let mut app = open(&snapshots);
    app.keys("H<space>jD");
    assert!(matches!(app.effects.last(), Some(Effect::Compare { later: SnapshotId(2), earlier: SnapshotId(1) })));
}

#[test]
fn comparing_without_an_earlier_snapshot_shows_the_reason() {
    let mut app = open(&months(&[40]));
    app.keys("D");
    assert!(app.toasts().contains("no earlier snapshot") && app.effects.is_empty());
    let mut app = TestApp::browsing(5);
    app.keys("D");
    assert!(app.toasts().contains("these links are not in the archive") && app.effects.is_empty());
}

/// An imported snapshot has a larger number than the existing ones, even if it is older.
#[test]
fn the_earlier_snapshot_is_chosen_by_time() {
    let [newest, imported, between] = [(1, 90), (9, 10), (8, 50)]
        .map(|(id, day)| snapshot(id, "example.com", 100, 30, day * DAY, RequestStatus::Completed));
    let mut app = open(&[newest, imported]);
    app.keys("D");
    assert!(matches!(app.effects.as_slice(), [Effect::Compare { later: SnapshotId(1), earlier: SnapshotId(9) }]));
    app.message(Message::Archive(ArchiveEvent::Changed(Box::new(between))));
    let listed: Vec<i64> = app.model.archive.list.snapshots().iter().map(|snapshot| snapshot.id.0).collect();
    assert_eq!(listed, [1, 8, 9]);
}
