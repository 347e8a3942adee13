//! A page of text that scrolls.

use crate::domain::number::pluralize;
use crate::domain::signs::{ABOVE, BELOW};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::put;
use crate::layout::cells::{width, wrap};

/// Lines of text wrapped to a width.
#[derive(Clone, Debug)]
pub struct Page {
    cells: usize,
    lines: Vec<Vec<(String, Style)>>,
}

impl Page {
    /// An empty page as wide as `area`.
    pub fn new(area: Rect) -> Page {
        Page { cells: usize::from(area.width).max(2), lines: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds an empty line, unless the last line is empty.
    pub fn gap(&mut self) -> &mut Page {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(Vec::new());
        }
        self
    }

    /// Adds wrapped text in one style.
    pub fn text(&mut self, text: &str, style: Style) -> &mut Page {
        self.lines.extend(wrap(text, self.cells).into_iter().map(|line| vec![(line, style)]));
        self
    }

    /// Adds a label and a value. The value is wrapped and indented by `column` cells.
    pub fn labeled(&mut self, label: (&str, Style), column: usize, value: &str, style: Style) -> &mut Page {
        // On a narrow page the value goes below its label.
        let beside = self.cells >= column + 16;
        if !beside {
            self.text(label.0, label.1);
        }
        let indent = if beside { column } else { 2 };
        for (i, line) in wrap(value, self.cells.saturating_sub(indent)).into_iter().enumerate() {
            let lead = if i == 0 && beside { label.0 } else { "" };
            let pad = " ".repeat(indent.saturating_sub(width(lead)));
            self.lines.push(vec![(format!("{lead}{pad}"), label.1), (line, style)]);
        }
        self
    }

    /// Draws the page from line `scroll` on, or the last page if that is earlier. The last row says how many lines are
    /// out of sight. Returns the first line drawn.
    pub fn render(&self, area: Rect, buf: &mut Buffer, scroll: usize, dim: Style) -> usize {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return scroll;
        }
        let height = usize::from(area.height);
        let scrolls = self.lines.len() > height;
        let room = if scrolls { height.saturating_sub(1).max(1) } else { height };
        let first = scroll.min(self.lines.len().saturating_sub(room));
        for (row, line) in area.rows().take(room).zip(self.lines.iter().skip(first)) {
            let mut rest = row;
            for (text, style) in line {
                let taken = put(buf, rest, text, *style);
                rest = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
            }
        }
        if scrolls && height > 1 {
            let below = self.lines.len().saturating_sub(first + room);
            let foot = match (first, below) {
                (0, below) => format!("{BELOW} {}", pluralize(below, "more line", "more lines")),
                (above, 0) => format!("{ABOVE} {} above", pluralize(above, "line", "lines")),
                (above, below) => format!("{ABOVE} {above} above, {BELOW} {below} below"),
            };
            put(buf, Rect { y: area.bottom() - 1, height: 1, ..area }, &foot, dim);
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrolling_stops_at_the_last_line() {
        let area = Rect::new(0, 0, 24, 4);
        let mut page = Page::new(area);
        for i in 0..10 {
            page.text(&format!("line {i}"), Style::default());
        }
        let mut buf = Buffer::empty(area);
        page.render(area, &mut buf, 99, Style::default());
        let text: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert!(text.starts_with("line 7") && text.contains("↑ 7 lines above"), "{text}");
    }
}
