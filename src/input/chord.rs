//! Keys with modifiers, and their names in a key map.

use crate::domain::signs::{DOWN, LEFT, RIGHT, Sign, UP};
use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::domain::nearest::suggestion;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    pub key: Key,
    pub ctrl: bool,
    pub alt: bool,
    /// Never set for a character, whose case already includes it.
    pub shift: bool,
}

/// Name in a key map, name in help, and key.
const NAMES: &[(&str, Sign, Key)] = &[
    ("enter", Sign::plain("Enter"), Key::Enter),
    ("esc", Sign::plain("Esc"), Key::Esc),
    ("tab", Sign::plain("Tab"), Key::Tab),
    ("backspace", Sign::plain("Backspace"), Key::Backspace),
    ("delete", Sign::plain("Del"), Key::Delete),
    ("insert", Sign::plain("Ins"), Key::Insert),
    ("left", LEFT, Key::Left),
    ("right", RIGHT, Key::Right),
    ("up", UP, Key::Up),
    ("down", DOWN, Key::Down),
    ("home", Sign::plain("Home"), Key::Home),
    ("end", Sign::plain("End"), Key::End),
    ("pgup", Sign::plain("PgUp"), Key::PageUp),
    ("pgdn", Sign::plain("PgDn"), Key::PageDown),
    ("space", Sign::plain("Space"), Key::Char(' ')),
];

impl Chord {
    pub const fn plain(key: Key) -> Chord {
        Chord { key, ctrl: false, alt: false, shift: false }
    }

    /// `None` for a key release (reported on Windows and in the kitty protocol) and for keys that can't be bound.
    pub fn from_event(event: &KeyEvent) -> Option<Chord> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let held = |modifier| event.modifiers.contains(modifier);
        let (ctrl, alt, mut shift) = (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT), held(KeyModifiers::SHIFT));
        let key = match event.code {
            KeyCode::Char(ch) => {
                shift = false;
                // Terminals differ in the case of a character with Control.
                Key::Char(if ctrl { ch.to_ascii_lowercase() } else { ch })
            }
            KeyCode::BackTab => {
                shift = true;
                Key::Tab
            }
            KeyCode::Enter => Key::Enter,
            KeyCode::Esc => Key::Esc,
            KeyCode::Tab => Key::Tab,
            KeyCode::Backspace => Key::Backspace,
            KeyCode::Delete => Key::Delete,
            KeyCode::Insert => Key::Insert,
            KeyCode::Left => Key::Left,
            KeyCode::Right => Key::Right,
            KeyCode::Up => Key::Up,
            KeyCode::Down => Key::Down,
            KeyCode::Home => Key::Home,
            KeyCode::End => Key::End,
            KeyCode::PageUp => Key::PageUp,
            KeyCode::PageDown => Key::PageDown,
            KeyCode::F(number) => Key::F(number),
            _ => return None,
        };
        Some(Chord { key, ctrl, alt, shift })
    }

    /// Parses a sequence of keys as written in tests: `jj/domain:x<enter><ctrl-d>`. `<lt>` is `<`.
    ///
    /// # Errors
    /// An unknown name in `<…>`, or a `<` without `>`.
    pub fn parse_sequence(keys: &str) -> Result<Vec<Chord>, ChordError> {
        let mut chords = Vec::new();
        let mut rest = keys;
        while let Some(ch) = rest.chars().next() {
            rest = &rest[ch.len_utf8()..];
            if ch != '<' {
                chords.push(Chord::plain(Key::Char(ch)));
                continue;
            }
            let (name, after) = rest.split_once('>').ok_or_else(|| ChordError::unknown(rest))?;
            chords.push(if name == "lt" { Chord::plain(Key::Char('<')) } else { name.parse()? });
            rest = after;
        }
        Ok(chords)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown key “{name}”{meant}")]
pub struct ChordError {
    pub name: String,
    /// A suggestion that is appended to the message, or empty.
    meant: String,
}

impl ChordError {
    fn unknown(name: &str) -> ChordError {
        let meant = suggestion(name, NAMES.iter().map(|(written, ..)| *written));
        ChordError { name: name.to_owned(), meant }
    }
}

/// Parses names such as `j`, `G`, `ctrl-d`, `alt-b`, `shift-tab`, `space`, `f1`, `=`.
impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(name: &str) -> Result<Chord, ChordError> {
        let mut chord = Chord::plain(Key::Esc);
        let mut rest = name;
        // A trailing `-` is the key itself.
        while let Some((modifier, key)) = rest.split_once('-').filter(|(_, key)| !key.is_empty()) {
            match modifier {
                "ctrl" => chord.ctrl = true,
                "alt" => chord.alt = true,
                "shift" => chord.shift = true,
                _ => return Err(ChordError::unknown(name)),
            }
            rest = key;
        }
        let mut chars = rest.chars();
        chord.key = match (chars.next(), chars.next()) {
            (Some(ch), None) if !ch.is_control() => Key::Char(ch),
            _ => NAMES
                .iter()
                .find(|(written, ..)| *written == rest)
                .map(|(.., key)| *key)
                .or_else(|| rest.strip_prefix('f')?.parse().ok().filter(|n| (1..=24).contains(n)).map(Key::F))
                .ok_or_else(|| ChordError::unknown(name))?,
        };
        if let Key::Char(ch) = chord.key {
            // Normalized as in `from_event`: terminals do not report these differences.
            let upper = chord.shift.then(|| ch.to_uppercase().next()).flatten();
            let lower = chord.ctrl.then(|| ch.to_ascii_lowercase());
            chord.key = Key::Char(lower.or(upper).unwrap_or(ch));
            chord.shift = false;
        }
        Ok(chord)
    }
}

/// The name in help: `Ctrl-d`, `Space`, `PgDn`, `↑`.
impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match (NAMES.iter().find(|(.., key)| *key == self.key), self.key) {
            (Some((_, shown, _)), _) => f.write_str(shown.get()),
            (None, Key::Char(ch)) => write!(f, "{ch}"),
            (None, Key::F(number)) => write!(f, "F{number}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parsed_and_displayed() {
        for (written, shown) in [
            ("j", "j"),
            ("G", "G"),
            ("ctrl-D", "Ctrl-d"),
            ("alt-b", "Alt-b"),
            ("shift-tab", "Shift-Tab"),
            ("shift-g", "G"),
            ("space", "Space"),
            ("pgdn", "PgDn"),
            ("f12", "F12"),
            ("-", "-"),
            ("ctrl--", "Ctrl--"),
            ("é", "é"),
        ] {
            assert_eq!(written.parse::<Chord>().map(|c| c.to_string()), Ok(shown.to_owned()), "{written}");
        }
    }

    #[test]
    fn unknown_keys_are_errors() {
        for bad in ["", "entr", "ctrl-", "hyper-x", "f25", "jj"] {
            assert!(bad.parse::<Chord>().is_err(), "{bad}");
        }
        assert!("entr".parse::<Chord>().unwrap_err().to_string().ends_with("did you mean “enter”?"));
    }

    #[test]
    fn events_of_different_terminals_give_the_same_chord() {
        let event = |code, modifiers| Chord::from_event(&KeyEvent::new(code, modifiers));
        let back_tab = "shift-tab".parse().ok();
        assert_eq!(event(KeyCode::BackTab, KeyModifiers::SHIFT), back_tab);
        assert_eq!(event(KeyCode::Tab, KeyModifiers::SHIFT), back_tab);
        assert_eq!(event(KeyCode::Char('G'), KeyModifiers::SHIFT), "G".parse().ok());
        assert_eq!(event(KeyCode::Char('D'), KeyModifiers::CONTROL), "ctrl-d".parse().ok());
        let mut up = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        up.kind = KeyEventKind::Release;
        assert_eq!(Chord::from_event(&up), None);
    }

    #[test]
    fn sequences_of_keys_are_parsed() {
        let chords = Chord::parse_sequence("j<ctrl-d><lt><enter>").unwrap();
        assert_eq!(chords.iter().map(ToString::to_string).collect::<Vec<_>>(), ["j", "Ctrl-d", "<", "Enter"]);
        assert!(Chord::parse_sequence("<nokey>").is_err());
        assert!(Chord::parse_sequence("a<").is_err());
    }
}
