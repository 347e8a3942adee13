//! No action applies to hidden marked links without a question.

use kew_tui::app::Effect;
use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::prompt::PromptKind;
use kew_tui::app::selection::Selection;

use crate::support::{Play, links};

/// Rows 0 (reddit.com) and 1 (w3.org) are marked; the filter shows those of reddit.com, 4 of 20.
fn hiding() -> Play {
    let mut play = Play::browsing(20);
    play.keys("  /domain:reddit.com<enter>");
    play.effects.clear();
    play
}

fn kind(play: &Play) -> Option<(usize, usize)> {
    match &play.model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::HiddenMarks { visible, hidden, .. }, .. }) => {
            Some((*visible, *hidden))
        }
        _ => None,
    }
}

/// The rows that the last effect or the prompt is about.
fn rows(play: &Play) -> Vec<u32> {
    let of = |selection: &Selection| selection.rows.iter().map(|row| row.0).collect();
    match (&play.model.overlay, play.effects.last()) {
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
            let mut play = hiding();
            play.keys(key);
            assert_eq!((kind(&play), play.effects.len()), (Some((1, 1)), 0), "{key}");
            play.keys(response).keys(then);
            assert_eq!(rows(&play), expected, "{key} {response}");
        }
        for no in ["<esc>", "n", "q", "<ctrl-c>"] {
            let mut play = hiding();
            play.keys(key).keys(no);
            assert!(play.effects.is_empty() && play.model.overlay.is_none(), "{key} {no}");
        }
    }
}

#[test]
fn nothing_is_asked_when_all_marks_are_visible() {
    for keys in
        ["  y", "/domain:reddit.com<enter> y", "  /domain:reddit.com<enter>Fy", "a/is:marked<enter>y", "jvjjy", "  sy"]
    {
        let mut play = Play::browsing(20);
        play.keys(keys);
        assert!(kind(&play).is_none() && matches!(play.effects.last(), Some(Effect::Copy { .. })), "{keys}");
    }
}

#[test]
fn with_all_marks_hidden_visible_means_the_cursor_row() {
    let mut play = Play::browsing(20);
    play.keys("j /domain:reddit.com<enter>jy");
    assert_eq!(kind(&play), Some((0, 1)));
    play.keys("v");
    assert_eq!(rows(&play), [5]);
    play.keys("ya");
    assert_eq!(rows(&play), [1]);
    play.keys("xv<enter>");
    assert_eq!(rows(&play), [0, 5, 10, 15], "an export without a visible mark takes all that is shown");
}

#[test]
fn overwriting_a_file_keeps_the_chosen_links() {
    use kew_tui::app::Message;
    use kew_tui::app::message::Exported;
    use kew_tui::formats::Format;
    let mut play = hiding();
    play.keys("xva.csv<enter>");
    play.message(Message::Exported(Exported::Exists { format: Format::Csv, path: "a.csv".into() })).keys("y");
    assert!(matches!(play.effects.last(), Some(Effect::Export { overwrite: true, .. })));
    assert_eq!(rows(&play), [0]);
}

#[test]
fn the_hidden_mark_count_follows_filter_marks_and_undo() {
    let mut play = Play::browsing(20);
    let hidden = |play: &Play| play.table().known_hidden_marks();
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
        play.keys(keys);
        assert_eq!(hidden(&play), expected, "{keys}");
    }
    play.ask("other.com").response(links(3));
    assert_eq!(hidden(&play), 0);
}
