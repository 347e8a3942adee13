//! Writes a line that contains characters of disputed width, which a terminal may draw wider or narrower than they were measured.
//!
//! To keep the other cells in place, the line is erased, such a character is written over blanks, and the cursor is positioned
//! again after it. If the terminal drew it too wide, the following cells overwrite the excess.

use ratatui::buffer::{Cell, CellWidth};
use ratatui::style::{Color, Modifier};

use crate::layout::letters::is_disputed;

/// Turned off while such a line is written: a character drawn too wide at the right edge would wrap into the next line.
pub(super) const DISABLE_WRAPPING: &[u8] = b"\x1b[0m\x1b[?7l";
pub(super) const ENABLE_WRAPPING: &[u8] = b"\x1b[?7h";

pub(super) fn erase_line(y: u16) -> String {
    format!("\x1b[{};1H\x1b[2K", u32::from(y) + 1)
}

/// Whether the line contains characters of disputed width.
pub(super) fn has_disputed(line: &[Cell]) -> bool {
    line.iter().any(|cell| is_disputed(cell.symbol()))
}

/// The cells to write on the erased line `y`. The backend positions the cursor for each cell that does not follow the previous one.
pub(super) fn cells(y: u16, line: &[Cell]) -> Vec<(u16, u16, Cell)> {
    let mut cells = Vec::with_capacity(line.len());
    let mut next_x = 0;
    for (x, cell) in line.iter().enumerate().map(|(x, cell)| (x as u16, cell)) {
        if x < next_x {
            continue;
        }
        next_x = x.saturating_add(cell.cell_width().max(1));
        if !is_disputed(cell.symbol()) {
            cells.push((x, y, cell.clone()));
            continue;
        }
        let with_symbol = |symbol| {
            let mut cell = cell.clone();
            cell.set_symbol(symbol);
            cell
        };
        if shows_when_blank(cell) {
            cells.extend((x..next_x.min(line.len() as u16)).map(|x| (x, y, with_symbol(" "))));
        }
        cells.push((x, y, cell.clone()));
        if next_x == x + 1 {
            // An empty cell in the next column, so that the real one no longer follows and the backend positions the cursor.
            cells.push((next_x, y, with_symbol("")));
        }
    }
    cells
}

/// Whether a blank in this style differs from an erased cell.
fn shows_when_blank(cell: &Cell) -> bool {
    cell.bg != Color::Reset
        || cell.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT)
}
