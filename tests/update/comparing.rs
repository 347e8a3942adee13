//! Comparing with an earlier snapshot, and comparing files.

use std::sync::Arc;

use kew_tui::app::compared::{Compared, ComparedList};
use kew_tui::app::message::{ArchiveEvent, ComparedLists, LoadEvent};
use kew_tui::app::overlay::Overlay;
use kew_tui::app::{Effect, Message, update};
use kew_tui::domain::diff::{Diff, DiffInput, diff};
use kew_tui::domain::order::ColumnId;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Field, Row, Snapshot, SnapshotId};

use crate::support::{DAY, TestApp, compared, links, response, snapshot};

/// The newest of several snapshots is open.
fn open(snapshots: &[Snapshot]) -> TestApp {
    let mut app = TestApp::with_archive("", snapshots.to_vec());
    let newest = snapshots[0].clone();
    let result = Ok(response(&newest.request, links(newest.links)));
    app.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(newest), result }));
    app
}

/// What a comparison was started with: the numbers of snapshots, the names of files.
fn compared_lists(app: &TestApp) -> Vec<(String, String)> {
    let name = |list: &ComparedList| match list {
        ComparedList::Snapshot(snapshot) => snapshot.id.0.to_string(),
        ComparedList::File { name, links } => format!("{name}:{}", links.len()),
    };
    let lists = app.effects.iter().filter_map(|effect| match effect {
        Effect::Compare { later, earlier } => Some((name(later), name(earlier))),
        _ => None,
    });
    lists.collect()
}

fn compared_numbers(app: &TestApp) -> Vec<(i64, i64)> {
    compared_lists(app).iter().map(|(later, earlier)| (later.parse().unwrap(), earlier.parse().unwrap())).collect()
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
    assert_eq!(compared_numbers(&app), [(2, 1)]);
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
    assert_eq!(compared_numbers(&app), [(3, 2)]);
    app.keys("Dj");
    assert!(matches!(&app.model.overlay, Some(Overlay::CompareMenu(menu)) if menu.selected == 1));
    app.keys("<enter>");
    assert_eq!(compared_numbers(&app), [(3, 2), (3, 1)]);
    app.effects.clear();
    app.keys("D<esc>");
    assert!(app.effects.is_empty() && app.model.overlay.is_none());
}

#[test]
fn an_earlier_snapshot_is_compared_with_its_predecessor() {
    let snapshots = months(&[40, 30, 20]);
    let mut app = open(&snapshots);
    app.keys("H<space>jD");
    assert_eq!(compared_numbers(&app), [(2, 1)]);
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
    assert_eq!(compared_numbers(&app), [(1, 9)]);
    app.message(Message::Archive(ArchiveEvent::Changed(Box::new(between))));
    let listed: Vec<i64> = app.model.archive.list.snapshots().iter().map(|snapshot| snapshot.id.0).collect();
    assert_eq!(listed, [1, 8, 9]);
}

/// Files with this many links each.
fn opened(files: &[(&str, usize)], snapshots: Vec<Snapshot>) -> TestApp {
    let mut app = TestApp::with_archive("", snapshots);
    update::open_files(&mut app.model, files.iter().map(|(name, _)| (*name).to_owned()).collect());
    for (file, (_, count)) in files.iter().enumerate() {
        let segments = links(*count).segments().map(|(_, segment)| Arc::clone(segment)).collect();
        app.message(Message::Load(LoadEvent::Chunk { file, segments, skipped: 0, bytes: 1, notices: Vec::new() }));
    }
    app
}

/// Answers a comparison of files.
fn answer(app: &mut TestApp) {
    let Some(Effect::Compare { later, earlier }) = app.effects.pop() else { panic!("nothing is compared") };
    let of = |list: &ComparedList| match list {
        ComparedList::File { links, .. } => Arc::clone(links),
        ComparedList::Snapshot(snapshot) => Arc::new(links(snapshot.links)),
    };
    let (new, old) = (of(&later), of(&earlier));
    let both = diff(DiffInput { links: &new, limit: later.limit() }, DiffInput { links: &old, limit: earlier.limit() });
    let Diff { links, row_diffs, by_link, by_domain } = both.unwrap();
    let compared = Compared { row_diffs: row_diffs.into(), by_link, by_domain };
    let lists = ComparedLists { later, earlier, links: Arc::new(links), compared };
    app.message(Message::Archive(ArchiveEvent::Compared(Ok(Box::new(lists)))));
}

#[test]
fn two_files_are_compared_in_the_order_they_were_opened() {
    let mut app = opened(&[("old.csv", 30), ("new.csv", 40)], Vec::new());
    app.keys("D");
    assert!(app.effects.is_empty() && app.toasts().contains("still loading"), "{}", app.toasts());
    app.message(Message::Load(LoadEvent::Done)).keys("jj<space>");
    let before = (app.table().marks().len(), app.table().cursor());
    app.effects.clear();
    app.keys("D");
    assert_eq!(compared_lists(&app), [("new.csv:40".to_owned(), "old.csv:30".to_owned())]);
    answer(&mut app);
    assert!(app.toasts().contains("compared with old.csv: 10 new · 0 missing · 30 in both"), "{}", app.toasts());
    assert_eq!((app.table().links().len(), app.table().columns().list()[1].column), (40, ColumnId::DiffStatus));
    app.keys("/is:new<enter>");
    assert_eq!(app.table().shown().len(), 10);
    app.effects.clear();
    app.keys("D");
    assert!(app.effects.is_empty() && app.table().compared().is_none());
    assert_eq!(app.table().links().len(), 70, "both files are open again");
    assert_eq!((app.table().marks().len(), app.table().cursor()), before, "with marks and cursor");
    assert_eq!(app.table().columns().list()[1].column, ColumnId::File);
}

#[test]
fn with_more_files_a_menu_chooses_the_two() {
    let mut app = opened(&[("a.csv", 10), ("b.csv", 20), ("c.csv", 30)], Vec::new());
    app.message(Message::Load(LoadEvent::Done)).effects.clear();
    app.keys("D<enter><enter>");
    app.keys("Dk<enter>G<enter>");
    app.keys("D<enter><esc>");
    let lists = [("c.csv:30", "b.csv:20"), ("b.csv:20", "c.csv:30")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(compared_lists(&app), lists);
    assert!(app.model.overlay.is_none());
}

#[test]
fn one_file_is_compared_with_a_snapshot_of_its_own_site_first() {
    let target = links(1).text(Row(0), Field::TargetDomain).to_owned();
    let at = |id, target: &str| snapshot(id, target, 100, 25, id * DAY, RequestStatus::Completed);
    let added = Snapshot { tool: Some("Ahrefs".to_owned()), ..at(2, &target) };
    let failed = snapshot(4, &target, 100, 0, 4 * DAY, RequestStatus::Failed);
    let mut app = opened(&[("links.csv", 30)], vec![at(9, "other.org"), failed, at(3, &target), added]);
    app.message(Message::Load(LoadEvent::Done)).effects.clear();
    app.keys("D<enter>Dj<enter>DG<enter>");
    let expected = ["3", "2", "9"].map(|id| ("links.csv:30".to_owned(), id.to_owned()));
    assert_eq!(compared_lists(&app), expected);
    answer(&mut app);
    app.keys("D");
    assert_eq!((app.table().links().len(), app.table().source().files()), (30, &["links.csv".to_owned()][..]));
    let mut app = opened(&[("links.csv", 30)], Vec::new());
    app.message(Message::Load(LoadEvent::Done)).keys("D");
    assert!(app.toasts().contains("open two files, or save a snapshot first"), "{}", app.toasts());
}

#[test]
fn incomplete_files_are_not_compared() {
    let mut app = opened(&[("a.csv", 10), ("b.csv", 20)], months(&[40]));
    app.keys("<esc>").message(Message::Load(LoadEvent::Done));
    app.effects.clear();
    app.keys("D");
    assert!(app.effects.is_empty() && app.toasts().contains("loading was stopped"), "{}", app.toasts());
    let mut app = opened(&[("a.csv", 10), ("b.csv", 20)], months(&[40]));
    app.message(Message::Load(LoadEvent::Failed { file: 0, why: "damaged".into() }));
    app.message(Message::Load(LoadEvent::Done)).effects.clear();
    app.keys("D<enter>");
    assert_eq!(compared_lists(&app), [("b.csv:20".to_owned(), "1".to_owned())]);
}
