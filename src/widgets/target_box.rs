//! The target box: the address, the number of links, scope and mode, and the most that asking can cost.

use crate::domain::signs::{DOT, PROMPT, WRONG};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Block, Widget};

use super::line_input::LineInput;
use super::text::{border_set, put, put_right};
use crate::layout::cells::width;

/// A field that is chosen from, not typed.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// What it stands at.
    pub text: &'a str,
    /// Whether it has the keys.
    pub focused: bool,
}

/// The box.
#[derive(Clone, Debug)]
pub struct TargetBox<'a> {
    /// The address.
    pub url: LineInput<'a>,
    /// The number of links.
    pub count: LineInput<'a>,
    /// Page or domain.
    pub scope: Choice<'a>,
    /// One link for each domain, or all.
    pub mode: Choice<'a>,
    /// The most that it can cost: `≤ 500 cr`.
    pub quote: &'a str,
    /// Why it can't be asked like this.
    pub error: Option<&'a str>,
    /// What the box is called.
    pub title: &'a str,
    /// Whether one of its fields has the keys.
    pub focused: bool,
    /// How it looks.
    pub styles: &'a TargetBoxStyles,
}

/// How the parts look.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)] // Each is the look of the part that it is named after.
pub struct TargetBoxStyles {
    pub border: Style,
    pub title: Style,
    pub field: Style,
    pub chosen: Style,
    pub cost: Style,
    pub error: Style,
    pub dim: Style,
}

/// Behind the number.
fn links() -> String {
    format!(" links{}", separator())
}

/// Between scope and mode.
fn separator() -> String {
    format!(" {DOT} ")
}

impl TargetBox<'_> {
    /// Draws it. Returns where the cursor is, if it is in here.
    pub fn render(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let area = area.intersection(buf.area);
        if area.height >= 3 { self.render_framed(area, buf) } else { self.render_unframed(area, buf) }
    }

    /// Three lines with a frame; a problem stands in the lower border.
    fn render_framed(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let block = Block::bordered().border_set(border_set()).border_style(self.styles.border);
        let inner = block.inner(area);
        block.render(area, buf);
        put(buf, Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area }, self.title, self.styles.title);
        if let Some(error) = self.error {
            let foot = Rect { x: area.x + 2, y: area.bottom() - 1, width: area.width.saturating_sub(4), height: 1 };
            put(buf, foot, &format!(" {WRONG} {error} "), self.styles.error);
        }
        let line = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), height: 1, ..inner };
        let quote = put_right(buf, line, self.quote, self.styles.cost);
        let options_width = self.options_width();
        let left = line.width.saturating_sub(quote + 3);
        let options = Rect { x: (line.x + left).saturating_sub(options_width), width: options_width.min(left), ..line };
        let url = Rect { width: options.x.saturating_sub(line.x + 2), ..line };
        let at_url = self.url.render(url, buf);
        let at_count = self.render_options(options, buf);
        at_url.or(at_count)
    }

    /// Two lines without a frame; a problem takes the second one, except for the cost.
    fn render_unframed(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let first = Rect { height: area.height.min(1), ..area };
        let lead = if self.focused { PROMPT.get() } else { " " };
        let taken = put(buf, first, &format!("{lead} "), self.styles.title);
        let at_url = self.url.render(Rect { x: first.x + taken, width: first.width - taken, ..first }, buf);
        let second = Rect { y: area.y + 1, height: area.height.saturating_sub(1).min(1), ..area };
        if second.is_empty() {
            return at_url;
        }
        if let Some(error) = self.error {
            put(buf, second, &format!("{WRONG} {error}"), self.styles.error);
            return at_url;
        }
        let quote = put_right(buf, second, self.quote, self.styles.cost);
        let room = second.width.saturating_sub(quote + 3);
        let at_count = self.render_options(Rect { x: second.x + 2, width: room, ..second }, buf);
        at_url.or(at_count)
    }

    fn options_width(&self) -> u16 {
        let words = width(&links()) + width(self.scope.text) + width(&separator()) + width(self.mode.text);
        self.count_width() + words as u16
    }

    /// As wide as its digits, with a cell for the cursor behind them while it has the keys.
    fn count_width(&self) -> u16 {
        let digits = width(self.count.text) as u16;
        if self.count.cursor.is_some() { digits + 1 } else { digits.max(1) }
    }

    fn render_options(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let count = Rect { width: self.count_width().min(area.width), ..area };
        let cursor = self.count.render(count, buf);
        let mut rest = Rect { x: count.right(), width: area.width - count.width, ..area };
        let (links, between) = (links(), separator());
        let parts = [
            (links.as_str(), self.styles.dim),
            (self.scope.text, self.choice_style(self.scope)),
            (between.as_str(), self.styles.dim),
            (self.mode.text, self.choice_style(self.mode)),
        ];
        for (text, style) in parts {
            let taken = put(buf, rest, text, style);
            rest = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
        }
        cursor
    }

    fn choice_style(&self, choice: Choice<'_>) -> Style {
        if choice.focused { self.styles.chosen } else { self.styles.field }
    }
}
