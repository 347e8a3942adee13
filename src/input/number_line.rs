//! A line editor for numbers.

use std::ops::Deref;

use super::action::Edit;
use super::line::LineEdit;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberLine {
    line: LineEdit,
}

/// One more digit than any valid number here has, so that a number that is too long is rejected instead of truncated to a valid one.
const MAX_DIGITS: usize = 6;

impl NumberLine {
    pub fn with_number(number: &str) -> NumberLine {
        NumberLine { line: LineEdit::with_text(number) }
    }

    pub fn set(&mut self, number: &str) {
        self.line.set(number);
    }

    /// Selects the number; the next digit replaces it.
    pub fn select_all(&mut self) {
        self.line.select_all();
    }

    pub fn apply(&mut self, edit: Edit) {
        self.line.apply(edit);
    }

    /// Inserts digits at the cursor, without thousands separators. Returns false and changes nothing if `text` contains anything
    /// else or is too long.
    pub fn insert(&mut self, text: &str) -> bool {
        let digits: String = text.trim().chars().filter(|ch| !is_separator(*ch)).collect();
        let before = if self.line.is_selected() { 0 } else { self.line.text().len() };
        let fits = before + digits.len() <= MAX_DIGITS;
        if digits.is_empty() || !fits || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        self.line.insert(&digits)
    }
}

/// It can be read like any other line.
impl Deref for NumberLine {
    type Target = LineEdit;

    fn deref(&self) -> &LineEdit {
        &self.line
    }
}

/// Comma, dot, apostrophes, underscore, and spaces of any width.
fn is_separator(ch: char) -> bool {
    matches!(ch, ',' | '.' | '\'' | '’' | '_') || (ch.is_whitespace() && !ch.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_are_inserted() {
        for (text, number) in [
            ("250", "250"),
            ("10,000", "10000"),
            ("10.000\n", "10000"),
            ("10 000", "10000"),
            ("10\u{202f}000", "10000"),
            ("many", "100"),
            ("10k", "100"),
            ("-5", "100"),
            ("1234567", "100"),
            ("٣", "100"),
        ] {
            let mut line = NumberLine::with_number("100");
            line.select_all();
            assert_eq!(line.insert(text), number != "100", "{text:?}");
            assert_eq!(line.text(), number, "{text:?}");
        }
    }

    #[test]
    fn a_number_that_is_too_long_is_not_truncated() {
        let mut line = NumberLine::with_number("");
        for _ in 0..9 {
            line.insert("1");
        }
        assert_eq!(line.text(), "111111", "too large for any request");
    }
}
