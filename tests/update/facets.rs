//! Facets: counting, searching, and filtering by a value.

use kew_tui::app::facet_view::FacetView;
use kew_tui::app::overlay::Overlay;
use kew_tui::app::{Effect, Message};
use std::sync::Arc;

use kew_tui::app::message::LoadEvent;
use kew_tui::app::update;
use kew_tui::domain::columns::{ExtraSpec, Kind, Value};
use kew_tui::domain::link_set::LinkSetBuilder;
use kew_tui::domain::order::ColumnId;
use kew_tui::domain::{Field, Link};
use kew_tui::input::Chord;

use crate::support::TestApp;

/// Presses keys and runs the counts they request.
fn keys(app: &mut TestApp, keys: &str) {
    for chord in Chord::parse_sequence(keys).unwrap() {
        app.message(Message::Key(chord));
        for effect in std::mem::take(&mut app.effects) {
            match effect {
                Effect::Count { generation, job } => {
                    app.message(Message::Counted { generation, counts: job.run() });
                }
                other => app.effects.push(other),
            }
        }
    }
}

fn view(app: &TestApp) -> &FacetView {
    match &app.model.overlay {
        Some(Overlay::Facets(view)) => view,
        other => panic!("no facets: {other:?}"),
    }
}

fn values(app: &TestApp) -> Vec<(String, u32)> {
    let view = view(app);
    let value = |row| view.facet.value(app.table().links(), row, app.table().rules()).display_text().into_owned();
    view.entries().unwrap().iter().map(|entry| (value(entry.row), entry.rows)).collect()
}

#[test]
fn facets_count_shown_rows_or_all_rows() {
    let mut app = TestApp::browsing(50);
    keys(&mut app, "/domain:reddit.com<enter>f");
    assert_eq!(values(&app), [("reddit.com".to_owned(), 10)]);
    keys(&mut app, "a");
    assert_eq!(values(&app).len(), 5);
    assert_eq!(view(&app).totals(), (5, 50));
    keys(&mut app, "<tab>");
    assert_eq!(view(&app).facet.column(), ColumnId::Field(Field::Anchor));
    keys(&mut app, "hh");
    let last = *view(&app).facets().last().unwrap();
    assert_eq!(view(&app).facet, last);
    keys(&mut app, "<esc>f");
    assert_eq!(view(&app).facet, last, "the next time it begins where it was");
}

#[test]
fn enter_includes_a_value_and_bang_excludes_it() {
    let mut app = TestApp::browsing(50);
    keys(&mut app, "fj");
    let second = values(&app)[1].0.clone();
    keys(&mut app, "<enter>");
    assert!(app.model.overlay.is_none());
    assert_eq!(app.table().query().to_string(), format!("domain:{second}"));
    assert_eq!(app.table().shown().len(), 10);
    keys(&mut app, "u");
    assert_eq!(app.table().shown().len(), 50);
    keys(&mut app, "f<tab><tab><tab>!");
    assert!(app.table().query().to_string().starts_with("-tld:"), "{}", app.table().query());
}

#[test]
fn facet_values_are_searched_sorted_and_copied() {
    let mut app = TestApp::browsing(50);
    keys(&mut app, "fs");
    let sorted = values(&app);
    assert!(sorted.is_sorted_by_key(|(value, _)| value.to_lowercase()), "{sorted:?}");
    keys(&mut app, "/EXAM");
    assert_eq!(values(&app), [("example.net".to_owned(), 10)]);
    keys(&mut app, "<enter>y");
    let Some(Effect::CopyCounts { entries, .. }) = app.effects.last() else { panic!("{:?}", app.effects) };
    assert_eq!(entries.len(), 1);
    keys(&mut app, "<esc>");
    assert_eq!(values(&app).len(), 5, "escape clears the search first");
    keys(&mut app, "<esc>");
    assert!(app.model.overlay.is_none());
}

#[test]
fn a_late_facet_count_is_ignored() {
    let mut app = TestApp::browsing(50);
    app.keys("f");
    let Some(Effect::Count { generation, job }) = app.effects.pop() else { panic!() };
    keys(&mut app, "<tab>");
    app.message(Message::Counted { generation, counts: job.run() });
    let values = values(&app);
    assert!(!values.is_empty() && values.iter().all(|(value, _)| !value.contains("reddit")), "{values:?}");
}

/// Opens a file with these columns of numbers; the first link has no values.
fn open_file(app: &mut TestApp, titles: &[&str]) {
    let specs = titles.iter().map(|title| ExtraSpec::new(title, Some(Kind::Number))).collect();
    let mut builder = LinkSetBuilder::with_extras(specs);
    for row in 0..9 {
        builder.push(&Link { source_domain: "a.com", ..Link::default() }).unwrap();
        for column in 0..titles.len() {
            let value = if row == 0 { Value::Absent } else { Value::Number([30.0, 2_000.0][row % 2]) };
            builder.set_extra(column, value).unwrap();
        }
    }
    let segments = builder.finish().segments().map(|(_, segment)| Arc::clone(segment)).collect();
    update::open_files(&mut app.model, vec!["links.csv".to_owned()]);
    app.message(Message::Load(LoadEvent::Chunk { file: 0, segments, skipped: 0, bytes: 10, notices: Vec::new() }));
    app.message(Message::Load(LoadEvent::Done));
}

#[test]
fn an_extra_column_is_a_facet_and_is_remembered_by_name() {
    let mut app = TestApp::new();
    open_file(&mut app, &["DR", "Visits"]);
    keys(&mut app, "fhh");
    let title = |app: &TestApp| view(app).facet.title(app.table().links()).to_owned();
    assert_eq!(title(&app), "DR");
    let entry = |value: &str, rows| (value.to_owned(), rows);
    assert_eq!(values(&app), [entry("2,000", 4), entry("30", 4), entry("", 1)]);
    keys(&mut app, "s");
    assert_eq!(values(&app), [entry("30", 4), entry("2,000", 4), entry("", 1)], "as numbers, absent last");
    keys(&mut app, "/,0<enter>");
    assert_eq!(values(&app), [entry("2,000", 4)], "found by the shown text");
    keys(&mut app, "<enter>");
    assert_eq!(app.table().query().to_string(), "dr:=\"2000\"");
    assert_eq!(app.table().shown().len(), 4);
    open_file(&mut app, &["Visits", "Rank", "dr"]);
    keys(&mut app, "f");
    assert_eq!(title(&app), "dr", "the same column of another file");
    keys(&mut app, "l");
    assert_eq!(title(&app), "Referring domains", "the last one is followed by the first");
    keys(&mut app, "h<esc>");
    open_file(&mut app, &["Visits"]);
    keys(&mut app, "f");
    assert_eq!(title(&app), "Referring domains", "the file has no such column");
}
