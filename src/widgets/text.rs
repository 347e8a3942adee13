//! The only way from a text to the screen: made safe, and cut by the width that a terminal gives it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::geometry::cells::{fit, width};

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

/// Draws `text` at the end of `area`. Returns how many cells it took.
pub fn put_right(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let taken = (width(text).min(usize::from(area.width))) as u16;
    put(buf, Rect { x: area.right().saturating_sub(taken), width: taken, ..area }, text, style)
}
