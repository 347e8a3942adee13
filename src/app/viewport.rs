//! The cursor of the table, and which lines are on the screen.

use crate::domain::RowOrder;

/// The cursor and the visible lines, as indexes of shown lines.
#[derive(Clone, Debug, Default)]
pub struct Viewport {
    /// The line of the cursor.
    cursor: usize,
    /// The first visible line.
    offset: usize,
    /// The row that the cursor belongs to. The filter may hide it for a while.
    row: u32,
    /// Whether the cursor stays on the first line when the rows change next.
    pinned_to_top: bool,
}

/// Lines kept visible above and below the cursor while scrolling.
const MARGIN: usize = 2;

impl Viewport {
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Keeps the cursor on the first line when the rows change next.
    pub fn pin_to_top(&mut self) {
        self.pinned_to_top = true;
    }

    /// Moves the cursor to a line, or the last one if there are fewer.
    pub fn go_to(&mut self, line: usize, shown: &RowOrder, page: usize) {
        self.pinned_to_top = false;
        self.cursor = line.min(shown.len().saturating_sub(1));
        self.row = shown.get(self.cursor).unwrap_or(self.row);
        self.keep_cursor_visible(shown, page);
    }

    /// Scrolls a line to the top. The cursor moves only to stay on the screen.
    pub fn scroll_to(&mut self, line: usize, shown: &RowOrder, page: usize) {
        self.offset = line.min(shown.len().saturating_sub(page));
        let last = (self.offset + page.saturating_sub(1)).min(shown.len().saturating_sub(1));
        self.cursor = self.cursor.clamp(self.offset.min(last), last);
        self.row = shown.get(self.cursor).unwrap_or(self.row);
    }

    /// Scrolls as little as needed to show the cursor and a margin on a screen of `page` lines.
    pub fn keep_cursor_visible(&mut self, shown: &RowOrder, page: usize) {
        let margin = MARGIN.min(page.saturating_sub(1) / 2);
        let lowest = (self.cursor + margin + 1).saturating_sub(page);
        let highest = self.cursor.saturating_sub(margin);
        self.offset = self.offset.clamp(lowest.min(highest), highest);
        self.offset = self.offset.min(shown.len().saturating_sub(page));
    }

    /// The row that the cursor belongs to.
    pub fn row(&self) -> u32 {
        self.row
    }

    /// Moves the cursor to its row's new line, or the first one if the row is hidden. The cursor keeps its place on the
    /// screen if possible.
    pub fn restore_cursor(&mut self, line: Option<usize>, shown: &RowOrder, page: usize) {
        if std::mem::take(&mut self.pinned_to_top) {
            return self.go_to(0, shown, page);
        }
        let distance = self.cursor.saturating_sub(self.offset);
        self.cursor = line.unwrap_or(0);
        self.offset = self.cursor.saturating_sub(distance);
        self.keep_cursor_visible(shown, page);
    }
}
