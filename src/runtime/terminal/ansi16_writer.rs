//! Colours as terminals with few of them understand them.

use std::io::{self, Write};

/// A writer for a terminal with sixteen colours. The drawing library names each colour by its number in a palette of 256, which
/// such a terminal does not know, or takes for something else: a blinking text.
#[derive(Debug)]
pub struct Ansi16Writer<W> {
    out: W,
    sixteen: bool,
}

impl<W: Write> Ansi16Writer<W> {
    /// A writer before `out`, which lets all through as it is where the terminal has more than sixteen colours.
    pub fn new(out: W, sixteen: bool) -> Ansi16Writer<W> {
        Ansi16Writer { out, sixteen }
    }
}

impl<W: Write> Write for Ansi16Writer<W> {
    /// Writes whole sequences: what is written at once begins and ends between two of them.
    fn write(&mut self, frame: &[u8]) -> io::Result<usize> {
        if self.sixteen {
            self.out.write_all(&of_sixteen(frame))?;
        } else {
            self.out.write_all(frame)?;
        }
        Ok(frame.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The same with each colour written as one of the sixteen.
fn of_sixteen(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(frame.len());
    let mut rest = frame;
    while let Some(at) = memchr::memmem::find(rest, b"\x1b[") {
        let (before, sequence) = rest.split_at(at + 2);
        out.extend_from_slice(before);
        let end = sequence.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';')).unwrap_or(sequence.len());
        let (parameters, behind) = sequence.split_at(end);
        if behind.first() == Some(&b'm') {
            out.extend(style_of_sixteen(&String::from_utf8_lossy(parameters)).bytes());
        } else {
            out.extend_from_slice(parameters);
        }
        rest = behind;
    }
    out.extend_from_slice(rest);
    out
}

/// The parameters of a style (ECMA-48, SGR), `38;5;1` as `31`. A colour beyond the sixteen becomes the terminal's own: the
/// theme has none.
fn style_of_sixteen(parameters: &str) -> String {
    let mut parts = parameters.split(';');
    let mut kept: Vec<String> = Vec::new();
    while let Some(part) = parts.next() {
        let base = match part {
            "38" => 30,
            "48" => 40,
            other => {
                kept.push(other.to_owned());
                continue;
            }
        };
        // `2` is followed by red, green and blue, `5` by a number.
        if parts.next() == Some("2") {
            parts.by_ref().take(3).for_each(drop);
            kept.push((base + 9).to_string());
            continue;
        }
        match parts.next().and_then(|number| number.parse::<u16>().ok()) {
            Some(number @ 0..8) => kept.push((base + number).to_string()),
            Some(number @ 8..16) => kept.push((base + 60 + number - 8).to_string()),
            _ => kept.push((base + 9).to_string()),
        }
    }
    kept.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_named_as_the_terminal_knows_them_and_nothing_else_changes() {
        for (frame, written) in [
            ("\x1b[38;5;1mred\x1b[48;5;12m\x1b[1m bold", "\x1b[31mred\x1b[104m\x1b[1m bold"),
            ("\x1b[38;5;15;48;5;0;4mx\x1b[39;49mカ", "\x1b[97;40;4mx\x1b[39;49mカ"),
            ("\x1b[38;2;1;2;3ma\x1b[48;5;200mb\x1b[0mc\x1b[m", "\x1b[39ma\x1b[49mb\x1b[0mc\x1b[m"),
            ("\x1b[?2026h\x1b[38;5H\x1b[38;5;\x1b]52;c;QQ==\x07", "\x1b[?2026h\x1b[38;5H\x1b[38;5;\x1b]52;c;QQ==\x07"),
        ] {
            let mut palette = Ansi16Writer::new(Vec::new(), true);
            palette.write_all(frame.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(palette.out).unwrap(), written);
            let mut palette = Ansi16Writer::new(Vec::new(), false);
            palette.write_all(frame.as_bytes()).unwrap();
            assert_eq!(palette.out, frame.as_bytes());
        }
    }
}
