//! Measures, truncates and wraps text by its width in a terminal. All results are sanitized.

use crate::domain::signs::CUT;
use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::letters::{cluster_width, text_width};
use crate::domain::text::sanitize;

/// In cells.
pub fn width(text: &str) -> usize {
    if is_plain_ascii(text) { text.len() } else { text_width(&sanitize(text)) }
}

/// Whether each byte takes one cell and nothing has to be sanitized.
fn is_plain_ascii(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}

/// Truncates `text` to at most `cells` cells; `…` replaces what was cut off.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    if text.len() <= cells && is_plain_ascii(text) {
        return Cow::Borrowed(text);
    }
    // Only looks at the start of a long text: a cell never needs more bytes than a character with all its marks.
    let mut end = text.len().min(cells * 32 + 64);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let is_complete = end == text.len();
    let sanitized = sanitize(text.get(..end).unwrap_or(text));
    if is_complete && text_width(&sanitized) <= cells {
        return sanitized;
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in sanitized.graphemes(true) {
        used += cluster_width(grapheme);
        if used + 1 > cells {
            break;
        }
        out.push_str(grapheme);
    }
    out.push_str(CUT.get());
    Cow::Owned(out)
}

/// Like [`fit`], without the first `skip` cells, which `…` replaces.
pub fn fit_from(text: &str, skip: usize, cells: usize) -> Cow<'_, str> {
    if skip == 0 || text.is_empty() || cells == 0 {
        return fit(text, cells);
    }
    let sanitized = sanitize(text);
    let mut skipped = 0;
    let start = sanitized.grapheme_indices(true).find(|(_, grapheme)| {
        let reached = skipped > skip;
        skipped += cluster_width(grapheme);
        reached
    });
    let rest = start.and_then(|(at, _)| sanitized.get(at..)).unwrap_or_default();
    Cow::Owned(format!("{CUT}{}", fit(rest, cells - 1)))
}

/// Wraps `text` to lines of at most `cells` cells, at spaces if possible.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(2);
    let sanitized = sanitize(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for grapheme in sanitized.graphemes(true) {
        let grapheme_width = cluster_width(grapheme);
        if used + grapheme_width > cells {
            // The last word moves to the next line, unless it is the only one on this line or would not fit on the
            // next one either.
            let fits = |word: &str| text_width(word) + grapheme_width <= cells;
            let at_space = line.rfind(' ').filter(|at| grapheme != " " && line.get(at + 1..).is_some_and(fits));
            let rest = at_space.map(|at| line.split_off(at + 1)).unwrap_or_default();
            lines.push(std::mem::replace(&mut line, rest).trim_end().to_owned());
            used = text_width(&line);
            if line.is_empty() && grapheme == " " {
                continue;
            }
        }
        line.push_str(grapheme);
        used += grapheme_width;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_can_be_scrolled_to_any_cell() {
        for (skip, expected) in [(0, "abcde…"), (1, "…cdef…"), (4, "…fghi"), (8, "…"), (90, "…")] {
            assert_eq!(fit_from("abcdefghi", skip, 6), expected, "{skip}");
        }
        assert_eq!(fit_from("カレーライス", 2, 7), "…ーラ…");
        assert_eq!((fit_from("", 3, 6), fit_from("abc", 1, 0)), ("".into(), "".into()));
    }

    #[test]
    fn truncates_by_cells() {
        assert_eq!(fit("カレーライス", 5), "カレ…");
        assert_eq!(fit("カレーライス", 6), "カレ…");
        assert_eq!(fit("カレー", 6), "カレー");
        assert_eq!(fit("ab👨‍👩‍👧", 3), "ab…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert!(fit(&"x".repeat(1 << 20), 10).ends_with('…'));
    }

    #[test]
    fn wraps_at_spaces_and_breaks_long_words() {
        assert_eq!(wrap("two words here", 9), ["two words", "here"]);
        assert_eq!(wrap("https://example.com/path", 10), ["https://ex", "ample.com/", "path"]);
        assert_eq!(wrap(" abcデ", 4), [" abc", "デ"]);
        assert_eq!(wrap("", 5), [""]);
    }

    proptest! {
        #[test]
        fn never_wider_than_requested(text in any::<String>(), cells in 0_usize..30) {
            prop_assert!(text_width(&fit(&text, cells)) <= cells);
            for line in wrap(&text, cells) {
                let is_one_grapheme = line.graphemes(true).count() == 1;
                prop_assert!(text_width(&line) <= cells.max(2) || is_one_grapheme, "{:?}", line);
            }
        }
    }
}
