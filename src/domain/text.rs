//! Text from outside, made safe in one place.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// `text` with case folded by Unicode, for searching and sorting.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        Cow::Owned(text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect())
    }
}

/// Text that is safe to put on the screen. Only [`safe`] makes it from text of strangers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeText<'a>(Cow<'a, str>);

impl<'a> SafeText<'a> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its width in terminal cells.
    pub fn width(&self) -> usize {
        self.0.width()
    }

    /// The text itself, borrowed where nothing had to be changed.
    pub fn into_inner(self) -> Cow<'a, str> {
        self.0
    }
}

impl From<&'static str> for SafeText<'static> {
    fn from(text: &'static str) -> Self {
        SafeText(Cow::Borrowed(text))
    }
}

/// Makes any text safe to show.
pub fn safe(text: &str) -> SafeText<'_> {
    SafeText(Cow::Borrowed(text))
}
