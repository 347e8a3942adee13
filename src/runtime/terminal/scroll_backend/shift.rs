//! Finds lines that moved and writes the sequence that scrolls them.

use std::io::{self, Write};
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};

/// A move of consecutive lines by the same distance.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// The scroll region. The lines that scroll in at its end (or start) are blank.
    lines: Range<usize>,
    up: bool,
    by: usize,
}

/// Number of cells that are compared at once. Coarse, because every frame with many changes searches for a shift, mostly in vain.
const CHUNK: usize = 8;

impl Shift {
    /// The shift that leaves the fewest cells to send, if any saves some. Takes the hash of each cell before and after.
    pub(super) fn find(before: &[u32], after: &[u32], width: usize) -> Option<Shift> {
        let (before, after) = (Lines::of(before, width), Lines::of(after, width));
        let stay: Vec<isize> =
            after.iter().zip(before.iter()).map(|(after, before)| count_equal(after, before)).collect();
        let mut best = (0, None);
        for by in 1..=stay.len() / 2 {
            for up in [true, false] {
                // The upper of the two lines decides the position in the run.
                let (from, to) = if up { (by, 0) } else { (0, by) };
                let moved = before.iter().skip(from).zip(after.iter().zip(&stay).skip(to));
                let gains = moved.map(|(before, (after, stay))| count_equal(after, before) - stay);
                let (gain, lines) = best_run(gains);
                if gain > best.0 {
                    best = (gain, Some(Shift { lines: lines.start..lines.end + by, up, by }));
                }
            }
        }
        best.1
    }

    /// Writes the sequence: region, cursor, and delete (`M`) or insert (`L`) lines. The reset makes new lines blank and uncolored.
    pub(super) fn write_to(&self, terminal: &mut impl Write) -> io::Result<()> {
        let Shift { lines: Range { start, end }, up, by } = self;
        let first = start + 1;
        let delete_or_insert = if *up { 'M' } else { 'L' };
        write!(terminal, "\x1b[0m\x1b[{first};{end}r\x1b[{first};1H\x1b[{by}{delete_or_insert}\x1b[r")
    }

    /// Applies the shift to a screen as the terminal does.
    pub(super) fn apply(&self, screen: &mut Buffer) {
        let width = usize::from(screen.area.width);
        self.shift(&mut screen.content, width, &Cell::EMPTY);
    }

    /// Applies the shift to a flag per line.
    pub(super) fn apply_to_lines(&self, flags: &mut [bool]) {
        self.shift(flags, 1, &false);
    }

    fn shift<T: Clone>(&self, all: &mut [T], per_line: usize, blank: &T) {
        let region = all.get_mut(self.lines.start * per_line..self.lines.end * per_line).unwrap_or_default();
        let moved = (self.by * per_line).min(region.len());
        if self.up {
            region.rotate_left(moved);
            region.iter_mut().rev().take(moved).for_each(|item| item.clone_from(blank));
        } else {
            region.rotate_right(moved);
            region.iter_mut().take(moved).for_each(|item| item.clone_from(blank));
        }
    }
}

/// The lines of a screen, with one hash for [`CHUNK`] cells.
struct Lines {
    hashes: Vec<u32>,
    per_line: usize,
}

impl Lines {
    fn of(hashes: &[u32], width: usize) -> Lines {
        let width = width.max(1);
        let combine = |cells: &[u32]| cells.iter().fold(0, |sum: u32, hash| sum.rotate_left(5) ^ hash);
        let hashes = hashes.chunks_exact(width).flat_map(|line| line.chunks(CHUNK).map(combine)).collect();
        Lines { hashes, per_line: width.div_ceil(CHUNK) }
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.hashes.chunks_exact(self.per_line)
    }
}

/// The number of chunks that are equal.
fn count_equal(a: &[u32], b: &[u32]) -> isize {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as isize
}

/// The contiguous run with the largest sum (Kadane's algorithm), and that sum.
fn best_run(gains: impl Iterator<Item = isize>) -> (isize, Range<usize>) {
    let (mut best, mut run) = (0, 0..0);
    let (mut sum, mut start) = (0, 0);
    for (at, gain) in gains.enumerate() {
        if sum <= 0 {
            (sum, start) = (0, at);
        }
        sum += gain;
        if sum > best {
            (best, run) = (sum, start..at + 1);
        }
    }
    (best, run)
}
