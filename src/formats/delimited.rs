//! Values with commas or tabs between them (RFC 4180), with the API's field names as header. Each link is one line: line
//! breaks within a text become blanks, since too few programs read them.

use std::io;

use super::Formulas;
use super::writer::Encoder;
use crate::domain::text::one_line;
use crate::domain::{Field, Link};

/// CSV and TSV.
pub(super) struct Delimited {
    delimiter: u8,
    formulas: Formulas,
}

impl Delimited {
    /// Puts the header down.
    pub(super) fn begin(delimiter: u8, formulas: Formulas, out: &mut Vec<u8>) -> Delimited {
        let delimited = Delimited { delimiter, formulas };
        delimited.record(&Field::ALL.map(Field::api_name), out);
        delimited
    }

    fn record<T: AsRef<str>>(&self, values: &[T; 5], out: &mut Vec<u8>) {
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                out.push(self.delimiter);
            }
            self.value(value.as_ref(), out);
        }
        out.push(b'\n');
    }

    /// A value in quotes where it needs them. It has no line break any more.
    fn value(&self, value: &str, out: &mut Vec<u8>) {
        if memchr::memchr2(self.delimiter, b'"', value.as_bytes()).is_none() {
            return out.extend_from_slice(value.as_bytes());
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
}

impl Encoder for Delimited {
    fn link(&mut self, link: &Link<'_>, out: &mut Vec<u8>) -> io::Result<bool> {
        let cell = |field| self.formulas.cell(link.get(field), one_line(link.get(field)));
        self.record(&Field::ALL.map(cell), out);
        Ok(true)
    }
}
