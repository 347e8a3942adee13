use kew_tui::domain::{groups::Groups, order::*, query::Query, *};
use kew_tui::formats::read::{ColumnMap, read};
use std::sync::Arc;
use std::time::Instant;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let t = Instant::now();
    let mut links = LinkSet::default();
    let mut first = None;
    read(std::fs::File::open(&path).unwrap(), &ColumnMap::default(), &mut |p| {
        first.get_or_insert(t.elapsed());
        for s in p.segments {
            links.append(s, 0);
        }
        true
    })
    .unwrap();
    println!("read {:?} first {:?} rows {} segs {}", t.elapsed(), first, links.len(), links.segments().len());
    if std::env::args().nth(2).is_some() {
        std::process::exit(0)
    }
    let links = Arc::new(links);
    let run = |q: &str, order: Order| {
        let a = Arrangement {
            links: links.clone(),
            query: Query::parse(q).unwrap(),
            order,
            marks: Arc::default(),
            verdicts: Arc::default(),
            within: None,
            sorted: None,
        };
        let t = Instant::now();
        let mut first = None;
        let shown = a
            .run(&|| true, |s, _| {
                if !s.is_empty() {
                    first.get_or_insert(t.elapsed());
                }
            })
            .unwrap();
        println!("{q:?} {:?} first {first:?} -> {}", t.elapsed(), shown.len());
    };
    for q in [
        "k",
        "ke",
        "kew",
        "kewneedle",
        "e",
        "Kewneedle",
        "domain:reddit.com",
        "domain:.com",
        "anchor:/^best/",
        "/kew[a-z]+dle/",
        "-e",
        "école",
        "is:empty",
        "tld:fr",
    ] {
        run(q, Order::default());
        run(q, Order::default());
    }
    for f in [Field::SourceDomain, Field::Anchor, Field::SourceUrl] {
        let mut o = Order::default();
        o.cycle(SortColumn::Field(f));
        println!("{f:?}");
        run("", o.clone());
        run("", o);
    }
    for f in [Field::SourceDomain, Field::Anchor, Field::TargetUrl] {
        let t = Instant::now();
        let g = Groups::of(&links, |s, r| s.column(f).get(r));
        println!("groups {f:?} {:?} {}", t.elapsed(), g.len());
    }
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    for l in s.lines().filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS")) {
        println!("{l}");
    }
}
