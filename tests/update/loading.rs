//! Opening files, and tables whose view a worker computes.

use std::sync::Arc;

use kew_tui::app::message::LoadEvent;
use kew_tui::app::{Effect, Message, update};
use kew_tui::domain::encoding::Encoding;
use kew_tui::domain::link_set::SegmentBuilder;
use kew_tui::domain::order::ColumnId;
use kew_tui::domain::{Field, Line, Link, Row};
use kew_tui::formats::read::Notice;

use crate::support::TestApp;

pub(super) fn piece(file: usize, first: usize, rows: usize) -> Message {
    let mut segment = SegmentBuilder::default();
    for i in first..first + rows {
        let (domain, url) = (format!("site{}.com", i % 97), format!("https://site{}.com/{i}", i % 97));
        segment.push(&Link { source_domain: &domain, source_url: &url, ..Link::default() }).unwrap();
    }
    let segments = vec![Arc::new(segment.build())];
    Message::Load(LoadEvent::Chunk {
        file,
        segments,
        skipped: 1,
        bytes: (first + rows) as u64 * 10,
        notices: Vec::new(),
    })
}

fn opening(files: &[&str]) -> TestApp {
    let mut app = TestApp::new();
    update::open_files(&mut app.model, files.iter().map(ToString::to_string).collect());
    app
}

/// Runs the newest job of the worker.
fn run_worker(app: &mut TestApp) {
    while let Some(at) = app.effects.iter().position(|effect| matches!(effect, Effect::ComputeView { .. })) {
        let Effect::ComputeView { generation, spec } = app.effects.remove(at) else { unreachable!() };
        let mut steps = Vec::new();
        let done = spec.run(&|| true, |found, scanned| steps.push((found, Some(scanned)))).unwrap();
        for (found, scanned) in steps.into_iter().chain([(done, None)]) {
            app.message(Message::ViewComputed { generation, result: found, scanned });
        }
    }
}

#[test]
fn links_load_in_pieces_and_bad_records_are_reported() {
    let mut app = opening(&["links.csv"]);
    app.message(Message::Load(LoadEvent::Total(1_000)));
    app.message(piece(0, 0, 30)).keys("5G");
    assert_eq!((app.table().shown().len(), app.table().cursor().0), (30, 4));
    assert_eq!(app.model.table.loading.as_ref().unwrap().fraction(), Some(0.3));
    app.message(piece(0, 30, 70));
    assert_eq!((app.table().shown().len(), app.table().cursor().0), (100, 4));
    app.message(Message::Load(LoadEvent::Done));
    assert!(app.toasts().contains("100 links from 1 file; 2 rows skipped (not a link)"), "{}", app.toasts());
}

#[test]
fn several_files_make_one_table_with_a_file_column() {
    let mut app = opening(&["a.csv", "b.csv"]);
    app.message(piece(0, 0, 10)).message(piece(1, 10, 10));
    assert_eq!(app.table().columns().list()[1].column, ColumnId::File);
    let links = app.table().links();
    assert_eq!([0, 9, 10, 19].map(|row| links.file_of(Row(row))), [0, 0, 1, 1]);
    app.keys("lss");
    assert_eq!(app.table().shown().get(Line(0)), Some(Row(10)), "sorted by the file, the last first");
    app.message(Message::Load(LoadEvent::Failed { file: 1, why: "it is empty".into() }));
    assert!(app.toasts().contains("b.csv: it is empty"));
}

#[test]
fn escape_stops_loading_and_keeps_loaded_links() {
    let mut app = opening(&["links.csv"]);
    app.message(piece(0, 0, 10)).keys("<esc>");
    assert!(matches!(app.effects.last(), Some(Effect::StopLoading)));
    app.keys("<esc>").message(Message::Load(LoadEvent::Done));
    assert_eq!(app.effects.iter().filter(|e| matches!(e, Effect::StopLoading)).count(), 1);
    assert!(app.table().links().len() == 10 && app.toasts().contains("stopped early"));
}

#[test]
fn loading_that_is_stopped_before_any_link_says_so() {
    let mut app = opening(&["-"]);
    app.keys("<esc>").message(Message::Load(LoadEvent::Done));
    assert_eq!(app.toasts(), "0 links from 1 file, stopped early");
}

#[test]
fn notices_of_all_files_share_a_message_that_hides_nothing() {
    let mut app = opening(&["a.csv", "b.csv", "c.csv", "d.csv", "-"]);
    let chunk =
        |file, notices| Message::Load(LoadEvent::Chunk { file, segments: Vec::new(), skipped: 0, bytes: 1, notices });
    let sheet = Notice::Sheet { read: "Links".to_owned(), others: vec!["Notes".to_owned()] };
    app.message(piece(0, 0, 10));
    app.message(chunk(0, vec![Notice::Encoding(Encoding::Utf16Le), sheet]));
    assert_eq!(app.toasts(), "a.csv: read as UTF-16; read sheet “Links”, skipped: Notes");
    for file in [1, 2, 3, 3] {
        app.message(chunk(file, vec![Notice::Encoding(Encoding::Windows1252)]));
    }
    app.message(chunk(4, vec![Notice::Encoding(Encoding::Windows1252)]));
    app.message(chunk(4, vec![Notice::OneSite("me.com".to_owned())]));
    app.message(Message::Load(LoadEvent::Done));
    let toasts = app.toasts();
    let (notes, summary) = toasts.split_once('\n').unwrap();
    assert!(notes.starts_with("a.csv: read as UTF-16; read sheet “Links”, skipped: Notes · "), "{notes}");
    assert!(
        notes.contains(" · b.csv, c.csv, d.csv and 1 more: read as Windows-1252 · stdin: all addresses"),
        "{notes}"
    );
    assert!(summary.starts_with("10 links from 5 files"), "{summary}");
}

#[test]
fn links_of_files_are_not_added_to_a_response() {
    let mut app = opening(&["links.csv"]);
    app.message(piece(0, 0, 10)).request("example.com").response(crate::support::links(5));
    app.message(piece(0, 10, 10)).message(Message::Load(LoadEvent::Done));
    assert_eq!(app.table().links().len(), 5);
}

#[test]
fn a_filter_applies_to_links_that_load_later() {
    let mut app = opening(&["links.csv"]);
    app.message(piece(0, 0, 97)).keys("/domain:site5.com<enter>");
    assert_eq!(app.table().shown().len(), 1);
    app.message(piece(0, 97, 97));
    assert_eq!(app.table().shown().len(), 2);
    // From here on, a worker computes the view.
    app.message(piece(0, 194, 97 * 400));
    run_worker(&mut app);
    assert_eq!(app.table().shown().len(), 402);
    // Links that arrive while the worker is busy are included in the next view.
    app.message(piece(0, 97 * 402, 97)).message(piece(0, 97 * 403, 97));
    assert_eq!(app.effects.iter().filter(|effect| matches!(effect, Effect::ComputeView { .. })).count(), 1);
    run_worker(&mut app);
    assert_eq!((app.table().shown().len(), app.table().scanned_rows()), (404, None));
}

#[test]
fn a_long_table_is_arranged_by_a_worker_and_stale_results_are_ignored() {
    let mut app = opening(&["links.csv"]);
    app.message(piece(0, 0, 97 * 500)).message(Message::Load(LoadEvent::Done)).keys("l/site1");
    let stale = app.effects.iter().position(|effect| matches!(effect, Effect::ComputeView { .. })).unwrap();
    let Effect::ComputeView { generation, spec } = app.effects.remove(stale) else { unreachable!() };
    assert_eq!(app.table().shown().len(), 97 * 500, "the earlier rows stay until then");
    app.keys("1.com");
    run_worker(&mut app);
    assert_eq!((app.table().shown().len(), app.table().scanned_rows()), (500, None));
    let found = spec.run(&|| true, |_, _| {}).unwrap();
    app.message(Message::ViewComputed { generation, result: found, scanned: None });
    assert_eq!(app.table().shown().len(), 500, "what comes too late is worthless");
    app.keys("<enter>s");
    run_worker(&mut app);
    app.keys("F");
    run_worker(&mut app);
    let first = app.table().shown().get(Line(0)).unwrap();
    assert_eq!(app.table().links().text(first, Field::SourceDomain), "site0.com");
    app.keys("ss");
    run_worker(&mut app);
    assert_eq!(app.table().shown().get(Line(7)), Some(Row(7)), "in the order in which they came");
}

#[test]
fn a_canceled_worker_stops() {
    let mut app = opening(&["links.csv"]);
    app.message(piece(0, 0, 97 * 500)).keys("/site1");
    let Some(Effect::ComputeView { spec, .. }) = app.effects.pop() else { panic!() };
    assert!(spec.run(&|| false, |_, _| {}).is_none());
}
