//! Copying in each format, and opening addresses in the browser.

use kew_tui::app::message::Copied;
use kew_tui::app::{Effect, Message};
use kew_tui::formats::{self, Format, Formulas};

use crate::support::TestApp;

fn copied(app: &TestApp) -> (String, Format) {
    match app.effects.last() {
        Some(Effect::Copy { selection, format }) => {
            let mut text = Vec::new();
            formats::write(*format, &selection.links, &selection.rows(), Formulas::Guarded, &mut text).unwrap();
            (String::from_utf8(text).unwrap(), *format)
        }
        other => panic!("no copy: {other:?}"),
    }
}

#[test]
fn copy_takes_the_cursor_row_or_the_marked_links() {
    let mut app = TestApp::browsing(20);
    app.keys("jy");
    assert_eq!(copied(&app).0, "https://www.w3.org/post/1?id=31&q=a%20b\n");
    app.keys(" j y");
    assert_eq!(copied(&app).0.lines().count(), 2);
    app.keys("U").keys("2GvjjyU");
    assert_eq!(copied(&app).0.lines().count(), 3, "an open range counts");
}

#[test]
fn hidden_marked_links_are_copied_in_table_order_after_a_question() {
    let mut app = TestApp::browsing(20);
    app.keys("  ss/zeta<enter>ya");
    assert_eq!(copied(&app).0, "https://www.w3.org/post/1?id=31&q=a%20b\nhttps://www.reddit.com/post/0?id=0&q=a%20b\n");
}

#[test]
fn the_copy_menu_offers_every_format() {
    let mut app = TestApp::browsing(20);
    app.keys("aYj<enter>");
    assert_eq!(copied(&app), ("reddit.com\nw3.org\nexample.net\nzeta.de\nalpha.co.uk\n".into(), Format::Domains));
    app.keys("YG<enter>");
    assert_eq!(copied(&app).1, Format::Disavow);
    let before = app.effects.len();
    app.keys("Y<esc>");
    assert_eq!(app.effects.len(), before);
}

#[test]
fn copy_without_links_copies_nothing() {
    let mut app = TestApp::browsing(20);
    app.keys("/nothing-like-it<enter>y");
    assert!(app.effects.is_empty() && app.toasts().contains("nothing to copy"));
}

#[test]
fn copy_reports_count_and_route() {
    let mut app = TestApp::browsing(20);
    app.message(Message::Copied(Ok(Copied { what: "12 referring pages".into(), route: "OSC 52".into() })));
    assert!(app.toasts().contains("copied 12 referring pages · OSC 52"));
    app.message(Message::Copied(Err("no room".into())));
    assert!(app.toasts().contains("not copied: no room"));
}

/// The addresses sent to the browser; no other effects are expected.
fn opened(app: &TestApp) -> Vec<&str> {
    app.effects
        .iter()
        .map(|effect| match effect {
            Effect::Open { url } => url.as_str(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn only_web_addresses_are_opened_in_the_browser() {
    let mut app = TestApp::browsing(20);
    app.keys("oO");
    assert_eq!(opened(&app), ["https://www.reddit.com/post/0?id=0&q=a%20b", "https://example.com/0"]);

    let mut app = TestApp::new();
    let evil = ["file:///etc/passwd", "javascript:alert(1)", "-flag", ""];
    let links = evil.map(|url| kew_tui::domain::Link { source_url: url, ..Default::default() });
    app.request("example.com").response(kew_tui::domain::LinkSet::from_links(links).unwrap());
    app.effects.clear();
    app.keys("ojojojo");
    assert!(app.effects.is_empty(), "{:?}", app.effects);
    app.message(Message::Opened(Err("none found".into())));
    assert!(app.toasts().contains("can't open a browser: none found"));
}

#[test]
fn an_address_with_a_user_name_asks_before_opening() {
    let mut app = TestApp::new();
    let urls = ["https://google.com@evil.test/login", "https://medium.com/@me"];
    let links = urls.map(|url| kew_tui::domain::Link { source_url: url, ..Default::default() });
    app.request("example.com").response(kew_tui::domain::LinkSet::from_links(links).unwrap());
    app.effects.clear();
    for no in ["n", "<enter>", "<esc>"] {
        app.keys("o");
        let overlay = format!("{:?}", app.model.overlay);
        assert!(overlay.contains(r#"user: "google.com", host: "evil.test""#), "{overlay}");
        app.keys(no);
        assert!(app.effects.is_empty(), "{no}: {:?}", app.effects);
    }
    app.keys("oyjo");
    assert_eq!(opened(&app), urls);
}
