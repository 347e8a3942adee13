//! The only way to draw text: it is sanitized, and cut to the width that a terminal gives it.

use std::num::NonZeroU16;
use std::ops::Range;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::signs::FRAME;
use crate::layout::cells::{fit, fit_from, width};
use crate::layout::letters::cluster_width;

pub fn border_set() -> border::Set<'static> {
    let [top_left, top_right, bottom_left, bottom_right, down, across] = FRAME.get();
    border::Set {
        top_left,
        top_right,
        bottom_left,
        bottom_right,
        vertical_left: down,
        vertical_right: down,
        horizontal_top: across,
        horizontal_bottom: across,
    }
}

/// Draws `text` at the start of `area`, cut with `…` if it is too long. Returns its width in cells.
pub fn put(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return 0;
    }
    let mut x = area.x;
    for cluster in fit(text, usize::from(area.width)).graphemes(true) {
        let end = x.saturating_add(cluster_width(cluster) as u16);
        if end > area.right() {
            break;
        }
        for covered in x + 1..end {
            if let Some(cell) = buf.cell_mut((covered, area.y)) {
                cell.reset();
            }
        }
        if let Some(cell) = buf.cell_mut((x, area.y)) {
            cell.set_symbol(cluster).set_style(style);
        }
        x = end;
    }
    x - area.x
}

/// Draws `text` like [`put`], scrolled by `skip` cells, and highlights what `find` finds in the visible part.
pub fn put_highlighted(
    buf: &mut Buffer,
    area: Rect,
    (text, skip): (&str, u16),
    style: Style,
    (highlight, find): (Style, impl Fn(&str) -> Vec<Range<usize>>),
) {
    let area = area.intersection(buf.area);
    let visible = fit_from(text, usize::from(skip), usize::from(area.width));
    put(buf, area, &visible, style);
    for range in find(&visible) {
        let cells = |to: usize| width(visible.get(..to).unwrap_or_default()).min(usize::from(area.width)) as u16;
        let (from, to) = (cells(range.start), cells(range.end));
        buf.set_style(Rect { x: area.x + from, width: to.saturating_sub(from), ..area }, highlight);
    }
}

/// Draws `text` at the end of `area`. Returns its width in cells.
pub fn put_right(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let taken = (width(text).min(usize::from(area.width))) as u16;
    put(buf, Rect { x: area.right().saturating_sub(taken), width: taken, ..area }, text, style)
}

/// Corrects cells with non-ASCII text after everything is drawn. Each gets its measured width, which may differ
/// from ratatui's. A wide character that is half covered becomes blank, because a terminal can't show half of it. The
/// cells that a complete one covers are marked, so that they are redrawn when it is removed: some terminals would keep its
/// other half.
pub fn settle_wide(buf: &mut Buffer) {
    let columns = usize::from(buf.area.width).max(1);
    for line in buf.content.chunks_mut(columns) {
        let mut x = 0;
        while let Some((glyph, following)) = line.get_mut(x..).and_then(<[_]>::split_first_mut) {
            x += 1;
            // Most cells hold one ASCII character.
            if glyph.symbol().len() == 1 {
                continue;
            }
            let cells = cluster_width(glyph.symbol());
            match following.get_mut(..cells - 1) {
                Some(covered) if covered.iter().all(|cell| cell.symbol() == " ") => {
                    for cell in covered {
                        cell.set_symbol("").set_style(glyph.style());
                    }
                    glyph.diff_option =
                        NonZeroU16::new(cells as u16).map_or(CellDiffOption::None, CellDiffOption::ForcedWidth);
                    x += cells - 1;
                }
                _ => {
                    glyph.set_symbol(" ");
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
    fn half_covered_wide_characters_become_blank_and_whole_ones_mark_the_next_cell() {
        let area = Rect::new(0, 0, 6, 1);
        let mut buf = Buffer::empty(area);
        put(&mut buf, area, "カレー", Style::default());
        put(&mut buf, Rect { x: 1, width: 1, ..area }, "│", Style::default());
        put(&mut buf, Rect { x: 4, width: 1, ..area }, "│", Style::default());
        settle_wide(&mut buf);
        assert_eq!(symbols(&buf), [" ", "│", "レ", "", "│", " "]);
    }

    #[test]
    fn characters_take_their_measured_width() {
        let area = Rect::new(0, 0, 9, 1);
        let mut buf = Buffer::empty(area);
        // ratatui takes the first for one cell wide, the second for four.
        let taken = put(&mut buf, area, "ង្ក🫨🏽x\u{1161}y", Style::default());
        settle_wide(&mut buf);
        assert_eq!(symbols(&buf), ["ង្ក", "", "🫨🏽", "", "x", "\u{1161}", "y", " ", " "]);
        let drawn: Vec<u16> = Buffer::empty(area).diff(&buf).iter().map(|(x, ..)| *x).collect();
        assert_eq!((taken, drawn), (7, vec![0, 2, 4, 5, 6]));
        let before = buf.clone();
        buf[(4, 0)].set_symbol("z");
        assert_eq!(before.diff(&buf).len(), 1);
    }

    #[test]
    fn cells_of_a_removed_wide_character_are_redrawn() {
        let area = Rect::new(0, 0, 4, 1);
        let (mut before, after) = (Buffer::empty(area), Buffer::empty(area));
        put(&mut before, area, "カレ", Style::default());
        settle_wide(&mut before);
        assert_eq!(before.diff(&after).len(), 4);
    }
}
