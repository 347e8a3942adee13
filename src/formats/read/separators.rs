//! Finds delimiters and line ends eight bytes at a time. Values are short, so calling a search function for each one would take
//! longer than the search.

use crate::domain::byte_word::{HIGH_BITS, repeat};

/// The bytes that separate values: the delimiter, LF and CR.
#[derive(Clone, Copy, Debug)]
pub(super) struct Separators {
    delimiter: u8,
}

impl Separators {
    pub(super) fn new(delimiter: u8) -> Separators {
        Separators { delimiter }
    }

    /// Calls `found` with the position of each separator until it returns a value.
    pub(super) fn find<T>(self, bytes: &[u8], mut found: impl FnMut(usize, u8) -> Option<T>) -> Option<T> {
        let (words, rest) = bytes.as_chunks();
        let mut start = 0;
        for word in words {
            let mut candidates = self.candidates(u64::from_le_bytes(*word));
            while candidates != 0 {
                let at = start + candidates.trailing_zeros() as usize / 8;
                candidates &= candidates - 1;
                if let Some(byte) = bytes.get(at).copied().filter(|byte| self.is_separator(*byte))
                    && let Some(value) = found(at, byte)
                {
                    return Some(value);
                }
            }
            start += word.len();
        }
        let mut last = rest.iter().copied().enumerate().filter(|(_, byte)| self.is_separator(*byte));
        last.find_map(|(index, byte)| found(start + index, byte))
    }

    fn is_separator(self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }

    /// The highest bit is set in each byte that is a separator, and in a few others.
    fn candidates(self, word: u64) -> u64 {
        let delimiters = word ^ repeat(self.delimiter);
        (below(delimiters, 1) | below(word, b'\r' + 1)) & HIGH_BITS
    }
}

/// Sets the highest bit of each byte that is below `limit`. A borrow may set it in the byte after one of them as well.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(repeat(limit)) & !word
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_separator_is_found(text in "[,\n\r\t;a-c\u{2c2c}\u{8c}]{0,40}", delimiter in "[,;\t\u{1f}]") {
            let delimiter = delimiter.as_bytes()[0];
            let mut found = Vec::new();
            Separators::new(delimiter).find(text.as_bytes(), |at, byte| { assert_eq!(byte, text.as_bytes()[at]); found.push(at); None::<()> });
            let is_separator = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
            let expected: Vec<usize> = (0..text.len()).filter(|&at| is_separator(text.as_bytes()[at])).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
