//! The braces and brackets of JSON that are outside of strings, also if a quote is missing.

use memchr::{memchr2, memchr3};

use crate::domain::json_keys::skip_whitespace;

pub(super) struct Bracket {
    pub(super) at: usize,
    pub(super) byte: u8,
    /// Whether it was in a string that is none: an object begins here, so a quote before it is missing.
    pub(super) is_in_broken_string: bool,
}

/// In bytes.
const MAX_KEY: usize = 256;

pub(super) fn for_each_bracket(bytes: &[u8], mut found: impl FnMut(&Bracket)) {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => match string_end(bytes, at) {
                None => return,
                Some(StringEnd::Quote(quote)) => at = quote + 1,
                Some(StringEnd::Object(brace)) => {
                    found(&Bracket { at: brace, byte: b'{', is_in_broken_string: true });
                    at = brace + 1;
                }
            },
            b'{' | b'}' | b'[' | b']' => found(&Bracket { at: at - 1, byte, is_in_broken_string: false }),
            _ => {}
        }
    }
}

/// Where a string ends, by position.
pub(super) enum StringEnd {
    Quote(usize),
    /// In its place, an object begins with a key. In a string, the quotes of the key would be escaped.
    Object(usize),
}

/// The content of the string starts at `start`. `None` if it does not end.
pub(super) fn string_end(bytes: &[u8], start: usize) -> Option<StringEnd> {
    let mut at = start;
    loop {
        let stop = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(stop) == Some(&b'"') {
            let brace = last(bytes.get(start..stop)?, b'{').filter(|_| key(bytes, stop).is_some());
            return Some(brace.map_or(StringEnd::Quote(stop), |brace| StringEnd::Object(start + brace)));
        }
        at = stop + 2;
    }
}

/// The position of this byte if only white space follows.
fn last(bytes: &[u8], byte: u8) -> Option<usize> {
    let trimmed = bytes.trim_ascii_end();
    trimmed.strip_suffix(&[byte]).map(<[u8]>::len)
}

/// The key that begins at this quote, as it is written.
fn key(bytes: &[u8], quote: usize) -> Option<&[u8]> {
    let rest = bytes.get(quote..)?.strip_prefix(b"\"")?;
    let end = memchr3(b'"', b'\\', b'\n', rest.get(..MAX_KEY).unwrap_or(rest)).filter(|end| *end > 0)?;
    let colon = skip_whitespace(bytes, quote + end + 2);
    (rest.get(end) == Some(&b'"') && bytes.get(colon) == Some(&b':')).then(|| rest.get(..end))?
}

/// The first key of the object that begins at this brace.
pub(super) fn first_key(bytes: &[u8], brace: usize) -> Option<&[u8]> {
    key(bytes, skip_whitespace(bytes, brace + 1))
}

/// The last byte before this position that is not white space.
pub(super) fn before(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(..at)?.trim_ascii_end().last().copied()
}

/// The text before a colon, up to the closing quote of a key.
fn until_key(bytes: &[u8], at: usize) -> Option<&[u8]> {
    bytes.get(..at)?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")
}

/// The opening quote of the key whose value begins at this position.
fn key_start(bytes: &[u8], at: usize) -> Option<usize> {
    let end = until_key(bytes, at)?.len();
    let near = end.saturating_sub(MAX_KEY);
    Some(near + memchr::memrchr(b'"', bytes.get(near..end)?)?)
}

/// Whether an object or list is the value of a key, and not an element of a list.
pub(super) fn is_member(bytes: &[u8], at: usize) -> bool {
    // Another colon before the key means that it is a value.
    until_key(bytes, at).is_some() && key_start(bytes, at).is_none_or(|key| before(bytes, key) != Some(b':'))
}

/// The key whose value begins at this position.
pub(super) fn key_of(bytes: &[u8], at: usize) -> Option<&[u8]> {
    until_key(bytes, at)?.get(key_start(bytes, at)? + 1..)
}

pub(super) fn opener(closing: u8) -> u8 {
    if closing == b'}' { b'{' } else { b'[' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brackets(text: &str) -> String {
        let mut found = String::new();
        for_each_bracket(text.as_bytes(), |bracket| {
            found.push(char::from(bracket.byte));
            if bracket.is_in_broken_string {
                found.push('!');
            }
        });
        found
    }

    #[test]
    fn brackets_in_strings_do_not_count() {
        for (text, expected) in [
            (r#"{"a":["{",{"b":"}\"]"}]}"#, "{[{}]}"),
            (r#"{"a":"x{","b":"{ "}"#, "{}"),
            (r#"{"a":"{\"b\":1}"}"#, "{}"),
            ("{\"a\":\"x}\n{\"b\":\"y\"}", "{{!}"),
            ("{\"a\":x\",\"b\":1},\n{ \"b\" : 1}", "{{!}"),
            ("{\"a\":\"x}", "{"),
        ] {
            assert_eq!(brackets(text), expected, "{text}");
        }
    }

    #[test]
    fn keys_are_found_around_values() {
        let text = br#"{ "a b" : {"c":1}}"#;
        assert_eq!(first_key(text, 0), Some(&b"a b"[..]));
        assert_eq!(key_of(text, 10), Some(&b"a b"[..]));
        assert_eq!(first_key(br#"{"a","b":1}"#, 0), None);
    }
}
