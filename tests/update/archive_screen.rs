//! The archive screen and the ledger.

use kew_tui::app::archive_view::ArchiveRow;
use kew_tui::app::message::{ArchiveEvent, Mouse, MouseKind};
use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::screen::MainPane;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::{Annotations, RequestStatus};
use kew_tui::domain::{Mode, Request, Snapshot, SnapshotId};

use crate::support::{DAY, TestApp, links, response, snapshot};

/// Three snapshots of one target, one of another, and a failed one; newest first.
fn several() -> Vec<Snapshot> {
    vec![
        snapshot(9, "example.com", 100, 90, 99 * DAY, RequestStatus::Completed),
        snapshot(7, "example.com", 100, 100, 97 * DAY, RequestStatus::Completed),
        snapshot(5, "failed.com", 100, 0, 96 * DAY, RequestStatus::Rejected),
        snapshot(4, "zeta.com/page", 1_000, 400, 60 * DAY, RequestStatus::Completed),
        snapshot(2, "example.com", 100, 45, 30 * DAY, RequestStatus::Completed),
    ]
}

fn archive_app() -> TestApp {
    let mut app = TestApp::with_archive("", several());
    app.keys("H");
    assert!(matches!(app.model.screen.main, MainPane::Archive));
    app
}

fn ids(app: &TestApp) -> Vec<i64> {
    app.model.archive.screen.rows().iter().map(|line| line.id.0).collect()
}

fn first_line(app: &TestApp) -> &ArchiveRow {
    &app.model.archive.screen.rows()[0]
}

fn chosen(app: &TestApp) -> i64 {
    app.model.archive.screen.selected_snapshot(&app.model.archive.list).unwrap().id.0
}

/// The archive stores a change or reports one.
fn changed(app: &mut TestApp, snapshot: Snapshot) {
    app.message(Message::Archive(ArchiveEvent::Changed(Box::new(snapshot))));
}

#[test]
fn snapshots_of_one_target_fold_into_one_row() {
    let mut app = archive_app();
    assert_eq!(ids(&app), [9, 4]);
    assert_eq!((first_line(&app).folded, first_line(&app).history.as_slice()), (3, &[45, 100, 90][..]));
    app.keys("<space>");
    assert_eq!(ids(&app), [9, 7, 2, 4]);
    app.keys("jj<space>");
    assert_eq!(ids(&app), [9, 4], "folding works from any row of the group");
    assert_eq!(chosen(&app), 9);
}

#[test]
fn enter_opens_a_snapshot_free_and_escape_goes_back() {
    let mut app = archive_app();
    app.keys("j<enter>");
    assert!(matches!(app.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(4) }]));
    let opened = several().remove(3);
    let result = Ok(response(&opened.request, links(400)));
    app.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(opened), result }));
    assert!(matches!(app.model.screen.main, MainPane::Links));
    app.keys("H<esc>");
    assert!(matches!(app.model.screen.main, MainPane::Links) && app.table().links().len() == 400);
    assert!(app.sent_requests().is_empty());
}

#[test]
fn the_archive_filter_follows_each_key_and_escape_clears_it() {
    let mut app = archive_app();
    app.keys("/zet");
    assert_eq!(ids(&app), [4]);
    app.keys("<enter>");
    assert_eq!(ids(&app), [4]);
    app.keys("<esc>");
    assert_eq!(ids(&app), [9, 4]);
    assert!(matches!(app.model.screen.main, MainPane::Archive), "escape clears the filter first");
    app.keys("/nothing<esc>");
    assert_eq!(ids(&app).len(), 2);
}

#[test]
fn the_archive_sorts_by_age_target_links_and_cost() {
    let mut app = archive_app();
    let orders: Vec<Vec<i64>> = (0..4)
        .map(|_| {
            app.keys("s");
            ids(&app)
        })
        .collect();
    assert_eq!(orders, [vec![9, 4], vec![4, 9], vec![4, 9], vec![9, 4]]);
}

#[test]
fn names_notes_tags_and_pins_are_stored() {
    for (keys, annotations) in [
        ("r<ctrl-u>mine<enter>", Annotations { name: "mine".into(), ..Annotations::default() }),
        ("n to do <enter>", Annotations { note: "to do".into(), ..Annotations::default() }),
        ("tclient<enter>", Annotations { tag: "client".into(), ..Annotations::default() }),
        ("p", Annotations { pinned: true, ..Annotations::default() }),
    ] {
        let mut app = archive_app();
        app.keys("j").keys(keys);
        let [Effect::SetAnnotations { id, annotations: set }] = app.effects.as_slice() else {
            panic!("{keys}: {:?}", app.effects)
        };
        assert_eq!((*id, set), (SnapshotId(4), &annotations), "{keys}");
        let changed = Snapshot { annotations, ..several().remove(3) };
        app.message(Message::Archive(ArchiveEvent::Changed(Box::new(changed.clone()))));
        assert!(app.model.archive.list.snapshots().contains(&changed));
        assert_eq!(ids(&app)[0] == 4, changed.annotations.pinned, "a pinned snapshot is first");
    }
    let mut app = archive_app();
    app.keys("rx<esc>");
    assert!(app.effects.is_empty() && app.model.archive.screen.prompt.is_none());
}

#[test]
fn deleting_asks_and_enter_means_no() {
    let mut app = archive_app();
    for no in ["<enter>", "n", "<esc>"] {
        app.keys("d");
        assert!(matches!(&app.model.overlay, Some(Overlay::Confirm { confirmation: Confirmation::Delete(_), .. })));
        app.keys(no);
        assert!(app.effects.is_empty() && app.model.overlay.is_none(), "{no}");
    }
    app.keys("dy");
    assert!(matches!(app.effects.as_slice(), [Effect::DeleteResponse { id: SnapshotId(9) }]));
    let gone = Snapshot { has_response: false, ..several().remove(0) };
    app.message(Message::Archive(ArchiveEvent::Changed(Box::new(gone))));
    assert_eq!(ids(&app), [7, 4], "it stays in the ledger but not in the list");
    assert_eq!(app.model.archive.list.snapshots().len(), 5);
}

#[test]
fn the_cursor_follows_a_pinned_snapshot() {
    let mut app = archive_app();
    app.keys("jp");
    let [Effect::SetAnnotations { id: SnapshotId(4), annotations }] = app.effects.as_slice() else {
        panic!("{:?}", app.effects)
    };
    let pinned = Snapshot { annotations: annotations.clone(), ..several().remove(3) };
    changed(&mut app, pinned.clone());
    assert_eq!((ids(&app), chosen(&app)), (vec![4, 9], 4), "the cursor follows it to the top");
    app.keys("d");
    let Some(Overlay::Confirm { confirmation: Confirmation::Delete(asked), .. }) = &app.model.overlay else { panic!() };
    assert_eq!(asked.id, SnapshotId(4));
    app.keys("<esc>");
    changed(&mut app, several().remove(3));
    assert_eq!((ids(&app), chosen(&app)), (vec![9, 4], 4), "unpinned, it moves back");
}

#[test]
fn the_cursor_follows_its_snapshot_through_sort_filter_and_folding() {
    let mut app = archive_app();
    app.keys("j");
    for keys in ["s", "s", "s", "s", "/zeta<enter>", "<esc>", "/exa", "<esc>", "k<space>G", "s"] {
        app.keys(keys);
        if keys != "/exa" {
            assert_eq!(chosen(&app), 4, "{keys}");
        }
    }
    // A filter hides it, but it stays chosen until another one is used.
    app.keys("/exa<enter>");
    assert_eq!(chosen(&app), 9);
    app.keys("<esc>");
    assert_eq!(chosen(&app), 4);
    app.keys("/exa<enter>p<esc>");
    assert_eq!(chosen(&app), 9);
}

#[test]
fn the_cursor_stays_when_a_snapshot_is_added() {
    let mut app = archive_app();
    let new = |id, target: &str| snapshot(id, target, 100, 10, 100 * DAY, RequestStatus::Completed);
    changed(&mut app, new(20, "other.com"));
    assert_eq!((ids(&app), chosen(&app)), (vec![20, 9, 4], 9));
    changed(&mut app, new(21, "example.com"));
    assert_eq!((ids(&app), chosen(&app)), (vec![21, 20, 4], 21), "a folded row represents its group");
    app.keys("<space>jj");
    assert_eq!(chosen(&app), 7);
    changed(&mut app, new(22, "example.com"));
    assert_eq!(chosen(&app), 7);
}

#[test]
fn deleting_moves_the_cursor_to_the_neighbor() {
    let gone = |app: &mut TestApp, at: usize| changed(app, Snapshot { has_response: false, ..several().remove(at) });
    let mut app = archive_app();
    app.keys("<space>j");
    assert_eq!((ids(&app), chosen(&app)), (vec![9, 7, 2, 4], 7));
    gone(&mut app, 1);
    assert_eq!((ids(&app), chosen(&app)), (vec![9, 2, 4], 2));
    app.keys("G");
    gone(&mut app, 3);
    assert_eq!((ids(&app), chosen(&app)), (vec![9, 2], 2), "the last row moves the cursor up");
    // A deletion elsewhere does not move the cursor.
    gone(&mut app, 0);
    assert_eq!((ids(&app), chosen(&app)), (vec![2], 2));
    gone(&mut app, 4);
    assert!(ids(&app).is_empty() && app.model.archive.screen.selected_snapshot(&app.model.archive.list).is_none());
    app.keys("jdp<enter>");
    assert!(app.model.overlay.is_none());
}

#[test]
fn a_missing_archive_shows_the_reason() {
    let mut app = TestApp::new();
    app.keys("H");
    assert!(app.toasts().contains("--no-archive") && !matches!(app.model.screen.main, MainPane::Archive));
    app.message(Message::Archive(ArchiveEvent::Opened(Err("it is damaged".into()))));
    app.keys("H");
    assert!(app.toasts().contains("it is damaged") && !matches!(app.model.screen.main, MainPane::Archive));
}

#[test]
fn the_ledger_opens_by_key_palette_and_click() {
    let mut app = archive_app();
    let is_open = |app: &TestApp| matches!(app.model.overlay, Some(Overlay::Ledger { .. }));
    for keys in ["$", ":ledger<enter>"] {
        app.keys(keys);
        assert!(is_open(&app), "{keys}");
        app.keys("jjk<esc>");
        assert!(!is_open(&app) && matches!(app.model.screen.main, MainPane::Archive), "{keys}");
    }
    let credits = app.model.layout().credits;
    let (kind, x, y) = (MouseKind::Press, credits.right() - 3, credits.y);
    app.message(Message::Mouse(Mouse { kind, x, y }));
    assert!(is_open(&app));
}

/// An added snapshot opens like a response, but nothing of it is a request: not the number, the mode or the cost.
#[test]
fn links_of_another_tool_open_with_their_own_name() {
    let added = |id, at, tool: &str| {
        let of_tool = Snapshot {
            tool: Some(tool.to_owned()),
            charge: Charge::NotSent,
            ..snapshot(id, "example.com", 10_000, 70, at, RequestStatus::Completed)
        };
        Snapshot { request: Request { mode: Mode::AllLinks, ..of_tool.request.clone() }, ..of_tool }
    };
    let newest = added(11, 99 * DAY, "Ahrefs");
    let mut shelf = several();
    shelf.splice(0..0, [newest.clone(), added(10, 98 * DAY, "Semrush")]);
    let mut app = TestApp::with_archive("", shelf);
    app.keys("H");
    assert_eq!(ids(&app), [11, 10, 9, 4], "each tool is a group of its own");
    let before = (app.model.target.count.text().to_owned(), app.model.target.mode);
    let result = Ok(response(&newest.request, links(70)));
    app.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(newest), result }));
    assert!(app.toasts().contains("Ahrefs, from your archive, 1 day ago"), "{}", app.toasts());
    assert!(!app.toasts().contains("re-fetches"), "{}", app.toasts());
    assert_eq!(app.model.target.url.text(), "https://example.com/");
    assert_eq!((app.model.target.count.text().to_owned(), app.model.target.mode), before);
    app.effects.clear();
    app.keys("R");
    assert!(app.effects.is_empty() && app.toasts().contains("nothing to re-fetch"), "{}", app.toasts());
    app.keys("D");
    assert!(app.effects.is_empty(), "no other snapshot of this tool");
    app.keys("nmine<enter>");
    assert!(matches!(app.effects.as_slice(), [Effect::SetNotes { .. }]), "{:?}", app.effects);
    app.keys("H/ahrefs<enter>");
    assert_eq!(ids(&app), [11]);
}
