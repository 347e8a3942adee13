//! A line for a number: digits and nothing else.

use std::ops::Deref;

use super::action::Edit;
use super::line::LineEdit;

/// A line that takes digits only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberLine {
    line: LineEdit,
}

/// The most digits it takes: one more than any number that is asked for here, so that a number with a digit too many is
/// refused and never cut down to one that would do.
const MOST_DIGITS: usize = 6;

impl NumberLine {
    /// A line with this number, the cursor behind it.
    pub fn with_number(number: &str) -> NumberLine {
        NumberLine { line: LineEdit::with_text(number) }
    }

    /// Replaces the number; the cursor goes behind it.
    pub fn set(&mut self, number: &str) {
        self.line.set(number);
    }

    /// Selects the number: the next digit takes its place.
    pub fn select_all(&mut self) {
        self.line.select_all();
    }

    /// Does one edit.
    pub fn apply(&mut self, edit: Edit) {
        self.line.apply(edit);
    }

    /// Takes digits at the cursor, without the separators that people and spreadsheets write between thousands. A text with
    /// anything else in it is no number, and nothing of it goes in. Returns whether it went in.
    pub fn insert(&mut self, text: &str) -> bool {
        let digits: String = text.trim().chars().filter(|letter| !is_separator(*letter)).collect();
        let before = if self.line.is_selected() { 0 } else { self.line.text().len() };
        let fits = before + digits.len() <= MOST_DIGITS;
        if digits.is_empty() || !fits || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        self.line.insert(&digits)
    }
}

/// Reading is that of any line.
impl Deref for NumberLine {
    type Target = LineEdit;

    fn deref(&self) -> &LineEdit {
        &self.line
    }
}

/// Commas, dots, apostrophes, underscores, and blanks of every width.
fn is_separator(letter: char) -> bool {
    matches!(letter, ',' | '.' | '\'' | '’' | '_') || (letter.is_whitespace() && !letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_go_in() {
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
    fn a_digit_too_many_is_not_cut_off() {
        let mut line = NumberLine::with_number("");
        for _ in 0..9 {
            line.insert("1");
        }
        assert_eq!(line.text(), "111111", "which no request takes");
    }
}
