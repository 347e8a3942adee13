//! Writes JSON and JSON Lines. Characters that a terminal could act on are written as `\u` escapes (RFC 8259, section 7), so a
//! parser reads the original text.

use std::io::{self, Write};

use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::text::is_unsafe_char;
use crate::domain::{Field, Link};

pub(super) struct Json {
    in_response: bool,
    has_links: bool,
    /// Escaped for a JSON string.
    extras: Vec<Vec<u8>>,
}

impl Json {
    /// In the structure of an API response.
    pub(super) fn begin_response(out: &mut Vec<u8>) -> Json {
        out.extend_from_slice(b"{\"data\":[");
        Json { in_response: true, has_links: false, extras: Vec::new() }
    }

    /// One object per line.
    pub(super) fn lines(extras: &[String]) -> io::Result<Json> {
        let escaped = |title: &String| {
            let mut out = Vec::new();
            escape(title, &mut out).map(|()| out)
        };
        let extras = extras.iter().map(escaped).collect::<io::Result<_>>()?;
        Ok(Json { in_response: false, has_links: false, extras })
    }
}

impl Encoder for Json {
    fn link(&mut self, link: &Link<'_>, extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        if self.in_response {
            out.extend_from_slice(if self.has_links { b",\n" } else { b"\n" });
        }
        for (i, field) in Field::ALL.into_iter().enumerate() {
            out.extend_from_slice(if i == 0 { b"{\"" } else { b",\"" });
            out.extend_from_slice(field.api_name().as_bytes());
            out.extend_from_slice(b"\":\"");
            escape(link.get(field), out)?;
            out.push(b'"');
        }
        for (name, value) in self.extras.iter().zip(extras) {
            out.extend_from_slice(b",\"");
            out.extend_from_slice(name);
            out.extend_from_slice(b"\":");
            write_value(*value, out)?;
        }
        out.extend_from_slice(if self.in_response { b"}" } else { b"}\n" });
        self.has_links = true;
        Ok(true)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        if self.in_response {
            out.extend_from_slice(if self.has_links { b"\n]}\n" } else { b"]}\n" });
        }
        Ok(())
    }
}

fn write_value(value: Value<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    match value {
        Value::Absent => out.extend_from_slice(b"null"),
        Value::Number(_) | Value::Flag(_) => out.extend_from_slice(value.plain_text().as_bytes()),
        Value::Text(_) | Value::Date(_) => {
            out.push(b'"');
            escape(&value.plain_text(), out)?;
            out.push(b'"');
        }
    }
    Ok(())
}

/// Writes the content of a JSON string. Runs without escapes are copied at once, since most text has none.
fn escape(text: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let escape_char = match c {
            '"' | '\\' => Some(c),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ if is_unsafe_char(c) => None,
            _ => continue,
        };
        out.extend_from_slice(text.get(start..at).unwrap_or_default().as_bytes());
        start = at + c.len_utf8();
        match escape_char {
            Some(escape_char) => write!(out, "\\{escape_char}")?,
            None => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
    }
    out.extend_from_slice(text.get(start..).unwrap_or_default().as_bytes());
    Ok(())
}
