//! Damaged responses: every entry that arrived complete is kept.

use std::ops::Range;

use kew_tui::api::response;
use kew_tui::domain::{Credits, Field, LinkSet};
use kew_tui::formats::read::{ColumnMap, read};
use proptest::prelude::*;

/// A response and the byte range of each entry.
#[derive(Clone, Debug)]
struct Response {
    text: String,
    entries: Vec<Range<usize>>,
}

/// Entries with these anchors, compact or pretty-printed.
fn response(anchors: &[String], pretty: bool) -> Response {
    let (line, blank) = if pretty { ("\n  ", " ") } else { ("", "") };
    let mut text = format!("{{{line}\"data\":{blank}[");
    let mut entries = Vec::new();
    for (number, anchor) in anchors.iter().enumerate() {
        text.push_str(if number == 0 { line } else { "," });
        text.push_str(line);
        let anchor = serde_json::to_string(anchor).unwrap();
        let start = text.len();
        text.push_str(&format!(
            "{{{line}\"anchor_text\":{blank}{anchor},{line}\"domain_source\":{blank}\"site{number}.com\",\
             {line}\"url_source\":{blank}\"https://site{number}.com/\"{line}}}"
        ));
        entries.push(start..text.len());
    }
    text.push_str(&format!("{line}],{line}\"credits_consumed\":{blank}{},", anchors.len() * 5));
    text.push_str(&format!("{line}\"time_taken\":{blank}0.68{line}}}"));
    Response { text, entries }
}

#[derive(Clone, Debug)]
enum Damage {
    Insert(&'static [u8]),
    Replace(&'static [u8]),
    Delete,
    Cut,
}

fn damage() -> impl Strategy<Value = Damage> {
    let bytes = prop::sample::select(vec![
        &b"\x00"[..],
        b"\x1f",
        b"\n",
        b"\\ud83d",
        b"\\x",
        b"\\",
        b"\"",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\xff",
        b"\xe3\x82",
        b"a",
    ]);
    prop_oneof![
        4 => bytes.clone().prop_map(Damage::Insert),
        4 => bytes.prop_map(Damage::Replace),
        2 => Just(Damage::Delete),
        1 => Just(Damage::Cut),
    ]
}

/// The damaged bytes, and the lost range of the original.
fn damaged(text: &str, at: usize, damage: &Damage) -> (Vec<u8>, Range<usize>) {
    let mut bytes = text.as_bytes().to_vec();
    match damage {
        Damage::Insert(new) => {
            bytes.splice(at..at, new.iter().copied());
            (bytes, at..at)
        }
        Damage::Replace(new) => {
            bytes.splice(at..=at, new.iter().copied());
            (bytes, at..at + 1)
        }
        Damage::Delete => {
            bytes.remove(at);
            (bytes, at..at + 1)
        }
        Damage::Cut => {
            bytes.truncate(at);
            (bytes, at..text.len())
        }
    }
}

fn is_untouched(entry: &Range<usize>, gone: &Range<usize>) -> bool {
    // An insertion between two bytes damages neither.
    let is_between = gone.is_empty() && (gone.start <= entry.start || gone.start >= entry.end);
    is_between || (!gone.is_empty() && (gone.end <= entry.start || gone.start >= entry.end))
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Response,
    List,
    Lines,
}

impl Response {
    /// The same entries without a response around them.
    fn shaped(self, shape: Shape) -> Response {
        let (open, between, close) = match shape {
            Shape::Response => return self,
            Shape::List => ("[", ",", "]"),
            Shape::Lines => ("", "\n", ""),
        };
        let mut shaped = Response { text: open.to_owned(), entries: Vec::new() };
        for entry in self.entries {
            let start = shaped.text.len();
            shaped.text.push_str(&self.text[entry]);
            shaped.entries.push(start..shaped.text.len());
            shaped.text.push_str(between);
        }
        shaped.text.truncate(shaped.text.len() - between.len());
        shaped.text.push_str(close);
        shaped
    }

    /// `anchors` may be left out.
    fn assert_intact(
        &self,
        anchors: &[String],
        gone: &Range<usize>,
        links: &LinkSet,
        raw: &[u8],
    ) -> Result<(), TestCaseError> {
        let anchor = |row| if anchors.is_empty() { "" } else { links.text(row, Field::Anchor) };
        let found: Vec<(&str, &str)> =
            links.rows().map(|row| (anchor(row), links.text(row, Field::SourceDomain))).collect();
        let mut rest = found.iter();
        for (number, _) in self.entries.iter().enumerate().filter(|(_, entry)| is_untouched(entry, gone)) {
            let domain = format!("site{number}.com");
            let wanted = (anchors.get(number).map_or("", String::as_str), domain.as_str());
            let raw = String::from_utf8_lossy(raw);
            prop_assert!(rest.any(|link| *link == wanted), "{wanted:?} is not in {found:?} of {raw}");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Every entry with intact bytes is recovered, in order; the damaged one may be too.
    #[test]
    fn damage_loses_only_the_damaged_entry(
        anchors in prop::collection::vec("[a-zé😀\"\\\\{}\\[\\]:,\n\u{1}]{0,12}", 1..8),
        pretty: bool,
        place in 0.0..1.0_f64,
        damage in damage(),
    ) {
        let complete = response(&anchors, pretty);
        let at = (complete.text.len() as f64 * place) as usize;
        let (raw, gone) = damaged(&complete.text, at, &damage);
        let response = response::read(&raw).unwrap_or_else(|_| response::recover(&raw));
        complete.assert_intact(&anchors, &gone, &response.links, &raw)?;
        prop_assert!(response.links.len() <= anchors.len(), "of {}", String::from_utf8_lossy(&raw));
        let cost = Credits(anchors.len() as u64 * 5);
        let number = complete.text.find("\"credits_consumed\"").unwrap()..complete.text.find("\"time_taken\"").unwrap();
        if gone.end <= number.start || gone.start >= number.end {
            let is_there = gone.start >= number.end || !matches!(damage, Damage::Cut);
            prop_assert!(!is_there || response.charged == Some(cost), "{:?} of {}", response.charged, String::from_utf8_lossy(&raw));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The same for a file of links: a saved response, a list, or one object a line.
    #[test]
    fn damage_costs_one_record_of_a_file(
        anchors in prop::collection::vec("[a-zé😀\"\\\\{}\\[\\]:,\n\u{1}]{0,12}", 2..8),
        pretty: bool,
        shape in prop::sample::select(vec![Shape::Response, Shape::List, Shape::Lines]),
        number: prop::sample::Index,
        place in 0.0..1.0_f64,
        damage in damage(),
    ) {
        let complete = response(&anchors, pretty).shaped(shape);
        let entry = &complete.entries[number.index(complete.entries.len())];
        let at = entry.start + 1 + (entry.len() as f64 * place) as usize;
        prop_assume!(at < complete.text.len());
        let (raw, gone) = damaged(&complete.text, at, &damage);
        let mut links = LinkSet::default();
        let result = read(&raw[..], &ColumnMap::default(), &mut |chunk| {
            for segment in chunk.segments {
                links.append(segment, 0);
            }
            true
        });
        if let Err(error) = result {
            links = LinkSet::default();
            prop_assert!(!complete.entries.iter().any(|entry| is_untouched(entry, &gone)), "{error}: {}", String::from_utf8_lossy(&raw));
        }
        // A damaged key in the first record may look like another column of anchors.
        complete.assert_intact(&[], &gone, &links, &raw)?;
    }
}

/// Linear time: scanning to the end at the beginning of each entry would exceed the deadline.
#[test]
fn recovery_stays_fast_with_damage_in_every_entry() {
    let entry = |damage: &str| format!("{{\"anchor_text\":\"a{damage}b\",\"domain_source\":\"site.com\"}},");
    for (damage, recovered) in [("\u{1}", 10_000), ("\\ud83d", 10_000), ("\"", 0), ("\",\"x\":[[", 0)] {
        let raw = format!("{{\"data\":[{}", entry(damage).repeat(10_000));
        let response = response::recover(raw.as_bytes());
        assert_eq!((response.links.len(), response.skipped), (recovered, 10_000 - recovered), "{damage:?}");
    }
    for piece in
        ["{\"anchor_text\":", "{\"anchor_text\":[", "{\"anchor_text\":\"", "\"credits_consumed\":\"", "\"data\":["]
    {
        assert_eq!(response::recover(piece.repeat(100_000).as_bytes()).links.len(), 0, "{piece}");
    }
}
