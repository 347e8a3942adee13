//! Benchmarks with the 10,000 links of the demo and with a million links: `cargo bench`.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // A bench may panic if its setup fails.

mod million;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use kew_tui::api::{ApiKey, Client, Origin, response};
use kew_tui::app::account::Access;
use kew_tui::app::{Effect, FetchEvent, Message, Model, update};
use kew_tui::archive::{self, Archive, Claim, Outcome, PendingRequest};
use kew_tui::config::{ColorSupport, Config};
use kew_tui::demo;
use kew_tui::domain::anchor_type::AnchorRules;
use kew_tui::domain::order::{ColumnId, Order, SortContext};
use kew_tui::domain::purchase::{Agreed, Terms};
use kew_tui::domain::query::Query;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, Field, Limits, LinkCount, Mode, Request, Scope, Target, UnixTime, ViewSpec};
use kew_tui::formats::read::{Chunk, ColumnMap, read};
use kew_tui::formats::{self, Format, Formulas, Writer};
use kew_tui::input::Chord;
use kew_tui::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// The raw response for the largest target of the demo, over HTTP.
fn raw_response() -> (Request, Vec<u8>) {
    let target = Target::parse("megamart.example", Scope::Page).expect("a target");
    let request = Request { target, mode: Mode::OnePerDomain, count: LinkCount::MAX };
    let tokio = tokio::runtime::Runtime::new().expect("a runtime");
    let raw = tokio.block_on(async {
        let options = demo::Options { simulate_latency: false, balance: Credits(1_000_000), ..Default::default() };
        let server = demo::Server::start(options).await.expect("a free port");
        let origin = Origin::parse(Some(&server.url())).expect("an address");
        let client = Client::new(origin, &ApiKey::new(demo::KEY.into()), Limits::default()).expect("a client");
        client.backlinks(&request, |_| {}, |_| {}).await.expect("a response").raw
    });
    (request, raw)
}

/// A session that shows these links.
fn session(request: &Request, raw: &[u8], (width, height): (u16, u16)) -> Model {
    let config = Config::read(None, ColorSupport::Many).expect("the defaults");
    let mut model = Model::new(config.settings, config.keymap, Access::Key, width, height);
    model.target.fill(request);
    press(&mut model, "e<enter>");
    let effects = press(&mut model, "y");
    let Some(Effect::Fetch { id, .. }) = effects.first() else { panic!("no request was sent: {effects:?}") };
    let response = Arc::new(response::read(raw).expect("links"));
    let event = FetchEvent::Completed(response);
    update(&mut model, Duration::from_secs(1), Message::Fetch { id: *id, event });
    assert_eq!(model.table.state.as_ref().map(|state| state.links().len()), Some(10_000));
    model
}

fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let chords = Chord::parse_sequence(keys).expect("keys");
    chords.into_iter().flat_map(|chord| update(model, Duration::from_secs(1), Message::Key(chord))).collect()
}

fn speed(criterion: &mut Criterion) {
    let (request, raw) = raw_response();
    let theme = Config::read(None, ColorSupport::Many).expect("the defaults").theme;
    let response = response::read(&raw).expect("links");
    let links = &response.links;

    for size in [(120, 36), (200, 50)] {
        let model = session(&request, &raw, size);
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a screen");
        criterion.bench_function(&format!("frame/{}x{}", size.0, size.1), |bencher| {
            bencher.iter(|| {
                terminal
                    .draw(|frame| {
                        view::draw(frame, &model, &theme);
                    })
                    .map(|_| ())
                    .expect("drawn");
            });
        });
    }
    for (name, keys) in [("cursor", "j"), ("page", "<pgdn>"), ("filter_letter", "e"), ("sort", "s")] {
        let mut model = session(&request, &raw, (120, 36));
        if name == "filter_letter" {
            press(&mut model, "/domain:");
        }
        let mut terminal = Terminal::new(TestBackend::new(120, 36)).expect("a screen");
        criterion.bench_function(&format!("key_to_frame/{name}"), |bencher| {
            bencher.iter_batched_ref(
                || model.clone(),
                |model| {
                    press(model, keys);
                    terminal
                        .draw(|frame| {
                            view::draw(frame, model, &theme);
                        })
                        .map(|_| ())
                        .expect("drawn");
                },
                BatchSize::LargeInput,
            );
        });
    }
    criterion.bench_function("parse/10000", |bencher| bencher.iter(|| response::read(black_box(&raw)).expect("links")));
    let all: Vec<_> = links.rows().collect();
    for (name, field) in [("domain", Field::SourceDomain), ("anchor", Field::Anchor), ("url", Field::SourceUrl)] {
        let mut order = Order::default();
        order.cycle(ColumnId::Field(field));
        criterion.bench_function(&format!("sort_10000/{name}"), |bencher| {
            let context = SortContext { row_diffs: &[], rules: &AnchorRules::default() };
            bencher.iter_batched_ref(|| all.clone(), |rows| order.sort(links, context, rows), BatchSize::LargeInput);
        });
    }
    for (name, text) in [
        ("domain", "domain:amberpost.com"),
        ("word", "coupon"),
        ("three_terms", "domain:.com -anchor:megamart url:reviews"),
        ("regex", "anchor:/^mega.*deals$/"),
    ] {
        let query = Query::parse(text).expect("a filter");
        criterion.bench_function(&format!("filter_10000/{name}"), |bencher| {
            let spec = ViewSpec { links: Arc::clone(links), query: query.clone(), ..ViewSpec::default() };
            bencher.iter(|| black_box(&spec).run(&|| true, |_, _| {}));
        });
    }
    criterion.bench_function("copy_10000/urls", |bencher| {
        bencher
            .iter(|| formats::write(Format::Urls, links, &all, Formulas::Guarded, &mut Vec::new()).expect("written"));
    });
}

/// An archive of a million links: a hundred snapshots of 10,000.
fn archive(criterion: &mut Criterion) {
    let (request, raw) = raw_response();
    let links = response::read(&raw).expect("links").links.len();
    let tokio = tokio::runtime::Runtime::new().expect("a runtime");
    let directory = tempfile::tempdir().expect("a directory");
    let begin = |archive: &Archive, number: usize| {
        let target = Target::parse(&format!("site{number}.example"), Scope::Page).expect("a target");
        let request = Request { target, ..request.clone() };
        let now = UnixTime(number as i64);
        let pending = PendingRequest { request, terms: Terms { now, max_age: None, agreed: Agreed::Nothing } };
        let handle = match tokio.block_on(archive.begin(&pending, "", None)) {
            Ok(Claim::Proceed(handle)) => handle,
            other => panic!("not sent: {other:?}"),
        };
        let charged = Some(Credits(links as u64 * 5));
        let outcome = Outcome {
            status: RequestStatus::Completed,
            http_status: Some(200),
            charged,
            links,
            skipped: 0,
            server_finished: true,
            failure: None,
            raw: raw.clone(),
        };
        (handle, now, outcome)
    };
    let store = tokio.block_on(archive::ArchiveLocation::directory(directory.path()).open()).expect("an archive");
    for number in 0..100 {
        let (handle, now, outcome) = begin(&store, number);
        tokio.block_on(store.finish(handle, now, &outcome)).expect("kept");
    }
    tokio.block_on(store.close());
    let bytes = std::fs::metadata(directory.path().join("archive.sqlite")).expect("a file").len();
    let of_raw = bytes as f64 / (raw.len() * 100) as f64 * 100.0;
    println!("100 snapshots of {links} links: {bytes} bytes, {of_raw:.1} % of the raw JSON");

    criterion.bench_function("archive_1000000/list", |bencher| {
        bencher.iter(|| {
            tokio.block_on(async {
                let archive = archive::ArchiveLocation::directory(directory.path()).open().await.expect("an archive");
                let snapshots = archive.snapshots().await.expect("a list");
                assert_eq!(snapshots.len(), 100);
                archive.close().await;
            });
        });
    });
    let store = tokio.block_on(archive::ArchiveLocation::directory(directory.path()).open()).expect("an archive");
    let newest = tokio.block_on(store.snapshots()).expect("a list").first().expect("a snapshot").id;
    criterion.bench_function("archive_1000000/open_10000", |bencher| {
        bencher.iter(|| response::read(&tokio.block_on(store.response(newest)).expect("a response")).expect("links"));
    });
    let mut number = 100;
    criterion.bench_function("archive_1000000/keep_10000", |bencher| {
        bencher.iter_batched(
            || {
                number += 1;
                begin(&store, number)
            },
            |(handle, now, outcome)| tokio.block_on(store.finish(handle, now, &outcome)).expect("kept"),
            BatchSize::PerIteration,
        );
    });
}

/// Converts a CSV file of 100,000 links, with anchor texts in several scripts, to each format.
fn convert(criterion: &mut Criterion) {
    let mut file = String::from("anchor_text,domain_source,domain_target,url_source,url_target\n");
    let anchors =
        ["best running shoes", "", "\"a, quoted\"", "=1+1", "カレーのレシピ", "лучшие кроссовки", "tab\there"];
    for (row, anchor) in (0..100_000).zip(anchors.iter().cycle()) {
        let site = row % 30_000;
        file.push_str(&format!(
            "{anchor},site{site}.com,example.com,https://www.site{site}.com/blog/2026/{row}?ref=a&id={row},https://example.com/shoes\n"
        ));
    }
    let mut group = criterion.benchmark_group("convert_100000");
    group.sample_size(10);
    for &(format, name) in Format::NAMES {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut writer = Writer::new(format, Formulas::Guarded, Vec::new()).expect("begun");
                let mut write = |piece: Chunk| {
                    for segment in &piece.segments {
                        for row in 0..segment.len() {
                            writer.push(&segment.link(row)).expect("written");
                        }
                    }
                    true
                };
                read(file.as_bytes(), &ColumnMap::default(), &mut write).expect("links");
                writer.finish().expect("written")
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(40).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = speed, million::million, archive, convert
}
criterion_main!(benches);
