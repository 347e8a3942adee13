//! Lines that moved are moved by the terminal itself, and only what differs then is sent: a line's step through the table is a
//! fraction of the bytes that drawing it anew would be, which is what one feels over a slow connection.

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

/// A backend in front of another one that scrolls where that saves cells.
#[derive(Debug)]
pub struct ScrollBackend<B> {
    backend: B,
    size: Size,
    /// What the terminal shows.
    screen: Buffer,
    /// A number for what is written in each of its cells: that is compared faster than cells are.
    prints: Vec<u32>,
    /// Of each line, whether letters of disputed width stand there.
    disputed: Vec<bool>,
}

/// A change: a cell and where it goes.
type Change<'a> = (u16, u16, &'a Cell);

/// The share of the screen that a shift has to save. Where less than that changes, as in a pane beside the table, none is looked for:
/// that would take longer than it saves.
const WORTH_IT: usize = 8;

impl<B: Backend<Error = io::Error> + Write> ScrollBackend<B> {
    /// In front of a backend whose screen is empty and of this size.
    pub fn new(backend: B, width: u16, height: u16) -> ScrollBackend<B> {
        let size = Size::new(width, height);
        let (screen, prints, disputed) = (Buffer::default(), Vec::new(), Vec::new());
        let mut scrolling = ScrollBackend { backend, size, screen, prints, disputed };
        scrolling.blank();
        scrolling
    }

    /// Notes the size of the terminal; the next frame has it.
    pub fn set_size(&mut self, width: u16, height: u16) {
        self.size = Size::new(width, height);
    }

    /// Notes that the screen is empty.
    fn blank(&mut self) {
        self.screen = Buffer::empty(Rect::from((Position::ORIGIN, self.size)));
        self.prints = vec![print(&Cell::EMPTY); self.screen.content.len()];
        self.disputed = vec![false; usize::from(self.size.height)];
    }

    /// What the terminal makes of a cell that is sent to it.
    fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        let at = usize::from(y) * usize::from(self.screen.area.width) + usize::from(x);
        let mut set = |at: usize, cell: &Cell| {
            if let (Some(shown), Some(number)) = (self.screen.content.get_mut(at), self.prints.get_mut(at)) {
                shown.clone_from(cell);
                *number = print(cell);
            }
        };
        set(at, cell);
        // The other half of a wide letter. No letter of ASCII is one, and most are of ASCII.
        if cell.symbol().len() > 1 {
            let end = x.saturating_add(cell.cell_width()).min(self.screen.area.width);
            (1..end.saturating_sub(x)).for_each(|further| set(at + usize::from(further), &Cell::EMPTY));
        }
    }
}

impl<B: Backend<Error = io::Error> + Write> Backend for ScrollBackend<B> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = Change<'a>>>(&mut self, content: I) -> io::Result<()> {
        let changes: Vec<Change<'_>> = content.collect();
        let worth_it = self.screen.content.len() / WORTH_IT;
        let before = (changes.len() > worth_it).then(|| (self.screen.clone(), self.prints.clone()));
        for (x, y, cell) in &changes {
            self.put(*x, *y, cell);
        }
        if let Some((mut moved, prints)) = before
            && let Some(shift) = Shift::find(&prints, &self.prints, usize::from(self.screen.area.width))
        {
            shift.apply(&mut moved);
            let left: Vec<Change<'_>> = moved.diff_iter(&self.screen).collect();
            if left.len() + worth_it < changes.len() {
                shift.write_to(&mut self.backend)?;
                shift.apply_to_lines(&mut self.disputed);
                return send(&mut self.backend, &self.screen, &mut self.disputed, &left);
            }
        }
        send(&mut self.backend, &self.screen, &mut self.disputed, &changes)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.blank();
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

/// Sends changes to a terminal that is to show `screen`. A line on which letters of disputed width stand, or stood, is written whole:
/// where they are in the terminal nobody knows.
fn send<B: Backend<Error = io::Error> + Write>(
    backend: &mut B,
    screen: &Buffer,
    disputed: &mut [bool],
    changes: &[Change<'_>],
) -> io::Result<()> {
    let mut whole: Vec<u16> = changes.iter().map(|(_, y, _)| *y).collect();
    whole.dedup();
    whole.retain(|&y| {
        let now = has_disputed(line_of(screen, y));
        let before = disputed.get_mut(usize::from(y)).is_some_and(|disputed| std::mem::replace(disputed, now));
        before || now
    });
    if whole.is_empty() {
        return backend.draw(changes.iter().copied());
    }
    backend.write_all(line::NO_WRAPPING)?;
    whole.iter().try_for_each(|&y| backend.write_all(line::erasure(y).as_bytes()))?;
    let cells: Vec<_> = whole.iter().flat_map(|&y| line::cells(y, line_of(screen, y))).collect();
    backend.draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
    backend.write_all(line::WRAPPING)?;
    backend.draw(changes.iter().copied().filter(|(_, y, _)| !whole.contains(y)))
}

fn line_of(screen: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(screen.area.width);
    let start = usize::from(y) * width;
    screen.content.get(start..start + width).unwrap_or_default()
}

/// A number for what is written in a cell.
fn print(cell: &Cell) -> u32 {
    cell.symbol().bytes().fold(0, |number: u32, byte| number.wrapping_mul(31).wrapping_add(byte.into()))
}
