//! The modes of a terminal that a session needs, as sequences.

/// What sets a mode, what sets it where it may be set already, and what undoes it.
#[derive(Clone, Copy, Debug)]
pub struct Mode {
    /// Sets it.
    pub set: &'static str,
    /// Sets it once more, without another level where there is a stack of them.
    pub again: &'static str,
    /// Undoes it.
    pub reset: &'static str,
}

/// Another screen, on which nothing of the first is lost.
pub const SCREEN: Mode = Mode { set: "\x1b[?1049h", again: "\x1b[?1049h", reset: "\x1b[?1049l\x1b[?25h" };
/// Presses, drags and the wheel, in the ways of rxvt and of SGR. No motion without a button: nothing here follows the pointer,
/// and each report costs bytes.
pub const MOUSE: Mode = Mode {
    set: "\x1b[?1000h\x1b[?1002h\x1b[?1015h\x1b[?1006h",
    again: "\x1b[?1000h\x1b[?1002h\x1b[?1015h\x1b[?1006h",
    reset: "\x1b[?1006l\x1b[?1015l\x1b[?1002l\x1b[?1000l",
};
/// Pastes come with marks around them, so that none of them is taken for keys.
pub const PASTE: Mode = Mode { set: "\x1b[?2004h", again: "\x1b[?2004h", reset: "\x1b[?2004l" };
/// Kitty's protocol, in which Esc is no beginning of something else. Windows' console has none of it.
#[cfg(not(windows))]
pub const KEYS: Mode = Mode { set: "\x1b[>1u", again: "\x1b[=1u", reset: "\x1b[<1u" };
#[cfg(windows)]
pub const KEYS: Mode = Mode { set: "", again: "", reset: "" };
