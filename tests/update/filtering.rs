//! The filter line and the filters by cell.

use kew_tui::app::Message;
use kew_tui::app::screen::Focus;
use kew_tui::domain::Line;

use crate::support::Play;

#[test]
fn filter_applies_on_each_key() {
    let mut play = Play::browsing(50);
    play.keys("/domain:red");
    assert_eq!(play.table().shown().len(), 10);
    play.keys("dit.com");
    assert_eq!(play.table().shown().len(), 10);
    play.keys("x");
    assert_eq!(play.table().shown().len(), 0);
    play.keys("<backspace>");
    assert_eq!(play.table().shown().len(), 10);
}

#[test]
fn enter_keeps_the_filter_and_escape_restores_it() {
    let mut play = Play::browsing(50);
    play.keys("/reddit<enter>");
    assert_eq!((play.model.screen.focus, play.table().shown().len()), (Focus::Main, 10));
    play.keys("/<ctrl-u>w3.org");
    assert_eq!(play.table().links().link(play.table().shown().get(Line(0)).unwrap()).source_domain, "w3.org");
    play.keys("<esc>");
    assert_eq!((play.table().query().to_string().as_str(), play.table().shown().len()), ("reddit", 10));
    assert_eq!(play.keys("F").table().shown().len(), 50);
}

#[test]
fn filter_keeps_last_good_result_on_error() {
    let mut play = Play::browsing(50);
    play.keys("/reddit /(");
    assert!(play.model.table.filter.error.is_some());
    assert_eq!(play.table().shown().len(), 10, "the last good result");
    play.keys("<enter>");
    assert_eq!(play.model.screen.focus, Focus::Filter);
    play.keys("<backspace><backspace><enter>");
    assert_eq!(play.model.screen.focus, Focus::Main);
}

#[test]
fn filter_history_goes_back_and_forth() {
    let mut play = Play::browsing(50);
    play.keys("/reddit<enter>/<ctrl-u>w3<enter>/<ctrl-u>zet");
    assert_eq!(play.keys("<up>").model.table.filter.line.text(), "w3");
    assert_eq!(play.keys("<up>").model.table.filter.line.text(), "reddit");
    assert_eq!(play.table().query().to_string(), "reddit", "the table follows the history too");
    assert_eq!(play.keys("<down><down>").model.table.filter.line.text(), "zet");
}

#[test]
fn equals_and_bang_filter_by_the_selected_cell() {
    let mut play = Play::browsing(50);
    play.keys("=");
    assert_eq!(play.table().query().to_string(), "domain:reddit.com");
    assert_eq!(play.table().shown().len(), 10);
    play.keys("!");
    assert_eq!(play.table().query().to_string(), "-domain:reddit.com");
    assert_eq!(play.table().shown().len(), 40);
    play.keys("F").keys("g==");
    assert!(play.table().query().is_empty(), "a second time takes it back");
    play.keys("gl=");
    assert_eq!(play.table().query().to_string(), "anchor:=\"Best page\"");
    play.keys("Fhh=");
    assert!(play.table().query().to_string().starts_with("domain:"), "the rank stands for its link's domain");
}

#[test]
fn the_cursor_returns_to_its_link_when_the_filter_is_cleared() {
    let mut play = Play::browsing(100);
    play.keys("42G");
    let row = play.table().current_row();
    play.keys("/reddit<enter>");
    assert_ne!(play.table().current_row(), row, "hidden");
    play.keys("F");
    assert_eq!(play.table().current_row(), row);
}

#[test]
fn a_paste_is_text_and_never_keys() {
    let mut play = Play::browsing(50);
    play.keys("/").message(Message::Paste("w3.org\nq".into()));
    assert_eq!(play.model.table.filter.line.text(), "w3.orgq");
    assert!(play.effects.is_empty());
}

#[test]
fn tab_completes_fields_and_common_domains() {
    let mut play = Play::browsing(50);
    play.keys("/do<tab>");
    assert_eq!(play.model.table.filter.line.text(), "domain:");
    play.keys("bl");
    assert_eq!(play.model.completion().as_deref(), Some("og.example.net"));
    play.keys("<tab>");
    assert_eq!(play.table().shown().len(), 10);
    play.keys(" is:m<tab><tab>");
    assert_eq!(play.model.table.filter.line.text(), "domain:blog.example.net is:marked");
    play.keys("<left>");
    assert_eq!(play.model.completion(), None, "in the middle of a word nothing is guessed");
}

#[test]
fn tab_completes_common_values() {
    use kew_tui::app::{Effect, Message};
    let mut play = Play::browsing(50);
    play.keys("/anchor:\"re");
    let Some(Effect::Count { generation, job }) = play.effects.pop() else { panic!("{:?}", play.effects) };
    play.message(Message::Counted { generation, counts: job.run() }).keys("<tab><enter>");
    assert_eq!(play.table().query().to_string(), "anchor:\"read more\"");
    play.keys("/<ctrl-u>anchor:b<tab>");
    assert_eq!(play.model.table.filter.line.text(), "anchor:best");
    assert!(!play.effects.iter().any(|effect| matches!(effect, Effect::Count { .. })), "counted once");
}
