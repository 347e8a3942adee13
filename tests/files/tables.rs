//! Any table comes back equal, whatever its encoding, its line ends, its delimiter and its quotes.

use kew_tui::domain::Field;
use kew_tui::formats::read::{Notice, ReadError};
use proptest::prelude::*;

use super::{error, open, try_open};

#[derive(Clone, Copy, Debug)]
enum Written {
    Utf8 { bom: bool },
    Utf16 { little: bool, bom: bool },
    Windows1252,
}

impl Written {
    fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Written::Utf8 { bom } => [if bom { "\u{feff}" } else { "" }, text].concat().into_bytes(),
            Written::Utf16 { little, bom } => {
                let text = [if bom { "\u{feff}" } else { "" }, text].concat();
                let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
                text.encode_utf16().flat_map(unit).collect()
            }
            Written::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        }
    }
}

fn encoding() -> impl Strategy<Value = Written> {
    prop_oneof![
        any::<bool>().prop_map(|bom| Written::Utf8 { bom }),
        (any::<bool>(), any::<bool>()).prop_map(|(little, bom)| Written::Utf16 { little, bom }),
        Just(Written::Windows1252),
    ]
}

/// Letters of Windows-1252 between ASCII, since a byte outside ASCII on its own is never UTF-8.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof!["[a-zA-Z0-9 ,;|\"=-]{1,6}", "[a-z][äöüß€é–][a-z]"], 0..4)
        .prop_map(|parts| parts.concat().trim().to_owned())
}

#[derive(Clone, Debug)]
struct Table {
    rows: Vec<(String, String)>,
    delimiter: u8,
    ending: &'static str,
    always_quoted: bool,
    encoding: Written,
}

fn table() -> impl Strategy<Value = Table> {
    (
        prop::collection::vec((text(), text()), 1..30),
        prop::sample::select(vec![b',', b';', b'\t', b'|']),
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
        any::<bool>(),
        encoding(),
    )
        .prop_map(|(rows, delimiter, ending, always_quoted, encoding)| Table {
            rows,
            delimiter,
            ending,
            always_quoted,
            encoding,
        })
}

impl Table {
    fn bytes(&self, header: Option<[&str; 4]>) -> Vec<u8> {
        let style = if self.always_quoted { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let terminator = match self.ending {
            "\r\n" => csv::Terminator::CRLF,
            ending => csv::Terminator::Any(ending.as_bytes()[0]),
        };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .quote_style(style)
            .terminator(terminator)
            .from_writer(Vec::new());
        header.into_iter().for_each(|header| writer.write_record(header).unwrap());
        for (number, (anchor, note)) in self.rows.iter().enumerate() {
            let source = format!("https://s{number}.example/a");
            writer.write_record([source.as_str(), "https://ich.example/", anchor, note]).unwrap();
        }
        self.encoding.bytes(std::str::from_utf8(&writer.into_inner().unwrap()).unwrap())
    }
}

proptest! {
    #[test]
    fn any_table_comes_back_equal(table in table()) {
        let opened = try_open(&table.bytes(Some(["Source url", "Target url", "Anchor", "Note text"])), "").unwrap();
        prop_assert_eq!((opened.links.len(), opened.skipped), (table.rows.len(), 0));
        let anchors: Vec<&str> = table.rows.iter().map(|(anchor, _)| anchor.as_str()).collect();
        prop_assert_eq!(opened.texts(Field::Anchor), anchors);
        if table.rows.iter().any(|(_, note)| !note.is_empty()) {
            let is_text = |note: &String| note.is_empty() || note.contains(char::is_alphabetic) && note.len() > 6;
            let notes: Vec<String> = table.rows.iter().map(|(_, note)| note.clone()).collect();
            // Numbers, dates and flags are rewritten as plain ones.
            if notes.iter().all(is_text) {
                prop_assert_eq!(opened.extra("note text"), notes);
            }
        }
    }

    #[test]
    fn a_row_is_never_taken_for_a_header(table in table()) {
        let bytes = table.bytes(None);
        match try_open(&bytes, "") {
            Ok(opened) => prop_assert_eq!(opened.links.len() + opened.skipped, table.rows.len()),
            Err(ReadError::UnknownColumns(unknown)) => {
                prop_assert!(unknown.header.is_empty(), "{:?}", unknown.header);
                let opened = try_open(&bytes, "source=1,target=2,anchor=3").unwrap();
                prop_assert_eq!(opened.links.len(), table.rows.len());
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = try_open(&bytes, "");
        let _ = try_open(&bytes, "source=1");
    }

    #[test]
    fn any_lines_are_read_or_refused(text in "([a-z]{1,3}|https://|https://a[.]b/|[.,;|/\"\t\n\r {}\\[\\]:#=]|domain:|URL|Anchor){0,40}") {
        if let Err(ReadError::UnknownColumns(unknown)) = try_open(text.as_bytes(), "") {
            let is_plain = |c: char| c.is_ascii_lowercase() || "./:".contains(c);
            let is_address = |cell: &String| cell.starts_with("https://a.b/") && cell.chars().all(is_plain);
            prop_assert!(!unknown.header.iter().any(is_address), "{:?}", unknown.header);
            if !unknown.proposal.is_empty() {
                let map = unknown.proposal.to_string();
                prop_assert!(try_open(text.as_bytes(), map.trim_matches('"')).is_ok(), "{}", map);
            }
        }
    }
}

#[test]
fn a_record_that_is_too_long_costs_only_itself() {
    let long = "a".repeat(20 << 20);
    let json = |url: &str, anchor: &str| format!(r#"{{"url_from":"{url}","anchor":"{anchor}"}}"#);
    let (before, after) = ("https://eins.example/", "https://zwei.example/");
    for text in [
        format!("Source URL,Anchor\n{before},x\nhttps://b.example/,{long}\n{after},y\n"),
        format!("Source URL,Anchor\n{before},x\nhttps://b.example/,\"{long}\"\n{after},y\n"),
        format!("[{},{},{}]", json(before, "x"), json("https://b.example/", &long), json(after, "y")),
        format!("[\"{before}\",\"https://b.example/{long}\",\"{after}\"]"),
    ] {
        let opened = open(text.as_bytes(), "");
        assert_eq!((opened.sources(), opened.skipped), (vec![before, after], 1), "{text:.80}");
        assert_eq!(opened.notices, [Notice::LongRecord], "{text:.80}");
    }
    let only = error(format!("Source URL,Anchor\nhttps://b.example/,{long}\n").as_bytes());
    assert_eq!(only, "not a list of links: it is a record longer than 8 MiB");
}
