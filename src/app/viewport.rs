//! The cursor of the table, and which lines are on the screen.

use crate::domain::{Line, Row, RowOrder};

/// The cursor and the visible lines.
#[derive(Clone, Debug, Default)]
pub struct Viewport {
    /// The line of the cursor.
    cursor: Line,
    /// The first visible line.
    offset: Line,
    /// The row that the cursor belongs to. The filter may hide it for a while.
    row: Row,
    /// Whether the cursor stays on the first line when the rows change next.
    pinned_to_top: bool,
}

/// Lines kept visible above and below the cursor while scrolling.
const MARGIN: usize = 2;

impl Viewport {
    pub fn cursor(&self) -> Line {
        self.cursor
    }

    pub fn offset(&self) -> Line {
        self.offset
    }

    /// Keeps the cursor on the first line when the rows change next.
    pub fn pin_to_top(&mut self) {
        self.pinned_to_top = true;
    }

    /// Moves the cursor to a line, or the last one if there are fewer.
    pub fn go_to(&mut self, line: Line, shown: &RowOrder, page: usize) {
        self.pinned_to_top = false;
        self.cursor = line.min(last_line(shown));
        self.row = shown.get(self.cursor).unwrap_or(self.row);
        self.keep_cursor_visible(shown, page);
    }

    /// Scrolls a line to the top. The cursor moves only to stay on the screen.
    pub fn scroll_to(&mut self, line: Line, shown: &RowOrder, page: usize) {
        self.offset = line.min(last_offset(shown, page));
        let last = Line(self.offset.0 + page.saturating_sub(1)).min(last_line(shown));
        self.cursor = self.cursor.clamp(self.offset.min(last), last);
        self.row = shown.get(self.cursor).unwrap_or(self.row);
    }

    /// Scrolls as little as needed to show the cursor and a margin on a screen of `page` lines.
    pub fn keep_cursor_visible(&mut self, shown: &RowOrder, page: usize) {
        let margin = MARGIN.min(page.saturating_sub(1) / 2);
        let lowest = Line((self.cursor.0 + margin + 1).saturating_sub(page));
        let highest = Line(self.cursor.0.saturating_sub(margin));
        self.offset = self.offset.clamp(lowest.min(highest), highest);
        self.offset = self.offset.min(last_offset(shown, page));
    }

    /// The row that the cursor belongs to.
    pub fn row(&self) -> Row {
        self.row
    }

    /// Moves the cursor to its row's new line, or the first one if the row is hidden. The cursor keeps its place on the
    /// screen if possible.
    pub fn restore_cursor(&mut self, line: Option<Line>, shown: &RowOrder, page: usize) {
        if std::mem::take(&mut self.pinned_to_top) {
            return self.go_to(Line(0), shown, page);
        }
        let distance = self.cursor.0.saturating_sub(self.offset.0);
        self.cursor = line.unwrap_or_default();
        self.offset = Line(self.cursor.0.saturating_sub(distance));
        self.keep_cursor_visible(shown, page);
    }
}

/// The first line if there are none.
fn last_line(shown: &RowOrder) -> Line {
    Line(shown.len().saturating_sub(1))
}

/// The first visible line when scrolled to the end.
fn last_offset(shown: &RowOrder, page: usize) -> Line {
    Line(shown.len().saturating_sub(page))
}
