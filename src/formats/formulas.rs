//! Text of strangers in cells and lines, made harmless or left as it came.

use std::borrow::Cow;

use crate::domain::text::one_line;

/// Whether text is made harmless where it is written: cells that a spreadsheet would run as a formula (CWE-1236) get a leading
/// `'` in CSV, TSV and xlsx, and what could act on a terminal or break a line is shown by name there and in lists. JSON escapes
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
    /// The text of a cell.
    pub fn cell(self, text: &str) -> Cow<'_, str> {
        // A tab or line break at the beginning counts, although it is a blank in the cell.
        match self {
            Formulas::Raw => Cow::Borrowed(text),
            Formulas::Guarded if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) => {
                Cow::Owned(format!("'{}", one_line(text)))
            }
            Formulas::Guarded => one_line(text),
        }
    }

    /// A line of a list: the text as it came, or what `harmless` makes of it.
    pub(super) fn line<'a>(self, text: &'a str, harmless: impl FnOnce(&'a str) -> Cow<'a, str>) -> Cow<'a, str> {
        match self {
            Formulas::Raw => Cow::Borrowed(text),
            Formulas::Guarded => harmless(text),
        }
    }
}
