//! Terminal modes and the control sequences that set and reset them.

#[derive(Clone, Copy, Debug)]
pub struct Mode {
    pub set: &'static str,
    /// Sets a mode that may already be set. Differs from `set` if the terminal keeps a stack of levels.
    pub again: &'static str,
    pub reset: &'static str,
}

/// The alternate screen; the main one and its content come back on reset.
pub const SCREEN: Mode = Mode { set: "\x1b[?1049h", again: "\x1b[?1049h", reset: "\x1b[?1049l\x1b[?25h" };
/// Presses, drags and the wheel, in rxvt's and SGR encoding. Motion without a button is not reported: nothing uses it, and
/// every report costs bytes.
pub const MOUSE: Mode = Mode {
    set: "\x1b[?1000h\x1b[?1002h\x1b[?1015h\x1b[?1006h",
    again: "\x1b[?1000h\x1b[?1002h\x1b[?1015h\x1b[?1006h",
    reset: "\x1b[?1006l\x1b[?1015l\x1b[?1002l\x1b[?1000l",
};
/// Bracketed paste, so that pasted text is not taken for keys.
pub const PASTE: Mode = Mode { set: "\x1b[?2004h", again: "\x1b[?2004h", reset: "\x1b[?2004l" };
/// The kitty keyboard protocol, in which Esc is unambiguous. The Windows console does not support it.
#[cfg(not(windows))]
pub const KEYS: Mode = Mode { set: "\x1b[>1u", again: "\x1b[=1u", reset: "\x1b[<1u" };
#[cfg(windows)]
pub const KEYS: Mode = Mode { set: "", again: "", reset: "" };
