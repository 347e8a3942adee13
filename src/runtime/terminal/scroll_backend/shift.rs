//! Which lines of a screen moved, and how a terminal is told to move them.

use std::io::{self, Write};
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};

/// Lines of which each moves by as many.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// The lines within which others move; the last of them, or the first ones, come in blank.
    lines: Range<usize>,
    up: bool,
    by: usize,
}

/// Cells that are compared at once. It is looked for a shift at each frame that changes much, also where there is none.
const AT_ONCE: usize = 8;

impl Shift {
    /// The shift of lines that leaves the fewest cells to be sent, as far as the lines that stay on the screen tell.
    pub(super) fn find(before: &[u32], after: &[u32], width: usize) -> Option<Shift> {
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
    pub(super) fn write_to(&self, terminal: &mut impl Write) -> io::Result<()> {
        let Shift { lines: Range { start, end }, up, by } = self;
        let first = start + 1;
        let delete_or_insert = if *up { 'M' } else { 'L' };
        write!(terminal, "\x1b[0m\x1b[{first};{end}r\x1b[{first};1H\x1b[{by}{delete_or_insert}\x1b[r")
    }

    /// What the terminal makes of its screen.
    pub(super) fn apply(&self, screen: &mut Buffer) {
        let width = usize::from(screen.area.width);
        self.shift(&mut screen.content, width, &Cell::EMPTY);
    }

    /// What becomes of something that is known of each line.
    pub(super) fn apply_to_lines(&self, of_lines: &mut [bool]) {
        self.shift(of_lines, 1, &false);
    }

    fn shift<T: Clone>(&self, all: &mut [T], per_line: usize, blank: &T) {
        let within = all.get_mut(self.lines.start * per_line..self.lines.end * per_line).unwrap_or_default();
        let moved = (self.by * per_line).min(within.len());
        if self.up {
            within.rotate_left(moved);
            within.iter_mut().rev().take(moved).for_each(|item| item.clone_from(blank));
        } else {
            within.rotate_right(moved);
            within.iter_mut().take(moved).for_each(|item| item.clone_from(blank));
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
