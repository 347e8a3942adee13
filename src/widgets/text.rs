//! The only way from a text to the screen: made safe, and cut by the width that a terminal gives it.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::geometry::cells::{fit, fit_from, width};

/// Draws `text` at the start of `area`, cut with `…` where it is too long. Returns how many cells it took.
pub fn put(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return 0;
    }
    let fitted = fit(text, usize::from(area.width));
    let (x, _) = buf.set_stringn(area.x, area.y, &fitted, usize::from(area.width), style);
    x - area.x
}

/// Draws `text` as [`put`] does from its cell `skip` on, and in another style what `find` finds in what is seen of it.
pub fn put_found(
    buf: &mut Buffer,
    area: Rect,
    (text, skip): (&str, u16),
    style: Style,
    (found, find): (Style, impl Fn(&str) -> Vec<Range<usize>>),
) {
    let area = area.intersection(buf.area);
    let seen = fit_from(text, usize::from(skip), usize::from(area.width));
    put(buf, area, &seen, style);
    for range in find(&seen) {
        let cells = |to: usize| width(seen.get(..to).unwrap_or_default()).min(usize::from(area.width)) as u16;
        let (from, to) = (cells(range.start), cells(range.end));
        buf.set_style(Rect { x: area.x + from, width: to.saturating_sub(from), ..area }, found);
    }
}

/// Draws `text` at the end of `area`. Returns how many cells it took.
pub fn put_right(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let taken = (width(text).min(usize::from(area.width))) as u16;
    put(buf, Rect { x: area.right().saturating_sub(taken), width: taken, ..area }, text, style)
}

/// Puts wide glyphs right after all is drawn. One that something else covers by half becomes blank, since a terminal
/// can't show half of it. The cell behind a whole one is marked, so that it is drawn anew when the glyph goes: a terminal
/// that does not blank the other half itself would keep it.
pub fn settle_wide(buf: &mut Buffer) {
    let columns = usize::from(buf.area.width).max(1);
    for line in buf.content.chunks_mut(columns) {
        let mut x = 0;
        while let Some((glyph, behind)) = line.get_mut(x..).and_then(<[_]>::split_first_mut) {
            // Most cells hold one ASCII letter.
            let cells = if glyph.symbol().len() == 1 { 1 } else { width(glyph.symbol()).max(1) };
            x += cells;
            if cells == 1 {
                continue;
            }
            match behind.get_mut(..cells - 1) {
                Some(behind) if behind.iter().all(|cell| cell.symbol() == " ") => {
                    behind.iter_mut().for_each(|cell| {
                        cell.set_symbol("");
                    });
                }
                _ => {
                    glyph.set_symbol(" ");
                    x -= cells - 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(buf: &Buffer) -> Vec<&str> {
        buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn half_a_wide_glyph_is_blank_and_a_whole_one_marks_the_cell_behind_it() {
        let area = Rect::new(0, 0, 6, 1);
        let mut buf = Buffer::empty(area);
        put(&mut buf, area, "カレー", Style::default());
        put(&mut buf, Rect { x: 1, width: 1, ..area }, "│", Style::default());
        put(&mut buf, Rect { x: 4, width: 1, ..area }, "│", Style::default());
        settle_wide(&mut buf);
        assert_eq!(symbols(&buf), [" ", "│", "レ", "", "│", " "]);
    }

    #[test]
    fn what_a_wide_glyph_leaves_behind_is_drawn_anew() {
        let area = Rect::new(0, 0, 4, 1);
        let (mut before, after) = (Buffer::empty(area), Buffer::empty(area));
        put(&mut before, area, "カレ", Style::default());
        settle_wide(&mut before);
        assert_eq!(before.diff(&after).len(), 4);
    }
}
