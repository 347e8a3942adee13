//! Link lists as text: what a copy or a file holds.
//!
//! `formats` uses `domain` only. It writes to anything that takes bytes and never opens a file itself.

pub mod read;
mod records;
mod tables;
mod text_lines;

use std::io::{self, Write};

use crate::domain::LinkSet;
use crate::domain::anchor_class::AnchorRules;
use crate::domain::facet::{Entry, Facet};
use crate::domain::number::counted;
use crate::domain::text::one_line;

/// A way to write links down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The source URLs, one a line.
    Urls,
    /// The referring domains, each once, one a line.
    Domains,
    /// The target URLs, one a line.
    Targets,
    /// The anchors, one a line.
    Anchors,
    /// Comma-separated values (RFC 4180) with the API's field names as header.
    Csv,
    /// The same, separated by tabs.
    Tsv,
    /// JSON in the API's own shape.
    Json,
    /// A JSON object a line.
    Ndjson,
    /// A Markdown table.
    Markdown,
    /// The referring domains as lines of a disavow file.
    Disavow,
}

impl Format {
    /// Every format with its name on the command line.
    pub const NAMES: [(Format, &'static str); 10] = [
        (Format::Urls, "urls"),
        (Format::Domains, "domains"),
        (Format::Targets, "targets"),
        (Format::Anchors, "anchors"),
        (Format::Csv, "csv"),
        (Format::Tsv, "tsv"),
        (Format::Json, "json"),
        (Format::Ndjson, "ndjson"),
        (Format::Markdown, "markdown"),
        (Format::Disavow, "disavow"),
    ];

    /// The ends of names of files, and what is written into them.
    pub const EXTENSIONS: [(&'static str, Format); 8] = [
        ("csv", Format::Csv),
        ("tsv", Format::Tsv),
        ("json", Format::Json),
        ("ndjson", Format::Ndjson),
        ("jsonl", Format::Ndjson),
        ("md", Format::Markdown),
        ("markdown", Format::Markdown),
        ("txt", Format::Urls),
    ];

    /// What the end of a path asks for.
    pub fn of_path(path: &str) -> Option<Format> {
        let (_, end) = path.rsplit_once('.')?;
        Format::EXTENSIONS.iter().find(|(known, _)| end.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
    }

    /// What it is, for a menu.
    pub fn title(self) -> &'static str {
        match self {
            Format::Urls => "Source URLs",
            Format::Domains => "Referring domains",
            Format::Targets => "Target URLs",
            Format::Anchors => "Anchors",
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
            Format::Json => "JSON",
            Format::Ndjson => "JSON lines",
            Format::Markdown => "Markdown table",
            Format::Disavow => "Disavow lines",
        }
    }

    /// The usual end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Urls | Format::Domains | Format::Targets | Format::Anchors | Format::Disavow => "txt",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Markdown => "md",
        }
    }

    /// What was written, counted: `12 source URLs`.
    pub fn counted(self, entries: usize) -> String {
        let (one, many) = match self {
            Format::Urls => ("source URL", "source URLs"),
            Format::Domains => ("referring domain", "referring domains"),
            Format::Targets => ("target URL", "target URLs"),
            Format::Anchors => ("anchor", "anchors"),
            Format::Csv => ("link as CSV", "links as CSV"),
            Format::Tsv => ("link as TSV", "links as TSV"),
            Format::Json => ("link as JSON", "links as JSON"),
            Format::Ndjson => ("link as JSON lines", "links as JSON lines"),
            Format::Markdown => ("link as Markdown", "links as Markdown"),
            Format::Disavow => ("disavow line", "disavow lines"),
        };
        counted(entries, one, many)
    }
}

/// Writes `rows` of `links` and returns how many entries that made: links, or domains where each is written once.
///
/// # Errors
/// What `out` says.
pub fn write(format: Format, links: &LinkSet, rows: &[u32], out: &mut impl Write) -> io::Result<usize> {
    match format {
        Format::Urls => text_lines::source_urls(links, rows, out),
        Format::Domains => text_lines::domains(links, rows, "", out),
        Format::Targets => text_lines::target_urls(links, rows, out),
        Format::Anchors => text_lines::anchors(links, rows, out),
        Format::Disavow => text_lines::domains(links, rows, "domain:", out),
        Format::Csv => tables::delimited(links, rows, b',', out),
        Format::Tsv => tables::delimited(links, rows, b'\t', out),
        Format::Markdown => tables::markdown(links, rows, out),
        Format::Json => records::json(links, rows, out),
        Format::Ndjson => records::ndjson(links, rows, out),
    }
}

/// Writes counts as tab-separated lines: the value and how many links have it.
///
/// # Errors
/// What `out` says.
pub fn write_counts(
    facet: Facet,
    links: &LinkSet,
    rules: &AnchorRules,
    entries: &[Entry],
    out: &mut impl Write,
) -> io::Result<()> {
    for entry in entries {
        let value = facet.value(&links.link(entry.row), rules);
        writeln!(out, "{}\t{}", one_line(value), entry.rows)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, Link};

    fn naughty() -> LinkSet {
        LinkSet::from_links([
            Link {
                anchor: "=cmd|' /C calc'!A0",
                source_domain: "reddit.com",
                target_domain: "example.com",
                source_url: "https://old.reddit.com/a b|c",
                target_url: "https://example.com/",
            },
            Link {
                anchor: "two\nlines, \"quoted\"\t\u{202e}x\u{1b}[31m \\ *<b>*",
                source_domain: "münchen.de",
                target_domain: "example.com",
                source_url: "https://xn--mnchen-3ya.de/\u{7}x\n",
                target_url: "https://example.com/",
            },
            Link { source_domain: "Reddit.com", source_url: "https://reddit.com/2", ..Link::default() },
        ])
        .unwrap()
    }

    fn text(format: Format) -> String {
        let mut out = Vec::new();
        write(format, &naughty(), &[0, 1, 2], &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_name_stands_for_one_format() {
        for (format, name) in Format::NAMES {
            assert_eq!(Format::NAMES.iter().filter(|(_, n)| *n == name).count(), 1);
            assert!(format.counted(2).starts_with("2 "));
        }
    }

    #[test]
    fn lists_are_one_entry_a_line() {
        assert_eq!(
            text(Format::Urls),
            "https://old.reddit.com/a%20b|c\nhttps://xn--mnchen-3ya.de/%07x\nhttps://reddit.com/2\n"
        );
        assert_eq!(text(Format::Domains), "reddit.com\nmünchen.de\n");
        assert_eq!(text(Format::Disavow), "domain:reddit.com\ndomain:xn--mnchen-3ya.de\n");
        assert_eq!(text(Format::Anchors).lines().count(), 3);
    }

    #[test]
    fn a_spreadsheet_runs_nothing_and_a_terminal_neither() {
        for (format, delimiter) in [(Format::Csv, b','), (Format::Tsv, b'\t')] {
            let text = text(format);
            assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "{text:?}");
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
            let header = reader.headers().unwrap().clone();
            assert_eq!(header, Field::ALL.map(Field::api_name).to_vec());
            let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
            assert_eq!(&rows[0][0], "'=cmd|' /C calc'!A0");
            assert_eq!(&rows[1][0], "two lines, \"quoted\" ⟨202E⟩x␛[31m \\ *<b>*");
            assert_eq!(rows.len(), 3);
        }
    }

    #[test]
    fn json_gives_the_data_back_as_it_came() {
        let text = text(Format::Json);
        assert!(text.chars().all(|c| !c.is_control() || c == '\n') && !text.contains('\u{202e}'), "{text:?}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (row, entry) in value["data"].as_array().unwrap().iter().enumerate() {
            for field in Field::ALL {
                assert_eq!(entry[field.api_name()], naughty().text(row as u32, field));
            }
        }
    }

    #[test]
    fn json_lines_are_one_object_each() {
        let text = text(Format::Ndjson);
        assert_eq!(text.lines().count(), 3);
        for line in text.lines() {
            assert!(serde_json::from_str::<serde_json::Value>(line).unwrap()["url_source"].is_string());
        }
    }

    #[test]
    fn markdown_cells_stay_in_their_column() {
        let text = text(Format::Markdown);
        assert_eq!(text.lines().count(), 5);
        for line in text.lines() {
            let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
            assert_eq!(bars, 6, "{line}");
        }
        assert!(text.contains("<https://old.reddit.com/a%20b%7Cc>"), "{text}");
    }
}
