//! Writes link lists in each format, one file per format, and reads link files ([`read`]). It works on `io::Write` and `io::Read`
//! and never opens a file itself.

mod delimited;
mod encoder;
mod format;
mod formulas;
mod json;
mod lines;
mod markdown;
pub mod read;
pub mod stored;
mod table;
mod writer;
mod xlsx;

pub use delimited::write_value;
pub use format::Format;
pub use formulas::{Formulas, unguarded, unguarded_delimited};
pub use writer::Writer;

use std::io::{self, Write};

use crate::domain::anchor_type::AnchorRules;
use crate::domain::facet::{Facet, FacetCount};
use crate::domain::{LinkSet, Row};

/// Returns the number of entries written: links, or domains in the formats without duplicates.
///
/// # Errors
/// Writing to `out` fails, or for xlsx, creating a temporary file.
pub fn write(
    format: Format,
    links: &LinkSet,
    rows: &[Row],
    formulas: Formulas,
    out: &mut impl Write,
) -> io::Result<usize> {
    let mut writer = Writer::with_extras(format, formulas, links.schema().names().cloned().collect(), out)?;
    writer.add(links, rows)?;
    writer.finish()
}

/// Writes one line per value: the value, a tab, and the number of links.
///
/// # Errors
/// Writing to `out` fails.
pub fn write_counts(
    facet: Facet,
    links: &LinkSet,
    rules: &AnchorRules,
    entries: &[FacetCount],
    out: &mut impl Write,
) -> io::Result<()> {
    for entry in entries {
        let value = facet.value(links, entry.row, rules);
        writeln!(out, "{}\t{}", Formulas::Guarded.delimited_value(value), entry.rows)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Field, Link};

    fn hostile_links() -> LinkSet {
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
        write(format, &hostile_links(), &[0, 1, 2].map(Row), Formulas::Guarded, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format_has_a_unique_name() {
        for &(format, name) in Format::NAMES {
            assert_eq!(Format::NAMES.iter().filter(|(_, n)| *n == name).count(), 1);
            assert!(format.counted(2).starts_with("2 "));
        }
    }

    #[test]
    fn lists_have_one_entry_per_line() {
        assert_eq!(
            text(Format::Urls),
            "https://old.reddit.com/a%20b%7Cc\nhttps://xn--mnchen-3ya.de/%07x\nhttps://reddit.com/2\n"
        );
        assert_eq!(text(Format::Domains), "reddit.com\nxn--mnchen-3ya.de\n");
        assert_eq!(text(Format::Disavow), "domain:reddit.com\ndomain:xn--mnchen-3ya.de\n");
        assert_eq!(text(Format::Anchors).lines().count(), 3);
    }

    #[test]
    fn csv_has_no_formulas_and_no_control_characters() {
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
    fn json_round_trips() {
        let text = text(Format::Json);
        assert!(text.chars().all(|c| !c.is_control() || c == '\n') && !text.contains('\u{202e}'), "{text:?}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (row, entry) in value["data"].as_array().unwrap().iter().enumerate() {
            for field in Field::ALL {
                assert_eq!(entry[field.api_name()], hostile_links().text(Row(row as u32), field));
            }
        }
    }

    #[test]
    fn json_lines_has_one_object_per_line() {
        let text = text(Format::Ndjson);
        assert_eq!(text.lines().count(), 3);
        for line in text.lines() {
            assert!(serde_json::from_str::<serde_json::Value>(line).unwrap()["url_source"].is_string());
        }
    }

    /// The cells of a table and its link destinations, as a Markdown parser reads them.
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
    fn markdown_has_only_text_and_links() {
        let (rows, links) = parsed(&text(Format::Markdown));
        assert_eq!(rows[0], Field::ALL.map(Field::api_name));
        assert_eq!(rows[1][0], "=cmd|' /C calc'!A0");
        assert_eq!(rows[2][0], "two lines, \"quoted\" ⟨202E⟩x␛[31m \\ *<b>*");
        assert_eq!(links[0], "https://old.reddit.com/a%20b%7Cc");
        assert_eq!((rows.len(), links.len()), (4, 5));
    }

    proptest! {
        #[test]
        fn any_text_stays_in_its_cell(anchor in "[ -~é|*_`<>&\\\\\\[\\]()!#~$:;]{0,24}", path in "[!-~]{0,16}") {
            let url = format!("https://a.com/{path}");
            let link = Link { anchor: &anchor, source_domain: "a.com", source_url: &url, ..Link::default() };
            let links = LinkSet::from_links([link]).unwrap();
            let plain_text = |format, formulas| {
                let mut out = Vec::new();
                write(format, &links, &[Row(0)], formulas, &mut out).unwrap();
                String::from_utf8(out).unwrap()
            };
            let (rows, targets) = parsed(&plain_text(Format::Markdown, Formulas::Guarded));
            prop_assert_eq!(&rows[1][0], anchor.trim());
            prop_assert_eq!(rows[1].len(), 5);
            prop_assert_eq!(targets.len(), 1);
            for (format, delimiter) in [(Format::Csv, b','), (Format::Tsv, b'\t')] {
                let text = plain_text(format, Formulas::Raw);
                let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
                let record = reader.records().next().unwrap().unwrap();
                prop_assert_eq!((&record[0], &record[3]), (anchor.as_str(), url.as_str()));
            }
            let object: serde_json::Value = serde_json::from_str(&plain_text(Format::Ndjson, Formulas::Guarded)).unwrap();
            prop_assert_eq!(&object["anchor_text"], &anchor);
        }
    }

    #[test]
    fn table_columns_are_aligned_and_have_no_control_characters() {
        let text = text(Format::Table);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(text.chars().all(|c| !c.is_control() || c == '\n') && !text.contains('\u{202e}'), "{text:?}");
        let at = |line: &str, part: &str| crate::layout::cells::width(&line[..line.find(part).unwrap()]);
        assert_eq!(at(lines[0], "domain_source"), at(lines[1], "reddit.com"));
        assert_eq!(at(lines[0], "domain_source"), at(lines[2], "xn--mnchen-3ya.de "), "{text}");
    }

    #[test]
    fn table_columns_are_aligned_for_scripts_of_any_width() {
        // Widths per character, as most terminals count: two for lam-alef, one for each Khmer consonant.
        let widths = [("plain", 5), ("لا سلام", 7), ("ង្គ្រ", 3), ("☰", 2), ("കാ", 2), ("漢字", 4)];
        let set =
            LinkSet::from_links(widths.map(|(anchor, _)| Link { anchor, source_domain: "a.com", ..Link::default() }));
        let mut out = Vec::new();
        write(Format::Table, &set.unwrap(), &[0, 1, 2, 3, 4, 5].map(Row), Formulas::Guarded, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for (line, (anchor, cells)) in text.lines().skip(1).zip(widths) {
            let blanks = line.strip_prefix(anchor).unwrap().find('a').unwrap();
            assert_eq!(cells + blanks, "anchor_text  ".len(), "{text}");
        }
    }
}
