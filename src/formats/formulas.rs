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
        if self == Formulas::Raw {
            return Cow::Borrowed(text);
        }
        let line = sanitize_line(text);
        if begins_formula(text) || is_guarded(&line) { Cow::Owned(format!("'{line}")) } else { line }
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
            if begins_formula(part.trim_start_matches(|c| c == '"' || is_invisible(c))) || is_guarded_part(part) {
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

/// The text of a cell that [`Formulas::cell`] wrote: without the `'` that it added.
pub fn unguarded(cell: &str) -> Cow<'_, str> {
    Cow::Borrowed(cell.strip_prefix('\'').filter(|_| is_guarded(cell)).unwrap_or(cell))
}

/// The text of a cell that [`Formulas::delimited_cell`] wrote: without each `'` that it added.
pub fn unguarded_delimited(cell: &str) -> Cow<'_, str> {
    // Most cells have none, and a large file has millions.
    if memchr::memchr(b'\'', cell.as_bytes()).is_none() {
        return Cow::Borrowed(cell);
    }
    if !cell.contains(";'") {
        return unguarded(cell);
    }
    let mut parts = cell.split(';');
    let mut out = unguarded(parts.next().unwrap_or_default()).into_owned();
    for part in parts {
        out.push(';');
        out.push_str(part.strip_prefix('\'').filter(|_| is_guarded_part(part)).unwrap_or(part));
    }
    Cow::Owned(out)
}

/// Adds a `'` wherever [`unguarded_delimited`] would remove one, so that it restores the text.
pub(super) fn shielded(text: &str) -> Cow<'_, str> {
    if !is_guarded(text) && !text.contains(";'") {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(';');
    let first = parts.next().unwrap_or_default();
    let mut out = if is_guarded(first) { format!("'{first}") } else { first.to_owned() };
    for part in parts {
        out.push_str(if is_guarded_part(part) { ";'" } else { ";" });
        out.push_str(part);
    }
    Cow::Owned(out)
}

/// Whether a sanitized text looks like a guarded formula. Such a text gets one more `'`, so that it can be told apart
/// from what it looks like.
fn is_guarded(line: &str) -> bool {
    let text = line.trim_start_matches('\'');
    text.len() < line.len() && text.starts_with(may_begin_formula)
}

/// Like [`is_guarded`], for the part of a cell after a `;`.
fn is_guarded_part(part: &str) -> bool {
    let text = part.trim_start_matches('\'');
    text.len() < part.len() && text.starts_with(|c| c == '"' || may_begin_formula(c))
}

/// The first characters of sanitized formulas: a sign, or what is before it, of which the name of a control character
/// may be left.
fn may_begin_formula(c: char) -> bool {
    SIGNS.contains(&c) || is_invisible(c) || matches!(c, '⟨' | '\u{2400}'..='\u{2421}')
}

const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet may run the text as a formula: it starts with a formula sign, also a full-width one, after any number
/// of invisible characters. A leading tab or line break counts too, even without a sign.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_invisible).starts_with(SIGNS)
}

/// Whitespace, control characters and joiners, which a spreadsheet may ignore at the start of a cell.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || is_unsafe_char(c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
            ("'=1", "''=1", "''=1"),
            ("'quoted' 'tis", "'quoted' 'tis", "'quoted' 'tis"),
            ("x;'=1;'y", "x;'=1;'y", "x;''=1;'y"),
        ] {
            assert_eq!((&*Formulas::Guarded.cell(text), &*Formulas::Guarded.delimited_cell(text)), (cell, delimited));
            assert_eq!((&*Formulas::Raw.cell(text), &*Formulas::Raw.delimited_cell(text)), (text, text));
            assert_eq!(
                (&*unguarded(cell), &*unguarded_delimited(delimited)),
                (&*sanitize_line(text), &*sanitize_line(text))
            );
        }
    }

    proptest! {
        #[test]
        fn a_shielded_text_can_be_read_back(text in "[';=a \"+]{0,12}") {
            let shielded = shielded(&text);
            prop_assert_eq!(unguarded_delimited(&shielded), text.as_str());
        }

        #[test]
        fn a_guarded_cell_can_be_read_back(
            text in "('|;|=|＋|-|\"|\t| |\u{a0}|\u{200b}|\u{200d}|\u{1b}|⟨|␛|🏴\u{e0067}\u{e0062}\u{e0061}\u{e007f}|a|\\PC){0,12}",
        ) {
            let line = sanitize_line(&text);
            let (cell, delimited) = (Formulas::Guarded.cell(&text), Formulas::Guarded.delimited_cell(&text));
            prop_assert_eq!(unguarded(&cell), &*line);
            prop_assert_eq!(unguarded_delimited(&delimited), line);
        }
    }
}
