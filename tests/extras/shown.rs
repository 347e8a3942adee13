//! Extra columns on the screen and in files.

use std::sync::Arc;

use kew_tui::app::message::LoadEvent;
use kew_tui::app::{Effect, Message, update};
use kew_tui::domain::columns::Value;
use kew_tui::domain::link_set::{LinkSetBuilder, Segment};
use kew_tui::domain::order::{ColumnId, Direction};
use kew_tui::domain::query::{Extras, Query, complete};
use kew_tui::domain::{Link, LinkSet, Row};
use kew_tui::formats::{self, Format, Formulas};

use super::{extra, specs};
use crate::support::TestApp;

/// Two links; the second has a value in each column.
fn two_links() -> LinkSet {
    let mut builder = LinkSetBuilder::with_extras(specs());
    for url in ["https://a.com/1", "https://b.com/2"] {
        builder.push(&Link { anchor: "x", source_url: url, ..Link::default() }).unwrap();
    }
    let values = [
        Value::Text("=1+1; |x|"),
        Value::Number(-12_345.5),
        "2026-01-31".parse().map(Value::Date).unwrap(),
        Value::Flag(true),
    ];
    values.into_iter().enumerate().for_each(|(column, value)| builder.set_extra(column, value).unwrap());
    builder.finish()
}

#[test]
fn extra_columns_follow_the_api_fields_in_every_table() {
    let set = two_links();
    let plain_text = |format| {
        let mut out = Vec::new();
        formats::write(format, &set, &[0, 1].map(Row), Formulas::Guarded, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let fields = "anchor_text,domain_source,domain_target,url_source,url_target";
    assert_eq!(
        plain_text(Format::Csv),
        format!(
            "{fields},Note text,DR,First seen,nofollow\nx,,,https://a.com/1,,,,,\nx,,,https://b.com/2,,\"'=1+1; |x|\",-12345.5,2026-01-31,true\n"
        )
    );
    assert!(plain_text(Format::Tsv).lines().all(|line| line.split('\t').count() == 9));
    let objects: Vec<serde_json::Value> =
        plain_text(Format::Ndjson).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(objects[0]["DR"].is_null());
    assert_eq!((&objects[1]["DR"], &objects[1]["nofollow"]), (&(-12_345.5).into(), &true.into()));
    assert_eq!(objects[1]["First seen"], "2026-01-31");
    assert!(
        plain_text(Format::Markdown).lines().nth(3).unwrap().contains("| \\=1")
            || plain_text(Format::Markdown).contains("=1+1; \\|x\\|")
    );
    assert!(plain_text(Format::Table).lines().nth(2).unwrap().ends_with("-12,345.5  2026-01-31  yes"));
    assert!(!plain_text(Format::Json).contains("DR"), "JSON has only the API's fields");
}

#[test]
fn a_workbook_has_typed_numbers_dates_and_flags() {
    use calamine::{Data, Reader};
    let mut out = Vec::new();
    formats::write(Format::Xlsx, &two_links(), &[0, 1].map(Row), Formulas::Guarded, &mut out).unwrap();
    let mut book: calamine::Xlsx<_> = Reader::new(std::io::Cursor::new(out)).unwrap();
    let sheet = book.worksheet_range("links").unwrap();
    assert_eq!(sheet.get((0, 6)), Some(&Data::String("DR".into())));
    assert_eq!((sheet.get((2, 6)), sheet.get((2, 8))), (Some(&Data::Float(-12_345.5)), Some(&Data::Bool(true))));
    assert!(
        matches!(sheet.get((2, 7)), Some(Data::DateTime(date)) if date.as_f64() == 46_053.0),
        "{:?}",
        sheet.get((2, 7))
    );
    assert_eq!(sheet.get((2, 5)), Some(&Data::String("'=1+1; |x|".into())));
}

#[test]
fn a_filter_of_the_wrong_kind_marks_the_error() {
    let set = two_links();
    for (text, span, expected) in [
        ("dr:high", 3..7, "type a number"),
        ("dr:>", 0..4, "type a value after dr:>"),
        ("\"first seen\":>soon", 14..18, "type a date"),
        ("nofollow:5", 9..10, "true or false"),
        ("\"note text\":>x", 13..14, "type a text"),
        ("nofolow:true", 0..7, "did you mean “nofollow”"),
    ] {
        let error = Query::parse_with(text, Extras::Of(set.schema())).unwrap_err();
        assert_eq!(error.span, span, "{text}: {error}");
        assert!(error.message.contains(expected), "{text}: {error}");
    }
    assert_eq!(complete("nof", &set, |_| &[]).as_deref(), Some("ollow:"));
    assert!(Query::parse("dr:>5").is_err(), "without a file there is no such column");
    assert!(Query::parse_with("dr:>5", Extras::Any).is_ok() && Query::parse_with("anchro:x", Extras::Any).is_err());
}

/// The app with a file of these segments open.
pub(super) fn open(segments: Vec<Arc<Segment>>) -> TestApp {
    let mut app = TestApp::new();
    update::open_files(&mut app.model, vec!["links.csv".to_owned()]);
    app.message(Message::Load(LoadEvent::Chunk { file: 0, segments, skipped: 0, bytes: 10, notices: Vec::new() }));
    app.message(Message::Load(LoadEvent::Done));
    app
}

pub(super) fn screen(app: &TestApp, width: u16, height: u16) -> String {
    let config = crate::support::config("");
    let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| {
            kew_tui::view::draw(frame, &app.model, &config.theme);
        })
        .unwrap();
    terminal.backend().buffer().content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn extra_columns_are_shown_sorted_filtered_and_saved_by_name() {
    let segments: Vec<Arc<Segment>> = two_links().segments().map(|(_, segment)| Arc::clone(segment)).collect();
    let mut app = open(segments.clone());
    // They are the last four in the menu: DR is the third from the end.
    app.keys("cGkk<space><esc>");
    let dr = extra(app.table().links(), 1);
    assert_eq!(app.table().columns().list().last().unwrap().column, dr);
    let Some(Effect::SaveState { saved }) = app.effects.last() else { panic!("{:?}", app.effects) };
    assert!(saved.columns.as_ref().unwrap().contains(&("dr".to_owned(), None)), "{saved:?}");
    app.keys("lllllls");
    assert!(screen(&app, 120, 36).contains("-12,345.5"), "{}", screen(&app, 120, 36));
    assert_eq!(app.table().order().direction(dr), Some(Direction::Ascending));
    assert_eq!(app.table().shown().iter().collect::<Vec<_>>(), [1, 0].map(Row), "the absent one is last");
    app.keys("gg=");
    assert_eq!(app.table().query().to_string(), "dr:=\"-12345.5\"");
    assert_eq!(app.table().shown().len(), 1);
    app.keys("F/dr:<lt>0<enter>");
    assert_eq!(app.table().shown().len(), 1);
    // The detail pane has all of them, one a line.
    let shown = screen(&app, 120, 36);
    for line in ["First seen 2026-01-31", "DR         -12,345.5"] {
        assert!(shown.contains(line), "{shown}");
    }
    // The next file has it from its first links on.
    update::open_files(&mut app.model, vec!["more.csv".to_owned()]);
    assert!(app.table().columns().list().iter().all(|wish| !matches!(wish.column, ColumnId::Extra(_))));
    app.message(Message::Load(LoadEvent::Chunk { file: 0, segments, skipped: 0, bytes: 10, notices: Vec::new() }));
    assert_eq!(app.table().columns().list().last().unwrap().column, dr);
}
