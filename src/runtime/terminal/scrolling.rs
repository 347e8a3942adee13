//! Lines that moved are moved by the terminal itself, and only what differs then is sent: a line's step through the table is a
//! fraction of the bytes that drawing it anew would be, which is what one feels over a slow connection.

use std::io::{self, Write};
use std::ops::Range;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Position, Rect, Size};

/// A backend in front of another one that scrolls where that saves cells.
#[derive(Debug)]
pub struct Scrolling<B> {
    backend: B,
    size: Size,
    /// What the terminal shows.
    screen: Buffer,
    /// A number for what is written in each of its cells: that is compared faster than cells are.
    prints: Vec<u32>,
}

/// The share of the screen that a shift has to save. Where less than that changes, as in a pane beside the table, none is looked for:
/// that would take longer than it saves.
const WORTH_IT: usize = 8;

impl<B: Backend<Error = io::Error> + Write> Scrolling<B> {
    /// In front of a backend whose screen is empty and of this size.
    pub fn new(backend: B, width: u16, height: u16) -> Scrolling<B> {
        let size = Size::new(width, height);
        let mut scrolling = Scrolling { backend, size, screen: Buffer::default(), prints: Vec::new() };
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

impl<B: Backend<Error = io::Error> + Write> Backend for Scrolling<B> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let changes: Vec<_> = content.collect();
        let worth_it = self.screen.content.len() / WORTH_IT;
        let before = (changes.len() > worth_it).then(|| (self.screen.clone(), self.prints.clone()));
        for (x, y, cell) in &changes {
            self.put(*x, *y, cell);
        }
        if let Some((mut moved, prints)) = before
            && let Some(shift) = Shift::find(&prints, &self.prints, usize::from(self.screen.area.width))
        {
            shift.apply(&mut moved);
            let left: Vec<_> = moved.diff_iter(&self.screen).collect();
            if left.len() + worth_it < changes.len() {
                shift.write_to(&mut self.backend)?;
                return self.backend.draw(left.into_iter());
            }
        }
        self.backend.draw(changes.into_iter())
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

/// A number for what is written in a cell.
fn print(cell: &Cell) -> u32 {
    cell.symbol().bytes().fold(0, |number: u32, byte| number.wrapping_mul(31).wrapping_add(byte.into()))
}

/// Lines of which each moves by as many.
#[derive(Debug, PartialEq, Eq)]
struct Shift {
    /// The lines within which others move; the last of them, or the first ones, come in blank.
    lines: Range<usize>,
    up: bool,
    by: usize,
}

/// Cells that are compared at once. It is looked for a shift at each frame that changes much, also where there is none.
const AT_ONCE: usize = 8;

impl Shift {
    /// The shift of lines that leaves the fewest cells to be sent, as far as the lines that stay on the screen tell.
    fn find(before: &[u32], after: &[u32], width: usize) -> Option<Shift> {
        let (before, after) = (Lines::of(before, width), Lines::of(after, width));
        let stay: Vec<isize> = after.iter().zip(before.iter()).map(|(after, before)| alike(after, before)).collect();
        let mut best = (0, None);
        for by in 1..=stay.len() / 2 {
            for up in [true, false] {
                // Which line comes from which, by the upper one of the two.
                let (from, to) = if up { (by, 0) } else { (0, by) };
                let moved = before.iter().skip(from).zip(after.iter().zip(&stay).skip(to));
                let gains = moved.map(|(before, (after, stay))| alike(after, before) - stay);
                let (gain, lines) = best_run(gains);
                if gain > best.0 {
                    best = (gain, Some(Shift { lines: lines.start..lines.end + by, up, by }));
                }
            }
        }
        best.1
    }

    /// Tells a terminal. What comes in is blank and has no colours.
    fn write_to(&self, terminal: &mut impl Write) -> io::Result<()> {
        let Shift { lines: Range { start, end }, up, by } = self;
        let first = start + 1;
        let delete_or_insert = if *up { 'M' } else { 'L' };
        write!(terminal, "\x1b[0m\x1b[{first};{end}r\x1b[{first};1H\x1b[{by}{delete_or_insert}\x1b[r")
    }

    /// What the terminal makes of its screen.
    fn apply(&self, screen: &mut Buffer) {
        let width = usize::from(screen.area.width);
        let cells = screen.content.get_mut(self.lines.start * width..self.lines.end * width).unwrap_or_default();
        let (moved, kept) = (self.by * width, cells.len().saturating_sub(self.by * width));
        if self.up {
            cells.rotate_left(moved.min(cells.len()));
            cells.iter_mut().skip(kept).for_each(Cell::reset);
        } else {
            cells.rotate_right(moved.min(cells.len()));
            cells.iter_mut().take(moved).for_each(Cell::reset);
        }
    }
}

/// The lines of a screen, with one number for some cells.
struct Lines {
    numbers: Vec<u32>,
    per_line: usize,
}

impl Lines {
    fn of(prints: &[u32], width: usize) -> Lines {
        let width = width.max(1);
        let number = |cells: &[u32]| cells.iter().fold(0, |number: u32, print| number.rotate_left(5) ^ print);
        let numbers = prints.chunks_exact(width).flat_map(|line| line.chunks(AT_ONCE).map(number)).collect();
        Lines { numbers, per_line: width.div_ceil(AT_ONCE) }
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.numbers.chunks_exact(self.per_line)
    }
}

/// How much two lines have in common.
fn alike(a: &[u32], b: &[u32]) -> isize {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as isize
}

/// The run of numbers with the largest sum, and that sum.
fn best_run(numbers: impl Iterator<Item = isize>) -> (isize, Range<usize>) {
    let (mut best, mut run) = (0, 0..0);
    let (mut sum, mut start) = (0, 0);
    for (at, number) in numbers.enumerate() {
        if sum <= 0 {
            (sum, start) = (0, at);
        }
        sum += number;
        if sum > best {
            (best, run) = (sum, start..at + 1);
        }
    }
    (best, run)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::backend::CrosstermBackend;
    use ratatui::style::{Color, Modifier, Style};

    use super::*;

    const SIZE: Rect = Rect { x: 0, y: 0, width: 60, height: 24 };

    /// A screen with a table between two lines, a pane beside it, and the cursor on one of the table's lines.
    fn screen(offset: usize, cursor: u16, pane: usize) -> Buffer {
        let mut buffer = Buffer::empty(SIZE);
        buffer.set_string(0, 0, "a header above everything", Style::new().add_modifier(Modifier::BOLD));
        for line in 0..SIZE.height - 2 {
            let row = offset + usize::from(line);
            let style = if line == cursor { Style::new().bg(Color::Blue) } else { Style::new() };
            let text =
                format!("{row:4} {} site{}.com", ["カレー", "ascii words", "é", ""][row % 4], row * 7919 % 1_000);
            buffer.set_stringn(0, 1 + line, &text, 50, style);
            buffer.set_string(
                32,
                1 + line,
                format!("p{}", (pane + usize::from(line)) % 7),
                Style::new().fg(Color::Red),
            );
        }
        buffer.set_string(0, SIZE.height - 1, format!("line {offset}"), Style::new());
        buffer
    }

    /// What a terminal shows after these bytes, cell by cell.
    fn shown(bytes: &[u8]) -> Vec<String> {
        let cells = |count| NonZeroU16::new(count).unwrap();
        let mut terminal = vt100::Parser::new(cells(SIZE.height), cells(SIZE.width), 0);
        terminal.process(bytes);
        let cell = |at: Position| {
            let cell = terminal.screen().cell(at.y, at.x).unwrap();
            let text = if cell.has_contents() { cell.contents() } else { " " };
            format!(
                "{text:?} {:?} {:?} {} {}",
                cell.fgcolor(),
                cell.bgcolor(),
                cell.bold(),
                cell.is_wide_continuation()
            )
        };
        SIZE.positions().map(cell).collect()
    }

    /// The bytes of these screens, one after the other.
    fn drawn(screens: &[Buffer]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut backend = Scrolling::new(CrosstermBackend::new(&mut bytes), SIZE.width, SIZE.height);
        let mut before = Buffer::empty(SIZE);
        for screen in screens {
            Backend::draw(&mut backend, before.diff_iter(screen)).unwrap();
            before = screen.clone();
        }
        assert_eq!(backend.screen, before, "what it takes for the screen");
        bytes
    }

    #[test]
    fn a_step_of_the_table_is_few_bytes() {
        for (from, to) in [(10, 11), (11, 10), (20, 17)] {
            let first = drawn(&[screen(from, 5, 0)]).len();
            let both = drawn(&[screen(from, 5, 0), screen(to, 5, 0)]);
            assert!(String::from_utf8_lossy(&both).contains("\x1b[2;23r"), "only the table is scrolled");
            assert!(both.len() - first < first / 2, "{} after {first}", both.len() - first);
        }
    }

    proptest! {
        #[test]
        fn the_screen_is_as_if_drawn_anew(steps in prop::collection::vec((0_usize..30, 0_u16..22, 0_usize..9), 1..8)) {
            let screens: Vec<Buffer> = steps.iter().map(|&(offset, cursor, pane)| screen(offset, cursor, pane)).collect();
            let mut anew = Vec::new();
            let cells = Buffer::empty(SIZE);
            Backend::draw(&mut CrosstermBackend::new(&mut anew), cells.diff_iter(screens.last().unwrap())).unwrap();
            prop_assert_eq!(shown(&drawn(&screens)), shown(&anew));
        }
    }
}
