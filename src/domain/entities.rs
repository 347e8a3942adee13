//! HTML character references in text, such as `&amp;` and `&#39;`. Crawlers often report anchor texts with them.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use html_escape::NAMED_ENTITIES;

/// No shorter than any name, and enough for a number with leading zeros.
const MAX_NAME: usize = 40;

/// Decodes one level of references (HTML standard, section 13.2.5.73). Those without a semicolon or with an unknown name
/// stay, since a bare `&` is common.
pub fn decode_entities(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut out = String::new();
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        match decode_reference(reference) {
            Some((decoded, len)) => {
                decoded.push_to(&mut out);
                rest = reference.get(len..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = reference.get(1..).unwrap_or_default();
            }
        }
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

enum Decoded {
    Named(&'static str),
    Numeric(char),
}

impl Decoded {
    fn push_to(&self, out: &mut String) {
        match self {
            Decoded::Named(text) => out.push_str(text),
            Decoded::Numeric(ch) => out.push(*ch),
        }
    }
}

/// The text and the length in bytes of the reference at the start of `text`, which begins with `&`.
fn decode_reference(text: &str) -> Option<(Decoded, usize)> {
    let bytes = text.as_bytes();
    let end = memchr::memchr(b';', bytes.get(..bytes.len().min(MAX_NAME)).unwrap_or_default())?;
    let name = text.get(1..end)?;
    let decoded = match name.strip_prefix('#') {
        Some(number) => Decoded::Numeric(numeric(number)?),
        None => {
            let found = NAMED_ENTITIES.binary_search_by(|(known, _)| (*known).cmp(name.as_bytes())).ok()?;
            Decoded::Named(NAMED_ENTITIES.get(found)?.1)
        }
    };
    Some((decoded, end + 1))
}

fn numeric(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    // Too large for a number is too large for a character.
    let code = u32::from_str_radix(digits, radix).unwrap_or(u32::MAX);
    match code {
        0 => Some(char::REPLACEMENT_CHARACTER),
        // The standard reads these control characters as Windows-1252, for the sake of old pages.
        0x80..=0x9f => WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0.chars().next(),
        _ => Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn references_become_their_characters() {
        for (text, expected) in [
            ("Tom &amp; Jerry", "Tom & Jerry"),
            ("caf&eacute;&nbsp;&ndash; &lt;b&gt;", "café\u{a0}– <b>"),
            ("it&#39;s &#x201C;it&#X201d;", "it's “it”"),
            ("5&#128; &#150; &#0;&#xD800;&#x110000;&#99999999999;", "5€ – \u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("&NotEqualTilde;&CounterClockwiseContourIntegral;&#000000000000000000038;", "≂\u{338}∳&"),
            ("&amp;amp;&amp;lt;", "&amp;&lt;"),
        ] {
            assert_eq!(decode_entities(text), expected, "{text}");
        }
        for text in [
            "",
            "AT&T",
            "a & b; c",
            "&amp",
            "&unknown;",
            "&;",
            "&#;",
            "&#x;",
            "&#-1;",
            "&#+1;",
            "&&",
            "é&é;",
            "?a=1&copy=2",
        ] {
            assert!(matches!(decode_entities(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_escaped_and_decoded(text in "\\PC{0,20}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            prop_assert_eq!(decode_entities(&escaped), text.as_str());
        }

        #[test]
        fn decoding_never_fails(text in "(&|;|#|x|[0-9]|amp|é|\\PC){0,30}") {
            decode_entities(&text);
        }
    }
}
