//! Repairs text that is not valid JSON although its structure is intact.
//!
//! Servers that build JSON by hand leave control characters unescaped, cut texts at UTF-16 units, which leaves half
//! surrogate pairs, and write escapes and numbers that JSON does not have. A parser rejects each of them.

use super::json_keys::{is_entry, is_key};

/// Returns the text with control characters in strings escaped as `\u00XX`, half surrogate pairs replaced by `\ufffd`,
/// the backslash of unknown escapes doubled, and numbers that JSON does not have, such as `NaN`, replaced by `null`. `None` if
/// there is nothing to repair.
pub fn repair(text: &str) -> Option<String> {
    let mut repairer = Repairer { text, copied: 0, repaired: String::new() };
    repairer.repair_strings();
    repairer.finish()
}

/// As Python and JavaScript write them.
const NO_NUMBERS: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

struct Repairer<'t> {
    text: &'t str,
    /// How much of `text` has been copied to `repaired`.
    copied: usize,
    repaired: String,
}

impl Repairer<'_> {
    fn repair_strings(&mut self) {
        let text = self.text.as_bytes();
        let mut at = 0;
        while let Some(quote) = memchr::memchr(b'"', text.get(at..).unwrap_or_default()) {
            self.repair_numbers(at, at + quote);
            at = self.repair_string(at + quote + 1);
        }
        self.repair_numbers(at, text.len());
    }

    /// Repairs the text between two strings.
    fn repair_numbers(&mut self, mut at: usize, end: usize) {
        let text = self.text.as_bytes();
        while let Some(first) = memchr::memchr3(b'N', b'I', b'-', text.get(at..end).unwrap_or_default()) {
            at += first;
            let rest = text.get(at..end).unwrap_or_default();
            let number = NO_NUMBERS.into_iter().find(|name| rest.starts_with(name.as_bytes()));
            if let Some(name) = number {
                self.replace(at, at + name.len(), "null");
            }
            at += number.map_or(1, str::len);
        }
    }

    /// Repairs the inside of a string, and returns the position after it.
    fn repair_string(&mut self, mut at: usize) -> usize {
        let text = self.text.as_bytes();
        while let Some(&byte) = text.get(at) {
            match byte {
                // A missing quote swaps the inside and the outside of strings, up to the next key or entry.
                b'{' if is_entry(text, at) => return at + 1,
                b'"' if is_key(text, at) => at += 1,
                b'"' => return at + 1,
                b'\\' => at = self.repair_escape(at),
                0..0x20 => {
                    self.replace(at, at + 1, &format!("\\u{byte:04x}"));
                    at += 1;
                }
                _ => at += 1,
            }
        }
        at
    }

    /// Repairs the escape at this backslash, and returns the position after it.
    fn repair_escape(&mut self, at: usize) -> usize {
        let text = self.text.as_bytes();
        match (text.get(at + 1), unit(text, at)) {
            // The text ends within the escape.
            (None, _) => at + 1,
            (Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), _) => at + 2,
            (_, Some(0xd800..0xdc00)) if matches!(unit(text, at + 6), Some(0xdc00..0xe000)) => at + 12,
            (_, Some(0xd800..0xe000)) => {
                self.replace(at, at + 6, "\\ufffd");
                at + 6
            }
            (_, Some(_)) => at + 6,
            // Skip only the backslash: anything can follow it.
            (_, None) => {
                self.replace(at, at + 1, "\\\\");
                at + 1
            }
        }
    }

    fn replace(&mut self, from: usize, to: usize, with: &str) {
        self.repaired.push_str(self.text.get(self.copied..from).unwrap_or_default());
        self.repaired.push_str(with);
        self.copied = to;
    }

    fn finish(mut self) -> Option<String> {
        if self.copied == 0 {
            return None;
        }
        self.repaired.push_str(self.text.get(self.copied..).unwrap_or_default());
        Some(self.repaired)
    }
}

/// The UTF-16 unit of the `\uXXXX` at this position.
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
    fn valid_text_does_not_change() {
        for text in [
            "",
            "{\n\t\"a\": \"b\"\r\n}",
            r#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "é😀"]"#,
            "no string \u{1} \\x \\ud800",
            r#"["cut off\"#,
        ] {
            assert_eq!(repair(text), None, "{text}");
        }
    }

    #[test]
    fn invalid_characters_are_escaped_or_replaced() {
        for (broken, repaired) in [
            ("[\"a\u{1}b\nc\", 1]\n", r#"["a\u0001b\u000ac", 1]"#.to_owned() + "\n"),
            (r#"{"NaN":NaN,"a":[-Infinity,-1,Infinity]}"#, r#"{"NaN":null,"a":[null,-1,null]}"#.to_owned()),
            (r#""\ud83d""#, r#""\ufffd""#.to_owned()),
            (r#""\ude00\ud83d\ud83d\ude00""#, r#""\ufffd\ufffd\ud83d\ude00""#.to_owned()),
            (r#""\ud83d\n\x \é \u12 \u+123""#, r#""\ufffd\n\\x \\é \\u12 \\u+123""#.to_owned()),
            // Without the opening quote, the text between strings looks like a string, up to the next key.
            (
                "{\"anchor_text\":x\",\n\"url_source\":\"a\tb\"\n}",
                "{\"anchor_text\":x\",\\u000a\"url_source\":\"a\\u0009b\"\n}".to_owned(),
            ),
        ] {
            assert_eq!(repair(broken).as_deref(), Some(repaired.as_str()), "{broken}");
        }
    }
}
