//! Exporting links to a file.

use kew_tui::app::message::Exported;
use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::{Effect, Message};
use kew_tui::domain::UnixTime;
use kew_tui::formats::Format;

use crate::support::{DAY, TestApp};

#[test]
fn marked_or_all_shown_links_are_exported() {
    for (keys, rows) in [("", 50), ("  ", 2), ("/domain:reddit.com<enter>", 10)] {
        let mut app = TestApp::browsing(50);
        app.keys(keys).keys("xout/links.CSV<enter>");
        let [Effect::Export { selection, format: Format::Csv, path, overwrite: false }] = app.effects.as_slice() else {
            panic!("{:?}", app.effects)
        };
        assert_eq!((selection.rows().len(), path.as_str()), (rows, "out/links.CSV"));
        assert!(app.model.overlay.is_none());
    }
}

#[test]
fn a_file_name_is_proposed_and_can_be_edited() {
    let mut app = TestApp::browsing(5);
    // A minute before midnight in Greenwich, and a day later in Berlin.
    app.model.session.started_at = UnixTime(100 * DAY - 61_000);
    app.model.session.utc_offset = 3_600;
    for (keys, name) in [
        ("<enter>", "example-1970-04-11.csv"),
        ("<home>new-<enter>", "new-example-1970-04-11.csv"),
        ("<end><backspace><backspace><backspace>xlsx<enter>", "example-1970-04-11.xlsx"),
        ("other.csv<enter>", "other.csv"),
    ] {
        app.keys("x").keys(keys);
        let Some(Effect::Export { path, overwrite: false, .. }) = app.effects.last() else { panic!("{keys}") };
        assert_eq!(path, name, "{keys}");
    }
}

#[test]
fn an_unknown_extension_is_an_error_and_keeps_the_line() {
    let mut app = TestApp::browsing(5);
    for name in ["x<backspace><enter>", "links.pdf<enter>"] {
        app.keys(name);
        assert!(matches!(&app.model.overlay, Some(Overlay::Export(export)) if export.error.is_some()), "{name}");
    }
    app.keys("<esc>");
    assert!(app.effects.is_empty() && app.model.overlay.is_none());
}

#[test]
fn an_existing_file_is_overwritten_only_after_yes() {
    for (response, writes) in [("y", true), ("n", false), ("<enter>", false)] {
        let mut app = TestApp::browsing(5);
        app.keys("xa.csv<enter>").effects.clear();
        app.message(Message::Exported(Exported::Exists { format: Format::Csv, path: "a.csv".into() }));
        assert!(matches!(
            &app.model.overlay,
            Some(Overlay::Confirm { confirmation: Confirmation::Overwrite { .. }, .. })
        ));
        app.keys(response);
        assert_eq!(matches!(app.effects.as_slice(), [Effect::Export { overwrite: true, .. }]), writes, "{response}");
    }
}

#[test]
fn a_late_path_completion_is_ignored() {
    let mut app = TestApp::browsing(5);
    app.keys("xre<tab>");
    assert!(matches!(app.effects.as_slice(), [Effect::CompletePath { typed }] if typed == "re"));
    let completed = |to: &str| Message::PathCompleted { typed: "re".into(), completed: to.into() };
    app.message(completed("report.csv"));
    app.message(completed("never"));
    app.keys("<enter>");
    assert!(matches!(app.effects.last(), Some(Effect::Export { path, .. }) if path == "report.csv"));
}
