//! The archive screen and the ledger.

use kew_tui::app::archive_view::ArchiveRow;
use kew_tui::app::message::{ArchiveEvent, Mouse, MouseKind};
use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::screen::MainPane;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::snapshot::{Annotations, RequestStatus};
use kew_tui::domain::{Snapshot, SnapshotId};

use crate::support::{DAY, Play, links, response, snapshot};

/// Three of one target, one of another, and one that brought nothing; newest first.
fn several() -> Vec<Snapshot> {
    vec![
        snapshot(9, "example.com", 100, 90, 99 * DAY, RequestStatus::Completed),
        snapshot(7, "example.com", 100, 100, 97 * DAY, RequestStatus::Completed),
        snapshot(5, "failed.com", 100, 0, 96 * DAY, RequestStatus::Rejected),
        snapshot(4, "zeta.com/page", 1_000, 400, 60 * DAY, RequestStatus::Completed),
        snapshot(2, "example.com", 100, 45, 30 * DAY, RequestStatus::Completed),
    ]
}

fn on_the_screen() -> Play {
    let mut play = Play::with_archive("", several());
    play.keys("H");
    assert!(matches!(play.model.screen.main, MainPane::Archive));
    play
}

fn ids(play: &Play) -> Vec<i64> {
    play.model.archive.screen.rows().iter().map(|line| line.id.0).collect()
}

fn first_line(play: &Play) -> &ArchiveRow {
    &play.model.archive.screen.rows()[0]
}

/// The snapshot at the cursor.
fn chosen(play: &Play) -> i64 {
    play.model.archive.screen.selected_snapshot(&play.model.archive.list).unwrap().id.0
}

/// The archive writes down what was asked for, or finds another snapshot changed.
fn changed(play: &mut Play, snapshot: Snapshot) {
    play.message(Message::Archive(ArchiveEvent::Changed(Box::new(snapshot))));
}

#[test]
fn snapshots_of_one_target_fold_into_one_row() {
    let mut play = on_the_screen();
    assert_eq!(ids(&play), [9, 4]);
    assert_eq!((first_line(&play).folded, first_line(&play).history.as_slice()), (3, &[45, 100, 90][..]));
    play.keys("<space>");
    assert_eq!(ids(&play), [9, 7, 2, 4]);
    play.keys("jj<space>");
    assert_eq!(ids(&play), [9, 4], "folded from within");
    assert_eq!(chosen(&play), 9);
}

#[test]
fn enter_opens_a_snapshot_free_and_escape_goes_back() {
    let mut play = on_the_screen();
    play.keys("j<enter>");
    assert!(matches!(play.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(4) }]));
    let opened = several().remove(3);
    let result = Ok(response(&opened.request, links(400)));
    play.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(opened), result }));
    assert!(matches!(play.model.screen.main, MainPane::Links));
    play.keys("H<esc>");
    assert!(matches!(play.model.screen.main, MainPane::Links) && play.table().links().len() == 400);
    assert!(play.fetched().is_empty());
}

#[test]
fn the_archive_filter_follows_each_key_and_escape_clears_it() {
    let mut play = on_the_screen();
    play.keys("/zet");
    assert_eq!(ids(&play), [4]);
    play.keys("<enter>");
    assert_eq!(ids(&play), [4]);
    play.keys("<esc>");
    assert_eq!(ids(&play), [9, 4]);
    assert!(matches!(play.model.screen.main, MainPane::Archive), "the filter went first");
    play.keys("/nothing<esc>");
    assert_eq!(ids(&play).len(), 2);
}

#[test]
fn the_archive_sorts_by_age_target_links_and_cost() {
    let mut play = on_the_screen();
    let orders: Vec<Vec<i64>> = (0..4)
        .map(|_| {
            play.keys("s");
            ids(&play)
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
        let mut play = on_the_screen();
        play.keys("j").keys(keys);
        let [Effect::SetAnnotations { id, annotations: set }] = play.effects.as_slice() else {
            panic!("{keys}: {:?}", play.effects)
        };
        assert_eq!((*id, set), (SnapshotId(4), &annotations), "{keys}");
        let changed = Snapshot { annotations, ..several().remove(3) };
        play.message(Message::Archive(ArchiveEvent::Changed(Box::new(changed.clone()))));
        assert!(play.model.archive.list.snapshots().contains(&changed));
        assert_eq!(ids(&play)[0] == 4, changed.annotations.pinned, "a pinned one stands first");
    }
    let mut play = on_the_screen();
    play.keys("rx<esc>");
    assert!(play.effects.is_empty() && play.model.archive.screen.prompt.is_none());
}

#[test]
fn deleting_asks_and_enter_means_no() {
    let mut play = on_the_screen();
    for no in ["<enter>", "n", "<esc>"] {
        play.keys("d");
        assert!(matches!(&play.model.overlay, Some(Overlay::Confirm { confirmation: Confirmation::Delete(_), .. })));
        play.keys(no);
        assert!(play.effects.is_empty() && play.model.overlay.is_none(), "{no}");
    }
    play.keys("dy");
    assert!(matches!(play.effects.as_slice(), [Effect::DeleteResponse { id: SnapshotId(9) }]));
    let gone = Snapshot { has_response: false, ..several().remove(0) };
    play.message(Message::Archive(ArchiveEvent::Changed(Box::new(gone))));
    assert_eq!(ids(&play), [7, 4], "its line in the ledger stays, its line here goes");
    assert_eq!(play.model.archive.list.snapshots().len(), 5);
}

#[test]
fn the_cursor_follows_a_pinned_snapshot() {
    let mut play = on_the_screen();
    play.keys("jp");
    let [Effect::SetAnnotations { id: SnapshotId(4), annotations }] = play.effects.as_slice() else {
        panic!("{:?}", play.effects)
    };
    let pinned = Snapshot { annotations: annotations.clone(), ..several().remove(3) };
    changed(&mut play, pinned.clone());
    assert_eq!((ids(&play), chosen(&play)), (vec![4, 9], 4), "it moved to the top, and the cursor with it");
    play.keys("d");
    let Some(Overlay::Confirm { confirmation: Confirmation::Delete(asked), .. }) = &play.model.overlay else {
        panic!()
    };
    assert_eq!(asked.id, SnapshotId(4));
    play.keys("<esc>");
    changed(&mut play, several().remove(3));
    assert_eq!((ids(&play), chosen(&play)), (vec![9, 4], 4), "unpinned, it goes back");
}

#[test]
fn the_cursor_follows_its_snapshot_through_sort_filter_and_folding() {
    let mut play = on_the_screen();
    play.keys("j");
    for keys in ["s", "s", "s", "s", "/zeta<enter>", "<esc>", "/exa", "<esc>", "k<space>G", "s"] {
        play.keys(keys);
        if keys != "/exa" {
            assert_eq!(chosen(&play), 4, "{keys}");
        }
    }
    // Hidden by a filter, it is not given up until something is done with another one.
    play.keys("/exa<enter>");
    assert_eq!(chosen(&play), 9);
    play.keys("<esc>");
    assert_eq!(chosen(&play), 4);
    play.keys("/exa<enter>p<esc>");
    assert_eq!(chosen(&play), 9);
}

#[test]
fn the_cursor_stays_when_a_snapshot_is_added() {
    let mut play = on_the_screen();
    let new = |id, target: &str| snapshot(id, target, 100, 10, 100 * DAY, RequestStatus::Completed);
    changed(&mut play, new(20, "other.com"));
    assert_eq!((ids(&play), chosen(&play)), (vec![20, 9, 4], 9));
    changed(&mut play, new(21, "example.com"));
    assert_eq!((ids(&play), chosen(&play)), (vec![21, 20, 4], 21), "a folded line stands for its group");
    play.keys("<space>jj");
    assert_eq!(chosen(&play), 7);
    changed(&mut play, new(22, "example.com"));
    assert_eq!(chosen(&play), 7);
}

#[test]
fn deleting_moves_the_cursor_to_the_neighbor() {
    let gone = |play: &mut Play, at: usize| changed(play, Snapshot { has_response: false, ..several().remove(at) });
    let mut play = on_the_screen();
    play.keys("<space>j");
    assert_eq!((ids(&play), chosen(&play)), (vec![9, 7, 2, 4], 7));
    gone(&mut play, 1);
    assert_eq!((ids(&play), chosen(&play)), (vec![9, 2, 4], 2));
    play.keys("G");
    gone(&mut play, 3);
    assert_eq!((ids(&play), chosen(&play)), (vec![9, 2], 2), "the last one has its neighbour above");
    // Deleted from elsewhere, it takes the cursor nowhere.
    gone(&mut play, 0);
    assert_eq!((ids(&play), chosen(&play)), (vec![2], 2));
    gone(&mut play, 4);
    assert!(ids(&play).is_empty() && play.model.archive.screen.selected_snapshot(&play.model.archive.list).is_none());
    play.keys("jdp<enter>");
    assert!(play.model.overlay.is_none());
}

#[test]
fn a_missing_archive_says_why() {
    let mut play = Play::new();
    play.keys("H");
    assert!(play.toasts().contains("--no-archive") && !matches!(play.model.screen.main, MainPane::Archive));
    play.message(Message::Archive(ArchiveEvent::Opened(Err("it is damaged".into()))));
    play.keys("H");
    assert!(play.toasts().contains("it is damaged") && !matches!(play.model.screen.main, MainPane::Archive));
}

#[test]
fn the_ledger_opens_by_key_palette_and_click() {
    let mut play = on_the_screen();
    let is_open = |play: &Play| matches!(play.model.overlay, Some(Overlay::Ledger { .. }));
    for keys in ["$", ":ledger<enter>"] {
        play.keys(keys);
        assert!(is_open(&play), "{keys}");
        play.keys("jjk<esc>");
        assert!(!is_open(&play) && matches!(play.model.screen.main, MainPane::Archive), "{keys}");
    }
    let credits = play.model.layout().credits;
    let (kind, x, y) = (MouseKind::Press, credits.right() - 3, credits.y);
    play.message(Message::Mouse(Mouse { kind, x, y }));
    assert!(is_open(&play));
}
