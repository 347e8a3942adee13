//! A line for a secret: it can be typed and pasted, and never read back from the screen or from a debug print.

use std::fmt;

use secrecy::zeroize::Zeroizing;

use super::action::Edit;

/// A line of text that nobody sees. Its memory is wiped when it goes.
///
/// The cursor always stands at the end: between characters that are not shown it would help nobody.
#[derive(Clone, Default)]
pub struct SecretLine {
    text: Zeroizing<String>,
}

/// The most bytes it takes. Room for all of them is there from the start, so that no copy stays behind where it grew.
const MOST_BYTES: usize = 512;

impl SecretLine {
    /// An empty line.
    pub fn new() -> SecretLine {
        SecretLine { text: Zeroizing::new(String::with_capacity(MOST_BYTES)) }
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// How many characters there are.
    pub fn len(&self) -> usize {
        self.text.chars().count()
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds text at the end, without line breaks and other control characters. What would make the line longer than 512
    /// bytes is left out.
    pub fn insert(&mut self, text: &str) {
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            if self.text.len() + letter.len_utf8() > MOST_BYTES {
                return;
            }
            self.text.push(letter);
        }
    }

    /// Deletes the last character, or all of them; what moves a cursor does nothing.
    pub fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Backspace => drop(self.text.pop()),
            Edit::DeleteWord | Edit::DeleteToStart => self.text.clear(),
            _ => {}
        }
    }
}

/// Says how long it is and nothing else.
impl fmt::Debug for SecretLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretLine({} characters)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_typed_deleted_and_never_printed() {
        let mut line = SecretLine::new();
        line.insert("very-\nsecret");
        assert_eq!((line.expose(), line.len()), ("very-secret", 11));
        assert_eq!(format!("{line:?}"), "SecretLine(11 characters)");
        line.apply(Edit::Left);
        line.apply(Edit::Backspace);
        assert_eq!(line.expose(), "very-secre");
        line.apply(Edit::DeleteToStart);
        assert!(line.is_empty());
    }

    #[test]
    fn it_never_grows_out_of_its_memory() {
        let mut line = SecretLine::new();
        let before = line.text.as_ptr();
        line.insert(&"é".repeat(5_000));
        assert_eq!((line.text.as_ptr(), line.text.len()), (before, MOST_BYTES));
    }
}
