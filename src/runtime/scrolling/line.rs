//! A line with letters that terminals give another width than they were measured at. What stands beside them is right whatever the
//! terminal makes of them: the line is erased, such a letter is written upon blanks, and after it the cursor is told where it goes on.
//! What the letter takes too much of is written over by what follows.

use std::io::{self, Write};

use ratatui::backend::Backend;
use ratatui::buffer::{Cell, CellWidth};

use super::Change;
use crate::geometry::letters::is_disputed;

/// Whether such letters stand on a line.
pub(super) fn has_disputed(line: &[Cell]) -> bool {
    line.iter().any(|cell| is_disputed(cell.symbol()))
}

/// Lets `write` write while the terminal keeps each line to itself: a letter that takes too much at the right edge would go on in
/// the next line.
pub(super) fn without_wrapping<B: Write>(
    backend: &mut B,
    write: impl FnOnce(&mut B) -> io::Result<()>,
) -> io::Result<()> {
    backend.write_all(b"\x1b[?7l")?;
    write(backend)?;
    backend.write_all(b"\x1b[?7h")
}

/// Writes line `y` of the screen.
pub(super) fn write<B: Backend<Error = io::Error> + Write>(backend: &mut B, y: u16, line: &[Cell]) -> io::Result<()> {
    write!(backend, "\x1b[0m\x1b[{};1H\x1b[2K", u32::from(y) + 1)?;
    let mut written = 0;
    for (x, letter) in line.iter().enumerate().filter(|(_, cell)| is_disputed(cell.symbol())) {
        let mut blank = letter.clone();
        blank.set_symbol(" ");
        let end = x + usize::from(letter.cell_width());
        let blanks = (x..end.min(line.len())).map(|x| (x as u16, y, &blank));
        backend.draw(cells(line, y, written, x).chain(blanks))?;
        backend.draw(std::iter::once((x as u16, y, letter)))?;
        written = end;
    }
    backend.draw(cells(line, y, written, line.len()))
}

/// The cells of a line from one to another, without the other halves of wide letters.
fn cells(line: &[Cell], y: u16, from: usize, to: usize) -> impl Iterator<Item = Change<'_>> {
    let mut next = from;
    let first_halves = line.iter().enumerate().take(to).skip(from).filter(move |(x, cell)| {
        let is_first = *x >= next;
        if is_first {
            next = x + usize::from(cell.cell_width()).max(1);
        }
        is_first
    });
    first_halves.map(move |(x, cell)| (x as u16, y, cell))
}
