//! A line editor.

use unicode_segmentation::UnicodeSegmentation;

use super::action::Edit;

/// A line of text and a cursor, which is always on a grapheme boundary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineEdit {
    text: String,
    /// Byte index in `text`.
    cursor: usize,
    /// Whether all of the text is selected; never if it is empty.
    selected: bool,
}

/// Maximum length in bytes: longer than any URL that works.
const MAX_BYTES: usize = 8 * 1024;

impl LineEdit {
    pub fn new() -> LineEdit {
        LineEdit::default()
    }

    /// A line with this text and the cursor at its end.
    pub fn with_text(text: &str) -> LineEdit {
        let mut line = LineEdit::new();
        line.insert(text);
        line
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte index of the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether all of the text is selected, so that typing replaces it.
    pub fn is_selected(&self) -> bool {
        self.selected
    }

    /// Selects all of the text and moves the cursor to its end.
    pub fn select_all(&mut self) {
        self.cursor = self.text.len();
        self.selected = !self.text.is_empty();
    }

    /// Replaces the text and moves the cursor to its end.
    pub fn set(&mut self, text: &str) {
        self.clear();
        self.insert(text);
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
        self.selected = false;
    }

    /// Inserts text at the cursor and replaces the selection. Control characters, including line breaks, are dropped, as is text
    /// beyond 8 KiB. Returns false if text was dropped because of the length.
    pub fn insert(&mut self, text: &str) -> bool {
        if std::mem::take(&mut self.selected) {
            self.clear();
        }
        let room = MAX_BYTES.saturating_sub(self.text.len());
        let mut fits = true;
        let mut clean = String::new();
        for ch in text.chars().filter(|c| !c.is_control()) {
            if clean.len() + ch.len_utf8() > room {
                fits = false;
                break;
            }
            clean.push(ch);
        }
        self.text.insert_str(self.cursor, &clean);
        // The new text may form one grapheme with its neighbors (an accent, a flag); the cursor goes after that grapheme.
        self.cursor = self.boundary_from(self.cursor + clean.len());
        fits
    }

    /// Applies an edit. With a selection, a movement goes to its start or end, and a deletion deletes all of it. Returns whether the
    /// text, the cursor or the selection changed.
    pub fn apply(&mut self, edit: Edit) -> bool {
        if std::mem::take(&mut self.selected) {
            match edit {
                Edit::Left | Edit::WordLeft | Edit::Start => self.cursor = 0,
                Edit::Right | Edit::WordRight | Edit::End => self.cursor = self.text.len(),
                Edit::Backspace | Edit::Delete | Edit::DeleteWord | Edit::DeleteToStart | Edit::DeleteToEnd => {
                    self.clear();
                }
            }
            return true;
        }
        let before = (self.text.len(), self.cursor);
        match edit {
            Edit::Left => self.cursor = self.grapheme_left(),
            Edit::Right => self.cursor = self.grapheme_right(),
            Edit::WordLeft => self.cursor = self.word_left(),
            Edit::WordRight => self.cursor = self.word_right(),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = self.text.len(),
            Edit::Backspace => self.delete(self.grapheme_left(), self.cursor),
            Edit::Delete => self.delete(self.cursor, self.grapheme_right()),
            Edit::DeleteWord => self.delete(self.word_left(), self.cursor),
            Edit::DeleteToStart => self.delete(0, self.cursor),
            Edit::DeleteToEnd => self.delete(self.cursor, self.text.len()),
        }
        before != (self.text.len(), self.cursor)
    }

    fn delete(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = self.boundary_from(from);
    }

    /// The first grapheme boundary at or after `at`.
    fn boundary_from(&self, at: usize) -> usize {
        let mut boundaries = self.text.grapheme_indices(true).map(|(i, _)| i);
        boundaries.find(|i| *i >= at).unwrap_or(self.text.len())
    }

    fn grapheme_left(&self) -> usize {
        let before = self.text.grapheme_indices(true).map(|(i, _)| i).take_while(|i| *i < self.cursor);
        before.last().unwrap_or(0)
    }

    fn grapheme_right(&self) -> usize {
        self.boundary_from(self.cursor + 1)
    }

    /// The start of the word to the left. A word is a run of alphanumeric characters: in a URL, a host label or a path segment.
    fn word_left(&self) -> usize {
        let mut start = 0;
        let mut in_word = false;
        for (i, grapheme) in self.text.grapheme_indices(true).take_while(|(i, _)| *i < self.cursor) {
            let word = is_word(grapheme);
            if word && !in_word {
                start = i;
            }
            in_word = word;
        }
        start
    }

    /// The end of the word to the right.
    fn word_right(&self) -> usize {
        let mut in_word = false;
        for (i, grapheme) in self.text.grapheme_indices(true).skip_while(|(i, _)| *i < self.cursor) {
            let word = is_word(grapheme);
            if in_word && !word {
                return i;
            }
            in_word = word;
        }
        self.text.len()
    }
}

fn is_word(grapheme: &str) -> bool {
    grapheme.chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_match_the_parts_of_a_url() {
        let mut line = LineEdit::with_text("https://www.example.com/a/page");
        line.apply(Edit::DeleteWord);
        assert_eq!(line.text(), "https://www.example.com/a/");
        line.apply(Edit::DeleteWord);
        assert_eq!(line.text(), "https://www.example.com/");
        line.apply(Edit::WordLeft);
        line.apply(Edit::WordLeft);
        line.apply(Edit::DeleteToStart);
        assert_eq!(line.text(), "example.com/");
        line.apply(Edit::WordRight);
        line.apply(Edit::DeleteToEnd);
        assert_eq!(line.text(), "example");
    }

    #[test]
    fn a_selection_is_replaced_deleted_or_left() {
        let selected = || {
            let mut line = LineEdit::with_text("100");
            line.select_all();
            line
        };
        let mut line = selected();
        line.insert("2");
        line.insert("5");
        assert_eq!(line.text(), "25");
        for (edit, text, cursor) in [
            (Edit::Backspace, "", 0),
            (Edit::Delete, "", 0),
            (Edit::DeleteToStart, "", 0),
            (Edit::DeleteToEnd, "", 0),
            (Edit::Left, "100", 0),
            (Edit::End, "100", 3),
        ] {
            let mut line = selected();
            assert!(line.apply(edit) && !line.is_selected());
            assert_eq!((line.text(), line.cursor()), (text, cursor), "{edit:?}");
        }
        let mut empty = LineEdit::new();
        empty.select_all();
        assert!(!empty.is_selected());
    }

    #[test]
    fn a_grapheme_is_deleted_as_one() {
        let mut line = LineEdit::with_text("a👨‍👩‍👧é");
        line.apply(Edit::Backspace);
        line.apply(Edit::Backspace);
        assert_eq!(line.text(), "a");
    }

    #[test]
    fn control_characters_in_a_paste_are_dropped() {
        let mut line = LineEdit::with_text("ab");
        line.apply(Edit::Left);
        assert!(line.insert("x\r\ny\u{1b}[31m"));
        assert_eq!(line.text(), "axy[31mb");
        assert!(!line.insert(&"z".repeat(10_000)));
        assert!(line.text().len() <= MAX_BYTES);
    }

    fn any_edit() -> impl Strategy<Value = Edit> {
        prop::sample::select(Edit::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn the_cursor_stays_on_grapheme_boundaries(
            steps in prop::collection::vec(prop_oneof![any_edit().prop_map(Ok), "\\PC{0,6}".prop_map(Err)], 0..40)
        ) {
            let mut line = LineEdit::new();
            for step in steps {
                match step {
                    Ok(edit) => { line.apply(edit); }
                    Err(text) => { line.insert(&text); }
                }
                let mut boundaries: Vec<usize> = line.text().grapheme_indices(true).map(|(i, _)| i).collect();
                boundaries.push(line.text().len());
                prop_assert!(boundaries.contains(&line.cursor()));
            }
        }
    }
}
