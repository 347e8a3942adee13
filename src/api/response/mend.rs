//! Repairs what makes JSON unreadable although its structure is whole.
//!
//! Servers that put texts of strangers together by hand leave control characters as they are, cut texts by UTF-16 units, which
//! leaves halves of surrogate pairs, and write escapes that JSON does not know. Each of them makes a parser give up.

use super::keys::{is_entry, is_key};

/// The text with control characters in strings as `\u00XX`, half surrogate pairs as `\ufffd` and the backslash of unknown
/// escapes doubled. `None` where there is nothing to repair.
pub(super) fn mend(text: &str) -> Option<String> {
    let mut mender = Mender { text, copied: 0, mended: String::new() };
    mender.mend_strings();
    mender.finish()
}

struct Mender<'t> {
    text: &'t str,
    /// How much of the text is in `mended`.
    copied: usize,
    mended: String,
}

impl Mender<'_> {
    fn mend_strings(&mut self) {
        let text = self.text.as_bytes();
        let mut at = 0;
        while let Some(quote) = memchr::memchr(b'"', text.get(at..).unwrap_or_default()) {
            at = self.mend_string(at + quote + 1);
        }
    }

    /// Mends the inside of a string, and returns where its end is passed.
    fn mend_string(&mut self, mut at: usize) -> usize {
        let text = self.text.as_bytes();
        while let Some(&byte) = text.get(at) {
            match byte {
                // Where a quote is lost, strings and what is between them change places; keys and entries put that right.
                b'{' if is_entry(text, at) => return at + 1,
                b'"' if is_key(text, at) => at += 1,
                b'"' => return at + 1,
                b'\\' => at = self.mend_escape(at),
                0..0x20 => {
                    self.replace(at, at + 1, &format!("\\u{byte:04x}"));
                    at += 1;
                }
                _ => at += 1,
            }
        }
        at
    }

    /// Mends the escape that begins at this backslash, and returns where it is passed.
    fn mend_escape(&mut self, at: usize) -> usize {
        let text = self.text.as_bytes();
        match (text.get(at + 1), unit(text, at)) {
            // Cut off here: nobody knows what was to come.
            (None, _) => at + 1,
            (Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), _) => at + 2,
            (_, Some(0xd800..0xdc00)) if matches!(unit(text, at + 6), Some(0xdc00..0xe000)) => at + 12,
            (_, Some(0xd800..0xe000)) => {
                self.replace(at, at + 6, "\\ufffd");
                at + 6
            }
            (_, Some(_)) => at + 6,
            // Only the backslash is passed: what is behind it may be anything.
            (_, None) => {
                self.replace(at, at + 1, "\\\\");
                at + 1
            }
        }
    }

    fn replace(&mut self, from: usize, to: usize, with: &str) {
        self.mended.push_str(self.text.get(self.copied..from).unwrap_or_default());
        self.mended.push_str(with);
        self.copied = to;
    }

    fn finish(mut self) -> Option<String> {
        if self.copied == 0 {
            return None;
        }
        self.mended.push_str(self.text.get(self.copied..).unwrap_or_default());
        Some(self.mended)
    }
}

/// The UTF-16 unit of the `\uXXXX` at this place.
fn unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_order_stays_as_it_is() {
        for text in [
            "",
            "{\n\t\"a\": \"b\"\r\n}",
            r#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "é😀"]"#,
            "no string \u{1} \\x \\ud800",
            r#"["cut off\"#,
        ] {
            assert_eq!(mend(text), None, "{text}");
        }
    }

    #[test]
    fn what_no_string_can_hold_is_written_so_that_one_can() {
        for (broken, mended) in [
            ("[\"a\u{1}b\nc\", 1]\n", r#"["a\u0001b\u000ac", 1]"#.to_owned() + "\n"),
            (r#""\ud83d""#, r#""\ufffd""#.to_owned()),
            (r#""\ude00\ud83d\ud83d\ude00""#, r#""\ufffd\ufffd\ud83d\ude00""#.to_owned()),
            (r#""\ud83d\n\x \é \u12 \u+123""#, r#""\ufffd\n\\x \\é \\u12 \\u+123""#.to_owned()),
            // Without its first quote a string seems to be what stands between strings, up to the next key.
            (
                "{\"anchor_text\":x\",\n\"url_source\":\"a\tb\"\n}",
                "{\"anchor_text\":x\",\\u000a\"url_source\":\"a\\u0009b\"\n}".to_owned(),
            ),
        ] {
            assert_eq!(mend(broken).as_deref(), Some(mended.as_str()), "{broken}");
        }
    }
}
