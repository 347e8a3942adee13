//! A Markdown table (GitHub's flavour), in which the texts of strangers are nothing but text.

use std::io;

use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::paste::paste_safe_url;
use crate::domain::text::sanitize_line;
use crate::domain::{Field, Link};

/// A table's lines.
pub(super) struct Markdown;

impl Markdown {
    /// Puts the header down.
    pub(super) fn begin(extras: &[String], out: &mut Vec<u8>) -> Markdown {
        for cell in Field::ALL.map(Field::api_name) {
            push(cell, out);
        }
        for title in extras {
            push(&escaped(&sanitize_line(title)), out);
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
                Field::SourceUrl | Field::TargetUrl => push(&autolink(text), out),
                _ => push(&escaped(&sanitize_line(text)), out),
            }
        }
        for value in extras {
            push(&escaped(&sanitize_line(&value.plain_text())), out);
        }
        out.extend_from_slice(b"|\n");
        Ok(true)
    }
}

fn push(cell: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"| ");
    out.extend_from_slice(cell.as_bytes());
    out.push(b' ');
}

/// Text in which Markdown sees nothing but text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '|' | '<' | '>' | '*' | '_' | '[' | ']' | '`' | '~' | '#' | '&' | '$') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// An address as a link to itself. What would end the link or the cell, or be read as another letter, is percent-encoded.
fn autolink(url: &str) -> String {
    let url = paste_safe_url(url);
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return escaped(&url);
    }
    let mut out = String::with_capacity(url.len() + 2);
    out.push('<');
    for letter in url.chars() {
        match letter {
            '|' => out.push_str("%7C"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            _ => out.push(letter),
        }
    }
    out.push('>');
    out
}
