//! Rewrites color sequences for terminals with 16 colors.

use std::io::{self, Write};

/// A writer for terminals with 16 colors. crossterm writes every color as a number of the 256-color palette (`38;5;n`), which
/// such a terminal ignores or misreads: the `5` alone means blinking text.
#[derive(Debug)]
pub struct Ansi16Writer<W> {
    out: W,
    sixteen: bool,
}

impl<W: Write> Ansi16Writer<W> {
    /// Passes everything through unchanged unless `sixteen` is set.
    pub fn new(out: W, sixteen: bool) -> Ansi16Writer<W> {
        Ansi16Writer { out, sixteen }
    }
}

impl<W: Write> Write for Ansi16Writer<W> {
    /// `frame` must not begin or end inside a control sequence.
    fn write(&mut self, frame: &[u8]) -> io::Result<usize> {
        if self.sixteen {
            self.out.write_all(&to_ansi16(frame))?;
        } else {
            self.out.write_all(frame)?;
        }
        Ok(frame.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn to_ansi16(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(frame.len());
    let mut rest = frame;
    while let Some(at) = memchr::memmem::find(rest, b"\x1b[") {
        let (before, sequence) = rest.split_at(at + 2);
        out.extend_from_slice(before);
        let end = sequence.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';')).unwrap_or(sequence.len());
        let (parameters, after) = sequence.split_at(end);
        if after.first() == Some(&b'm') {
            out.extend(to_ansi16_style(&String::from_utf8_lossy(parameters)).bytes());
        } else {
            out.extend_from_slice(parameters);
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// Rewrites SGR parameters (ECMA-48), such as `38;5;1` to `31`. A color outside the 16 becomes the terminal's default; the
/// theme for 16 colors has none.
fn to_ansi16_style(parameters: &str) -> String {
    let mut parts = parameters.split(';');
    let mut rewritten: Vec<String> = Vec::new();
    while let Some(part) = parts.next() {
        let base = match part {
            "38" => 30,
            "48" => 40,
            other => {
                rewritten.push(other.to_owned());
                continue;
            }
        };
        // `2` is followed by red, green and blue; `5` by a palette index.
        if parts.next() == Some("2") {
            parts.by_ref().take(3).for_each(drop);
            rewritten.push((base + 9).to_string());
            continue;
        }
        match parts.next().and_then(|number| number.parse::<u16>().ok()) {
            Some(number @ 0..8) => rewritten.push((base + number).to_string()),
            Some(number @ 8..16) => rewritten.push((base + 60 + number - 8).to_string()),
            _ => rewritten.push((base + 9).to_string()),
        }
    }
    rewritten.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colors_are_rewritten() {
        for (frame, written) in [
            ("\x1b[38;5;1mred\x1b[48;5;12m\x1b[1m bold", "\x1b[31mred\x1b[104m\x1b[1m bold"),
            ("\x1b[38;5;15;48;5;0;4mx\x1b[39;49mカ", "\x1b[97;40;4mx\x1b[39;49mカ"),
            ("\x1b[38;2;1;2;3ma\x1b[48;5;200mb\x1b[0mc\x1b[m", "\x1b[39ma\x1b[49mb\x1b[0mc\x1b[m"),
            ("\x1b[?2026h\x1b[38;5H\x1b[38;5;\x1b]52;c;QQ==\x07", "\x1b[?2026h\x1b[38;5H\x1b[38;5;\x1b]52;c;QQ==\x07"),
        ] {
            let mut writer = Ansi16Writer::new(Vec::new(), true);
            writer.write_all(frame.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(writer.out).unwrap(), written);
            let mut writer = Ansi16Writer::new(Vec::new(), false);
            writer.write_all(frame.as_bytes()).unwrap();
            assert_eq!(writer.out, frame.as_bytes());
        }
    }
}
