//! The symbols that the program draws, each with an ASCII fallback.
//!
//! They are only for the program's own text. Text from outside is never converted to ASCII.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

static ASCII: AtomicBool = AtomicBool::new(false);

/// Switches the whole process between Unicode and ASCII symbols. A global, since there is only one screen.
pub fn use_ascii(ascii: bool) {
    ASCII.store(ascii, Ordering::Relaxed);
}

/// A symbol, or a series of symbols.
#[derive(Clone, Copy, Debug)]
pub struct Sign<T = &'static str> {
    unicode: T,
    ascii: T,
}

impl<T: Copy> Sign<T> {
    /// The Unicode or the ASCII form, depending on [`use_ascii`].
    pub fn get(&self) -> T {
        if ASCII.load(Ordering::Relaxed) { self.ascii } else { self.unicode }
    }
}

impl Sign {
    /// A text that is the same in both forms.
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

/// Separates the parts of a line.
pub const DOT: Sign = sign("·", "-");
/// Something follows or is left out, in the program's own text.
pub const ELLIPSIS: Sign = sign("…", "...");
/// Replaces text that was cut off; one cell wide.
pub const CUT: Sign = sign("…", "~");
/// Before text input, and before the selected item.
pub const PROMPT: Sign = sign("›", ">");
/// Before a maximum.
pub const AT_MOST: Sign = sign("≤", "<=");
pub const OPEN: Sign = sign("“", "\"");
pub const CLOSE: Sign = sign("”", "\"");
/// After a number of times, and between width and height.
pub const TIMES: Sign = sign("×", "x");
/// Amounts that do not match.
pub const DIFFERS: Sign = sign("≠", "!=");
pub const WRONG: Sign = sign("✗", "x");
pub const DONE: Sign = sign("✓", "+");
/// Marks the cursor's line, also without color.
pub const CURSOR: Sign = sign("▸", ">");
/// Something marked or enabled.
pub const MARK: Sign = sign("●", "x");
/// A pinned snapshot.
pub const PIN: Sign = sign("★", "*");
pub const FOLDED: Sign = sign("▸", "+");
pub const UNFOLDED: Sign = sign("▾", "-");
/// Another row of an unfolded group.
pub const MEMBER: Sign = sign("╵", "'");
pub const ASCENDING: Sign = sign("▲", "^");
pub const DESCENDING: Sign = sign("▼", "v");
pub const MORE_LEFT: Sign = sign("«", "<");
pub const MORE_RIGHT: Sign = sign("»", ">");
pub const ABOVE: Sign = sign("↑", "^");
pub const BELOW: Sign = sign("↓", "v");
/// A frame: the corners (top left, top right, bottom left, bottom right), then the vertical and the horizontal line.
pub const FRAME: Sign<[&str; 6]> = sign(["╭", "╮", "╰", "╯", "│", "─"], ["+", "+", "+", "+", "|", "-"]);
/// The track of a scrollbar.
pub const TRACK: Sign = sign("│", "|");
/// The thumb of a scrollbar.
pub const THUMB: Sign = sign("┃", "#");
/// The filled part of a progress bar.
pub const FULL: Sign = sign("━", "=");
/// The empty part of a progress bar.
pub const NOT_FULL: Sign = sign("╌", "-");
/// A hidden character of a secret.
pub const SECRET: Sign = sign("•", "*");
pub const LEFT: Sign = sign("←", "Left");
pub const RIGHT: Sign = sign("→", "Right");
pub const UP: Sign = sign("↑", "Up");
pub const DOWN: Sign = sign("↓", "Down");

/// The frames of the spinner.
pub const SPINNER: Sign<&[&str]> = sign(&["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"], &["|", "/", "-", "\\"]);
/// Levels of a sparkline, from low to high.
pub const LEVELS: Sign<&[&str]> =
    sign(&["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], &["_", ".", ":", "-", "=", "+", "*", "#"]);
/// The last cell of a bar, from one eighth to full.
pub const BAR: Sign<&[&str]> = sign(&["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], &["#"]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fallback_is_ascii() {
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
