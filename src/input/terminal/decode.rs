//! Decodes keys (as sent by xterm, the Linux console, rxvt and the kitty protocol), mouse reports in three encodings, and pastes.
//! Replies of the terminal are ignored.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::split::{FunctionKey, Piece};

/// Returns `None` for replies and unknown sequences.
pub fn decode(piece: Piece) -> Option<Event> {
    match piece {
        Piece::Char { ch, alt } => {
            let held = if alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
            let (code, modifiers) = char_key(ch);
            Some(key(code, modifiers | held))
        }
        Piece::Csi { parameters, end } => csi(&parameters, end),
        Piece::Function { parameters, end: FunctionKey::Application(end) } => {
            let modifiers = modifiers(parameters.parse().unwrap_or(1))?;
            Some(key(by_final_byte(end).or_else(|| keypad(end))?, modifiers))
        }
        Piece::Function { end: FunctionKey::Linux(end), .. } => match end {
            'A'..='E' => Some(key(KeyCode::F(end as u8 - b'A' + 1), KeyModifiers::NONE)),
            _ => None,
        },
        Piece::Mouse([kind, x, y]) => {
            let number = |byte: u8| u16::from(byte.saturating_sub(b' '));
            mouse(number(kind), number(x), number(y), number(kind) & 3 == 3)
        }
        Piece::Paste(text) => Some(Event::Paste(text)),
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

/// The key for a character, which may be a control character.
fn char_key(ch: char) -> (KeyCode, KeyModifiers) {
    let ctrl = |base: u8, offset: char| KeyCode::Char((base + offset as u8).into());
    match ch {
        '\r' => (KeyCode::Enter, KeyModifiers::NONE),
        '\t' => (KeyCode::Tab, KeyModifiers::NONE),
        '\x7f' => (KeyCode::Backspace, KeyModifiers::NONE),
        '\x1b' => (KeyCode::Esc, KeyModifiers::NONE),
        '\0' => (KeyCode::Char(' '), KeyModifiers::CONTROL),
        '\x01'..='\x1a' => (ctrl(b'a' - 1, ch), KeyModifiers::CONTROL),
        '\x1c'..='\x1f' => (ctrl(b'4' - 0x1c, ch), KeyModifiers::CONTROL),
        _ => (KeyCode::Char(ch), KeyModifiers::NONE),
    }
}

/// The key or mouse report for a CSI sequence.
fn csi(parameters: &str, end: char) -> Option<Event> {
    if let Some(report) = parameters.strip_prefix('<') {
        let [kind, x, y] = numbers(report)?;
        return matches!(end, 'M' | 'm').then(|| mouse(kind, x, y, end == 'm'))?;
    }
    // Other private sequences are replies.
    if parameters.starts_with(['?', '>', '=']) {
        return None;
    }
    if end == 'M' {
        let [kind, x, y] = numbers(parameters)?;
        let kind = kind.checked_sub(u16::from(b' '))?;
        return mouse(kind, x, y, kind & 3 == 3);
    }
    let mut fields = parameters.split(';');
    let first = fields.next().unwrap_or_default();
    let mut second = fields.next().unwrap_or_default().split(':');
    let modifiers = modifiers(second.next().and_then(|held| held.parse().ok()).unwrap_or(1))?;
    // Key release in the kitty protocol.
    if second.next() == Some("3") {
        return None;
    }
    let number = first.split(':').next().and_then(|number| number.parse().ok());
    let code = match end {
        '~' if number == Some(27) => char_key(char::from_u32(fields.next()?.parse().ok()?)?).0,
        '~' => by_number(number?)?,
        'u' => shifted(by_code_point(number?)?, modifiers),
        'Z' => KeyCode::BackTab,
        // With a row other than 1, this is a cursor position report and not F3.
        'R' if number.is_some_and(|row| row != 1) => return None,
        _ => by_final_byte(end)?,
    };
    Some(key(code, modifiers))
}

/// Parses exactly `N` numbers separated by semicolons.
fn numbers<const N: usize>(text: &str) -> Option<[u16; N]> {
    let numbers: Option<Vec<u16>> = text.split(';').map(|number| number.parse().ok()).collect();
    numbers?.try_into().ok()
}

/// Modifiers as encoded by xterm and kitty: 1 plus a bit mask. `None` if unsupported modifiers are held, such as Super.
fn modifiers(number: u32) -> Option<KeyModifiers> {
    const CAPS_AND_NUM_LOCK: u32 = 0b1100_0000;
    let bits = number.saturating_sub(1) & !CAPS_AND_NUM_LOCK;
    let held = |bit, modifier| if bits & bit == 0 { KeyModifiers::NONE } else { modifier };
    let known = held(1, KeyModifiers::SHIFT) | held(2, KeyModifiers::ALT) | held(4, KeyModifiers::CONTROL);
    (bits < 8).then_some(known)
}

/// A key by the final byte of its sequence.
fn by_final_byte(end: char) -> Option<KeyCode> {
    Some(match end {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'F' => KeyCode::End,
        'H' => KeyCode::Home,
        'P' => KeyCode::F(1),
        'Q' => KeyCode::F(2),
        'R' => KeyCode::F(3),
        'S' => KeyCode::F(4),
        _ => return None,
    })
}

/// A keypad key by its final byte after `ESC O`.
fn keypad(end: char) -> Option<KeyCode> {
    Some(match end {
        'M' => KeyCode::Enter,
        // `*` to `9` in ASCII order.
        'j'..='y' => KeyCode::Char((end as u8 - b'j' + b'*').into()),
        'X' => KeyCode::Char('='),
        'I' => KeyCode::Tab,
        ' ' => KeyCode::Char(' '),
        _ => return None,
    })
}

/// A key by the number before `~`.
fn by_number(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        // The gaps come from the VT220 keyboard.
        11..=15 => function_key(number, 10)?,
        17..=21 => function_key(number, 11)?,
        23..=26 => function_key(number, 12)?,
        28..=29 => function_key(number, 13)?,
        31..=34 => function_key(number, 14)?,
        _ => return None,
    })
}

fn function_key(number: u32, before: u32) -> Option<KeyCode> {
    u8::try_from(number.checked_sub(before)?).ok().map(KeyCode::F)
}

/// A key by its number in the kitty protocol: a Unicode code point, or one from the private use area.
fn by_code_point(number: u32) -> Option<KeyCode> {
    Some(match number {
        57376..=57398 => function_key(number, 57363)?,
        57399..=57408 => KeyCode::Char(char::from_digit(number - 57399, 10)?),
        57409 => KeyCode::Char('.'),
        57410 => KeyCode::Char('/'),
        57411 => KeyCode::Char('*'),
        57412 => KeyCode::Char('-'),
        57413 => KeyCode::Char('+'),
        57414 => KeyCode::Enter,
        57415 => KeyCode::Char('='),
        57416 => KeyCode::Char(','),
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        // Modifier keys, media keys and unassigned numbers.
        0xe000..=0xf8ff => return None,
        _ => char_key(char::from_u32(number)?).0,
    })
}

/// The kitty protocol sends the unshifted character.
fn shifted(code: KeyCode, modifiers: KeyModifiers) -> KeyCode {
    match code {
        KeyCode::Char(ch) if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::Char(ch.to_ascii_uppercase()),
        code => code,
    }
}

/// Columns and rows count from 1.
fn mouse(kind: u16, x: u16, y: u16, is_release: bool) -> Option<Event> {
    const MOTION: u16 = 32;
    const WHEEL: u16 = 64;
    let button = match kind & 3 {
        1 => MouseButton::Middle,
        2 => MouseButton::Right,
        // X10 and rxvt reports do not tell which button is released.
        _ => MouseButton::Left,
    };
    let kind = match kind & (MOTION | WHEEL | 0b1000_0011) {
        64 => MouseEventKind::ScrollUp,
        65 => MouseEventKind::ScrollDown,
        0..=3 if is_release => MouseEventKind::Up(button),
        0..=2 => MouseEventKind::Down(button),
        32..=34 => MouseEventKind::Drag(button),
        _ => return None,
    };
    let (column, row) = (x.checked_sub(1)?, y.checked_sub(1)?);
    Some(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

#[cfg(test)]
mod tests {
    use super::super::Decoder;
    use super::*;
    use crate::input::Chord;

    /// The decoded keys and mouse events in `bytes`.
    fn chords(bytes: &str) -> String {
        let events = Decoder::default().take(bytes.as_bytes());
        let chord = |event: &Event| match event {
            Event::Key(key) => Chord::from_event(key).map_or("nothing".to_owned(), |chord| chord.to_string()),
            Event::Mouse(mouse) => format!("{:?} at {},{}", mouse.kind, mouse.column, mouse.row),
            other => format!("{other:?}"),
        };
        events.iter().map(chord).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_of_all_terminals() {
        for (bytes, keys) in [
            ("jG é", "j G Space é"),
            ("\r\t\x7f\x1bx\x03\x1f\0", "Enter Tab Backspace Alt-x Ctrl-c Ctrl-7 Ctrl-Space"),
            ("\x1b\x04\x1b\x7f", "Ctrl-Alt-d Alt-Backspace"),
            ("\x1b[A\x1bOB\x1b[1;5C\x1b[1;3D\x1b[H\x1bOF", "↑ ↓ Ctrl-→ Alt-← Home End"),
            ("\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~\x1b[7~\x1b[8~", "Home Ins Del End PgUp PgDn Home End"),
            ("\x1b[3;5~\x1b[Z\x1b[9;2u", "Ctrl-Del Shift-Tab Shift-Tab"),
            ("\x1bOP\x1bOS\x1b[15~\x1b[17~\x1b[21~\x1b[24~\x1b[[A\x1b[[E\x1b[P", "F1 F4 F5 F6 F10 F12 F1 F5 F1"),
            ("\x1b[R\x1b[1;2R\x1bO2Q", "F3 Shift-F3 Shift-F2"),
            ("\x1b[27u\x1b[99;5u\x1b[97;4u\x1b[13;2u", "Esc Ctrl-c Alt-A Shift-Enter"),
            ("\x1b[57400u\x1b[57414u\x1b[57419u\x1b[57376u", "1 Enter ↑ F13"),
            ("\x1b[27;5;109~\x1bOM\x1bOj\x1bOy", "Ctrl-m Enter * 9"),
            ("\x1b[106;129u\x1b[106;1:2u", "j j"),
        ] {
            assert_eq!(chords(bytes), keys, "{bytes:?}");
        }
    }

    #[test]
    fn replies_and_unknown_sequences_are_ignored() {
        for bytes in [
            "\x1b[?1;2c",
            "\x1b[12;40R",
            "\x1b[?997;1n",
            "\x1b[I\x1b[O",
            "\x1b[106;1:3u",
            "\x1b[57441u",
            "\x1b[106;9u",
            "\x1b[99999999999u\x1b[99999999999~\x1b[u\x1b[~",
            "\x1b[<1;2M\x1b[<99999999;1;1M\x1b[<0;0;0M\x1b[M   ",
            "\x1b[27;5;1114112~",
            "\x1b[<35;5;5M",
        ] {
            assert_eq!(chords(bytes), "", "{bytes:?}");
        }
    }

    #[test]
    fn mouse_reports_of_three_kinds() {
        for (bytes, event) in [
            ("\x1b[<0;12;3M", "Down(Left) at 11,2"),
            ("\x1b[<0;12;3m", "Up(Left) at 11,2"),
            ("\x1b[<32;300;3M", "Drag(Left) at 299,2"),
            ("\x1b[<64;1;1M\x1b[<65;1;1M", "ScrollUp at 0,0 ScrollDown at 0,0"),
            ("\x1b[<16;1;1M\x1b[<2;1;1M", "Down(Left) at 0,0 Down(Right) at 0,0"),
            ("\x1b[32;12;3M\x1b[35;12;3M\x1b[96;12;3M", "Down(Left) at 11,2 Up(Left) at 11,2 ScrollUp at 11,2"),
            ("\x1b[M ,#\x1b[M#,#", "Down(Left) at 11,2 Up(Left) at 11,2"),
        ] {
            assert_eq!(chords(bytes), event, "{bytes:?}");
        }
    }
}
