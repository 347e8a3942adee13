//! Reading answers. The reader is lenient where real answers are known or likely to differ from the documentation: null or
//! missing texts, numbers as strings, unknown fields, a byte order mark, entries that are no link.
//!
//! An answer is read in one pass straight into columns, without a tree of values in between.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::entry::{Entry, Text};
use crate::domain::link_set::LinkSetBuilder;
use crate::domain::{Answer, Credits, Failure};

/// What was read so far; also what is left when reading fails.
#[derive(Default)]
struct Reading {
    links: LinkSetBuilder,
    skipped: usize,
    consumed: Option<f64>,
    time_taken: Option<f64>,
    has_data: bool,
}

/// Reads a whole answer of a backlink call.
///
/// # Errors
/// It is no JSON, or JSON of another shape. [`recover`] may still find links in it.
pub fn read(raw: &[u8]) -> Result<Answer, Failure> {
    let mut reading = Reading::default();
    let text = as_text(raw);
    let mut json = serde_json::Deserializer::from_str(&text);
    reading.deserialize(&mut json).and_then(|()| json.end()).map_err(|e| failure(&e, raw.len()))?;
    if !reading.has_data {
        return Err(Failure::WrongShape { reason: "there is no “data” in it".to_owned() });
    }
    Ok(reading.finish())
}

/// The links that arrived whole in an answer that can't be read to its end. None where there are none.
pub fn recover(raw: &[u8]) -> Answer {
    let mut reading = Reading::default();
    let text = as_text(raw);
    if reading.deserialize(&mut serde_json::Deserializer::from_str(&text)).is_err() {
        // Where the answer ends, a number may have been cut in two: what it cost is not known.
        reading.consumed = None;
        reading.time_taken = None;
    }
    reading.finish()
}

/// Reads the balance: a list of one number, also as a string. An empty list is no balance.
///
/// # Errors
/// It is nothing of that kind.
pub fn read_balance(raw: &[u8]) -> Result<Credits, Failure> {
    let list: Vec<Number> = serde_json::from_str(&as_text(raw)).map_err(|e| failure(&e, raw.len()))?;
    let number = list.first().and_then(|n| n.0).ok_or(Failure::WrongShape { reason: "an empty list".to_owned() })?;
    Ok(credits(number))
}

/// Text without a byte order mark. Bytes that are no UTF-8 become replacement characters instead of losing all links.
fn as_text(raw: &[u8]) -> Cow<'_, str> {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    match without_lone_surrogates(raw) {
        Some(mended) => Cow::Owned(
            String::from_utf8(mended).unwrap_or_else(|mended| String::from_utf8_lossy(mended.as_bytes()).into_owned()),
        ),
        None => String::from_utf8_lossy(raw),
    }
}

/// Half of a surrogate pair alone (`\ud83d` without its other half) is written by servers that cut texts by UTF-16 units.
/// No string can hold it; it becomes a replacement character. `None` where there is none.
fn without_lone_surrogates(raw: &[u8]) -> Option<Vec<u8>> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', raw.get(at..)?) {
        at += found;
        let Some(unit) = escaped_unit(raw, at) else {
            // Any other escape: step over the backslash and what it escapes.
            at += 2;
            continue;
        };
        let pair = (0xd800..0xdc00).contains(&unit)
            && escaped_unit(raw, at + 6).is_some_and(|next| (0xdc00..0xe000).contains(&next));
        if pair {
            at += 12;
            continue;
        }
        if (0xd800..0xe000).contains(&unit) {
            let mended = mended.get_or_insert_with(|| raw.to_vec());
            if let Some(place) = mended.get_mut(at..at + 6) {
                place.copy_from_slice(b"\\ufffd");
            }
        }
        at += 6;
    }
    mended
}

/// The UTF-16 unit of a `\uXXXX` at this place.
fn escaped_unit(raw: &[u8], at: usize) -> Option<u32> {
    let digits = raw.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn failure(error: &serde_json::Error, received: usize) -> Failure {
    match error.classify() {
        serde_json::error::Category::Eof if received > 0 => Failure::Truncated { received: received as u64 },
        serde_json::error::Category::Data => Failure::WrongShape { reason: error.to_string() },
        _ if received == 0 => Failure::NotJson { reason: "the answer is empty".to_owned() },
        _ => Failure::NotJson { reason: error.to_string() },
    }
}

/// A number of credits that a server wrote: never negative, never more than can be counted.
fn credits(number: f64) -> Credits {
    Credits(number.clamp(0.0, 1e15).round() as u64)
}

impl Reading {
    fn deserialize<'de, D: Deserializer<'de>>(&mut self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(AnswerVisitor(self))
    }

    fn finish(self) -> Answer {
        let seconds = self.time_taken.filter(|s| (0.0..1e9).contains(s));
        Answer {
            links: Arc::new(self.links.finish()),
            consumed: self.consumed.map(credits),
            time_taken: seconds.map(Duration::from_secs_f64),
            skipped: self.skipped,
        }
    }
}

struct AnswerVisitor<'r>(&'r mut Reading);

impl<'de> Visitor<'de> for AnswerVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer with “data”")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Text<'de>>()? {
            match name.0.as_ref() {
                "data" => {
                    self.0.has_data = true;
                    map.next_value_seed(Entries(self.0))?;
                }
                "credits_consumed" => self.0.consumed = map.next_value::<Number>()?.0,
                "time_taken" => self.0.time_taken = map.next_value::<Number>()?.0,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The list of links.
struct Entries<'r>(&'r mut Reading);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of links as “data”")
    }

    /// `null` is what some servers write for an empty list.
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element::<Entry<'de>>()? {
            match entry {
                Entry::Link(fields) => self.0.links.push(&fields.link()).map_err(de::Error::custom)?,
                Entry::Other => self.0.skipped += 1,
            }
        }
        Ok(())
    }
}

/// A number, also as a string; anything else is unknown.
struct Number(Option<f64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(json)?;
        Ok(Number(text.0.trim().replace(',', "").parse().ok().filter(|n: &f64| n.is_finite())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Field;

    const ROW: &str = r#"{"anchor_text":"カレー","domain_source":"w3.org","domain_target":"example.com","url_source":"https://w3.org/a","url_target":"https://example.com"}"#;

    #[test]
    fn the_documented_answer() {
        let answer = read(format!(r#"{{"data":[{ROW}],"credits_consumed":5,"time_taken":0.68}}"#).as_bytes()).unwrap();
        assert_eq!((answer.links.len(), answer.consumed, answer.skipped), (1, Some(Credits(5)), 0));
        assert_eq!(answer.time_taken, Some(Duration::from_millis(680)));
        assert_eq!(answer.links.text(0, Field::Anchor), "カレー");
        assert_eq!(answer.links.text(0, Field::TargetUrl), "https://example.com");
    }

    #[test]
    fn lenient_where_answers_differ() {
        let raw = format!(
            "\u{feff}{{\"new\":[{{}}],\"data\":[null,{ROW},7,\"x\",[1],{{\"anchor_text\":null,\"domain_source\":\"a.com\",\
             \"url_source\":5,\"more\":{{\"x\":[1]}}}}],\"credits_consumed\":\"1,000\",\"time_taken\":\"x\"}}"
        );
        let answer = read(raw.as_bytes()).unwrap();
        assert_eq!((answer.links.len(), answer.skipped), (2, 4));
        assert_eq!((answer.consumed, answer.time_taken), (Some(Credits(1_000)), None));
        assert_eq!(answer.links.text(1, Field::SourceUrl), "5");
        assert!(read(br#"{"data":null}"#).unwrap().links.is_empty());
        assert_eq!(read(br#"{"data":[],"credits_consumed":-5}"#).unwrap().consumed, Some(Credits::ZERO));
    }

    #[test]
    fn broken_text_loses_no_link() {
        let answer =
            read(br#"{"data":[{"anchor_text":"a\ud83db \ud83d\ude00 \\ud83d"},{"anchor_text":"x"}]}"#).unwrap();
        assert_eq!(answer.links.text(0, Field::Anchor), "a\u{fffd}b 😀 \\ud83d");
        let answer = read(b"{\"data\":[{\"anchor_text\":\"a\xffb\"}]}").unwrap();
        assert_eq!(answer.links.text(0, Field::Anchor), "a\u{fffd}b");
    }

    #[test]
    fn what_is_no_answer_says_so() {
        for (raw, wanted) in [
            ("<html>", "NotJson"),
            ("", "NotJson"),
            ("[]", "WrongShape"),
            ("{}", "WrongShape"),
            (r#"{"data":{}}"#, "WrongShape"),
            (r#"{"data":[{"anchor_text":"x"}"#, "Truncated"),
            (r#"{"data":[]} trailing"#, "NotJson"),
        ] {
            let failure = read(raw.as_bytes()).unwrap_err();
            assert!(format!("{failure:?}").starts_with(wanted), "{raw}: {failure:?}");
        }
        let deep = format!("{{\"data\":{}", "[".repeat(100_000));
        assert!(read(deep.as_bytes()).is_err());
    }

    #[test]
    fn whole_links_of_a_cut_answer_are_recovered() {
        let whole = format!(r#"{{"data":[{ROW},{ROW},{ROW}],"credits_consumed":15}}"#);
        for cut in 0..whole.len() {
            if whole.is_char_boundary(cut) {
                let rows = recover(&whole.as_bytes()[..cut]).links.len();
                let complete = whole[..cut].matches('}').count();
                assert_eq!(rows, complete.min(3), "{cut}");
                assert_eq!(recover(&whole.as_bytes()[..cut]).consumed, None, "{cut}: half a number is none");
            }
        }
    }

    #[test]
    fn the_balance_in_its_forms() {
        assert_eq!(read_balance(b"[\n  95597755\n]").unwrap(), Credits(95_597_755));
        assert_eq!(read_balance(br#"["12345"]"#).unwrap(), Credits(12_345));
        for bad in ["[]", "oops", "{}", "[null]"] {
            assert!(read_balance(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_the_reader_panic(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = read(&raw);
            let _ = recover(&raw);
            let _ = read_balance(&raw);
        }
    }
}
