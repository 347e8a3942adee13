//! Quitting, and what never quits.

use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::overlay::{Confirmation, Overlay, QuitStep};
use kew_tui::app::{Effect, Message};
use kew_tui::domain::FetchError;

use crate::support::{Play, links};

fn quit(play: &Play) -> bool {
    play.effects.iter().any(|effect| matches!(effect, Effect::Quit))
}

fn leaving(play: &Play) -> Option<QuitStep> {
    match &play.model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::Quit(leaving), .. }) => Some(*leaving),
        _ => None,
    }
}

#[test]
fn q_and_ctrl_c_quit_from_the_table() {
    assert!(quit(Play::browsing(5).keys("q")));
    assert!(quit(Play::browsing(5).keys("<ctrl-c>")));
    assert!(quit(Play::browsing(5).message(Message::Terminate)));
}

#[test]
fn escape_never_quits() {
    let mut play = Play::browsing(5);
    for keys in ["<esc>", "e<esc>", "/x<esc>", "?<esc>", ":<esc>", "Y<esc>", "v<esc>", "<tab><esc>", "<esc><esc><esc>"]
    {
        assert!(!quit(play.keys(keys)), "{keys}");
    }
}

#[test]
fn ctrl_c_closes_the_innermost_thing_first() {
    for inside in ["e", "/x", "?", ":x", "Y", "v"] {
        let mut play = Play::browsing(5);
        assert!(!quit(play.keys(inside).keys("<ctrl-c>")), "{inside}");
        assert!(quit(play.keys("<ctrl-c>")), "{inside}");
    }
}

#[test]
fn q_is_a_letter_where_text_is_typed() {
    let mut play = Play::browsing(5);
    assert!(!quit(play.keys("/q").keys("<esc>e").keys("q")));
    assert!(play.model.target.url.text().ends_with('q'));
}

#[test]
fn quitting_during_a_paid_request_asks() {
    let mut play = Play::browsing(5);
    play.ask("other.com").keys("q");
    assert_eq!(leaving(&play), Some(QuitStep::ConfirmQuit));
    for stay in ["n", "<esc>", "<ctrl-c>"] {
        play.keys("<esc>q").keys(stay);
        assert!(!quit(&play) && play.model.overlay.is_none(), "{stay}");
    }
}

#[test]
fn abandoning_a_request_needs_two_confirmations() {
    let mut play = Play::browsing(5);
    play.ask("other.com").keys("qy");
    assert!(!quit(&play) && leaving(&play) == Some(QuitStep::ConfirmAbandon));
    play.keys("n");
    assert_eq!(leaving(&play), Some(QuitStep::ConfirmQuit));
    assert!(quit(play.keys("yy")));
}

#[test]
fn waiting_quits_once_the_archive_has_the_answer() {
    let mut play = Play::browsing(5);
    play.model.archive.list.status = ArchiveStatus::Open;
    play.ask("other.com").keys("q<enter>");
    assert!(!quit(&play) && leaving(&play) == Some(QuitStep::Waiting));
    assert!(play.model.next_wake().is_some(), "the elapsed time moves on");
    assert!(quit(play.response(links(3))));
}

#[test]
fn waiting_stays_when_the_answer_failed_or_is_not_stored() {
    for spoil in [
        |play: &mut Play| {
            play.fail(FetchError::Truncated { received: 5 });
        },
        |play: &mut Play| {
            let rescued = Err("no room".into());
            play.message(Message::Archive(ArchiveEvent::ArchiveFailure { why: "the disk is full".into(), rescued }));
            play.response(links(3));
        },
        |play: &mut Play| {
            play.model.archive.list.status = ArchiveStatus::Off;
            play.response(links(3));
        },
    ] {
        let mut play = Play::browsing(5);
        play.model.archive.list.status = ArchiveStatus::Open;
        play.ask("other.com").keys("q<enter>");
        spoil(&mut play);
        assert!(!quit(&play) && play.model.overlay.is_none());
    }
}
