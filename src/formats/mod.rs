//! Link lists as text: what a copy or a file holds, and files that others wrote ([`read`]). One file for each format.
//!
//! `formats` uses `domain`, and `geometry` for the width of text. It writes to anything that takes bytes and never opens a
//! file itself.

mod delimited;
mod encoder;
mod format;
mod formulas;
mod json;
mod lines;
mod markdown;
pub mod read;
mod table;
mod writer;
mod xlsx;

pub use delimited::write_value;
pub use format::Format;
pub use formulas::Formulas;
pub use writer::Writer;

use std::io::{self, Write};

use crate::domain::LinkSet;
use crate::domain::anchor_class::AnchorRules;
use crate::domain::facet::{Facet, FacetCount};

/// Writes `rows` of `links` and returns how many entries that made: links, or domains where each is written once.
///
/// # Errors
/// What `out` says.
pub fn write(
    format: Format,
    links: &LinkSet,
    rows: &[u32],
    formulas: Formulas,
    out: &mut impl Write,
) -> io::Result<usize> {
    let mut writer = Writer::with_extras(format, formulas, links.schema(), out)?;
    writer.add(links, rows)?;
    writer.finish()
}

/// Writes counts as tab-separated lines, for a sheet: the value and how many links have it.
///
/// # Errors
/// What `out` says.
pub fn write_counts(
    facet: Facet,
    links: &LinkSet,
    rules: &AnchorRules,
    entries: &[FacetCount],
    out: &mut impl Write,
) -> io::Result<()> {
    for entry in entries {
        let value = facet.display_value(&links.link(entry.row), rules);
        writeln!(out, "{}\t{}", Formulas::Guarded.delimited_cell(value), entry.rows)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        write(format, &naughty(), &[0, 1, 2], Formulas::Guarded, &mut out).unwrap();
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
            "https://old.reddit.com/a%20b%7Cc\nhttps://xn--mnchen-3ya.de/%07x\nhttps://reddit.com/2\n"
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

    /// The cells of a table and where its links lead, as a Markdown parser sees them.
    fn parsed(markdown: &str) -> (Vec<Vec<String>>, Vec<String>) {
        use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
        let (mut rows, mut row, mut cell, mut links) = (Vec::new(), Vec::new(), String::new(), Vec::new());
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Text(text) => cell.push_str(&text),
                Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
                Event::End(TagEnd::TableCell) => row.push(std::mem::take(&mut cell)),
                Event::End(TagEnd::TableHead | TagEnd::TableRow) => rows.push(std::mem::take(&mut row)),
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell)
                | Event::End(TagEnd::Table | TagEnd::Link) => {}
                other => panic!("{other:?} in {markdown}"),
            }
        }
        (rows, links)
    }

    #[test]
    fn markdown_is_a_table_of_text_and_links() {
        let (rows, links) = parsed(&text(Format::Markdown));
        assert_eq!(rows[0], Field::ALL.map(Field::api_name));
        assert_eq!(rows[1][0], "=cmd|' /C calc'!A0");
        assert_eq!(rows[2][0], "two lines, \"quoted\" ⟨202E⟩x␛[31m \\ *<b>*");
        assert_eq!(links[0], "https://old.reddit.com/a%20b%7Cc");
        assert_eq!((rows.len(), links.len()), (4, 5));
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_cell(anchor in "[ -~é|*_`<>&\\\\\\[\\]()!#~$:;]{0,24}", path in "[!-~]{0,16}") {
            let url = format!("https://a.com/{path}");
            let link = Link { anchor: &anchor, source_domain: "a.com", source_url: &url, ..Link::default() };
            let links = LinkSet::from_links([link]).unwrap();
            let written = |format, formulas| {
                let mut out = Vec::new();
                write(format, &links, &[0], formulas, &mut out).unwrap();
                String::from_utf8(out).unwrap()
            };
            let (rows, targets) = parsed(&written(Format::Markdown, Formulas::Guarded));
            prop_assert_eq!(&rows[1][0], anchor.trim());
            prop_assert_eq!(rows[1].len(), 5);
            prop_assert_eq!(targets.len(), 1);
            for (format, delimiter) in [(Format::Csv, b','), (Format::Tsv, b'\t')] {
                let text = written(format, Formulas::Raw);
                let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
                let record = reader.records().next().unwrap().unwrap();
                prop_assert_eq!((&record[0], &record[3]), (anchor.as_str(), url.as_str()));
            }
            let object: serde_json::Value = serde_json::from_str(&written(Format::Ndjson, Formulas::Guarded)).unwrap();
            prop_assert_eq!(&object["anchor_text"], &anchor);
        }
    }

    #[test]
    fn a_table_is_as_wide_as_it_needs_and_safe() {
        let text = text(Format::Table);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(text.chars().all(|c| !c.is_control() || c == '\n') && !text.contains('\u{202e}'), "{text:?}");
        let at = |line: &str, part: &str| crate::layout::cells::width(&line[..line.find(part).unwrap()]);
        assert_eq!(at(lines[0], "domain_source"), at(lines[1], "reddit.com"));
        assert_eq!(at(lines[0], "domain_source"), at(lines[2], "münchen.de"), "{text}");
    }

    #[test]
    fn columns_of_a_table_stand_where_terminals_show_them() {
        // Cells by the letters alone, as most terminals count them: two for lam-alef, a cell for each consonant of Khmer.
        let letters = [("plain", 5), ("لا سلام", 7), ("ង្គ្រ", 3), ("☰", 2), ("കാ", 2), ("漢字", 4)];
        let set =
            LinkSet::from_links(letters.map(|(anchor, _)| Link { anchor, source_domain: "a.com", ..Link::default() }));
        let mut out = Vec::new();
        write(Format::Table, &set.unwrap(), &[0, 1, 2, 3, 4, 5], Formulas::Guarded, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for (line, (anchor, cells)) in text.lines().skip(1).zip(letters) {
            let blanks = line.strip_prefix(anchor).unwrap().find('a').unwrap();
            assert_eq!(cells + blanks, "anchor_text  ".len(), "{text}");
        }
    }
}
