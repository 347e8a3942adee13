//! JSON. The data is as it came, to the last character; what could act on a terminal is written as `\u` escapes, which
//! every reader of JSON turns back (RFC 8259, section 7).

use std::io::{self, Write};

use crate::domain::text::is_hazard;
use crate::domain::{Field, LinkSet};

pub(super) fn json(links: &LinkSet, rows: &[u32], out: &mut impl Write) -> io::Result<usize> {
    out.write_all(b"{\"data\":[")?;
    for (i, &row) in rows.iter().enumerate() {
        out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
        object(links, row, out)?;
    }
    out.write_all(if rows.is_empty() { b"]}\n" } else { b"\n]}\n" })?;
    Ok(rows.len())
}

pub(super) fn ndjson(links: &LinkSet, rows: &[u32], out: &mut impl Write) -> io::Result<usize> {
    for &row in rows {
        object(links, row, out)?;
        out.write_all(b"\n")?;
    }
    Ok(rows.len())
}

fn object(links: &LinkSet, row: u32, out: &mut impl Write) -> io::Result<()> {
    for (i, field) in Field::ALL.into_iter().enumerate() {
        let lead = if i == 0 { '{' } else { ',' };
        write!(out, "{lead}\"{}\":", field.api_name())?;
        string(links.text(row, field), out)?;
    }
    out.write_all(b"}")
}

fn string(text: &str, out: &mut impl Write) -> io::Result<()> {
    let json = serde_json::to_string(text)?;
    if !json.chars().any(is_hazard) {
        return out.write_all(json.as_bytes());
    }
    for letter in json.chars() {
        if is_hazard(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        } else {
            write!(out, "{letter}")?;
        }
    }
    Ok(())
}
