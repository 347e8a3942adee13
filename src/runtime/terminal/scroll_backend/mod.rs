//! A backend that lets the terminal scroll lines that moved and sends only what still differs. A step through the table then takes
//! a fraction of the bytes of a full redraw, which is noticeable over a slow connection.

mod line;
mod shift;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Position, Rect, Size};

use line::has_disputed;
use shift::Shift;

/// Wraps another backend and scrolls where that saves cells.
#[derive(Debug)]
pub struct ScrollBackend<B> {
    backend: B,
    size: Size,
    /// What the terminal shows now.
    screen: Buffer,
    /// A hash of the symbol in each cell of `screen`; faster to compare than cells.
    hashes: Vec<u32>,
    /// For each line, whether it contains characters of disputed width.
    disputed: Vec<bool>,
}

/// Position and new content of a cell.
type Change<'a> = (u16, u16, &'a Cell);

/// A shift must save at least this fraction (one eighth) of the screen's cells. If fewer cells change, as in a pane next to the table,
/// no shift is searched for: the search would take longer than it saves.
const MIN_SAVED_FRACTION: usize = 8;

impl<B: Backend<Error = io::Error> + Write> ScrollBackend<B> {
    /// `backend` must show an empty screen of this size.
    pub fn new(backend: B, width: u16, height: u16) -> ScrollBackend<B> {
        let size = Size::new(width, height);
        let (screen, hashes, disputed) = (Buffer::default(), Vec::new(), Vec::new());
        let mut backend = ScrollBackend { backend, size, screen, hashes, disputed };
        backend.reset();
        backend
    }

    /// Sets the size of the terminal. The next frame is drawn in it.
    pub fn set_size(&mut self, width: u16, height: u16) {
        self.size = Size::new(width, height);
    }

    /// Records that the screen is empty.
    fn reset(&mut self) {
        self.screen = Buffer::empty(Rect::from((Position::ORIGIN, self.size)));
        self.hashes = vec![hash(&Cell::EMPTY); self.screen.content.len()];
        self.disputed = vec![false; usize::from(self.size.height)];
    }

    /// Records what the terminal shows after a cell is sent to it.
    fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        let at = usize::from(y) * usize::from(self.screen.area.width) + usize::from(x);
        let mut set = |at: usize, cell: &Cell| {
            if let (Some(shown), Some(number)) = (self.screen.content.get_mut(at), self.hashes.get_mut(at)) {
                shown.clone_from(cell);
                *number = hash(cell);
            }
        };
        set(at, cell);
        // A wide character also covers the next cell. ASCII characters, by far the most frequent, are never wide.
        if cell.symbol().len() > 1 {
            let end = x.saturating_add(cell.cell_width()).min(self.screen.area.width);
            (1..end.saturating_sub(x)).for_each(|offset| set(at + usize::from(offset), &Cell::EMPTY));
        }
    }
}

impl<B: Backend<Error = io::Error> + Write> Backend for ScrollBackend<B> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = Change<'a>>>(&mut self, content: I) -> io::Result<()> {
        let changes: Vec<Change<'_>> = content.collect();
        let min_saved = self.screen.content.len() / MIN_SAVED_FRACTION;
        let before = (changes.len() > min_saved).then(|| (self.screen.clone(), self.hashes.clone()));
        for (x, y, cell) in &changes {
            self.put(*x, *y, cell);
        }
        if let Some((mut moved, hashes)) = before
            && let Some(shift) = Shift::find(&hashes, &self.hashes, usize::from(self.screen.area.width))
        {
            shift.apply(&mut moved);
            let remaining: Vec<Change<'_>> = moved.diff_iter(&self.screen).collect();
            if remaining.len() + min_saved < changes.len() {
                shift.write_to(&mut self.backend)?;
                shift.apply_to_lines(&mut self.disputed);
                return send(&mut self.backend, &self.screen, &mut self.disputed, &remaining);
            }
        }
        send(&mut self.backend, &self.screen, &mut self.disputed, &changes)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.reset();
        self.backend.clear_region(clear_type)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.backend.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.backend.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.backend.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.backend.set_cursor_position(position)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.backend.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.backend)
    }
}

/// Sends `changes` to a terminal that is to show `screen`. A line that contains or contained characters of disputed width is written
/// as a whole, because the positions of its cells in the terminal are unknown.
fn send<B: Backend<Error = io::Error> + Write>(
    backend: &mut B,
    screen: &Buffer,
    disputed: &mut [bool],
    changes: &[Change<'_>],
) -> io::Result<()> {
    let mut rewritten: Vec<u16> = changes.iter().map(|(_, y, _)| *y).collect();
    rewritten.dedup();
    rewritten.retain(|&y| {
        let now = has_disputed(cells_of_line(screen, y));
        let before = disputed.get_mut(usize::from(y)).is_some_and(|disputed| std::mem::replace(disputed, now));
        before || now
    });
    if rewritten.is_empty() {
        return backend.draw(changes.iter().copied());
    }
    backend.write_all(line::DISABLE_WRAPPING)?;
    rewritten.iter().try_for_each(|&y| backend.write_all(line::erase_line(y).as_bytes()))?;
    let cells: Vec<_> = rewritten.iter().flat_map(|&y| line::cells(y, cells_of_line(screen, y))).collect();
    backend.draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
    backend.write_all(line::ENABLE_WRAPPING)?;
    backend.draw(changes.iter().copied().filter(|(_, y, _)| !rewritten.contains(y)))
}

fn cells_of_line(screen: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(screen.area.width);
    let start = usize::from(y) * width;
    screen.content.get(start..start + width).unwrap_or_default()
}

/// A hash of the cell's symbol.
fn hash(cell: &Cell) -> u32 {
    cell.symbol().bytes().fold(0, |number: u32, byte| number.wrapping_mul(31).wrapping_add(byte.into()))
}
