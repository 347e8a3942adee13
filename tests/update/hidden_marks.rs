//! No action applies to hidden marked links without a confirmation.

use kew_tui::app::Effect;
use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::prompt::PromptKind;
use kew_tui::app::selection::Selection;

use crate::support::{TestApp, links};

/// Rows 0 (reddit.com) and 1 (w3.org) are marked; the filter shows those of reddit.com, 4 of 20.
fn with_hidden_mark() -> TestApp {
    let mut app = TestApp::browsing(20);
    app.keys("  /domain:reddit.com<enter>");
    app.effects.clear();
    app
}

fn mark_counts(app: &TestApp) -> Option<(usize, usize)> {
    match &app.model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::HiddenMarks { visible, hidden, .. }, .. }) => {
            Some((*visible, *hidden))
        }
        _ => None,
    }
}

/// The rows that the last effect or the prompt is about.
fn rows(app: &TestApp) -> Vec<u32> {
    let of = |selection: &Selection| selection.rows.iter().map(|row| row.0).collect();
    match (&app.model.overlay, app.effects.last()) {
        (Some(Overlay::Prompt(prompt)), _) => match &prompt.kind {
            PromptKind::Note(rows) | PromptKind::Tag(rows) => rows.iter().map(|row| row.0).collect(),
            PromptKind::FilterName => Vec::new(),
        },
        (_, Some(Effect::Copy { selection, .. } | Effect::Export { selection, .. })) => of(selection),
        (overlay, effect) => panic!("{overlay:?} {effect:?}"),
    }
}

#[test]
fn actions_on_hidden_marks_ask_which_links_are_meant() {
    for (key, then) in [("y", ""), ("Y", "<enter>"), ("x", "<enter>"), ("n", ""), ("t", "")] {
        for (response, expected) in [("v", vec![0]), ("a", vec![0, 1]), ("<enter>", vec![0])] {
            let mut app = with_hidden_mark();
            app.keys(key);
            assert_eq!((mark_counts(&app), app.effects.len()), (Some((1, 1)), 0), "{key}");
            app.keys(response).keys(then);
            assert_eq!(rows(&app), expected, "{key} {response}");
        }
        for no in ["<esc>", "n", "q", "<ctrl-c>"] {
            let mut app = with_hidden_mark();
            app.keys(key).keys(no);
            assert!(app.effects.is_empty() && app.model.overlay.is_none(), "{key} {no}");
        }
    }
}

#[test]
fn no_confirmation_is_needed_when_all_marks_are_visible() {
    for keys in
        ["  y", "/domain:reddit.com<enter> y", "  /domain:reddit.com<enter>Fy", "a/is:marked<enter>y", "jvjjy", "  sy"]
    {
        let mut app = TestApp::browsing(20);
        app.keys(keys);
        assert!(mark_counts(&app).is_none() && matches!(app.effects.last(), Some(Effect::Copy { .. })), "{keys}");
    }
}

#[test]
fn with_all_marks_hidden_visible_means_the_cursor_row() {
    let mut app = TestApp::browsing(20);
    app.keys("j /domain:reddit.com<enter>jy");
    assert_eq!(mark_counts(&app), Some((0, 1)));
    app.keys("v");
    assert_eq!(rows(&app), [5]);
    app.keys("ya");
    assert_eq!(rows(&app), [1]);
    app.keys("xv<enter>");
    assert_eq!(rows(&app), [0, 5, 10, 15], "an export without visible marks takes all shown rows");
}

#[test]
fn overwriting_a_file_keeps_the_chosen_links() {
    use kew_tui::app::Message;
    use kew_tui::app::message::Exported;
    use kew_tui::formats::Format;
    let mut app = with_hidden_mark();
    app.keys("xva.csv<enter>");
    app.message(Message::Exported(Exported::Exists { format: Format::Csv, path: "a.csv".into() })).keys("y");
    assert!(matches!(app.effects.last(), Some(Effect::Export { overwrite: true, .. })));
    assert_eq!(rows(&app), [0]);
}

#[test]
fn the_hidden_mark_count_follows_filter_marks_and_undo() {
    let mut app = TestApp::browsing(20);
    let hidden = |app: &TestApp| app.table().known_hidden_marks();
    for (keys, expected) in [
        ("  ", 0),
        ("/domain:reddit.com<enter>", 1),
        ("a", 1),
        ("i", 1),
        ("U", 0),
        ("u", 1),
        ("F", 0),
        ("u", 1),
        ("z", 1),
        ("/<ctrl-u>nothing-like-it<enter>", 1),
        ("F", 0),
    ] {
        app.keys(keys);
        assert_eq!(hidden(&app), expected, "{keys}");
    }
    app.request("other.com").response(links(3));
    assert_eq!(hidden(&app), 0);
}
