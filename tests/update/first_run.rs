//! The first run without an API key: typing a target, the demo, entering a key.

use kew_tui::app::account::Access;
use kew_tui::app::key_prompt::KeyDestination;
use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::screen::Focus;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::FetchError;
use kew_tui::input::Action;
use secrecy::ExposeSecret;

use crate::support::TestApp;

const SECRET: &str = "kw-5ecret-0f-the-user";

fn first_run() -> TestApp {
    let mut app = TestApp::with("", Access::NoKey { reason: "No API key is set yet.".into() }, 80, 24);
    app.model.prefill(None);
    app.model.account.key_destination = KeyDestination::File("/home/me/config.toml".into());
    app
}

/// The key to use, and whether to store it.
fn entered_key(app: &TestApp) -> Option<(String, bool)> {
    app.effects.iter().find_map(|effect| match effect {
        Effect::UseKey { key, store } => Some((key.expose_secret().to_owned(), *store)),
        _ => None,
    })
}

#[test]
fn every_letter_of_a_target_is_typed_into_the_box() {
    for target in ["quora.com", "tidepool.com", "deed?ask:x/n"] {
        let mut app = first_run();
        app.keys(target);
        assert_eq!(app.model.target.url.text(), target);
        assert!(app.effects.is_empty() && app.model.overlay.is_none(), "{target}");
    }
}

#[test]
fn the_demo_starts_with_a_key_that_is_not_a_letter() {
    for keys in ["tidepool.com<f2>", "<ctrl-o>", "<esc><f2>"] {
        let mut app = first_run();
        app.keys(keys);
        assert!(matches!(app.effects.as_slice(), [Effect::StartDemo]), "{keys}");
    }
    assert!(first_run().keys("<esc>d").effects.is_empty());
}

#[test]
fn entering_a_target_without_a_key_asks_for_the_key_and_sends_nothing() {
    let mut app = first_run();
    app.keys("quora.com<enter>");
    assert!(app.effects.is_empty(), "nothing was sent");
    assert!(matches!(&app.model.overlay, Some(Overlay::KeyPrompt(prompt)) if prompt.for_fetch));
    app.keys(SECRET).keys("<enter><enter>");
    assert_eq!(entered_key(&app), Some((SECRET.to_owned(), false)));
    assert!(app.sent_requests().is_empty() && app.model.overlay.is_none());
    assert_eq!((app.model.screen.focus, app.model.account.access.clone()), (Focus::Target, Access::Key));
    app.balance(Ok(1_000)).keys("<enter>");
    assert_eq!(app.sent_requests()[0].1.target.as_str(), "https://quora.com/");
}

#[test]
fn a_key_is_stored_only_after_confirmation() {
    for (response, expected) in [("s", Some(true)), ("<enter>", Some(false)), ("<esc>", None), ("n", None)] {
        let mut app = first_run();
        app.keys("<f3>").message(Message::Paste(format!(" {SECRET}\n").as_str().into())).keys("<enter>");
        assert!(matches!(&app.model.overlay, Some(Overlay::Confirm { confirmation: Confirmation::StoreKey(_), .. })));
        assert!(app.effects.is_empty());
        app.keys(response);
        assert_eq!(entered_key(&app), expected.map(|store| (SECRET.to_owned(), store)), "{response}");
        assert_eq!(matches!(app.model.account.access, Access::Key), expected.is_some());
    }
}

#[test]
fn a_key_that_cannot_be_stored_is_used_for_the_session() {
    let mut app = first_run();
    app.model.account.key_destination = KeyDestination::Nowhere("config.toml already has an api_key_command".into());
    app.keys("<f3>").keys(SECRET).keys("<enter>");
    assert_eq!(entered_key(&app), Some((SECRET.to_owned(), false)));
    assert!(app.toasts().contains("for this session") && app.toasts().contains("already has an api_key_command"));
}

#[test]
fn the_result_of_storing_a_key_is_shown() {
    let mut app = first_run();
    app.message(Message::KeyStored(Ok("/home/me/config.toml".into())));
    assert!(app.toasts().contains("stored in /home/me/config.toml, readable only by you"));
    app.message(Message::KeyStored(Err("no room".into())));
    assert!(app.toasts().contains("set for this session, but not stored: no room"));
}

#[test]
fn an_invalid_key_is_reported_and_the_prompt_stays() {
    for (typed, says) in [("", "type or paste"), ("two words", "not an API key"), ("schlüssel", "not an API key")] {
        let mut app = first_run();
        app.keys("<f3>").keys(typed).keys("<enter>");
        let Some(Overlay::KeyPrompt(prompt)) = &app.model.overlay else { panic!("{typed}") };
        assert!(prompt.error.is_some_and(|error| error.contains(says)), "{typed}: {prompt:?}");
        app.keys("x");
        assert!(matches!(&app.model.overlay, Some(Overlay::KeyPrompt(prompt)) if prompt.error.is_none()));
        assert!(app.keys("<esc>").model.overlay.is_none() && app.effects.is_empty());
    }
}

#[test]
fn a_key_pasted_as_a_target_is_recognized() {
    let mut app = first_run();
    app.message(Message::Paste(SECRET.into()));
    assert!(matches!(&app.model.overlay, Some(Overlay::KeyPrompt(prompt)) if prompt.line.expose() == SECRET));
    assert!(app.model.target.url.text().is_empty());
    for target in ["quora.com", "https://example.com/0123456789abcdef"] {
        let mut app = first_run();
        app.message(Message::Paste(target.into()));
        assert_eq!((app.model.target.url.text(), app.model.overlay.is_none()), (target, true));
    }
    let mut typed = first_run();
    typed.keys(SECRET).keys("<enter>");
    assert!(matches!(&typed.model.overlay, Some(Overlay::KeyPrompt(prompt)) if prompt.line.expose() == SECRET));
    assert!(typed.model.target.url.text().is_empty() && !format!("{:?}", typed.model).contains(SECRET));
    let mut with_key = TestApp::new();
    with_key.keys("e").message(Message::Paste(SECRET.into()));
    assert!(with_key.model.overlay.is_none(), "with a key there is no prompt");
}

#[test]
fn a_refused_key_can_be_replaced_except_in_the_demo() {
    let mut app = TestApp::new();
    assert!(!app.model.shows_hint_for(Action::ApiKey));
    app.request("example.com").fail(FetchError::KeyRefused { message: None });
    assert!(app.model.shows_hint_for(Action::ApiKey) && !app.model.shows_hint_for(Action::Demo));
    app.effects.clear();
    app.keys("<f3>").keys(SECRET).keys("<enter>");
    assert!(entered_key(&app).is_some());
    let mut app = TestApp::with("", Access::Demo, 80, 24);
    app.keys("<f3>");
    assert!(app.model.overlay.is_none() && app.toasts().contains("the demo needs no key"));
}

#[test]
fn the_key_is_in_no_debug_output() {
    let mut app = first_run();
    let paste = Message::Paste(SECRET.into());
    let mut seen = format!("{paste:?}");
    app.message(paste);
    seen += &format!("{:?}", app.model);
    app.keys("<enter>");
    seen += &format!("{:?}", app.model);
    app.keys("s");
    seen += &format!("{:?} {:?}", app.model, app.effects);
    assert!(entered_key(&app).is_some());
    for part in [SECRET, "5ecret"] {
        assert!(!seen.contains(part), "{part}");
    }
}
