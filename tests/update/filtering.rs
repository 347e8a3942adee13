//! The filter line and the filters by cell.

use kew_tui::app::Message;
use kew_tui::app::screen::Focus;
use kew_tui::domain::Line;

use crate::support::TestApp;

#[test]
fn filter_applies_on_each_key() {
    let mut app = TestApp::browsing(50);
    app.keys("/domain:red");
    assert_eq!(app.table().shown().len(), 10);
    app.keys("dit.com");
    assert_eq!(app.table().shown().len(), 10);
    app.keys("x");
    assert_eq!(app.table().shown().len(), 0);
    app.keys("<backspace>");
    assert_eq!(app.table().shown().len(), 10);
}

#[test]
fn enter_keeps_the_filter_and_escape_restores_it() {
    let mut app = TestApp::browsing(50);
    app.keys("/reddit<enter>");
    assert_eq!((app.model.screen.focus, app.table().shown().len()), (Focus::Main, 10));
    app.keys("/<ctrl-u>w3.org");
    assert_eq!(app.table().links().link(app.table().shown().get(Line(0)).unwrap()).source_domain, "w3.org");
    app.keys("<esc>");
    assert_eq!((app.table().query().to_string().as_str(), app.table().shown().len()), ("reddit", 10));
    assert_eq!(app.keys("F").table().shown().len(), 50);
}

#[test]
fn filter_keeps_last_good_result_on_error() {
    let mut app = TestApp::browsing(50);
    app.keys("/reddit /(");
    assert!(app.model.table.filter.error.is_some());
    assert_eq!(app.table().shown().len(), 10, "the last good result");
    app.keys("<enter>");
    assert_eq!(app.model.screen.focus, Focus::Filter);
    app.keys("<backspace><backspace><enter>");
    assert_eq!(app.model.screen.focus, Focus::Main);
}

#[test]
fn filter_history_goes_back_and_forth() {
    let mut app = TestApp::browsing(50);
    app.keys("/reddit<enter>/<ctrl-u>w3<enter>/<ctrl-u>zet");
    assert_eq!(app.keys("<up>").model.table.filter.line.text(), "w3");
    assert_eq!(app.keys("<up>").model.table.filter.line.text(), "reddit");
    assert_eq!(app.table().query().to_string(), "reddit", "the table follows the history too");
    assert_eq!(app.keys("<down><down>").model.table.filter.line.text(), "zet");
}

#[test]
fn equals_and_bang_filter_by_the_selected_cell() {
    let mut app = TestApp::browsing(50);
    app.keys("=");
    assert_eq!(app.table().query().to_string(), "domain:reddit.com");
    assert_eq!(app.table().shown().len(), 10);
    app.keys("!");
    assert_eq!(app.table().query().to_string(), "-domain:reddit.com");
    assert_eq!(app.table().shown().len(), 40);
    app.keys("F").keys("g==");
    assert!(app.table().query().is_empty(), "a second press removes it");
    app.keys("gl=");
    assert_eq!(app.table().query().to_string(), "anchor:=\"Best page\"");
    app.keys("Fhh=");
    assert!(app.table().query().to_string().starts_with("domain:"), "the rank column filters by domain");
}

#[test]
fn the_cursor_returns_to_its_link_when_the_filter_is_cleared() {
    let mut app = TestApp::browsing(100);
    app.keys("42G");
    let row = app.table().current_row();
    app.keys("/reddit<enter>");
    assert_ne!(app.table().current_row(), row, "hidden");
    app.keys("F");
    assert_eq!(app.table().current_row(), row);
}

#[test]
fn a_paste_is_text_and_never_keys() {
    let mut app = TestApp::browsing(50);
    app.keys("/").message(Message::Paste("w3.org\nq".into()));
    assert_eq!(app.model.table.filter.line.text(), "w3.orgq");
    assert!(app.effects.is_empty());
}

#[test]
fn tab_completes_fields_and_common_domains() {
    let mut app = TestApp::browsing(50);
    app.keys("/do<tab>");
    assert_eq!(app.model.table.filter.line.text(), "domain:");
    app.keys("ex");
    assert_eq!(app.model.completion().as_deref(), Some("ample.net"));
    app.keys("<tab>");
    assert_eq!(app.table().shown().len(), 10);
    app.keys(" is:m<tab><tab>");
    assert_eq!(app.model.table.filter.line.text(), "domain:example.net is:marked");
    app.keys("<left>");
    assert_eq!(app.model.completion(), None, "no completion inside a word");
}

#[test]
fn tab_completes_common_values() {
    use kew_tui::app::{Effect, Message};
    let mut app = TestApp::browsing(50);
    app.keys("/anchor:\"re");
    let Some(Effect::Count { generation, job }) = app.effects.pop() else { panic!("{:?}", app.effects) };
    app.message(Message::Counted { generation, counts: job.run() }).keys("<tab><enter>");
    assert_eq!(app.table().query().to_string(), "anchor:\"read more\"");
    app.keys("/<ctrl-u>anchor:b<tab>");
    assert_eq!(app.model.table.filter.line.text(), "anchor:best");
    assert!(!app.effects.iter().any(|effect| matches!(effect, Effect::Count { .. })), "counted once");
}
