//! The target box: address, number of links, scope, mode and maximum cost.

use crate::domain::signs::{DOT, PROMPT, WRONG};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Block, Widget};

use super::line_input::LineInput;
use super::text::{border_set, put, put_right};
use crate::layout::cells::width;

/// An option that is toggled, not typed.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// The current value.
    pub text: &'a str,
    /// Whether it has the focus.
    pub focused: bool,
}

#[derive(Clone, Debug)]
pub struct TargetBox<'a> {
    pub url: LineInput<'a>,
    pub count: LineInput<'a>,
    pub scope: Choice<'a>,
    pub mode: Choice<'a>,
    /// The maximum cost: `≤ 500 cr`.
    pub quote: &'a str,
    /// Why the request can't be sent.
    pub error: Option<&'a str>,
    pub title: &'a str,
    pub focused: bool,
    pub styles: &'a TargetBoxStyles,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct TargetBoxStyles {
    pub border: Style,
    pub title: Style,
    pub field: Style,
    pub chosen: Style,
    pub cost: Style,
    pub error: Style,
    pub dim: Style,
}

fn links_label() -> String {
    format!(" links{}", separator())
}

fn separator() -> String {
    format!(" {DOT} ")
}

impl TargetBox<'_> {
    /// Returns the cursor position, if the cursor is in the box.
    pub fn render(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let area = area.intersection(buf.area);
        if area.height >= 3 { self.render_framed(area, buf) } else { self.render_unframed(area, buf) }
    }

    /// Three lines with a frame; an error is drawn in the lower border.
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

    /// Two lines without a frame; an error replaces the options and the cost.
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
        let words = width(&links_label()) + width(self.scope.text) + width(&separator()) + width(self.mode.text);
        self.count_width() + words as u16
    }

    /// The width of the digits, with one more cell for the cursor if focused.
    fn count_width(&self) -> u16 {
        let digits = width(self.count.text) as u16;
        if self.count.cursor.is_some() { digits + 1 } else { digits.max(1) }
    }

    fn render_options(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let count = Rect { width: self.count_width().min(area.width), ..area };
        let cursor = self.count.render(count, buf);
        let mut rest = Rect { x: count.right(), width: area.width - count.width, ..area };
        let (links, between) = (links_label(), separator());
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
