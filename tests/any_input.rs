//! No input makes a parser panic or break its invariants. The same checks run longer under libFuzzer.
//!
//! proptest saves failures in `proptest-regressions/` and tries them first: commit them.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::hostile_text;
use crate::{checks, stored};

/// Bytes that resemble valid input, so that most get past the first character.
fn likely(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        8 => prop::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..6),
    ];
    vec(word, 0..40).prop_map(|words| words.concat())
}

const JSON: &[&str] = &[
    "{\"data\":[",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"anchor_text\":",
    "\"url_source\":",
    "\"domain_source\":",
    "\"x\"",
    "\"\\ud83d\"",
    "\"\\u202e\"",
    "null",
    "1e999",
    "-0",
    "\"credits_consumed\":",
    "\u{feff}",
    "{\"url_source\":\"https://a.com\"}",
];

const TABLES: &[&str] = &[
    "anchor_text,domain_source,domain_target,url_source,url_target\n",
    "Source url,Target url,Anchor\n",
    "\t",
    ",",
    ";",
    "\"",
    "\n",
    "\r\n",
    "https://a.com/",
    "\u{feff}",
    "{\"url_source\":\"https://a.com\"}\n",
    "x",
    "\u{0}",
    "\r",
    "|",
    "sep=;\n",
    "domain:a.example\n",
    "www.a.example/x",
    "| Source url | Anchor |\n| --- | --- |\n",
    "Linking Page + URL",
    "URL",
    "# ",
    "\u{1f}\u{8b}\u{8}",
    "PK\u{3}\u{4}",
];

const SHEETS: &[&str] = &[
    "\u{80}",
    "<row>",
    "<row r=\"1\">",
    "</row>",
    "<c r=\"A1\" t=\"s\">",
    "<c t=\"inlineStr\"><is><t>",
    "</t></is>",
    "<c r=\"ZZZ9999999\">",
    "</c>",
    "<v>0</v>",
    "<v>https://a.example/</v>",
    "<v>Source url</v>",
    "<v>1e999</v>",
    "<si><t>https://b.example/</t></si>",
    "<si><r><t>x</t></r></si>",
    "&amp;",
    "&#x0;",
    "<!--",
];

const SEQUENCES: &[&str] = &[
    "\u{1b}",
    "[",
    "O",
    "]",
    "P",
    "_",
    "\\",
    "\u{7}",
    "?",
    "<",
    ";",
    ":",
    "1",
    "27",
    "200~",
    "201~",
    "\u{1b}[200~",
    "\u{1b}[201~",
    "u",
    "c",
    "n",
    "$y",
    "M",
    "m",
    "R",
    "~",
    "A",
    "j",
    "é",
    "日",
    "\r",
    "\u{3}",
    "\u{18}",
    "\u{7f}",
    " ",
    "57400",
    "99999999999",
];

const FILTERS: &[&str] = &[
    " ", "-", "|", "\"", "/", "=", "\\", "domain:", "anchor:", "url:", "is:", "class:", "depth:", "tld:", "(", ")",
    "a", "É", "reddit", "new", "generic", "3", "[a-", "marked",
];

const STATES: &[&str] = &[
    "{\"settings\":[],",
    "\"columns\":[",
    "{\"name\":\"anchor\",\"width\":30}",
    "{\"name\":\"rank\",\"width\":null}",
    "],",
    "\"filters\":[",
    "{\"name\":\"a\",\"filter\":\"tld:xyz -is:marked\"}",
    "{\"name\":\"\",\"filter\":\"/a|b/ | \\\"x y\\\" x(\"}",
    ",",
    "]}",
];

fn text(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    likely(words).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn response_reader_never_panics(raw in likely(JSON)) {
        checks::response(&raw);
    }

    #[test]
    fn importer_never_panics(raw in prop_oneof![likely(TABLES), likely(JSON)]) {
        checks::importer(&raw);
    }

    #[test]
    fn any_table_is_read_as_it_was_written(raw in vec(any::<u8>(), 0..200)) {
        checks::table(&raw);
    }

    #[test]
    fn workbook_reader_never_panics(raw in likely(SHEETS)) {
        checks::workbook(&raw);
    }

    #[test]
    fn filter_parser_never_panics(text in prop_oneof![text(FILTERS), any::<String>()]) {
        checks::filter(&text);
    }

    #[test]
    fn terminal_input_parser_never_panics(raw in likely(SEQUENCES)) {
        checks::input(&raw);
    }

    #[test]
    fn key_name_parser_never_panics(text in prop_oneof!["(ctrl-|alt-|shift-){0,3}(pg)?[a-z0-9é<>-]{0,5}", any::<String>()]) {
        checks::keys(&text);
    }

    #[test]
    fn text_functions_never_panic(text in any::<String>(), from in 0_usize..400) {
        checks::text(&text);
        let hostile: String = hostile_text().chars().skip(from).collect();
        checks::text(&hostile);
    }

    #[test]
    fn line_editor_never_panics(raw in vec(prop_oneof![0_u8..12, any::<u8>()], 0..120)) {
        checks::line(&raw);
    }

    #[test]
    fn update_never_panics(raw in vec(any::<u8>(), 0..150)) {
        checks::update(&raw);
    }
}

/// The seed inputs of libFuzzer.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn fuzzing_corpus_still_passes() {
    let targets = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus")).unwrap();
    for target in targets.map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        let inputs = corpus(&target);
        assert!(!inputs.is_empty(), "{target}");
        for raw in &inputs {
            let text = String::from_utf8_lossy(raw);
            match target.as_str() {
                "answer" => checks::response(raw),
                "archive" => stored::archive(raw),
                "filter" => checks::filter(&text),
                "importer" => checks::importer(raw),
                "keys" => checks::keys(&text),
                "line" => checks::line(raw),
                "manifest" => stored::manifest(raw),
                "state" => stored::state(raw),
                "text" => checks::text(&text),
                "update" => checks::update(raw),
                other => panic!("no check for the corpus of {other}"),
            }
        }
    }
}

/// A corpus input with random bytes changed, possibly truncated.
fn damaged(target: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let complete = corpus(target);
    let damage = vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    (prop::sample::select(complete), damage, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(mut bytes, damage, end, cut)| {
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if cut {
                bytes.truncate(end.index(bytes.len()));
            }
            bytes
        },
    )
}

proptest! {
    // Fewer cases, since each writes to the disk.
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn archive_reader_never_panics(raw in prop_oneof![damaged("archive"), vec(any::<u8>(), 0..300)]) {
        stored::archive(&raw);
    }

    #[test]
    fn export_reader_never_panics(raw in damaged("manifest")) {
        stored::manifest(&raw);
    }

    #[test]
    fn saved_state_reader_never_panics(raw in prop_oneof![damaged("state"), likely(STATES)]) {
        stored::state(&raw);
    }
}
