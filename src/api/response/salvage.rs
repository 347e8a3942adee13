//! Extracts the intact entries from a response whose structure is damaged.
//!
//! Consecutive entries are read one by one. Where the sequence breaks, the search continues at the next position that looks
//! like the start of an entry. No attempt reads past that position, so the time is linear in the length of the text,
//! however damaged it is.

use serde::Deserialize;
use serde_json::Deserializer;

use super::builder::ResponseBuilder;
use super::number::Number;
use crate::domain::json_keys::{is_key, link_list, next_entry, skip_whitespace, values};
use crate::domain::link_entry::LinkEntry;

/// Reads every intact entry, and counts the others.
pub(super) fn salvage(text: &str) -> ResponseBuilder {
    let text = text.as_bytes();
    let mut salvage =
        Salvage { text, at: 0, next_entry: next_entry(text, 0), last_end: 0, builder: ResponseBuilder::default() };
    if let Some(list) = link_list(text) {
        salvage.at = list;
        salvage.read_entries();
    }
    while let Some(entry) = salvage.entry_from(salvage.at) {
        salvage.at = entry;
        salvage.read_entries();
    }
    salvage.read_numbers(text.len());
    salvage.builder
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    Intact,
    Broken,
    /// The text ends within the entry.
    Cut,
}

struct Salvage<'t> {
    text: &'t [u8],
    at: usize,
    /// The position of the entry found last.
    next_entry: Option<usize>,
    /// The end of the last entry that was read. The text between entries may hold the response's own numbers.
    last_end: usize,
    builder: ResponseBuilder,
}

impl Salvage<'_> {
    /// Reads consecutive entries from here.
    fn read_entries(&mut self) {
        loop {
            self.at = skip_whitespace(self.text, self.at);
            // A key instead of an entry: the closing bracket of the list is missing.
            if matches!(self.text.get(self.at), None | Some(b']')) || is_key(self.text, self.at) {
                return;
            }
            match self.read_entry() {
                Attempt::Intact => {}
                attempt => {
                    // An entry cut off by the end of the response did not arrive, so it does not count as unreadable.
                    self.builder.skipped += usize::from(attempt == Attempt::Broken);
                    self.at += 1;
                    return;
                }
            }
            self.at = skip_whitespace(self.text, self.at);
            if self.text.get(self.at) != Some(&b',') {
                return;
            }
            self.at += 1;
        }
    }

    fn read_entry(&mut self) -> Attempt {
        let end = self.entry_from(self.at + 1).unwrap_or(self.text.len());
        let (entry, length) = match read_first::<LinkEntry<'_>>(self.text.get(self.at..end).unwrap_or_default()) {
            Ok(first) => first,
            Err(Some(error)) if error.is_eof() && end == self.text.len() => return Attempt::Cut,
            Err(_) => return Attempt::Broken,
        };
        match entry {
            LinkEntry::Link(fields) if self.builder.links.push(&fields.link()).is_ok() => {}
            _ => self.builder.skipped += 1,
        }
        self.read_numbers(self.at);
        self.at += length;
        self.last_end = self.at;
        Attempt::Intact
    }

    /// The first entry at or after `from`, which must not decrease between calls.
    fn entry_from(&mut self, from: usize) -> Option<usize> {
        if self.next_entry.is_some_and(|entry| entry < from) {
            self.next_entry = next_entry(self.text, from);
        }
        self.next_entry
    }

    /// Looks for the response's own numbers between the last entry and here.
    fn read_numbers(&mut self, end: usize) {
        let between = self.text.get(self.last_end..end).unwrap_or_default();
        self.builder.charged = last_number(between, "credits_consumed").or(self.builder.charged);
        self.builder.time_taken = last_number(between, "time_taken").or(self.builder.time_taken);
    }
}

/// The last complete number with this key: followed by a character that can't belong to it.
fn last_number(text: &[u8], name: &'static str) -> Option<f64> {
    let complete = |at: usize| {
        let rest = text.get(at..)?;
        let is_quoted = match rest.first()? {
            b'"' => true,
            b'-' | b'0'..=b'9' => false,
            _ => return None,
        };
        let (Number(number), length) = read_first(rest).ok()?;
        let ends = is_quoted || matches!(rest.get(length)?, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
        number.filter(|_| ends)
    };
    values(text, name).filter_map(complete).last()
}

/// Reads the value at the start of a text, and returns it with its length.
///
/// # Errors
/// There is no such value; `None` if there is nothing at all.
fn read_first<'t, T: Deserialize<'t>>(text: &'t [u8]) -> Result<(T, usize), Option<serde_json::Error>> {
    let mut values = Deserializer::from_slice(text).into_iter();
    let value = values.next().ok_or(None)??;
    Ok((value, values.byte_offset()))
}
