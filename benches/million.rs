//! Loading, filtering, sorting and counting a million links. `KEW_BENCH_FILE` names a link file to use instead of generated links.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use kew_tui::domain::facet::{Facet, FacetJob};
use kew_tui::domain::order::{ColumnId, Order};
use kew_tui::domain::query::Query;
use kew_tui::domain::{Field, LinkSet, RowOrder, ViewSpec};
use kew_tui::formats::read::{ColumnMap, read};

/// About a third as many domains as rows, unevenly distributed; anchor texts in several scripts; and one row of a thousand with
/// the word `kewneedle`.
pub fn generate_csv(rows: u64) -> String {
    const WORDS: [&str; 16] = [
        "garden",
        "best",
        "review",
        "Kaufen",
        "shop",
        "лучшие",
        "running",
        "カレー",
        "news",
        "2026",
        "guide",
        "été",
        "click",
        "here",
        "archive",
        "tools",
    ];
    let mut seed = 1_u64;
    let mut rng = move |sides: u64| {
        // xorshift with a fixed seed, for the same rows each time.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % sides
    };
    let mut file = String::from("anchor_text,domain_source,domain_target,url_source,url_target\n");
    for row in 0..rows {
        let mut words = |count: u64, between: &str| -> String {
            let words: Vec<&str> = (0..=rng(count)).map(|_| WORDS[rng(16) as usize]).collect();
            words.join(between)
        };
        let (anchor, path, to) = (words(5, " "), words(8, "-"), words(4, "-"));
        let sites = 1 + rng(rows / 2);
        let word = if row % 1000 == 999 { "kewneedle" } else { "page" };
        let (site, number, page) = (rng(sites), rng(1_000_000), rng(300));
        // Writing to a String can't fail.
        let _ = writeln!(
            file,
            "{anchor},w{site}.com,me.example,https://www.w{site}.com/{path}/{word}/{number}?ref={page},https://me.example/{to}/{page}"
        );
    }
    file
}

pub fn million(criterion: &mut Criterion) {
    let file = match std::env::var_os("KEW_BENCH_FILE") {
        Some(path) => std::fs::read(path).expect("a file of links"),
        None => generate_csv(1_000_000).into_bytes(),
    };
    let load = || {
        let mut links = LinkSet::default();
        let mut append = |piece: kew_tui::formats::read::Chunk| {
            for segment in piece.segments {
                links.append(segment, 0);
            }
            true
        };
        read(file.as_slice(), &ColumnMap::default(), &mut append).expect("links");
        links
    };
    let links = Arc::new(load());
    println!("{} links of {} bytes", links.len(), file.len());
    let mut group = criterion.benchmark_group("million");
    group.sample_size(10);
    group.bench_function("load", |bencher| bencher.iter(load));
    let spec = |query: &str, order: Order| ViewSpec {
        links: Arc::clone(&links),
        query: Query::parse(query).expect("a filter"),
        order,
        ..ViewSpec::default()
    };
    for (name, text) in [
        ("word", "garden"),
        ("no_result", "nowhere"),
        ("domain", "domain:.com"),
        ("regex", "/(foo|bar)\\d+/"),
        ("regex_without_a_word", "/[0-9]{4}-[0-9]{2}/"),
        ("class", "class:generic"),
    ] {
        let spec = spec(text, Order::default());
        group.bench_function(format!("filter/{name}"), |bencher| {
            bencher.iter(|| black_box(&spec).run(&|| true, |_, _| {}));
        });
    }
    for (name, field) in [
        ("domain", Field::SourceDomain),
        ("anchor", Field::Anchor),
        ("url", Field::SourceUrl),
        ("target", Field::TargetUrl),
    ] {
        let mut order = Order::default();
        order.cycle(ColumnId::Field(field));
        let spec = spec("", order);
        group.bench_function(format!("sort/{name}"), |bencher| {
            bencher.iter(|| black_box(&spec).run(&|| true, |_, _| {}));
        });
    }
    for facet in Facet::all(&links) {
        let job = FacetJob {
            links: Arc::clone(&links),
            facet,
            rules: Arc::default(),
            among: RowOrder::All(links.len() as u32),
            counted: None,
            search: String::new(),
            by_value: false,
        };
        group.bench_function(format!("facet/{}", facet.column().name()), |bencher| {
            bencher.iter(|| black_box(&job).run());
        });
    }
    group.finish();
}
