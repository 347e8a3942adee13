//! Notes and tags belong to links.

use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::Row;
use kew_tui::domain::note::{LinkId, Note};

use crate::support::{TestApp, links};

/// Shows links that the archive has.
fn browsing_archive(count: usize) -> TestApp {
    let mut app = TestApp::with_archive("", Vec::new());
    app.request("example.com").response(links(count));
    app.keys("l");
    app.effects.clear();
    app
}

fn note(app: &TestApp, row: u32) -> Note {
    app.table().notes().get(&Row(row)).cloned().unwrap_or_default()
}

fn stored(app: &TestApp) -> Vec<(LinkId, Note)> {
    match app.effects.last() {
        Some(Effect::SetNotes { notes }) => notes.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn notes_and_tags_are_stored_and_can_be_filtered() {
    let mut app = browsing_archive(20);
    app.keys("jnsent a mail<enter>");
    assert_eq!(note(&app, 1).text, "sent a mail");
    app.keys("tasked<enter>");
    let both = Note { text: "sent a mail".into(), tag: "asked".into() };
    assert_eq!(stored(&app), [(LinkId::of(&links(20), Row(1)), both.clone())]);
    app.keys("/tag:asked<enter>");
    assert_eq!(app.table().shown().len(), 1);
    app.keys("Fn<ctrl-u><enter>");
    assert_eq!(note(&app, 1), Note { text: String::new(), ..both });
    // The same link in a later response has the tag already.
    app.request("other.org").response(links(3));
    assert_eq!((note(&app, 1).tag.as_str(), note(&app, 2).is_empty()), ("asked", true));
}

#[test]
fn a_note_applies_to_all_marked_links() {
    let mut app = browsing_archive(20);
    app.keys("  jt<esc>");
    assert!(app.effects.is_empty() && note(&app, 0).is_empty(), "escape discards the note");
    app.keys("tspam<enter>");
    assert_eq!(stored(&app).len(), 2);
    assert_eq!((note(&app, 0).tag.as_str(), note(&app, 1).tag.as_str()), ("spam", "spam"));
    assert!(note(&app, 3).is_empty(), "the cursor's link is not marked");
}

#[test]
fn notes_are_loaded_with_the_archive() {
    let mut app = TestApp::with_archive("", Vec::new());
    let note = Note { text: "known".into(), tag: String::new() };
    let noted = vec![(LinkId::of(&links(3), Row(2)), note)];
    app.message(Message::Archive(ArchiveEvent::Noted(noted)));
    app.request("example.com").response(links(3));
    app.keys("/is:noted<enter>");
    assert_eq!(app.table().shown().iter().collect::<Vec<_>>(), [Row(2)]);
}

#[test]
fn without_an_archive_notes_last_for_the_session() {
    let mut app = TestApp::browsing(5);
    app.keys("nhere<enter>");
    assert_eq!(note(&app, 0).text, "here");
    assert!(app.effects.is_empty() && app.toasts().contains("for this session only"));
}

#[test]
fn a_note_applies_to_at_most_20000_links() {
    let mut app = TestApp::browsing(20_001);
    app.keys("an");
    assert!(app.model.overlay.is_none());
    assert!(app.toasts().contains("at most 20,000 links at once, not 20,001"), "{}", app.toasts());
    app.keys("<home> n");
    assert!(app.model.overlay.is_some());
}
