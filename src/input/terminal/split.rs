//! Splits terminal input into characters, control sequences and pastes.
//!
//! As in ECMA-48 5.4, a control sequence ends at the first byte from `@` to `~`, whether or not the sequence is known. A control
//! character inside a sequence ends it and is a key. Everything else that is incomplete (an ESC, a reply, a paste) ends when no
//! input arrives for [`Splitter::patience`]. So no input, in whatever chunks it arrives, can block the keys that follow it.

use std::time::Duration;

/// A complete unit of input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A character, which may be a control character.
    Char {
        ch: char,
        /// Whether ESC came before it, which is how terminals encode Alt.
        alt: bool,
    },
    /// CSI: `ESC [`, parameters and a final byte. Parameters longer than those of any known sequence are dropped.
    Csi {
        /// The bytes between `[` and the final byte: ASCII from space to `?`.
        parameters: String,
        end: char,
    },
    /// A function key: SS3 (`ESC O`), parameters and a final byte, or `ESC [ [` and a letter on the Linux console.
    Function {
        /// Usually empty.
        parameters: String,
        end: FunctionKey,
    },
    /// X10 mouse report: `ESC [ M` and three bytes.
    Mouse([u8; 3]),
    /// Bracketed paste. A long one is split into several pieces.
    Paste(String),
}

/// The two encodings of function keys with a single letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKey {
    /// `ESC O`, as in application mode.
    Application(char),
    /// `ESC [ [`, as on the Linux console.
    Linux(char),
}

/// How long to wait after ESC. Shorter than the time between two keys, longer than the latency of most connections.
const ESC_TIMEOUT: Duration = Duration::from_millis(50);
/// How long to wait for the rest of a sequence.
const REPLY_TIMEOUT: Duration = Duration::from_millis(500);
/// How long to wait for the rest of a paste. Longer, because a paste that is cut off could run as commands.
const PASTE_TIMEOUT: Duration = Duration::from_secs(1);
/// Longer than the parameters of any known sequence, in bytes.
const MAX_PARAMETERS: usize = 64;
/// A longer paste is split into pieces of this many bytes.
const MAX_PASTE: usize = 16 << 20;
/// More bytes than anyone types at once. Input longer than this after an unfinished paste is the rest of the paste.
const MAX_TYPED: usize = 64;

const ESC: u8 = 0x1b;
const PASTE_START: &str = "200";
const PASTE_END: &[u8] = b"\x1b[201~";

/// What is incomplete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// A multi-byte character.
    Char { alt: bool },
    /// `ESC`. Inside a control string, `\` then ends the string (ST).
    Escape { in_string: bool },
    /// CSI: `ESC [`.
    Csi,
    /// SS3: `ESC O`.
    Ss3,
    /// `ESC [ [`.
    Linux,
    /// `ESC [ M`.
    Mouse,
    /// A control string sent by the terminal (OSC, DCS, SOS, PM or APC): `ESC` and `]`, `P`, `X`, `^` or `_`.
    ControlString { begin: u8, is_empty: bool },
    /// After `ESC [ 200 ~`.
    Paste,
    /// A paste whose end did not arrive in time.
    BrokenPaste,
}

/// Splits input into pieces, independent of the chunks in which it arrives.
#[derive(Debug, Default)]
pub struct Splitter {
    state: State,
    /// Bytes of the incomplete piece.
    pending: Vec<u8>,
}

impl Splitter {
    /// Adds input and returns the pieces that are complete.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = bytes;
        if self.state == State::BrokenPaste {
            rest = self.rest_of_paste(bytes, &mut pieces);
        }
        for byte in rest {
            self.byte(*byte, &mut pieces);
        }
        pieces
    }

    /// How long to wait for more input before calling [`Splitter::give_up`]; `None` if nothing is incomplete.
    pub fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Ground | State::BrokenPaste => None,
            State::Char { .. } | State::Escape { .. } | State::ControlString { is_empty: true, .. } => {
                Some(ESC_TIMEOUT)
            }
            State::Csi | State::Ss3 if self.pending.is_empty() => Some(ESC_TIMEOUT),
            State::Paste => Some(PASTE_TIMEOUT),
            State::Csi | State::Ss3 | State::Linux | State::Mouse | State::ControlString { .. } => Some(REPLY_TIMEOUT),
        }
    }

    /// Ends the incomplete piece, and returns it if it is a key or a paste.
    pub fn give_up(&mut self) -> Option<Piece> {
        let pending = std::mem::take(&mut self.pending);
        let alt = |ch: u8| Some(Piece::Char { ch: ch.into(), alt: true });
        match std::mem::take(&mut self.state) {
            State::Escape { .. } => Some(Piece::Char { ch: ESC.into(), alt: false }),
            State::Csi if pending.is_empty() => alt(b'['),
            State::Ss3 if pending.is_empty() => alt(b'O'),
            State::ControlString { begin, is_empty: true } => alt(begin),
            State::Paste => {
                self.state = State::BrokenPaste;
                Some(pasted(&pending))
            }
            _ => None,
        }
    }

    fn byte(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        match self.state {
            State::Ground | State::BrokenPaste => self.begin(byte, false, pieces),
            State::Char { alt } => self.utf8_byte(byte, alt, pieces),
            State::Escape { in_string: true } if byte == b'\\' => self.enter(State::Ground),
            State::Escape { .. } => self.after_escape(byte, pieces),
            State::Csi | State::Ss3 | State::Linux => self.sequence_byte(byte, pieces),
            State::Mouse => self.mouse_byte(byte, pieces),
            State::ControlString { .. } => self.control_string(byte, pieces),
            State::Paste => self.paste_byte(byte, pieces),
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.pending.clear();
    }

    /// A byte that starts a piece. `alt` means that it follows an ESC.
    fn begin(&mut self, byte: u8, alt: bool, pieces: &mut Vec<Piece>) {
        match byte {
            ESC => self.enter(State::Escape { in_string: false }),
            0..0x80 => {
                self.enter(State::Ground);
                pieces.push(Piece::Char { ch: byte.into(), alt });
            }
            0xc2..=0xf4 => {
                self.enter(State::Char { alt });
                self.pending.push(byte);
            }
            // Not valid as the first byte of a UTF-8 character.
            _ => self.enter(State::Ground),
        }
    }

    fn utf8_byte(&mut self, byte: u8, alt: bool, pieces: &mut Vec<Piece>) {
        if byte & 0xc0 != 0x80 {
            return self.begin(byte, false, pieces);
        }
        self.pending.push(byte);
        let bytes = match self.pending.first() {
            Some(..0xe0) => 2,
            Some(..0xf0) => 3,
            _ => 4,
        };
        if self.pending.len() == bytes {
            let ch = std::str::from_utf8(&self.pending).ok().and_then(|text| text.chars().next());
            pieces.extend(ch.map(|ch| Piece::Char { ch, alt }));
            self.enter(State::Ground);
        }
    }

    fn after_escape(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        match byte {
            b'[' => self.enter(State::Csi),
            b'O' => self.enter(State::Ss3),
            b']' | b'P' | b'X' | b'^' | b'_' => self.enter(State::ControlString { begin: byte, is_empty: true }),
            // The first ESC was a key; the second may start a sequence.
            ESC => pieces.push(Piece::Char { ch: ESC.into(), alt: false }),
            _ => self.begin(byte, true, pieces),
        }
    }

    fn sequence_byte(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        match byte {
            b' '..=b'?' => {
                if self.pending.len() <= MAX_PARAMETERS {
                    self.pending.push(byte);
                }
            }
            b'[' if self.state == State::Csi && self.pending.is_empty() => self.enter(State::Linux),
            b'M' if self.state == State::Csi && self.pending.is_empty() => self.enter(State::Mouse),
            b'@'..=b'~' => self.end_of_sequence(byte.into(), pieces),
            // A control or non-ASCII character interrupts the sequence and is a key.
            _ => self.begin(byte, false, pieces),
        }
    }

    fn end_of_sequence(&mut self, end: char, pieces: &mut Vec<Piece>) {
        let parameters: String = match self.pending.len() {
            ..=MAX_PARAMETERS => self.pending.iter().copied().map(char::from).collect(),
            _ => String::new(),
        };
        let piece = match self.state {
            State::Ss3 => Piece::Function { parameters, end: FunctionKey::Application(end) },
            State::Linux => Piece::Function { parameters, end: FunctionKey::Linux(end) },
            _ if end == '~' && parameters == PASTE_START => return self.enter(State::Paste),
            _ => Piece::Csi { parameters, end },
        };
        pieces.push(piece);
        self.enter(State::Ground);
    }

    fn mouse_byte(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        if byte < b' ' {
            return self.begin(byte, false, pieces);
        }
        self.pending.push(byte);
        if let [kind, x, y] = *self.pending.as_slice() {
            pieces.push(Piece::Mouse([kind, x, y]));
            self.enter(State::Ground);
        }
    }

    /// A control string ends with ST (`ESC \`) or BEL. Ctrl-C, CAN and SUB abort it.
    fn control_string(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        const BEL: u8 = 0x07;
        match (byte, &mut self.state) {
            (BEL, _) => self.enter(State::Ground),
            (ESC, _) => self.enter(State::Escape { in_string: true }),
            (0x03 | 0x18 | 0x1a, _) => self.begin(byte, false, pieces),
            (_, State::ControlString { is_empty, .. }) => *is_empty = false,
            _ => {}
        }
    }

    fn paste_byte(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        self.pending.push(byte);
        if let Some(text) = self.pending.strip_suffix(PASTE_END) {
            pieces.push(pasted(text));
            self.enter(State::Ground);
        } else if self.pending.len() > MAX_PASTE {
            // Split neither inside the end marker nor inside a character.
            let complete = self.pending.len() - PASTE_END.len();
            let is_char_start = |byte: &u8| byte & 0xc0 != 0x80;
            let at = self
                .pending
                .get(..complete)
                .and_then(|pending| pending.iter().rposition(is_char_start))
                .unwrap_or(complete);
            let rest = self.pending.split_off(at);
            pieces.push(pasted(&self.pending));
            self.pending = rest;
        }
    }

    /// Handles input right after an unfinished paste. It belongs to the paste up to the end marker, or, without a marker, if it is
    /// too long to be typed. Returns the rest.
    fn rest_of_paste<'a>(&mut self, bytes: &'a [u8], pieces: &mut Vec<Piece>) -> &'a [u8] {
        if let Some(at) = bytes.windows(PASTE_END.len()).position(|window| window == PASTE_END) {
            let (paste, rest) = bytes.split_at(at);
            pieces.push(pasted(paste));
            self.enter(State::Ground);
            return rest.get(PASTE_END.len()..).unwrap_or_default();
        }
        if bytes.len() > MAX_TYPED {
            pieces.push(pasted(bytes));
            return &[];
        }
        self.enter(State::Ground);
        bytes
    }
}

fn pasted(bytes: &[u8]) -> Piece {
    Piece::Paste(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests;
