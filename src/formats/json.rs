//! JSON. The data is as it came, to the last character; what could act on a terminal is written as `\u` escapes, which
//! every reader of JSON turns back (RFC 8259, section 7).

use std::io::{self, Write};

use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::text::is_unsafe_char;
use crate::domain::{Field, Link};

/// Objects, within an answer or one a line.
pub(super) struct Json {
    in_response: bool,
    any: bool,
    /// The names of the extra columns, as they stand in a string.
    extras: Vec<Vec<u8>>,
}

impl Json {
    /// In the API's own shape.
    pub(super) fn begin_response(out: &mut Vec<u8>) -> Json {
        out.extend_from_slice(b"{\"data\":[");
        Json { in_response: true, any: false, extras: Vec::new() }
    }

    /// An object a line.
    pub(super) fn lines(extras: &[String]) -> io::Result<Json> {
        let escaped = |title: &String| {
            let mut out = Vec::new();
            escape(title, &mut out).map(|()| out)
        };
        let extras = extras.iter().map(escaped).collect::<io::Result<_>>()?;
        Ok(Json { in_response: false, any: false, extras })
    }
}

impl Encoder for Json {
    fn link(&mut self, link: &Link<'_>, extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        if self.in_response {
            out.extend_from_slice(if self.any { b",\n" } else { b"\n" });
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
        self.any = true;
        Ok(true)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        if self.in_response {
            out.extend_from_slice(if self.any { b"\n]}\n" } else { b"]}\n" });
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

/// The inside of a JSON string. Most texts are ASCII and have nothing to escape: they are one piece.
fn escape(text: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let mut from = 0;
    for (at, letter) in text.char_indices() {
        let short = match letter {
            '"' | '\\' => Some(letter),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ if is_unsafe_char(letter) => None,
            _ => continue,
        };
        out.extend_from_slice(text.get(from..at).unwrap_or_default().as_bytes());
        from = at + letter.len_utf8();
        match short {
            Some(short) => write!(out, "\\{short}")?,
            None => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default().as_bytes());
    Ok(())
}
