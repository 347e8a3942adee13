//! Reading responses. The reader is lenient where real responses are known or likely to differ from the documentation: null
//! or missing texts, numbers as strings, unknown fields, a byte order mark, entries that are not links.
//!
//! A response is paid for, so damage in it must not cost the links around the damage. There are three steps, each taken only
//! where the one before it fails:
//!
//! 1. one pass of the JSON parser straight into columns, without a tree of values in between;
//! 2. the same over the text as `mend` repairs it: broken characters, escapes and bytes within strings;
//! 3. `salvage`, which takes every entry that is whole, before and behind the damage.
//!
//! What the first two read is a whole [`Response`]; what only the third finds comes with a [`FetchError`].

mod keys;
mod mend;
mod number;
mod reading;
mod salvage;

use crate::domain::signs::{CLOSE, OPEN};
use std::borrow::Cow;

use self::mend::mend;
use self::number::Number;
use self::reading::{Reading, credits};
use self::salvage::salvage;
use crate::domain::{Credits, FetchError, Response};

/// Reads a whole response of a backlink call.
///
/// # Errors
/// It is not JSON, or JSON of another shape. [`recover`] may still find links in it.
pub fn read(raw: &[u8]) -> Result<Response, FetchError> {
    let text = as_text(raw);
    let whole = |reading: Reading| match reading.has_data {
        true => Ok(reading.finish()),
        false => Err(FetchError::WrongShape { reason: format!("it has no {OPEN}data{CLOSE}") }),
    };
    let error = match Reading::of(&text) {
        Ok(reading) => return whole(reading),
        Err(error) => error,
    };
    let Some(mended) = mend(&text) else { return Err(failure(&error, raw.len())) };
    // Up to three times as long as what came: not to be held while the mended text, which is longer still, is read.
    drop(text);
    Reading::of(&mended).map_err(|error| failure(&error, raw.len())).and_then(whole)
}

/// The links that are whole in a response that can't be read, wherever the damage is. Its cost is known only where the number
/// is there to its last digit.
pub fn recover(raw: &[u8]) -> Response {
    // Without “data” the damage is in that name: the links are there all the same.
    let whole = |text: &str| Reading::of(text).ok().filter(|reading| reading.has_data);
    let text = as_text(raw);
    if let Some(reading) = whole(&text) {
        return reading.finish();
    }
    let Some(mended) = mend(&text) else { return salvage(&text).finish() };
    drop(text);
    whole(&mended).unwrap_or_else(|| salvage(&mended)).finish()
}

/// Reads the balance: a list of one number, also as a string. An empty list is no balance.
///
/// # Errors
/// It is nothing of that kind.
pub fn read_balance(raw: &[u8]) -> Result<Credits, FetchError> {
    let list: Vec<Number> = serde_json::from_str(&as_text(raw)).map_err(|e| failure(&e, raw.len()))?;
    let number = list.first().and_then(|n| n.0).ok_or(FetchError::WrongShape { reason: "an empty list".to_owned() })?;
    Ok(credits(number))
}

/// Text without a byte order mark. Bytes that are not UTF-8 become replacement characters instead of losing all links.
fn as_text(raw: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw))
}

fn failure(error: &serde_json::Error, received: usize) -> FetchError {
    match error.classify() {
        serde_json::error::Category::Eof if received > 0 => FetchError::Truncated { received: received as u64 },
        serde_json::error::Category::Data => FetchError::WrongShape { reason: error.to_string() },
        _ if received == 0 => FetchError::NotJson { reason: "the response is empty".to_owned() },
        _ => FetchError::NotJson { reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::Field;

    const ROW: &str = r#"{"anchor_text":"カレー","domain_source":"w3.org","domain_target":"example.com","url_source":"https://w3.org/a","url_target":"https://example.com"}"#;

    #[test]
    fn the_documented_answer() {
        let answer = read(format!(r#"{{"data":[{ROW}],"credits_consumed":5,"time_taken":0.68}}"#).as_bytes()).unwrap();
        assert_eq!((answer.links.len(), answer.charged, answer.skipped), (1, Some(Credits(5)), 0));
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
        assert_eq!((answer.charged, answer.time_taken), (Some(Credits(1_000)), None));
        assert_eq!(answer.links.text(1, Field::SourceUrl), "5");
        assert!(read(br#"{"data":null}"#).unwrap().links.is_empty());
        assert_eq!(read(br#"{"data":[],"credits_consumed":-5}"#).unwrap().charged, Some(Credits::ZERO));
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
                assert_eq!(recover(&whole.as_bytes()[..cut]).charged, None, "{cut}: half a number is none");
                assert_eq!(
                    recover(&whole.as_bytes()[..cut]).skipped,
                    0,
                    "{cut}: what did not arrive is not unreadable"
                );
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

    #[test]
    fn a_response_with_characters_that_json_forbids_is_whole() {
        for (broken, meaning) in [
            ("a\nb\u{0}", "a\nb\u{0}"),
            (r"\ud83d and \ude00", "\u{fffd} and \u{fffd}"),
            (r"\x41 \é", r"\x41 \é"),
            (r"\u12", r"\u12"),
        ] {
            let raw = format!(r#"{{"data":[{ROW},{{"anchor_text":"{broken}"}},{ROW}],"credits_consumed":15}}"#);
            let answer = read(raw.as_bytes()).unwrap();
            assert_eq!((answer.links.len(), answer.charged, answer.skipped), (3, Some(Credits(15)), 0), "{raw}");
            assert_eq!(answer.links.text(1, Field::Anchor), meaning);
        }
    }

    #[test]
    fn links_on_both_sides_of_the_damage_are_recovered() {
        let [before, behind] = ["before", "behind"].map(|text| ROW.replace("カレー", text));
        for damaged in [
            // A quote, a brace, a comma or a colon lost; a byte too many; a piece lost.
            r#"{"anchor_text":"x,"domain_source":"a.com"}"#,
            r#""anchor_text":"x","domain_source":"a.com"}"#,
            r#"{"anchor_text":"x","domain_source":"a.com""#,
            r#"{"anchor_text""x","domain_source":"a.com"}"#,
            r#"{"anchor_text":"x","domain_source":"a.com\"}"#,
            "{\"anchor_text\":\u{1}\"x\"}",
            r#"{"anchor_text":"x"}]"#,
            r#"{"anchor_text":"x",{"anchor_text":"y""#,
            r#"{"anch"#,
        ] {
            let raw = format!("{{\"data\":[\n{before},\n{damaged},\n{behind}\n],\n\"credits_consumed\":15}}");
            assert!(read(raw.as_bytes()).is_err(), "{raw}");
            let answer = recover(raw.as_bytes());
            let anchors: Vec<&str> =
                (0..answer.links.len() as u32).map(|row| answer.links.text(row, Field::Anchor)).collect();
            assert_eq!((anchors.first(), anchors.last()), (Some(&"before"), Some(&"behind")), "{raw}");
            assert_eq!(answer.charged, Some(Credits(15)), "{raw}");
        }
    }

    #[test]
    fn what_it_cost_is_taken_only_whole() {
        for (raw, charged) in [
            (r#"{"credits_consumed":15,"data":[{"anch"#, Some(15)),
            (r#"{"credits_consumed":"1,500","data":[{"anch"#, Some(1_500)),
            (r#"{"data":[{}],"credits_consumed":15 "#, Some(15)),
            (r#"{"data":[{}],"credits_consumed":"15""#, Some(15)),
            (r#"{"data":[{}],"credits_consumed":15"#, None),
            (r#"{"data":[{}],"credits_consumed":"15"#, None),
            ("{\"data\":[{}],\"credits_consumed\":1\u{1}5}", None),
            (r#"{"data":[{}],"credits_consumed":15-}"#, None),
            (r#"{"data":[{}],"credits_consumed":null,"#, None),
            (r#"{"data":[{}],"credits_consumed:15,"#, None),
            // What a stranger wrote into a text, or what is within an entry, is not what the response cost.
            (r#"{"data":[{"anchor_text":"\"credits_consumed\":1,"}"#, None),
            (r#"{"data":[{"anchor_text":"a","credits_consumed":1}"#, None),
        ] {
            assert_eq!(recover(raw.as_bytes()).charged, charged.map(Credits), "{raw}");
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
