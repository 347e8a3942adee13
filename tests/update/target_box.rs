//! Typing a target.

use kew_tui::app::Message;
use kew_tui::app::screen::Focus;
use kew_tui::app::target_form::FormField;
use kew_tui::domain::{Credits, Mode, Scope};

use crate::support::TestApp;

#[test]
fn the_maximum_cost_is_updated_on_each_key() {
    let mut app = TestApp::new();
    app.keys("e");
    assert_eq!(app.model.target.quote(), Some(Credits(500)));
    app.keys("<tab><ctrl-u>");
    assert_eq!(app.model.target.quote(), None);
    app.keys("1");
    assert_eq!(app.model.target.quote(), Some(Credits(5)));
    app.keys("0000");
    assert_eq!(app.model.target.quote(), Some(Credits(50_000)));
    app.keys("<tab><tab> ");
    assert_eq!((app.model.target.mode, app.model.target.quote()), (Mode::AllLinks, Some(Credits(10_000))));
}

#[test]
fn typing_a_number_replaces_the_selected_one() {
    for (keys, count) in [
        ("<tab>10000", "10000"),
        ("<tab>many", "100"),
        ("<tab><end>0", "1000"),
        ("<tab><left>2", "2100"),
        ("<tab><backspace>", ""),
        ("<tab><delete>7", "7"),
        ("<tab><backspace>12345678", "123456"),
        ("<tab>250<tab><shift-tab>3", "3"),
    ] {
        let mut app = TestApp::new();
        app.keys("eexample.com").keys(keys);
        assert_eq!(app.model.target.count.text(), count, "{keys}");
    }
    let mut app = TestApp::new();
    app.keys("e<tab>").message(Message::Paste("10,000\n".into()));
    assert_eq!(app.model.target.quote(), Some(Credits(50_000)));
    app.message(Message::Paste("example.com".into()));
    assert_eq!(app.model.target.count.text(), "10000", "an address is not a count");
}

#[test]
fn tab_cycles_fields_and_space_and_arrows_change_choices() {
    let mut app = TestApp::new();
    app.keys("e");
    let mut fields = Vec::new();
    for _ in 0..4 {
        fields.push(app.model.target.field);
        app.keys("<tab>");
    }
    assert_eq!(fields, [FormField::Url, FormField::Count, FormField::Scope, FormField::Mode]);
    assert_eq!(app.model.target.field, FormField::Url);
    app.keys("<shift-tab><shift-tab> ");
    assert_eq!(app.model.target.scope, Scope::Domain);
    assert_eq!(app.keys("<right>").model.target.scope, Scope::Page);
    assert_eq!(app.keys("<up>").model.target.scope, Scope::Domain);
    app.keys("x<backspace>");
    assert_eq!(app.model.target.scope, Scope::Domain, "letters do nothing there");
}

#[test]
fn invalid_input_is_reported_before_sending() {
    for (typed, field, expected) in [
        ("", FormField::Url, "type a URL"),
        ("ftp://example.com", FormField::Url, "only http and https"),
        ("localhost", FormField::Url, "not a public host name"),
        ("exa mple.com", FormField::Url, "more than one word"),
        ("exa|mple.com", FormField::Url, "not a valid URL"),
        ("example.com<tab><ctrl-u>10001", FormField::Count, "1 to 10,000"),
        ("example.com<tab><ctrl-u>0", FormField::Count, "1 to 10,000"),
        ("example.com<tab><ctrl-u>many", FormField::Count, "1 to 10,000"),
    ] {
        let mut app = TestApp::new();
        app.keys("e").keys(typed).keys("<enter>");
        let problem = app.model.target.error.clone().unwrap_or_else(|| panic!("{typed}"));
        assert!(problem.field == field && problem.message.contains(expected), "{typed}: {problem:?}");
        assert!(app.effects.is_empty(), "{typed}");
        assert_eq!((app.model.screen.focus, app.model.target.field), (Focus::Target, field));
        app.keys("<backspace>x");
        assert_eq!(app.model.target.error, None, "typing clears the message");
    }
}

#[test]
fn escape_restores_the_previous_target() {
    let mut app = TestApp::browsing(5);
    app.keys("e<ctrl-u>other.com<tab><ctrl-u>7<tab> <esc>");
    let form = &app.model.target;
    assert_eq!((form.url.text(), form.count.text(), form.scope), ("https://example.com/", "100", Scope::Page));
    assert_eq!(app.model.screen.focus, Focus::Main);
}

#[test]
fn up_and_down_recall_earlier_targets() {
    let mut app = TestApp::new();
    app.request("one.com").response(crate::support::links(1));
    app.request("two.com").response(crate::support::links(1));
    app.keys("e<ctrl-u>thr<up>");
    assert_eq!(app.model.target.url.text(), "two.com");
    assert_eq!(app.keys("<up>").model.target.url.text(), "one.com");
    assert_eq!(app.keys("<down><down>").model.target.url.text(), "thr");
}

#[test]
fn a_paste_goes_into_the_address_even_from_the_table() {
    let mut app = TestApp::browsing(5);
    app.message(Message::Paste(" https://pasted.com/\n".into()));
    assert_eq!((app.model.screen.focus, app.model.target.url.text()), (Focus::Target, "https://pasted.com/"));
    assert!(app.effects.is_empty(), "a pasted line break sends nothing");
}

#[test]
fn readline_keys_edit_the_address() {
    let mut app = TestApp::new();
    app.keys("ehttps://www.example.com/page");
    for (keys, text) in [
        ("<ctrl-w>", "https://www.example.com/"),
        ("<alt-b><ctrl-u>", "com/"),
        ("<home>x<end>y", "xcom/y"),
        ("<left><left><delete><ctrl-k>", "xcom"),
        ("<ctrl-a><ctrl-d><alt-f>!", "com!"),
        ("<ctrl-left><right><backspace>", "om!"),
    ] {
        assert_eq!(app.keys(keys).model.target.url.text(), text, "{keys}");
    }
}
