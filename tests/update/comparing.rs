//! Comparing with an earlier snapshot.

use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::overlay::Overlay;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::order::ColumnId;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Row, Snapshot, SnapshotId};

use crate::support::{DAY, Play, compared, links, response, snapshot};

/// The newest of several snapshots is open.
fn open(snapshots: &[Snapshot]) -> Play {
    let mut play = Play::with_archive("", snapshots.to_vec());
    let newest = snapshots[0].clone();
    let result = Ok(response(&newest.request, links(newest.links)));
    play.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(newest), result }));
    play
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
    let shelf = months(&[40, 30]);
    let mut play = open(&shelf);
    play.keys("D");
    assert!(matches!(play.effects.as_slice(), [Effect::Compare { later: SnapshotId(2), earlier: SnapshotId(1) }]));
    play.message(Message::Archive(ArchiveEvent::Compared(Ok(Box::new(compared(&shelf[0], &shelf[1]))))));
    assert!(play.toasts().contains("10 new · 0 missing · 30 in both; referring domains: 0 new"), "{}", play.toasts());
    assert_eq!(play.table().columns().list()[1].column, ColumnId::DiffStatus);
    for (filter, shown) in [("is:new", 10), ("is:kept", 30), ("is:gone", 0), ("is:new-domain", 0), ("-is:new", 30)] {
        play.keys("F/").keys(filter).keys("<enter>");
        assert_eq!(play.table().shown().len(), shown, "{filter}");
    }
    play.effects.clear();
    play.keys("D");
    assert!(matches!(play.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(2) }]));
}

#[test]
fn the_status_column_sorts_and_filters() {
    let shelf = months(&[40, 30]);
    let mut play = open(&shelf);
    play.message(Message::Archive(ArchiveEvent::Compared(Ok(Box::new(compared(&shelf[0], &shelf[1]))))));
    play.keys("ls");
    assert_eq!(play.table().shown().iter().take(3).collect::<Vec<_>>(), [30, 31, 32].map(Row), "new ones first");
    play.keys("g=");
    assert_eq!(play.table().query().to_string(), "is:new");
    play.keys("ay");
    assert!(matches!(play.effects.last(), Some(Effect::Copy { selection, .. }) if selection.rows().len() == 10));
}

#[test]
fn several_earlier_snapshots_are_offered_newest_first() {
    let mut play = open(&months(&[40, 30, 20]));
    play.keys("D<enter>");
    assert!(matches!(play.effects.as_slice(), [Effect::Compare { later: SnapshotId(3), earlier: SnapshotId(2) }]));
    play.keys("Dj");
    assert!(matches!(play.model.overlay, Some(Overlay::CompareMenu { selected: 1, .. })));
    play.keys("<enter>");
    assert!(matches!(play.effects.last(), Some(Effect::Compare { earlier: SnapshotId(1), .. })));
    play.effects.clear();
    play.keys("D<esc>");
    assert!(play.effects.is_empty() && play.model.overlay.is_none());
}

#[test]
fn an_earlier_snapshot_is_compared_with_its_predecessor() {
    let shelf = months(&[40, 30, 20]);
    let mut play = open(&shelf);
    play.keys("H<space>jD");
    assert!(matches!(play.effects.last(), Some(Effect::Compare { later: SnapshotId(2), earlier: SnapshotId(1) })));
}

#[test]
fn comparing_without_an_earlier_snapshot_says_why() {
    let mut play = open(&months(&[40]));
    play.keys("D");
    assert!(play.toasts().contains("no earlier snapshot") && play.effects.is_empty());
    let mut play = Play::browsing(5);
    play.keys("D");
    assert!(play.toasts().contains("these links are not in the archive") && play.effects.is_empty());
}

/// What was imported has a larger number than what was here before, however old it is.
#[test]
fn the_earlier_snapshot_is_chosen_by_time() {
    let [newest, imported, between] = [(1, 90), (9, 10), (8, 50)]
        .map(|(id, day)| snapshot(id, "example.com", 100, 30, day * DAY, RequestStatus::Completed));
    let mut play = open(&[newest, imported]);
    play.keys("D");
    assert!(matches!(play.effects.as_slice(), [Effect::Compare { later: SnapshotId(1), earlier: SnapshotId(9) }]));
    play.message(Message::Archive(ArchiveEvent::Changed(Box::new(between))));
    let listed: Vec<i64> = play.model.archive.list.snapshots().iter().map(|snapshot| snapshot.id.0).collect();
    assert_eq!(listed, [1, 8, 9]);
}
