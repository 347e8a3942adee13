//! Text of strangers in cells and lines, made harmless or left as it came.

use std::borrow::Cow;

use crate::domain::text::{is_unsafe_char, sanitize_line};

/// Whether text is made harmless where it is written: cells that a spreadsheet would run as a formula (CWE-1236) get a leading
/// `'` in CSV, TSV and xlsx, also behind a `;` in the first two, and what could act on a terminal or break a line is shown by name there and in lists. JSON escapes
/// instead, and Markdown, tables and disavow files have no other way to hold text: there it makes no difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formulas {
    /// It is made harmless.
    #[default]
    Guarded,
    /// It is written exactly as it came, control characters and line breaks too.
    Raw,
}

impl Formulas {
    /// The text of a cell that holds nothing but this text, as in a workbook.
    pub fn cell(self, text: &str) -> Cow<'_, str> {
        match self {
            Formulas::Raw => Cow::Borrowed(text),
            Formulas::Guarded if begins_formula(text) => Cow::Owned(format!("'{}", sanitize_line(text))),
            Formulas::Guarded => sanitize_line(text),
        }
    }

    /// The text of a cell in CSV or TSV. Where lists are separated by semicolons, as in much of Europe, a spreadsheet takes what
    /// follows one for a further cell, in quotes or not: it is no formula either.
    pub fn delimited_cell(self, text: &str) -> Cow<'_, str> {
        let cell = self.cell(text);
        if self == Formulas::Raw || !cell.contains(';') {
            return cell;
        }
        let mut parts = cell.split(';');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push(';');
            if begins_formula(part.trim_start_matches(|letter| letter == '"' || is_blank(letter))) {
                out.push('\'');
            }
            out.push_str(part);
        }
        Cow::Owned(out)
    }

    /// A line of a list: the text as it came, or what `harmless` makes of it.
    pub(super) fn line<'a>(self, text: &'a str, harmless: impl FnOnce(&'a str) -> Cow<'a, str>) -> Cow<'a, str> {
        match self {
            Formulas::Raw => Cow::Borrowed(text),
            Formulas::Guarded => harmless(text),
        }
    }
}

/// Whether a spreadsheet may take a cell for a formula: by its first letter, in the full-width forms of East Asia too, whatever
/// blanks stand before it. A tab or line break at the beginning counts, although it is a blank in the cell.
fn begins_formula(text: &str) -> bool {
    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_blank).starts_with(SIGNS)
}

/// Whether a letter shows nothing, so that a spreadsheet may pass over it: blanks of any kind and width, controls, joiners.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace()
        || is_unsafe_char(letter)
        || matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_however_they_are_hidden() {
        for (text, cell, delimited) in [
            ("=1", "'=1", "'=1"),
            ("－1", "'－1", "'－1"),
            ("\u{a0}\u{3000}\u{200d} ＝1", "'\u{a0}\u{3000}\u{200d} ＝1", "'\u{a0}\u{3000}\u{200d} ＝1"),
            ("\u{200b}@x", "'⟨200B⟩@x", "'⟨200B⟩@x"),
            ("\tx", "' x", "' x"),
            ("x;=cmd", "x;=cmd", "x;'=cmd"),
            ("x; \"+1;;－1", "x; \"+1;;－1", "x;' \"+1;;'－1"),
            ("=a;b;c=d", "'=a;b;c=d", "'=a;b;c=d"),
            ("a-b; c @ d", "a-b; c @ d", "a-b; c @ d"),
        ] {
            assert_eq!((&*Formulas::Guarded.cell(text), &*Formulas::Guarded.delimited_cell(text)), (cell, delimited));
            assert_eq!((&*Formulas::Raw.cell(text), &*Formulas::Raw.delimited_cell(text)), (text, text));
        }
    }
}
