//! A framed box in the middle of the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, Clear, Widget};

use super::text::{border_set, put};

#[derive(Clone, Copy, Debug)]
pub struct Dialog<'a> {
    pub title: &'a str,
    /// Width and height of the content.
    pub content: (u16, u16),
    pub border: Style,
    pub heading: Style,
}

impl Dialog<'_> {
    /// Draws the frame. Returns the area inside.
    pub fn render(&self, screen: Rect, buf: &mut Buffer) -> Rect {
        let screen = screen.intersection(buf.area);
        let width = self.content.0.saturating_add(4).min(screen.width);
        let height = self.content.1.saturating_add(2).min(screen.height);
        let area = Rect {
            x: screen.x + (screen.width - width) / 2,
            y: screen.y + (screen.height - height) / 2,
            width,
            height,
        };
        Clear.render(area, buf);
        let block = Block::bordered().border_set(border_set()).border_style(self.border);
        let inner = block.inner(area);
        block.render(area, buf);
        let title = Rect { x: area.x + 2, width: area.width.saturating_sub(4), height: area.height.min(1), ..area };
        put(buf, title, &format!(" {} ", self.title), self.heading);
        Rect { x: inner.x + inner.width.min(1), width: inner.width.saturating_sub(2), ..inner }
    }
}
