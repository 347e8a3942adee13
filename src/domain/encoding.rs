//! The character encoding of text files. This is the only decoder of text from outside, except for JSON from the API.
//!
//! A file says its encoding only if it begins with a byte order mark. Otherwise zero bytes give UTF-16 away, and what
//! is not UTF-8 is Windows-1252, which spreadsheets write in much of Europe.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    #[default]
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// Bytes of a file in which zero bytes are counted.
const SAMPLE: usize = 1024;

impl Encoding {
    /// For messages.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
            Encoding::Windows1252 => "Windows-1252",
        }
    }

    /// The encoding by the start of a file, and the length of its byte order mark. UTF-8 may still turn out to be
    /// Windows-1252: see [`decode_ascii_compatible`].
    pub fn of_start(start: &[u8]) -> (Encoding, usize) {
        match start {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
            _ => (by_zero_bytes(start.get(..SAMPLE).unwrap_or(start)), 0),
        }
    }
}

/// In UTF-16, the high byte of most characters of Western text and markup is zero, and no low byte is. Binary files
/// have zero bytes anywhere, and control characters.
fn by_zero_bytes(sample: &[u8]) -> Encoding {
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let is_text = |low: usize| {
        let low_bytes = sample.iter().skip(low).step_by(2);
        low_bytes.zip(sample.iter().skip(1 - low).step_by(2)).all(|(low, high)| *high != 0 || !is_control(*low))
    };
    match (zeros(0), zeros(1)) {
        (0, odd) if odd * 4 > sample.len() / 2 && is_text(0) => Encoding::Utf16Le,
        (even, 0) if even * 4 > sample.len() / 2 && is_text(1) => Encoding::Utf16Be,
        _ => Encoding::Utf8,
    }
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Decodes a text file without its byte order mark.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let (encoding, bom_len) = Encoding::of_start(bytes);
    let content = bytes.get(bom_len..).unwrap_or_default();
    let utf16 = match encoding {
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
        Encoding::Utf8 | Encoding::Windows1252 if bom_len > 0 => return (String::from_utf8_lossy(content), encoding),
        Encoding::Utf8 | Encoding::Windows1252 => return decode_ascii_compatible(content),
    };
    (utf16.decode_without_bom_handling(content).0, encoding)
}

/// Decodes UTF-8 or, if it is not that, Windows-1252. In text with more valid than invalid sequences outside ASCII, the
/// invalid ones are damage: each becomes one replacement character.
pub fn decode_ascii_compatible(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return (Cow::Borrowed(text), Encoding::Utf8);
    }
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    if valid > invalid {
        (String::from_utf8_lossy(bytes), Encoding::Utf8)
    } else {
        (WINDOWS_1252.decode_without_bom_handling(bytes).0, Encoding::Windows1252)
    }
}

/// The lines of a text with any line ending: LF, CRLF or CR.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = memchr::memchr2(b'\n', b'\r', text.as_bytes()) else {
            rest = None;
            return Some(text);
        };
        let (line, ending) = text.split_at_checked(end)?;
        let next = ending.strip_prefix("\r\n").or_else(|| ending.get(1..)).unwrap_or_default();
        rest = Some(next).filter(|next| !next.is_empty());
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, unit: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn the_encoding_is_detected() {
        let text = "Käse & Öl – 5 €";
        let (le, be) = (utf16(text, u16::to_le_bytes), utf16(text, u16::to_be_bytes));
        let with_bom = |bom: &[u8], bytes: &[u8]| [bom, bytes].concat();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (with_bom(b"\xEF\xBB\xBF", text.as_bytes()), Encoding::Utf8),
            (le.clone(), Encoding::Utf16Le),
            (be.clone(), Encoding::Utf16Be),
            (with_bom(b"\xFF\xFE", &le), Encoding::Utf16Le),
            (with_bom(b"\xFE\xFF", &be), Encoding::Utf16Be),
            (b"K\xE4se & \xD6l \x96 5 \x80".to_vec(), Encoding::Windows1252),
        ] {
            assert_eq!(decode(&bytes), (text.into(), encoding), "{bytes:?}");
        }
        for binary in [b"\0\x01\0\0\x02PK".as_slice(), b"\x01\0\x02\0", b"\0\x01\0\x02"] {
            assert_eq!(decode(binary).1, Encoding::Utf8, "binary data");
        }
    }

    #[test]
    fn a_bad_byte_costs_one_character() {
        assert_eq!(decode("ä b\u{fffd}c é".as_bytes()).0, "ä b\u{fffd}c é");
        assert_eq!(decode(b"\xC3\xA4 b\xFFc \xC3\xA9").0, "ä b\u{fffd}c é");
        assert_eq!(decode(b"\xEF\xBB\xBFb\xFFc").0, "b\u{fffd}c");
        let mut broken = utf16("ab", u16::to_le_bytes);
        broken.splice(2..2, [0x3D, 0xD8]);
        assert_eq!(decode(&[b"\xFF\xFE".as_slice(), &broken].concat()).0, "a\u{fffd}b");
    }

    #[test]
    fn lines_end_with_any_line_ending() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec!["a"]),
            ("a\nb\r\nc\rd", vec!["a", "b", "c", "d"]),
            ("a\r\n\r\n\r\rb\n", vec!["a", "", "", "", "b"]),
        ] {
            assert_eq!(lines(text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn text_comes_back_from_every_encoding(text in "[a-zäöüßéЖ語😀 \n]{0,40}") {
            let text = format!("abcdefgh{text}");
            prop_assert_eq!(decode(text.as_bytes()).0, text.as_str());
            for (bom, bytes) in [(b"\xFF\xFE", utf16(&text, u16::to_le_bytes)), (b"\xFE\xFF", utf16(&text, u16::to_be_bytes))] {
                let file = [bom.as_slice(), &bytes].concat();
                prop_assert_eq!(decode(&file).0, text.as_str());
            }
        }

        #[test]
        fn decoding_never_fails(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let (text, _) = decode(&bytes);
            prop_assert!(lines(&text).all(|line| !line.contains(['\n', '\r'])));
        }
    }
}
