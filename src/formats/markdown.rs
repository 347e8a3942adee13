//! Writes a Markdown table (GitHub's flavor). Text from outside is escaped, so that it has no markup.

use std::io;

use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::paste::paste_safe_url;
use crate::domain::text::sanitize_line;
use crate::domain::{Field, Link};

pub(super) struct Markdown;

impl Markdown {
    /// Writes the header.
    pub(super) fn begin(extras: &[String], out: &mut Vec<u8>) -> Markdown {
        for cell in Field::ALL.map(Field::api_name) {
            push_cell(cell, out);
        }
        for title in extras {
            push_cell(&escape(&sanitize_line(title)), out);
        }
        out.extend_from_slice(b"|\n|");
        out.extend_from_slice(" --- |".repeat(Field::ALL.len() + extras.len()).as_bytes());
        out.push(b'\n');
        Markdown
    }
}

impl Encoder for Markdown {
    fn link(&mut self, link: &Link<'_>, extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        for field in Field::ALL {
            let text = link.get(field);
            match field {
                Field::SourceUrl | Field::TargetUrl => push_cell(&autolink(text), out),
                _ => push_cell(&escape(&sanitize_line(text)), out),
            }
        }
        for value in extras {
            push_cell(&escape(&sanitize_line(&value.plain_text())), out);
        }
        out.extend_from_slice(b"|\n");
        Ok(true)
    }
}

fn push_cell(cell: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"| ");
    out.extend_from_slice(cell.as_bytes());
    out.push(b' ');
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '|' | '<' | '>' | '*' | '_' | '[' | ']' | '`' | '~' | '#' | '&' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A URL as a link to itself. Characters that would end the link or the cell, or escape another
/// character, are percent-encoded.
fn autolink(url: &str) -> String {
    let url = paste_safe_url(url);
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return escape(&url);
    }
    let mut out = String::with_capacity(url.len() + 2);
    out.push('<');
    for c in url.chars() {
        match c {
            '|' => out.push_str("%7C"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            _ => out.push(c),
        }
    }
    out.push('>');
    out
}
