//! The signs of the program's own, each in two ways: for terminals that show all of them, and in ASCII.
//!
//! Only what the program says is written with these. What came from outside is shown as it came.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

static ASCII: AtomicBool = AtomicBool::new(false);

/// Says how signs are written from now on, for the whole program: all of them stand on one screen.
pub fn use_ascii(ascii: bool) {
    ASCII.store(ascii, Ordering::Relaxed);
}

/// A sign, or several of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Sign<T = &'static str> {
    unicode: T,
    ascii: T,
}

impl<T: Copy> Sign<T> {
    /// How it is written in this session.
    pub fn get(&self) -> T {
        if ASCII.load(Ordering::Relaxed) { self.ascii } else { self.unicode }
    }
}

impl Sign {
    /// A text that needs no other way.
    pub const fn plain(text: &'static str) -> Sign {
        sign(text, text)
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

const fn sign<T>(unicode: T, ascii: T) -> Sign<T> {
    Sign { unicode, ascii }
}

/// Between the parts of a line.
pub const DOT: Sign = sign("·", "-");
/// More comes, or is left out, in what the program says.
pub const ELLIPSIS: Sign = sign("…", "...");
/// In the stead of what was cut off: one cell.
pub const CUT: Sign = sign("…", "~");
/// Before what is typed, and what is chosen.
pub const PROMPT: Sign = sign("›", ">");
/// Before the most that something can be.
pub const AT_MOST: Sign = sign("≤", "<=");
/// Before a quoted text.
pub const OPEN: Sign = sign("“", "\"");
/// Behind a quoted text.
pub const CLOSE: Sign = sign("”", "\"");
/// So many times, and between width and height.
pub const TIMES: Sign = sign("×", "x");
/// Sums that do not agree.
pub const DIFFERS: Sign = sign("≠", "!=");
/// Something is wrong.
pub const WRONG: Sign = sign("✗", "x");
/// Something is done.
pub const DONE: Sign = sign("✓", "+");
/// The line of the cursor, also without colour.
pub const CURSOR: Sign = sign("▸", ">");
/// What is marked or switched on.
pub const MARK: Sign = sign("●", "x");
/// A snapshot that is pinned.
pub const PIN: Sign = sign("★", "*");
/// A group whose lines are hidden.
pub const FOLDED: Sign = sign("▸", "+");
/// A group whose lines are shown.
pub const UNFOLDED: Sign = sign("▾", "-");
/// A line of a group.
pub const MEMBER: Sign = sign("╵", "'");
/// Sorted from the least.
pub const ASCENDING: Sign = sign("▲", "^");
/// Sorted from the most.
pub const DESCENDING: Sign = sign("▼", "v");
/// There is more to the left.
pub const MORE_LEFT: Sign = sign("«", "<");
/// There is more to the right.
pub const MORE_RIGHT: Sign = sign("»", ">");
/// There is more above.
pub const ABOVE: Sign = sign("↑", "^");
/// There is more below.
pub const BELOW: Sign = sign("↓", "v");
/// The lines of a frame: its corners from the upper left to the right and down, then one down and one across.
pub const FRAME: Sign<[&str; 6]> = sign(["╭", "╮", "╰", "╯", "│", "─"], ["+", "+", "+", "+", "|", "-"]);
/// The way that a scrollbar's thumb goes.
pub const TRACK: Sign = sign("│", "|");
/// A scrollbar's thumb.
pub const THUMB: Sign = sign("┃", "#");
/// A bar's part that is full.
pub const FULL: Sign = sign("━", "=");
/// A bar's part that is not.
pub const NOT_FULL: Sign = sign("╌", "-");
/// A letter of what nobody may see.
pub const SECRET: Sign = sign("•", "*");
/// The key with an arrow to the left.
pub const LEFT: Sign = sign("←", "Left");
/// The key with an arrow to the right.
pub const RIGHT: Sign = sign("→", "Right");
/// The key with an arrow up.
pub const UP: Sign = sign("↑", "Up");
/// The key with an arrow down.
pub const DOWN: Sign = sign("↓", "Down");

/// Work goes on: one after the other.
pub const SPINNER: Sign<&[&str]> = sign(&["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"], &["|", "/", "-", "\\"]);
/// Amounts from low to high.
pub const LEVELS: Sign<&[&str]> =
    sign(&["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], &["_", ".", ":", "-", "=", "+", "*", "#"]);
/// A bar's last cell, from the least part of it to all.
pub const BAR: Sign<&[&str]> = sign(&["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], &["#"]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_way_is_ascii() {
        let one = [
            DOT, ELLIPSIS, CUT, PROMPT, AT_MOST, OPEN, CLOSE, TIMES, DIFFERS, WRONG, DONE, CURSOR, MARK, PIN, FOLDED,
            UNFOLDED, MEMBER, ASCENDING, DESCENDING, MORE_LEFT, MORE_RIGHT, ABOVE, BELOW, TRACK, THUMB, FULL, NOT_FULL,
            SECRET, LEFT, RIGHT, UP, DOWN,
        ];
        let several = [SPINNER, LEVELS, BAR].map(|signs| signs.ascii);
        let all = one.iter().map(|sign| sign.ascii).chain(several.concat()).chain(FRAME.ascii);
        assert!(all.into_iter().all(|sign| sign.is_ascii() && !sign.is_empty()));
    }
}
