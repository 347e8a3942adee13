//! Escapes text from outside in the cells and lines of exports.

use std::borrow::Cow;

use crate::domain::columns::Value;
use crate::domain::text::{is_unsafe_char, sanitize_line};

/// Whether text is escaped. In CSV, TSV and xlsx, cells that a spreadsheet would run as a formula (CWE-1236) get a leading `'`;
/// there and in lists, control characters are made visible. JSON, Markdown, tables and disavow files always escape, so this has
/// no effect on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formulas {
    #[default]
    Guarded,
    /// Writes text unchanged, including control characters and line breaks.
    Raw,
}

impl Formulas {
    /// For a format with real cells, such as a workbook.
    pub fn cell(self, text: &str) -> Cow<'_, str> {
        match self {
            Formulas::Raw => Cow::Borrowed(text),
            Formulas::Guarded if begins_formula(text) => Cow::Owned(format!("'{}", sanitize_line(text))),
            Formulas::Guarded => sanitize_line(text),
        }
    }

    /// For CSV and TSV. In locales with `;` as list separator, as in much of Europe, a spreadsheet starts a new cell after each
    /// `;`, even within quotes, so formulas are escaped there too.
    pub fn delimited_cell(self, text: &str) -> Cow<'_, str> {
        let cell = self.cell(text);
        if self == Formulas::Raw || !cell.contains(';') {
            return cell;
        }
        let mut parts = cell.split(';');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push(';');
            if begins_formula(part.trim_start_matches(|c| c == '"' || is_invisible(c))) {
                out.push('\'');
            }
            out.push_str(part);
        }
        Cow::Owned(out)
    }

    /// For CSV and TSV. Only text can be a formula: -5 is a number.
    pub(super) fn delimited_value(self, value: Value<'_>) -> Cow<'_, str> {
        match value {
            Value::Text(text) => self.delimited_cell(text),
            other => other.plain_text(),
        }
    }

    /// For a line of a list; `escape` is called unless the text is raw.
    pub(super) fn line<'a>(self, text: &'a str, escape: impl FnOnce(&'a str) -> Cow<'a, str>) -> Cow<'a, str> {
        match self {
            Formulas::Raw => Cow::Borrowed(text),
            Formulas::Guarded => escape(text),
        }
    }
}

/// Whether a spreadsheet may run the text as a formula: it starts with a formula sign, also a full-width one, after any number
/// of invisible characters. A leading tab or line break counts too, even without a sign.
fn begins_formula(text: &str) -> bool {
    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_invisible).starts_with(SIGNS)
}

/// Whitespace, control characters and joiners, which a spreadsheet may ignore at the start of a cell.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || is_unsafe_char(c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_formulas_are_escaped() {
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
