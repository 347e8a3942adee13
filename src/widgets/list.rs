//! A list with a selected line.

use crate::domain::signs::CURSOR;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::{put, put_right};
use crate::layout::cells::width;

#[derive(Clone, Debug, Default)]
pub struct Item {
    pub text: String,
    /// Columns at the right. If not all fit, the first ones are dropped.
    pub side: Vec<String>,
}

impl Item {
    /// A line with one column at the right.
    pub fn new(text: impl Into<String>, side: impl Into<String>) -> Item {
        Item { text: text.into(), side: vec![side.into()] }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    pub items: &'a [Item],
    pub selected: usize,
    pub text: Style,
    pub side: Style,
    pub chosen: Style,
}

/// Cells between two columns.
const GAP: u16 = 2;
/// Tenths of a line that the columns leave to the text.
const TEXT_TENTHS: u16 = 4;

/// The first line drawn if the list is scrolled to show the selected one.
pub fn first_visible(selected: usize, height: u16) -> usize {
    (selected + 1).saturating_sub(usize::from(height))
}

impl List<'_> {
    /// Draws the list, scrolled to show the selected line.
    pub fn render(&self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let first = first_visible(self.selected, area.height);
        let columns = self.columns(area.width);
        for (row, (i, item)) in area.rows().zip(self.items.iter().enumerate().skip(first)) {
            let chosen = i == self.selected;
            if chosen {
                buf.set_style(row, self.chosen);
            }
            let style = |own: Style| if chosen { own.patch(self.chosen) } else { own };
            let mut room = row;
            for (text, width) in item.side.iter().zip(&columns).rev().filter(|(_, width)| **width > 0) {
                let cell = Rect { x: room.right().saturating_sub(*width), width: *width, ..row };
                put_right(buf, cell, text, style(self.side));
                room.width = room.width.saturating_sub(*width + GAP);
            }
            let lead = if chosen { CURSOR.get() } else { " " };
            put(buf, room, &format!("{lead} {}", item.text), style(self.text));
        }
    }

    /// Widths of the columns at the right; 0 for a column that does not fit.
    fn columns(&self, room: u16) -> Vec<u16> {
        let count = self.items.iter().map(|item| item.side.len()).max().unwrap_or(0);
        let widest = |i: usize| self.items.iter().filter_map(|item| item.side.get(i)).map(|text| width(text)).max();
        let mut columns: Vec<u16> = (0..count).map(|i| widest(i).unwrap_or(0).min(usize::from(room)) as u16).collect();
        let text = self.items.iter().map(|item| width(&item.text) + 2).max().unwrap_or(0);
        let min_text = (room / 10 * TEXT_TENTHS).min(text.min(usize::from(room)) as u16);
        let mut available = room.saturating_sub(min_text);
        for width in columns.iter_mut().rev() {
            if *width + GAP > available {
                available = 0;
                *width = 0;
            } else if *width > 0 {
                available -= *width + GAP;
            }
        }
        columns
    }
}
