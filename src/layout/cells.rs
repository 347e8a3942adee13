//! How wide text is in a terminal, and cutting and wrapping it by that width. What comes out is safe to show.

use crate::domain::signs::CUT;
use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::letters::{cluster_width, text_width};
use crate::domain::text::sanitize;

/// The cells that `text` takes.
pub fn width(text: &str) -> usize {
    if is_plain_ascii(text) { text.len() } else { text_width(&sanitize(text)) }
}

/// A cell for each byte, and nothing to make safe.
fn is_plain_ascii(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}

/// `text`, safe to show, in at most `cells` cells; what was cut off is told by a `…`.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    if text.len() <= cells && is_plain_ascii(text) {
        return Cow::Borrowed(text);
    }
    // No cell needs more bytes than a letter with all its marks: what lies behind is not looked at.
    let mut end = text.len().min(cells * 32 + 64);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let whole = end == text.len();
    let shown = sanitize(text.get(..end).unwrap_or(text));
    if whole && text_width(&shown) <= cells {
        return shown;
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::new();
    let mut taken = 0;
    for grapheme in shown.graphemes(true) {
        taken += cluster_width(grapheme);
        if taken + 1 > cells {
            break;
        }
        out.push_str(grapheme);
    }
    out.push_str(CUT.get());
    Cow::Owned(out)
}

/// `text` as [`fit`] shows it, without its first `skip` cells, in whose stead a `…` stands.
pub fn fit_from(text: &str, skip: usize, cells: usize) -> Cow<'_, str> {
    if skip == 0 || text.is_empty() || cells == 0 {
        return fit(text, cells);
    }
    let shown = sanitize(text);
    let mut skipped = 0;
    let behind = shown.grapheme_indices(true).find(|(_, grapheme)| {
        let reached = skipped > skip;
        skipped += cluster_width(grapheme);
        reached
    });
    let rest = behind.and_then(|(at, _)| shown.get(at..)).unwrap_or_default();
    Cow::Owned(format!("{CUT}{}", fit(rest, cells - 1)))
}

/// `text`, safe to show, in lines of at most `cells` cells, broken at blanks where there are any.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(2);
    let shown = sanitize(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for grapheme in shown.graphemes(true) {
        let grapheme_width = cluster_width(grapheme);
        if taken + grapheme_width > cells {
            // The last word goes to the next line, unless it is all that the line has, or fills the next one too.
            let fits = |word: &str| text_width(word) + grapheme_width <= cells;
            let at_blank = line.rfind(' ').filter(|at| grapheme != " " && line.get(at + 1..).is_some_and(fits));
            let rest = at_blank.map(|at| line.split_off(at + 1)).unwrap_or_default();
            lines.push(std::mem::replace(&mut line, rest).trim_end().to_owned());
            taken = text_width(&line);
            if line.is_empty() && grapheme == " " {
                continue;
            }
        }
        line.push_str(grapheme);
        taken += grapheme_width;
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
    fn a_text_is_seen_from_any_cell_on() {
        for (skip, seen) in [(0, "abcde…"), (1, "…cdef…"), (4, "…fghi"), (8, "…"), (90, "…")] {
            assert_eq!(fit_from("abcdefghi", skip, 6), seen, "{skip}");
        }
        assert_eq!(fit_from("カレーライス", 2, 7), "…ーラ…");
        assert_eq!((fit_from("", 3, 6), fit_from("abc", 1, 0)), ("".into(), "".into()));
    }

    #[test]
    fn cutting_goes_by_cells() {
        assert_eq!(fit("カレーライス", 5), "カレ…");
        assert_eq!(fit("カレーライス", 6), "カレ…");
        assert_eq!(fit("カレー", 6), "カレー");
        assert_eq!(fit("ab👨‍👩‍👧", 3), "ab…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert!(fit(&"x".repeat(1 << 20), 10).ends_with('…'));
    }

    #[test]
    fn wrapping_goes_by_words_and_breaks_long_ones() {
        assert_eq!(wrap("two words here", 9), ["two words", "here"]);
        assert_eq!(wrap("https://example.com/path", 10), ["https://ex", "ample.com/", "path"]);
        assert_eq!(wrap(" abcデ", 4), [" abc", "デ"]);
        assert_eq!(wrap("", 5), [""]);
    }

    proptest! {
        #[test]
        fn never_wider_than_asked(text in any::<String>(), cells in 0_usize..30) {
            prop_assert!(text_width(&fit(&text, cells)) <= cells);
            for line in wrap(&text, cells) {
                let is_one_letter = line.graphemes(true).count() == 1;
                prop_assert!(text_width(&line) <= cells.max(2) || is_one_letter, "{:?}", line);
            }
        }
    }
}
