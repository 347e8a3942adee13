//! Exports are read back by other parsers (csv, serde_json, calamine) and by the program itself.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{Reader, Xlsx};
use kew_tui::domain::{Field, Link, LinkSet, Row};
use kew_tui::formats::read::{ColumnMap, read};
use kew_tui::formats::{Format, Formulas, write};
use proptest::prelude::*;

/// Texts from untrusted sources.
fn hostile_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "=1+1",
        "=HYPERLINK(\"https://evil.example\",\"click\")",
        "+1-1",
        "-2+3",
        "@SUM(A1)",
        "\tcmd",
        "\r=cmd",
        "two\nlines\r\nthree",
        "a\tb",
        "\"quoted\", and, commas; semicolons",
        "\"",
        "\"\"",
        "'",
        "a|b\\|c\\",
        "*bold* _under_ `code` [link](https://evil.example) <b> ![x](y) ~~s~~ &lt; # h",
        "\u{1b}[31mred\u{1b}]52;c;AAAA\u{7}",
        "\u{9b}2J",
        "\u{202e}gpj.exe\u{202c}",
        "zero\u{200b}width\u{feff}",
        "line\u{2028}break\u{85}next",
        "\0nul\u{7f}",
        "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "カレー École Straße עברית",
        "_x0041_",
        "]]></t> <![CDATA[ &amp;",
        " leading and trailing ",
        "",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("long ".repeat(20_000));
    texts
}

fn set(anchors: &[String], urls: &[String]) -> LinkSet {
    let links = anchors.iter().zip(urls).map(|(anchor, source_url)| Link {
        anchor,
        source_domain: "source.org",
        target_domain: "target.com",
        source_url,
        target_url: "https://target.com/",
    });
    LinkSet::from_links(links).unwrap()
}

fn hostile_set() -> LinkSet {
    let anchors = hostile_texts();
    let urls: Vec<String> = anchors.iter().map(|text| format!("https://source.org/{text}")).collect();
    set(&anchors, &urls)
}

fn plain_text(format: Format, links: &LinkSet, formulas: Formulas) -> Vec<u8> {
    let rows: Vec<_> = links.rows().collect();
    let mut out = Vec::new();
    assert_eq!(write(format, links, &rows, formulas, &mut out).unwrap(), links.len(), "{format:?}");
    out
}

fn read_back(bytes: &[u8]) -> LinkSet {
    let mut links = LinkSet::default();
    read(bytes, &ColumnMap::default(), &mut |piece| {
        assert_eq!(piece.skipped, 0);
        for segment in piece.segments {
            links.append(segment, 0);
        }
        true
    })
    .unwrap();
    links
}

fn texts(links: &LinkSet) -> Vec<[String; 5]> {
    links.rows().map(|row| Field::ALL.map(|field| links.link(row).get(field).to_owned())).collect()
}

/// The cells of a table.
fn cells(links: &LinkSet, cell: impl Fn(&str) -> Cow<'_, str>) -> Vec<[String; 5]> {
    texts(links).into_iter().map(|row| row.map(|text| cell(&text).into_owned())).collect()
}

#[test]
fn no_format_writes_control_characters() {
    let links = hostile_set();
    for &(format, name) in Format::NAMES {
        if matches!(format, Format::Xlsx | Format::Domains | Format::Disavow) {
            continue;
        }
        for formulas in [Formulas::Guarded, Formulas::Raw] {
            let holds_raw_text = !matches!(format, Format::Json | Format::Ndjson | Format::Markdown | Format::Table);
            if formulas == Formulas::Raw && holds_raw_text {
                continue;
            }
            let text = String::from_utf8(plain_text(format, &links, formulas)).unwrap();
            let acts = |c: char| {
                let is_delimiter = c == '\n' || (c == '\t' && format == Format::Tsv);
                (c.is_control() && !is_delimiter)
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}' | '\u{feff}' | '\u{2028}')
            };
            assert_eq!(text.chars().find(|c| acts(*c)), None, "{name}");
        }
    }
}

#[test]
fn csv_and_tsv_are_read_back_by_another_parser() {
    let links = hostile_set();
    for (format, delimiter) in [(Format::Csv, b','), (Format::Tsv, b'\t')] {
        for formulas in [Formulas::Guarded, Formulas::Raw] {
            let bytes = plain_text(format, &links, formulas);
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes.as_slice());
            assert_eq!(reader.headers().unwrap(), Field::ALL.map(Field::api_name).to_vec());
            let rows: Vec<[String; 5]> =
                reader.records().map(|row| std::array::from_fn(|i| row.as_ref().unwrap()[i].to_owned())).collect();
            assert_eq!(rows, cells(&links, |text| formulas.delimited_cell(text)));
        }
    }
}

/// Some locales separate lists with semicolons and recognize quotes only at the start of a cell.
#[test]
fn formulas_are_escaped_for_every_list_separator() {
    let mut anchors: Vec<String> = hostile_texts();
    for sign in ["=", "+", "-", "@", "＝", "＋", "－", "＠"] {
        for blank in ["", " ", "\t", "\n", "\u{a0}", "\u{3000}", "\u{200b}", "\u{200d}", "\"", " \""] {
            anchors.push(format!("x;{blank}{sign}cmd|' /C calc'!A0"));
            anchors.push(format!("{blank}{sign}cmd"));
        }
    }
    let urls: Vec<String> = anchors.iter().map(|text| format!("https://source.org/{text}")).collect();
    let links = set(&anchors, &urls);
    let is_blank = |letter: char| letter.is_whitespace() || matches!(letter, '\u{200b}'..='\u{200d}');
    let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    for format in [Format::Csv, Format::Tsv] {
        let text = String::from_utf8(plain_text(format, &links, Formulas::Guarded)).unwrap();
        for cell in text.split(['\n', '\t']) {
            let shown = cell.strip_prefix('"').unwrap_or(cell).trim_start_matches(is_blank);
            assert!(!is_formula(shown), "{cell:?}");
        }
        for cell in text.lines().flat_map(|line| line.split(';').skip(1)) {
            let shown = cell.trim_start_matches(|letter| letter == '"' || is_blank(letter));
            assert!(!is_formula(shown), "{cell:?}");
        }
    }
    let text = String::from_utf8(plain_text(Format::Csv, &links, Formulas::Guarded)).unwrap();
    assert!(text.contains("\"x;'=cmd|' /C calc'!A0\","), "a cell with a semicolon is quoted");
    let raw = String::from_utf8(plain_text(Format::Csv, &links, Formulas::Raw)).unwrap();
    assert!(raw.contains("x;=cmd|' /C calc'!A0"), "raw text is unchanged");
}

#[test]
fn raw_formats_keep_text_unchanged_except_domain_names() {
    let links = hostile_set();
    for (format, field) in [(Format::Anchors, Field::Anchor), (Format::Urls, Field::SourceUrl)] {
        let expected: String = texts(&links).iter().map(|row| format!("{}\n", row[field.index()])).collect();
        assert_eq!(String::from_utf8(plain_text(format, &links, Formulas::Raw)).unwrap(), expected);
    }
    let links = LinkSet::from_links(
        ["A.com ", "a.com", "b.com\u{7}"].map(|source_domain| Link { source_domain, ..Link::default() }),
    );
    let mut out = Vec::new();
    write(Format::Domains, &links.unwrap(), &[0, 1, 2].map(Row), Formulas::Raw, &mut out).unwrap();
    assert_eq!(out, b"a.com\nb.com\x07\n");
}

#[test]
fn json_is_read_back_unchanged_by_another_parser() {
    let links = hostile_set();
    let response: serde_json::Value =
        serde_json::from_slice(&plain_text(Format::Json, &links, Formulas::Guarded)).unwrap();
    let lines = String::from_utf8(plain_text(Format::Ndjson, &links, Formulas::Guarded)).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for objects in [response["data"].as_array().unwrap(), &lines] {
        let rows: Vec<[String; 5]> =
            objects.iter().map(|o| Field::ALL.map(|f| o[f.api_name()].as_str().unwrap().to_owned())).collect();
        assert_eq!(rows, texts(&links));
    }
}

#[test]
fn workbooks_are_read_back_and_hold_no_formulas() {
    let links = hostile_set();
    for formulas in [Formulas::Guarded, Formulas::Raw] {
        let mut book = Xlsx::new(Cursor::new(plain_text(Format::Xlsx, &links, formulas))).unwrap();
        assert_eq!(book.sheet_names(), ["links"]);
        let sheet = book.worksheet_range("links").unwrap();
        assert_eq!(book.worksheet_formula("links").unwrap().used_cells().count(), 0);
        let text = |row: usize, column: usize| sheet.get((row, column)).map(ToString::to_string).unwrap_or_default();
        assert_eq!((0..5).map(|column| text(0, column)).collect::<Vec<_>>(), Field::ALL.map(Field::api_name));
        for (row, expected) in cells(&links, |text| formulas.cell(text)).iter().enumerate() {
            for (column, cell) in expected.iter().enumerate() {
                let complete: String = cell.chars().take(32_767).collect();
                assert_eq!(text(row + 1, column), complete, "{row} {column}");
            }
        }
    }
}

#[test]
fn an_empty_list_is_valid_in_every_format() {
    for format in [Format::Csv, Format::Tsv, Format::Json] {
        let bytes = plain_text(format, &LinkSet::default(), Formulas::Guarded);
        assert!(read_back(&bytes).is_empty(), "{format:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn export_import_export_gives_the_same_file(
        anchors in prop::collection::vec(any::<String>(), 1..6),
        path in "[ -~é\t\"|]{0,12}",
    ) {
        let urls = vec![format!("https://source.org/{path}"); anchors.len()];
        // In a raw file, a text that looks guarded can't be told from a guarded one.
        prop_assume!(anchors.iter().chain(&urls).all(|text| !text.starts_with('\'') && !text.contains(";'")));
        let links = set(&anchors, &urls);
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::Ndjson] {
            let first = plain_text(format, &links, Formulas::Raw);
            let read = read_back(&first);
            prop_assert_eq!(texts(&read), texts(&links));
            prop_assert_eq!(plain_text(format, &read, Formulas::Raw), first);
            let guarded = plain_text(format, &links, Formulas::Guarded);
            prop_assert_eq!(plain_text(format, &read_back(&guarded), Formulas::Guarded), guarded, "guarded only once");
        }
    }
}
