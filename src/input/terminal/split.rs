//! Cuts what a terminal sends into pieces: letters, control sequences, pastes.
//!
//! A control sequence ends where ECMA-48 5.4 says, at the first byte from `@` to `~`, whether or not anybody knows what it
//! means, and a control character in the midst of it is a key and ends it too. Whatever else is open (an ESC, a reply, a
//! paste) ends when nothing more comes for [`Splitter::patience`]. So no bytes, however cut, can keep the keys behind them
//! from being heard.

use std::time::Duration;

/// A part of the input that means something on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A letter or a control character, behind an ESC if `alt`.
    Letter {
        /// The letter.
        letter: char,
        /// Whether an ESC came before it, as terminals write Alt.
        alt: bool,
    },
    /// `ESC [`, parameters and a final byte. Longer ones than any that are known come without their parameters.
    Control {
        /// Everything between the bracket and the final byte: ASCII from blank to `?`.
        parameters: String,
        /// The byte that ends it.
        end: char,
    },
    /// `ESC O`, parameters and a final byte, as terminals write some function keys; `ESC [ [` and a letter, as Linux does.
    Function {
        /// Most terminals have none.
        parameters: String,
        /// The byte that ends it, with a `[` before it in Linux's way.
        end: Keypad,
    },
    /// `ESC [ M` and three bytes, a mouse report of the oldest kind.
    Mouse([u8; 3]),
    /// What was pasted. A long paste comes in several pieces.
    Paste(String),
}

/// Who names a function key by a single letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keypad {
    /// `ESC O`.
    Application(char),
    /// `ESC [ [`.
    Linux(char),
}

/// A person's next key comes later than the rest of a sequence, over most links.
const SHORT: Duration = Duration::from_millis(50);
/// The rest of a reply of which a part has come.
const REPLY: Duration = Duration::from_millis(500);
/// The rest of a paste: what comes later might run as commands.
const PASTE: Duration = Duration::from_secs(1);
/// More bytes than the parameters of any known sequence have.
const MOST_PARAMETERS: usize = 64;
/// A longer paste is handed on in pieces of this many bytes.
const LARGEST_PASTE: usize = 16 << 20;
/// Nobody types more bytes at once; what is longer, after a paste that broke off, is the rest of that paste.
const MOST_TYPED: usize = 64;

const ESC: u8 = 0x1b;
const PASTE_BEGINS: &str = "200";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// What is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing.
    #[default]
    Ground,
    /// A letter of several bytes, of which some are here.
    Letter { alt: bool },
    /// `ESC`, which ends a text if a `\` comes next.
    Escape { in_text: bool },
    /// `ESC [`.
    Control,
    /// `ESC O`.
    Application,
    /// `ESC [ [`.
    Linux,
    /// `ESC [ M`.
    Mouse,
    /// A text that the terminal sends: behind `ESC` and `]`, `P`, `X`, `^` or `_`.
    Text { begin: u8, is_empty: bool },
    /// Behind `ESC [ 200 ~`.
    Paste,
    /// A paste whose end did not come in time.
    BrokenPaste,
}

/// Cuts bytes into pieces, however they are cut when they come.
#[derive(Debug, Default)]
pub struct Splitter {
    state: State,
    /// What belongs to the piece that is open.
    open: Vec<u8>,
}

impl Splitter {
    /// Takes what came and returns the pieces that are whole.
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

    /// How long to wait for the rest of what is open before [`Splitter::give_up`]; `None` if nothing is.
    pub fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Ground | State::BrokenPaste => None,
            State::Letter { .. } | State::Escape { .. } | State::Text { is_empty: true, .. } => Some(SHORT),
            State::Control | State::Application if self.open.is_empty() => Some(SHORT),
            State::Paste => Some(PASTE),
            State::Control | State::Application | State::Linux | State::Mouse | State::Text { .. } => Some(REPLY),
        }
    }

    /// Ends what is open: it was a key, a paste, or the beginning of something that broke off.
    pub fn give_up(&mut self) -> Option<Piece> {
        let open = std::mem::take(&mut self.open);
        let alt = |letter: u8| Some(Piece::Letter { letter: letter.into(), alt: true });
        match std::mem::take(&mut self.state) {
            State::Escape { .. } => Some(Piece::Letter { letter: ESC.into(), alt: false }),
            State::Control if open.is_empty() => alt(b'['),
            State::Application if open.is_empty() => alt(b'O'),
            State::Text { begin, is_empty: true } => alt(begin),
            State::Paste => {
                self.state = State::BrokenPaste;
                Some(pasted(&open))
            }
            _ => None,
        }
    }

    fn byte(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        match self.state {
            State::Ground | State::BrokenPaste => self.begin(byte, false, pieces),
            State::Letter { alt } => self.letter(byte, alt, pieces),
            State::Escape { in_text: true } if byte == b'\\' => self.enter(State::Ground),
            State::Escape { .. } => self.behind_escape(byte, pieces),
            State::Control | State::Application | State::Linux => self.sequence(byte, pieces),
            State::Mouse => self.mouse(byte, pieces),
            State::Text { .. } => self.text(byte, pieces),
            State::Paste => self.paste(byte, pieces),
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.open.clear();
    }

    /// A byte with nothing open before it but, for `alt`, an ESC.
    fn begin(&mut self, byte: u8, alt: bool, pieces: &mut Vec<Piece>) {
        match byte {
            ESC => self.enter(State::Escape { in_text: false }),
            0..0x80 => {
                self.enter(State::Ground);
                pieces.push(Piece::Letter { letter: byte.into(), alt });
            }
            0xc2..=0xf4 => {
                self.enter(State::Letter { alt });
                self.open.push(byte);
            }
            // No letter begins so.
            _ => self.enter(State::Ground),
        }
    }

    fn letter(&mut self, byte: u8, alt: bool, pieces: &mut Vec<Piece>) {
        if byte & 0xc0 != 0x80 {
            return self.begin(byte, false, pieces);
        }
        self.open.push(byte);
        let bytes = match self.open.first() {
            Some(..0xe0) => 2,
            Some(..0xf0) => 3,
            _ => 4,
        };
        if self.open.len() == bytes {
            let letter = std::str::from_utf8(&self.open).ok().and_then(|text| text.chars().next());
            pieces.extend(letter.map(|letter| Piece::Letter { letter, alt }));
            self.enter(State::Ground);
        }
    }

    fn behind_escape(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        match byte {
            b'[' => self.enter(State::Control),
            b'O' => self.enter(State::Application),
            b']' | b'P' | b'X' | b'^' | b'_' => self.enter(State::Text { begin: byte, is_empty: true }),
            // The first was the key; the second may begin something.
            ESC => pieces.push(Piece::Letter { letter: ESC.into(), alt: false }),
            _ => self.begin(byte, true, pieces),
        }
    }

    fn sequence(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        match byte {
            b' '..=b'?' => {
                if self.open.len() <= MOST_PARAMETERS {
                    self.open.push(byte);
                }
            }
            b'[' if self.state == State::Control && self.open.is_empty() => self.enter(State::Linux),
            b'M' if self.state == State::Control && self.open.is_empty() => self.enter(State::Mouse),
            b'@'..=b'~' => self.end_of_sequence(byte.into(), pieces),
            // A control character is a key, a letter too: the sequence has broken off.
            _ => self.begin(byte, false, pieces),
        }
    }

    fn end_of_sequence(&mut self, end: char, pieces: &mut Vec<Piece>) {
        let parameters: String = match self.open.len() {
            ..=MOST_PARAMETERS => self.open.iter().copied().map(char::from).collect(),
            _ => String::new(),
        };
        let piece = match self.state {
            State::Application => Piece::Function { parameters, end: Keypad::Application(end) },
            State::Linux => Piece::Function { parameters, end: Keypad::Linux(end) },
            _ if end == '~' && parameters == PASTE_BEGINS => return self.enter(State::Paste),
            _ => Piece::Control { parameters, end },
        };
        pieces.push(piece);
        self.enter(State::Ground);
    }

    fn mouse(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        if byte < b' ' {
            return self.begin(byte, false, pieces);
        }
        self.open.push(byte);
        if let [kind, x, y] = *self.open.as_slice() {
            pieces.push(Piece::Mouse([kind, x, y]));
            self.enter(State::Ground);
        }
    }

    /// A text ends by `ESC \` or BEL; Ctrl-C, CAN and SUB break it off.
    fn text(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        const BEL: u8 = 0x07;
        match (byte, &mut self.state) {
            (BEL, _) => self.enter(State::Ground),
            (ESC, _) => self.enter(State::Escape { in_text: true }),
            (0x03 | 0x18 | 0x1a, _) => self.begin(byte, false, pieces),
            (_, State::Text { is_empty, .. }) => *is_empty = false,
            _ => {}
        }
    }

    fn paste(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        self.open.push(byte);
        if let Some(text) = self.open.strip_suffix(PASTE_ENDS) {
            pieces.push(pasted(text));
            self.enter(State::Ground);
        } else if self.open.len() > LARGEST_PASTE {
            // Neither its end nor a letter is cut.
            let whole = self.open.len() - PASTE_ENDS.len();
            let is_begin = |byte: &u8| byte & 0xc0 != 0x80;
            let at = self.open.get(..whole).and_then(|open| open.iter().rposition(is_begin)).unwrap_or(whole);
            let kept = self.open.split_off(at);
            pieces.push(pasted(&self.open));
            self.open = kept;
        }
    }

    /// What comes at once after a paste that broke off belongs to it up to its end, or, if it has none, if nobody can have typed
    /// it. Returns the rest.
    fn rest_of_paste<'a>(&mut self, bytes: &'a [u8], pieces: &mut Vec<Piece>) -> &'a [u8] {
        if let Some(at) = bytes.windows(PASTE_ENDS.len()).position(|window| window == PASTE_ENDS) {
            let (paste, rest) = bytes.split_at(at);
            pieces.push(pasted(paste));
            self.enter(State::Ground);
            return rest.get(PASTE_ENDS.len()..).unwrap_or_default();
        }
        if bytes.len() > MOST_TYPED {
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
