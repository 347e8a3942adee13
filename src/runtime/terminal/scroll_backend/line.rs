//! A line with letters that terminals give another width than they were measured at. What stands beside them is right whatever the
//! terminal makes of them: the line is erased, such a letter is written upon blanks, and after it the cursor is told where it goes on.
//! What the letter takes too much of is written over by what follows.

use ratatui::buffer::{Cell, CellWidth};
use ratatui::style::{Color, Modifier};

use crate::layout::letters::is_disputed;

/// Keeps each line to itself while letters are written that may take too much: at the right edge they would go on in the next line.
pub(super) const NO_WRAPPING: &[u8] = b"\x1b[0m\x1b[?7l";
pub(super) const WRAPPING: &[u8] = b"\x1b[?7h";

/// What makes a line blank.
pub(super) fn erasure(y: u16) -> String {
    format!("\x1b[{};1H\x1b[2K", u32::from(y) + 1)
}

/// Whether such letters stand on a line.
pub(super) fn has_disputed(line: &[Cell]) -> bool {
    line.iter().any(|cell| is_disputed(cell.symbol()))
}

/// The cells to be written upon line `y` after it was erased. The backend sets the cursor where a cell does not follow the one before.
pub(super) fn cells(y: u16, line: &[Cell]) -> Vec<(u16, u16, Cell)> {
    let mut cells = Vec::with_capacity(line.len());
    let mut behind = 0;
    for (x, cell) in line.iter().enumerate().map(|(x, cell)| (x as u16, cell)) {
        if x < behind {
            continue;
        }
        behind = x.saturating_add(cell.cell_width().max(1));
        if !is_disputed(cell.symbol()) {
            cells.push((x, y, cell.clone()));
            continue;
        }
        let like = |symbol| {
            let mut like = cell.clone();
            like.set_symbol(symbol);
            like
        };
        if shows_when_blank(cell) {
            cells.extend((x..behind.min(line.len() as u16)).map(|x| (x, y, like(" "))));
        }
        cells.push((x, y, cell.clone()));
        if behind == x + 1 {
            // Nothing, as if it were in the next cell: what comes there is then not what follows.
            cells.push((behind, y, like("")));
        }
    }
    cells
}

/// Whether a blank of this look differs from what an erased line has.
fn shows_when_blank(cell: &Cell) -> bool {
    cell.bg != Color::Reset
        || cell.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT)
}
