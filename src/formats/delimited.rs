//! Writes CSV and TSV (RFC 4180), with the API's field names as header. Each link is one line: line breaks in a value become
//! spaces, since few programs read quoted line breaks. Raw text keeps them, in quotes.

use std::io;

use super::Formulas;
use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::{Field, Link};

pub(super) struct Delimited {
    delimiter: u8,
    formulas: Formulas,
}

impl Delimited {
    /// Writes the header.
    pub(super) fn begin(delimiter: u8, formulas: Formulas, extras: &[String], out: &mut Vec<u8>) -> Delimited {
        let delimited = Delimited { delimiter, formulas };
        let extras = extras.iter().map(|title| Value::Text(title));
        delimited.record(&Field::ALL.map(Field::api_name), extras, out);
        delimited
    }

    fn record<'a, T: AsRef<str>>(&self, texts: &[T; 5], extras: impl Iterator<Item = Value<'a>>, out: &mut Vec<u8>) {
        for (i, text) in texts.iter().enumerate() {
            if i > 0 {
                out.push(self.delimiter);
            }
            write_value(text.as_ref(), self.delimiter, out);
        }
        for value in extras {
            out.push(self.delimiter);
            write_value(&self.formulas.delimited_value(value), self.delimiter, out);
        }
        out.push(b'\n');
    }
}

/// Quotes the value if necessary. In CSV also for `;` and tabs, which some programs take for the delimiter.
pub fn write_value(value: &str, delimiter: u8, out: &mut Vec<u8>) {
    let bytes = value.as_bytes();
    let needs_quotes = memchr::memchr3(delimiter, b'"', b'\n', bytes).is_some()
        || memchr::memchr(b'\r', bytes).is_some()
        || delimiter == b',' && memchr::memchr2(b';', b'\t', bytes).is_some();
    if !needs_quotes {
        return out.extend_from_slice(bytes);
    }
    out.push(b'"');
    for (i, part) in value.split('"').enumerate() {
        if i > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

impl Encoder for Delimited {
    fn link(&mut self, link: &Link<'_>, extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        let cell = |field| self.formulas.delimited_cell(link.get(field));
        self.record(&Field::ALL.map(cell), extras.iter().copied(), out);
        Ok(true)
    }
}
