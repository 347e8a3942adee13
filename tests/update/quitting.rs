//! Quitting, and what never quits.

use kew_tui::app::overlay::{Overlay, Question};
use kew_tui::app::{Effect, Message};

use crate::support::Play;

fn quit(play: &Play) -> bool {
    play.effects.iter().any(|effect| matches!(effect, Effect::Quit))
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
fn ctrl_c_leaves_the_innermost_thing_first() {
    for inside in ["e", "/x", "?", ":x", "Y", "v"] {
        let mut play = Play::browsing(5);
        assert!(!quit(play.keys(inside).keys("<ctrl-c>")), "{inside}");
        assert!(quit(play.keys("<ctrl-c>")), "{inside}");
    }
}

#[test]
fn letters_are_letters_where_text_is_typed() {
    let mut play = Play::browsing(5);
    assert!(!quit(play.keys("/q").keys("<esc>e").keys("q")));
    assert!(play.model.target.url.text().ends_with('q'));
}

#[test]
fn a_paid_request_under_way_is_asked_about() {
    let mut play = Play::browsing(5);
    play.ask("other.com").keys("q");
    assert!(!quit(&play) && matches!(play.model.overlay, Some(Overlay::Confirm { question: Question::Leave, .. })));
    for wait in ["n", "<enter>", "<esc>"] {
        play.keys("q").keys(wait);
        assert!(!quit(&play) && play.model.is_waiting() && play.model.overlay.is_none(), "{wait}");
    }
    play.keys("qy");
    assert!(quit(&play));
}
