//! Reads responses. The reader is lenient where real responses differ from the documentation, or probably do: null or
//! missing texts, numbers as strings, unknown fields, a byte order mark, entries that are not links.
//!
//! A response is paid for, so damage must not cost the links around it. There are three steps, each tried only if the
//! one before it fails:
//!
//! 1. one pass of the JSON parser straight into columns, without a tree of values in between;
//! 2. the same after `repair` has replaced invalid characters, escapes and bytes in strings;
//! 3. `salvage`, which takes every intact entry before and after the damage.
//!
//! The first two return a complete [`Response`]; what only the third finds comes with a [`FetchError`].

mod builder;
mod number;
mod salvage;

use crate::domain::signs::{CLOSE, OPEN};
use std::borrow::Cow;

use self::builder::{ResponseBuilder, credits};
use self::number::Number;
use self::salvage::salvage;
use crate::domain::json_repair::repair;
use crate::domain::{Credits, FetchError, Response};

/// Reads the response to a request for backlinks.
///
/// # Errors
/// It is not JSON, or JSON of another shape. [`recover`] may still find links in it.
pub fn read(raw: &[u8]) -> Result<Response, FetchError> {
    let text = as_text(raw);
    let complete = |builder: ResponseBuilder| match builder.has_data {
        true => Ok(builder.finish()),
        false => Err(FetchError::WrongShape { reason: format!("it has no {OPEN}data{CLOSE}") }),
    };
    let error = match ResponseBuilder::parse(&text) {
        Ok(builder) => return complete(builder),
        Err(error) => error,
    };
    let Some(repaired) = repair(&text) else { return Err(failure(&error, raw.len())) };
    // It may be three times as long as the response. Free it before the repaired text, which is longer still, is read.
    drop(text);
    ResponseBuilder::parse(&repaired).map_err(|error| failure(&error, raw.len())).and_then(complete)
}

/// The intact links of a response that can't be read. The charge is known only if the number is complete.
pub fn recover(raw: &[u8]) -> Response {
    // If “data” is missing, the damage is in that key and the links are still there.
    let complete = |text: &str| ResponseBuilder::parse(text).ok().filter(|builder| builder.has_data);
    let text = as_text(raw);
    if let Some(builder) = complete(&text) {
        return builder.finish();
    }
    let Some(repaired) = repair(&text) else { return salvage(&text).finish() };
    drop(text);
    complete(&repaired).unwrap_or_else(|| salvage(&repaired)).finish()
}

/// Reads the balance: a list of one number, which may be a string.
///
/// # Errors
/// It is something else, or the list is empty.
pub fn read_balance(raw: &[u8]) -> Result<Credits, FetchError> {
    let list: Vec<Number> = serde_json::from_str(&as_text(raw)).map_err(|e| failure(&e, raw.len()))?;
    let number = list.first().and_then(|n| n.0).ok_or(FetchError::WrongShape { reason: "an empty list".to_owned() })?;
    Ok(credits(number))
}

/// Removes the byte order mark. Invalid UTF-8 is replaced, so that it does not cost all links.
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
    use crate::domain::{Field, Row};

    const ROW: &str = r#"{"anchor_text":"カレー","domain_source":"w3.org","domain_target":"example.com","url_source":"https://w3.org/a","url_target":"https://example.com"}"#;

    #[test]
    fn reads_the_documented_response() {
        let response =
            read(format!(r#"{{"data":[{ROW}],"credits_consumed":5,"time_taken":0.68}}"#).as_bytes()).unwrap();
        assert_eq!((response.links.len(), response.charged, response.skipped), (1, Some(Credits(5)), 0));
        assert_eq!(response.time_taken, Some(Duration::from_millis(680)));
        assert_eq!(response.links.text(Row(0), Field::Anchor), "カレー");
        assert_eq!(response.links.text(Row(0), Field::TargetUrl), "https://example.com");
    }

    #[test]
    fn is_lenient_where_responses_differ() {
        let raw = format!(
            "\u{feff}{{\"new\":[{{}}],\"data\":[null,{ROW},7,\"x\",[1],{{\"anchor_text\":null,\"domain_source\":\"a.com\",\
             \"url_source\":5,\"more\":{{\"x\":[1]}}}}],\"credits_consumed\":\"1,000\",\"time_taken\":\"x\"}}"
        );
        let response = read(raw.as_bytes()).unwrap();
        assert_eq!((response.links.len(), response.skipped), (2, 4));
        assert_eq!((response.charged, response.time_taken), (Some(Credits(1_000)), None));
        assert_eq!(response.links.text(Row(1), Field::SourceUrl), "5");
        assert!(read(br#"{"data":null}"#).unwrap().links.is_empty());
        assert_eq!(read(br#"{"data":[],"credits_consumed":-5}"#).unwrap().charged, Some(Credits::ZERO));
    }

    #[test]
    fn broken_text_loses_no_links() {
        let response =
            read(br#"{"data":[{"anchor_text":"a\ud83db \ud83d\ude00 \\ud83d"},{"anchor_text":"x"}]}"#).unwrap();
        assert_eq!(response.links.text(Row(0), Field::Anchor), "a\u{fffd}b 😀 \\ud83d");
        let response = read(b"{\"data\":[{\"anchor_text\":\"a\xffb\"}]}").unwrap();
        assert_eq!(response.links.text(Row(0), Field::Anchor), "a\u{fffd}b");
    }

    #[test]
    fn anything_else_is_an_error() {
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
    fn intact_links_of_a_truncated_response_are_recovered() {
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
    fn reads_the_balance_as_number_or_string() {
        assert_eq!(read_balance(b"[\n  95597755\n]").unwrap(), Credits(95_597_755));
        assert_eq!(read_balance(br#"["12345"]"#).unwrap(), Credits(12_345));
        for bad in ["[]", "oops", "{}", "[null]"] {
            assert!(read_balance(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn invalid_characters_do_not_make_a_response_incomplete() {
        for (broken, meaning) in [
            ("a\nb\u{0}", "a\nb\u{0}"),
            (r"\ud83d and \ude00", "\u{fffd} and \u{fffd}"),
            (r"\x41 \é", r"\x41 \é"),
            (r"\u12", r"\u12"),
        ] {
            let raw = format!(r#"{{"data":[{ROW},{{"anchor_text":"{broken}"}},{ROW}],"credits_consumed":15}}"#);
            let response = read(raw.as_bytes()).unwrap();
            assert_eq!((response.links.len(), response.charged, response.skipped), (3, Some(Credits(15)), 0), "{raw}");
            assert_eq!(response.links.text(Row(1), Field::Anchor), meaning);
        }
    }

    #[test]
    fn links_before_and_after_the_damage_are_recovered() {
        let [before, after] = ["before", "after"].map(|text| ROW.replace("カレー", text));
        for damaged in [
            // A missing quote, brace, comma or colon; an extra byte; a missing piece.
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
            let raw = format!("{{\"data\":[\n{before},\n{damaged},\n{after}\n],\n\"credits_consumed\":15}}");
            assert!(read(raw.as_bytes()).is_err(), "{raw}");
            let response = recover(raw.as_bytes());
            let anchors: Vec<&str> = response.links.rows().map(|row| response.links.text(row, Field::Anchor)).collect();
            assert_eq!((anchors.first(), anchors.last()), (Some(&"before"), Some(&"after")), "{raw}");
            assert_eq!(response.charged, Some(Credits(15)), "{raw}");
        }
    }

    #[test]
    fn charge_is_read_only_if_complete() {
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
            // A number in a text or within an entry is not what the response cost.
            (r#"{"data":[{"anchor_text":"\"credits_consumed\":1,"}"#, None),
            (r#"{"data":[{"anchor_text":"a","credits_consumed":1}"#, None),
        ] {
            assert_eq!(recover(raw.as_bytes()).charged, charged.map(Credits), "{raw}");
        }
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_input_does_not_panic(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = read(&raw);
            let _ = recover(&raw);
            let _ = read_balance(&raw);
        }
    }
}
