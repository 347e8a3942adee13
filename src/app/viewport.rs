//! Where the cursor stands in the table, and which of its lines are on the screen.

use crate::domain::RowOrder;

/// The cursor and the lines around it. Lines are counted in what is shown, from 0.
#[derive(Clone, Debug, Default)]
pub struct Viewport {
    /// The line of the cursor.
    cursor: usize,
    /// The first line on the screen.
    offset: usize,
    /// The row that the cursor was last put on; a filter may hide it for a while.
    row: u32,
    /// Whether the first line keeps the cursor in the next arrangement, whatever row comes there.
    pinned_to_top: bool,
}

/// Lines that stay visible above and below the cursor while it scrolls.
const MARGIN: usize = 2;

impl Viewport {
    /// The line of the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first line on the screen.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Keeps the cursor on the first line in the next arrangement.
    pub fn pin_to_top(&mut self) {
        self.pinned_to_top = true;
    }

    /// Puts the cursor on a line, the last one if there are fewer.
    pub fn go_to(&mut self, line: usize, shown: &RowOrder, page: usize) {
        self.pinned_to_top = false;
        self.cursor = line.min(shown.len().saturating_sub(1));
        self.row = shown.get(self.cursor).unwrap_or(self.row);
        self.keep_cursor_visible(shown, page);
    }

    /// Puts a line at the top of the screen; the cursor follows only where it would leave the screen.
    pub fn scroll_to(&mut self, line: usize, shown: &RowOrder, page: usize) {
        self.offset = line.min(shown.len().saturating_sub(page));
        let last = (self.offset + page.saturating_sub(1)).min(shown.len().saturating_sub(1));
        self.cursor = self.cursor.clamp(self.offset.min(last), last);
        self.row = shown.get(self.cursor).unwrap_or(self.row);
    }

    /// Scrolls as little as needed for the cursor to be on a screen of `page` lines, with some lines around it.
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

    /// Brings the cursor to the line where its row is now, the first one where it is hidden; that line stays where the eye is.
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
