//! Every report in `assets/exports.toml`, with a synthetic export for each of its headers.

use std::collections::HashMap;

use kew_tui::domain::{Field, Row};
use kew_tui::formats::read::{Holds, Notice, Report, reports};

use super::{Opened, open, try_open};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Field(Field),
    TitledSource,
    Other,
}

fn normalize(header: &str) -> String {
    header.to_lowercase().chars().filter(|c| !c.is_whitespace() && !"_-.()/".contains(*c)).collect()
}

/// What the file of headers says about each header of a report: the first of several that mean the same counts.
fn columns(report: &Report, header: &[String]) -> Vec<Column> {
    let file: toml::Value = toml::from_str(include_str!("../../assets/exports.toml")).unwrap();
    let own = file["report"].as_array().unwrap().iter().find(|block| {
        block["headers"].as_array().unwrap().iter().any(|variant| {
            let variant: Vec<&str> = variant.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            variant == header && block["tool"].as_str() == Some(&report.tool)
        })
    });
    let mut columns = vec![Column::Other; header.len()];
    let mut taken: HashMap<Field, usize> = HashMap::new();
    let keys = [
        ("source", Field::SourceUrl),
        ("target", Field::TargetUrl),
        ("anchor", Field::Anchor),
        ("source-domain", Field::SourceDomain),
        ("target-domain", Field::TargetDomain),
    ];
    let at = |name: &str| header.iter().position(|other| normalize(other) == normalize(name));
    let mut set = |field, at: usize| {
        if columns[at] == Column::Other && !taken.contains_key(&field) {
            taken.insert(field, at);
            columns[at] = Column::Field(field);
        }
    };
    for (key, field) in keys {
        if let Some(at) = own.and_then(|own| own.get(key)).and_then(|name| at(name.as_str().unwrap())) {
            set(field, at);
        }
    }
    for weak in [false, true] {
        for (key, field) in keys {
            let key = if weak { format!("weak-{key}") } else { key.to_owned() };
            let names = file["fields"].get(&key).and_then(toml::Value::as_array);
            let found = names.into_iter().flatten().find_map(|name| at(name.as_str().unwrap()));
            if let Some(at) = found {
                set(field, at);
            }
        }
    }
    if !taken.contains_key(&Field::SourceUrl) {
        for name in file["fields"]["source-with-title"].as_array().unwrap() {
            if let Some(at) = at(name.as_str().unwrap()) {
                columns[at] = Column::TitledSource;
            }
        }
    }
    columns
}

/// Three links, as this tool would export them.
fn export(header: &[String], columns: &[Column]) -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(header).unwrap();
    for site in ["eins", "zwei", "drei"] {
        let cell = |(index, column): (usize, &Column)| match column {
            Column::Field(Field::SourceUrl) => format!("https://www.{site}.example/{site}"),
            Column::Field(Field::SourceDomain) => format!("{site}.example"),
            Column::Field(Field::TargetUrl) => "https://ich.example/".to_owned(),
            Column::Field(Field::TargetDomain) => "ich.example".to_owned(),
            Column::Field(Field::Anchor) => format!("anchor {site}"),
            Column::TitledSource => format!("Title of {site}\nhttps://www.{site}.example/{site}"),
            Column::Other => format!("value {index}"),
        };
        csv.write_record(columns.iter().enumerate().map(cell)).unwrap();
    }
    String::from_utf8(csv.into_inner().unwrap()).unwrap()
}

fn has(columns: &[Column], field: Field) -> bool {
    columns.contains(&Column::Field(field))
}

fn check(report: &Report, header: &[String], columns: &[Column], opened: &Opened) {
    let name = format!("{} {} {header:?}", report.tool, report.name);
    let Opened { links, skipped, .. } = opened;
    assert_eq!((links.len(), *skipped), (3, 0), "{name}");
    let has_source = has(columns, Field::SourceUrl) || columns.contains(&Column::TitledSource);
    for (row, site) in links.rows().zip(["eins", "zwei", "drei"]) {
        let text = |field| links.text(row, field);
        if has_source {
            assert_eq!(text(Field::SourceUrl), format!("https://www.{site}.example/{site}"), "{name}");
        }
        assert_eq!(text(Field::SourceDomain), format!("{site}.example"), "{name}");
        if has(columns, Field::TargetUrl) {
            assert_eq!(text(Field::TargetUrl), "https://ich.example/", "{name}");
        }
        let anchor = if has(columns, Field::Anchor) { format!("anchor {site}") } else { String::new() };
        assert_eq!(text(Field::Anchor), anchor, "{name}");
    }
    let others = columns.iter().filter(|column| matches!(column, Column::Other | Column::TitledSource)).count();
    let titles: Vec<String> = links.schema().names().map(|name| name.title().to_owned()).collect();
    assert_eq!(titles.len(), others, "every other column is an extra column: {name}: {titles:?}");
    for (index, _) in columns.iter().enumerate().filter(|(_, column)| **column == Column::Other) {
        let values = links.schema().ids().map(|id| links.extra(Row(2), id).plain_text().into_owned());
        assert!(values.collect::<Vec<_>>().contains(&format!("value {index}")), "column {index} of {name}");
    }
}

#[test]
fn every_report_of_every_tool_is_read() {
    let mut read = 0;
    for report in reports() {
        for header in &report.headers {
            let columns = columns(report, header);
            match report.holds {
                Holds::Links | Holds::Domains => {
                    check(report, header, &columns, &open(export(header, &columns).as_bytes(), ""));
                    read += 1;
                }
                Holds::OwnPages | Holds::OwnAnchors | Holds::Queries => {}
            }
        }
    }
    assert!(read > 80, "{read}");
}

#[test]
fn lists_of_pages_and_queries_are_refused() {
    let mut refused = 0;
    for report in reports().iter().filter(|report| !matches!(report.holds, Holds::Links | Holds::Domains)) {
        for header in &report.headers {
            let row =
                |page: &str| header.iter().map(|_| format!("https://ich.example/{page}")).collect::<Vec<_>>().join(",");
            let quoted: Vec<String> = header.iter().map(|name| format!("\"{name}\"")).collect();
            let text = format!("{}\n{}\n{}\n", quoted.join(","), row("a"), row("b"));
            let error = try_open(text.as_bytes(), "").unwrap_err().to_string();
            assert!(error.starts_with("not a list of links: it is a list of "), "{header:?}: {error}");
            refused += 1;
        }
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn an_export_without_anchors_or_targets_says_so() {
    let text = "Linking page,Last crawled\nhttps://eins.example/a,2026-04-28\nhttps://zwei.example/b,2026-04-27\n";
    let lacks = |notice: &Notice| matches!(notice, Notice::Lacks { tool, .. } if *tool == "Search Console");
    let opened = open(text.as_bytes(), "");
    assert!(opened.notices.iter().any(lacks), "{:?}", opened.notices);
    assert!(
        opened.notices.iter().any(|notice| notice.to_string().ends_with("exports no anchor texts and target pages"))
    );
}

/// For the guide: tool, report, and the header of each field in the first variant; then the names of the other columns.
pub struct Described {
    pub tool: &'static str,
    pub report: &'static str,
    pub source: String,
    pub target: String,
    pub anchor: String,
    pub others: String,
}

pub fn described() -> Vec<Described> {
    reports().iter().map(describe).collect()
}

fn describe(report: &'static Report) -> Described {
    let header = &report.headers[0];
    let columns = columns(report, header);
    let is_read = matches!(report.holds, Holds::Links | Holds::Domains);
    let of = |wanted: &[Column]| {
        let named = columns.iter().zip(header).filter(|(column, _)| wanted.contains(column));
        named.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let what = match report.holds {
        Holds::OwnPages => "refused: your own pages",
        Holds::OwnAnchors => "refused: anchor texts without links",
        Holds::Queries => "refused: search queries",
        Holds::Links | Holds::Domains => "",
    };
    let others = || {
        let opened = open(export(header, &columns).as_bytes(), "");
        opened.links.schema().names().map(|name| name.title().to_owned()).collect::<Vec<_>>().join(", ")
    };
    let source = of(&[Column::Field(Field::SourceUrl), Column::Field(Field::SourceDomain), Column::TitledSource]);
    Described {
        tool: &report.tool,
        report: &report.name,
        source: if is_read { source } else { what.to_owned() },
        target: if is_read {
            of(&[Column::Field(Field::TargetUrl), Column::Field(Field::TargetDomain)])
        } else {
            String::new()
        },
        anchor: if is_read { of(&[Column::Field(Field::Anchor)]) } else { String::new() },
        others: if is_read { others() } else { String::new() },
    }
}
