//! A line of text being edited.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::text::put;
use crate::layout::cells::width;

#[derive(Clone, Debug)]
pub struct LineInput<'a> {
    pub text: &'a str,
    /// Byte offset of the cursor; `None` if the line is not focused.
    pub cursor: Option<usize>,
    /// Shown while the text is empty.
    pub placeholder: &'a str,
    /// A byte range drawn in another style: a selection or an error.
    pub highlight: Option<(Range<usize>, Style)>,
    pub style: Style,
    pub dim: Style,
}

impl LineInput<'_> {
    /// Draws the line, scrolled so that the cursor is visible. Returns the cursor position.
    pub fn render(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return None;
        }
        if self.text.is_empty() {
            put(buf, area, self.placeholder, self.dim);
            return self.cursor.map(|_| Position::new(area.x, area.y));
        }
        let before = self.cursor.and_then(|cursor| self.text.get(..cursor)).unwrap_or("");
        let start = first_visible(before, usize::from(area.width) - 1);
        let mut cursor = None;
        let mut rest = area;
        for (at, grapheme) in self.text.grapheme_indices(true).skip_while(|(at, _)| *at < start) {
            if self.cursor == Some(at) {
                cursor = Some(rest.x);
            }
            // Scrolled out, not shortened: no ellipsis.
            if width(grapheme) > usize::from(rest.width) {
                break;
            }
            let highlight = self.highlight.as_ref().filter(|(span, _)| span.contains(&at));
            let taken = put(buf, rest, grapheme, highlight.map_or(self.style, |(_, style)| *style));
            rest = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
        }
        let x = cursor.unwrap_or(rest.x).min(area.right() - 1);
        self.cursor.map(|_| Position::new(x, area.y))
    }
}

/// The byte offset from which at most `room` cells of `before` precede the cursor.
fn first_visible(before: &str, room: usize) -> usize {
    let mut start = before.len();
    let mut taken = 0;
    for (at, grapheme) in before.grapheme_indices(true).rev() {
        taken += width(grapheme);
        if taken > room {
            break;
        }
        start = at;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, cursor: usize, width: u16) -> (String, Option<Position>) {
        let area = Rect::new(0, 0, width, 1);
        let mut buf = Buffer::empty(area);
        let style = Style::default();
        let input = LineInput { text, cursor: Some(cursor), placeholder: "", highlight: None, style, dim: style };
        let position = input.render(area, &mut buf);
        (buf.content.iter().map(ratatui::buffer::Cell::symbol).collect(), position)
    }

    #[test]
    fn the_cursor_is_always_visible() {
        assert_eq!(drawn("abc", 3, 6), ("abc   ".into(), Some(Position::new(3, 0))));
        assert_eq!(drawn("abcdefgh", 8, 5), ("efgh ".into(), Some(Position::new(4, 0))));
        assert_eq!(drawn("abcdefgh", 2, 5), ("abcde".into(), Some(Position::new(2, 0))));
        assert_eq!(drawn("abc", 3, 0).1, None);
        assert_eq!(drawn("カレー", 9, 4).1, Some(Position::new(2, 0)));
    }
}
