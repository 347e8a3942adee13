//! Tables: CSV, TSV and Markdown.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::domain::text::{one_line, paste_safe_url};
use crate::domain::{Field, LinkSet};

pub(super) fn delimited(links: &LinkSet, rows: &[u32], delimiter: u8, out: &mut impl Write) -> io::Result<usize> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    writer.write_record(Field::ALL.map(Field::api_name))?;
    for &row in rows {
        for field in Field::ALL {
            writer.write_field(guarded(one_line(links.text(row, field))).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    Ok(rows.len())
}

/// Keeps a spreadsheet from running a cell as a formula (CWE-1236): a leading `'` makes it text.
fn guarded(cell: Cow<'_, str>) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { Cow::Owned(format!("'{cell}")) } else { cell }
}

pub(super) fn markdown(links: &LinkSet, rows: &[u32], out: &mut impl Write) -> io::Result<usize> {
    writeln!(out, "| {} |", Field::ALL.map(Field::api_name).join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(Field::ALL.len()))?;
    for &row in rows {
        for field in Field::ALL {
            let text = links.text(row, field);
            let cell = match field {
                Field::SourceUrl | Field::TargetUrl => autolink(text),
                _ => escaped(&one_line(text)),
            };
            write!(out, "| {cell} ")?;
        }
        writeln!(out, "|")?;
    }
    Ok(rows.len())
}

/// Text in which Markdown sees nothing but text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '|' | '<' | '>' | '*' | '_' | '[' | ']' | '`' | '~' | '#') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// An address as a link to itself. What would end the link or the cell is percent-encoded.
fn autolink(url: &str) -> String {
    let url = paste_safe_url(url).replace('|', "%7C").replace('<', "%3C").replace('>', "%3E").replace('\\', "%5C");
    if url.starts_with("http://") || url.starts_with("https://") { format!("<{url}>") } else { escaped(&url) }
}
