//! Writing links into a file.

use kew_tui::app::message::Exported;
use kew_tui::app::overlay::{Overlay, Confirmation};
use kew_tui::app::{Effect, Message};
use kew_tui::domain::UnixTime;
use kew_tui::formats::Format;

use crate::support::{DAY, Play};

#[test]
fn the_marked_links_or_all_that_are_shown_go_where_the_name_says() {
    for (keys, rows) in [("", 50), ("  ", 2), ("/domain:reddit.com<enter>", 10)] {
        let mut play = Play::browsing(50);
        play.keys(keys).keys("xout/links.CSV<enter>");
        let [Effect::Export { selection, format: Format::Csv, path, overwrite: false }] = play.effects.as_slice()
        else {
            panic!("{:?}", play.effects)
        };
        assert_eq!((selection.rows().len(), path.as_str()), (rows, "out/links.CSV"));
        assert!(play.model.overlay.is_none());
    }
}

#[test]
fn a_name_is_proposed_that_enter_takes_and_that_can_be_edited() {
    let mut play = Play::browsing(5);
    // A minute before midnight in Greenwich, and a day later in Berlin.
    play.model.session.started_at = UnixTime(100 * DAY - 61_000);
    play.model.session.utc_offset = 3_600;
    for (keys, name) in [
        ("<enter>", "example-1970-04-11.csv"),
        ("<home>new-<enter>", "new-example-1970-04-11.csv"),
        ("<end><backspace><backspace><backspace>xlsx<enter>", "example-1970-04-11.xlsx"),
        ("other.csv<enter>", "other.csv"),
    ] {
        play.keys("x").keys(keys);
        let Some(Effect::Export { path, overwrite: false, .. }) = play.effects.last() else { panic!("{keys}") };
        assert_eq!(path, name, "{keys}");
    }
}

#[test]
fn an_unknown_end_is_an_error_and_the_line_stays() {
    let mut play = Play::browsing(5);
    for name in ["x<backspace><enter>", "links.pdf<enter>"] {
        play.keys(name);
        assert!(matches!(&play.model.overlay, Some(Overlay::Export(export)) if export.error.is_some()), "{name}");
    }
    play.keys("<esc>");
    assert!(play.effects.is_empty() && play.model.overlay.is_none());
}

#[test]
fn a_file_that_is_there_is_written_over_only_after_a_yes() {
    for (response, writes) in [("y", true), ("n", false), ("<enter>", false)] {
        let mut play = Play::browsing(5);
        play.keys("xa.csv<enter>").effects.clear();
        play.message(Message::Exported(Exported::Exists { format: Format::Csv, path: "a.csv".into() }));
        assert!(matches!(&play.model.overlay, Some(Overlay::Confirm { confirmation: Confirmation::Overwrite { .. }, .. })));
        play.keys(response);
        assert_eq!(matches!(play.effects.as_slice(), [Effect::Export { overwrite: true, .. }]), writes, "{response}");
    }
}

#[test]
fn a_path_is_completed_unless_another_letter_was_faster() {
    let mut play = Play::browsing(5);
    play.keys("xre<tab>");
    assert!(matches!(play.effects.as_slice(), [Effect::CompletePath { typed }] if typed == "re"));
    let completed = |to: &str| Message::PathCompleted { typed: "re".into(), completed: to.into() };
    play.message(completed("report.csv"));
    play.message(completed("never"));
    play.keys("<enter>");
    assert!(matches!(play.effects.last(), Some(Effect::Export { path, .. }) if path == "report.csv"));
}
