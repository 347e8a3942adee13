//! Notes and tags belong to links.

use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::Row;
use kew_tui::domain::note::{LinkId, Note};

use crate::support::{Play, links};

/// Links on the screen that the archive holds.
fn browsing_archive(count: usize) -> Play {
    let mut play = Play::with_archive("", Vec::new());
    play.ask("example.com").response(links(count));
    play.keys("l");
    play.effects.clear();
    play
}

fn said(play: &Play, row: u32) -> Note {
    play.table().notes().get(&Row(row)).cloned().unwrap_or_default()
}

fn kept(play: &Play) -> Vec<(LinkId, Note)> {
    match play.effects.last() {
        Some(Effect::SetNotes { notes }) => notes.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn notes_and_tags_are_stored_and_can_be_filtered() {
    let mut play = browsing_archive(20);
    play.keys("jnsent a mail<enter>");
    assert_eq!(said(&play, 1).text, "sent a mail");
    play.keys("tasked<enter>");
    let both = Note { text: "sent a mail".into(), tag: "asked".into() };
    assert_eq!(kept(&play), [(LinkId::of(&links(20), Row(1)), both.clone())]);
    play.keys("/tag:asked<enter>");
    assert_eq!(play.table().shown().len(), 1);
    play.keys("Fn<ctrl-u><enter>");
    assert_eq!(said(&play, 1), Note { text: String::new(), ..both });
    // The same link in a later answer has the tag already.
    play.ask("other.org").response(links(3));
    assert_eq!((said(&play, 1).tag.as_str(), said(&play, 2).is_empty()), ("asked", true));
}

#[test]
fn a_note_applies_to_all_marked_links() {
    let mut play = browsing_archive(20);
    play.keys("  jt<esc>");
    assert!(play.effects.is_empty() && said(&play, 0).is_empty(), "escape says nothing");
    play.keys("tspam<enter>");
    assert_eq!(kept(&play).len(), 2);
    assert_eq!((said(&play, 0).tag.as_str(), said(&play, 1).tag.as_str()), ("spam", "spam"));
    assert!(said(&play, 3).is_empty(), "the cursor's link is not marked");
}

#[test]
fn notes_are_loaded_with_the_archive() {
    let mut play = Play::with_archive("", Vec::new());
    let note = Note { text: "known".into(), tag: String::new() };
    let noted = vec![(LinkId::of(&links(3), Row(2)), note)];
    play.message(Message::Archive(ArchiveEvent::Noted(noted)));
    play.ask("example.com").response(links(3));
    play.keys("/is:noted<enter>");
    assert_eq!(play.table().shown().iter().collect::<Vec<_>>(), [Row(2)]);
}

#[test]
fn without_an_archive_notes_last_for_the_session() {
    let mut play = Play::browsing(5);
    play.keys("nhere<enter>");
    assert_eq!(said(&play, 0).text, "here");
    assert!(play.effects.is_empty() && play.toasts().contains("for this session only"));
}

#[test]
fn a_note_applies_to_at_most_20000_links() {
    let mut play = Play::browsing(20_001);
    play.keys("an");
    assert!(play.model.overlay.is_none());
    assert!(play.toasts().contains("at most 20,000 links at once, not 20,001"), "{}", play.toasts());
    play.keys("<home> n");
    assert!(play.model.overlay.is_some());
}
