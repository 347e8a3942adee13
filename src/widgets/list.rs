//! A list to choose from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::{put, put_right};

/// A line of the list: what it is, and what stands at its right.
pub type Item = (String, String);

/// The list.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// What to choose from.
    pub items: &'a [Item],
    /// The chosen line.
    pub selected: usize,
    /// How a line looks.
    pub text: Style,
    /// How the right side of a line looks.
    pub side: Style,
    /// How the chosen line looks.
    pub chosen: Style,
}

impl List<'_> {
    /// Draws it, scrolled so that the chosen line is in sight.
    pub fn render(&self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let height = usize::from(area.height);
        if height == 0 {
            return;
        }
        let first = (self.selected + 1).saturating_sub(height);
        for (row, (i, (text, side))) in area.rows().zip(self.items.iter().enumerate().skip(first)) {
            let chosen = i == self.selected;
            if chosen {
                buf.set_style(row, self.chosen);
            }
            let style = |own: Style| if chosen { own.patch(self.chosen) } else { own };
            let taken = put_right(buf, row, side, style(self.side));
            let room = Rect { width: row.width.saturating_sub(taken + u16::from(taken > 0)), ..row };
            let lead = if chosen { "▸ " } else { "  " };
            put(buf, room, &format!("{lead}{text}"), style(self.text));
        }
    }
}
