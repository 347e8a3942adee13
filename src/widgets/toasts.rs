//! Toasts: short messages at the lower right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};

use super::text::put;
use crate::layout::cells::{width, wrap};

/// Sign, text and style.
pub type Toast<'a> = (&'static str, &'a str, Style);

/// Longer lines are hard to read.
const MAX_WIDTH: usize = 72;

/// Draws the messages above the lower edge of `area`, the newest at the bottom.
pub fn render(toasts: &[Toast<'_>], area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    let mut bottom = area.bottom();
    let room = usize::from(area.width).saturating_sub(6).min(MAX_WIDTH);
    if room < 10 {
        return;
    }
    for (sign, text, style) in toasts.iter().rev() {
        let lines = wrap(text, room);
        let wide = lines.iter().map(|line| width(line)).max().unwrap_or(0) as u16 + 4;
        for (i, line) in lines.iter().enumerate().rev() {
            if bottom <= area.y {
                return;
            }
            bottom -= 1;
            let row = Rect { x: area.right().saturating_sub(wide + 1), y: bottom, width: wide, height: 1 };
            Clear.render(row, buf);
            buf.set_style(row, *style);
            let lead = if i == 0 { sign } else { " " };
            put(buf, row, &format!(" {lead} {line} "), *style);
        }
    }
}
