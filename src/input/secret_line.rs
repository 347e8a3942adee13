//! A line editor for secrets, which never shows its text on the screen or in debug output.

use std::fmt;

use secrecy::zeroize::Zeroizing;

use super::action::Edit;

/// A line of hidden text. Its memory is wiped on drop.
///
/// The cursor is always at the end: moving it in text that is not shown would be of no use.
#[derive(Clone, Default)]
pub struct SecretLine {
    text: Zeroizing<String>,
}

/// Maximum length in bytes. The memory is allocated at once: a reallocation would leave a copy of the secret behind.
const MAX_BYTES: usize = 512;

impl SecretLine {
    pub fn new() -> SecretLine {
        SecretLine { text: Zeroizing::new(String::with_capacity(MAX_BYTES)) }
    }

    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Number of characters.
    pub fn len(&self) -> usize {
        self.text.chars().count()
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends text. Control characters, including line breaks, are dropped, as is text beyond 512 bytes.
    pub fn insert(&mut self, text: &str) {
        for ch in text.chars().filter(|ch| !ch.is_control()) {
            if self.text.len() + ch.len_utf8() > MAX_BYTES {
                return;
            }
            self.text.push(ch);
        }
    }

    /// Deletes the last character or all of them; other edits have no effect.
    pub fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Backspace => drop(self.text.pop()),
            Edit::DeleteWord | Edit::DeleteToStart => self.text.clear(),
            _ => {}
        }
    }
}

/// Shows the length only.
impl fmt::Debug for SecretLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretLine({} characters)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_typed_deleted_and_never_printed() {
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
    fn memory_is_never_reallocated() {
        let mut line = SecretLine::new();
        let before = line.text.as_ptr();
        line.insert(&"é".repeat(5_000));
        assert_eq!((line.text.as_ptr(), line.text.len()), (before, MAX_BYTES));
    }
}
