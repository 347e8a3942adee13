//! Takes what is whole out of a response whose structure is damaged.
//!
//! Entries are read one by one, as long as one follows the other. Where that ends, the next place that looks like the beginning
//! of an entry is looked for. No attempt reads beyond that next beginning, so that the whole takes time in proportion to the
//! length of the text, however much of it is damaged.

use serde::Deserialize;
use serde_json::Deserializer;

use super::keys::{is_key, list_of_links, next_entry, skip_blanks, values};
use super::number::Number;
use super::reading::Reading;
use crate::domain::link_entry::LinkEntry;

/// Reads every entry that is whole, and counts those that are not.
pub(super) fn salvage(text: &str) -> Reading {
    let text = text.as_bytes();
    let mut salvage = Salvage { text, at: 0, next_entry: next_entry(text, 0), passed: 0, reading: Reading::default() };
    if let Some(list) = list_of_links(text) {
        salvage.at = list;
        salvage.read_entries();
    }
    while let Some(entry) = salvage.entry_from(salvage.at) {
        salvage.at = entry;
        salvage.read_entries();
    }
    salvage.read_numbers(text.len());
    salvage.reading
}

/// What became of reading an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    Whole,
    Broken,
    /// The text ends within it.
    Cut,
}

struct Salvage<'t> {
    text: &'t [u8],
    at: usize,
    /// The beginning of an entry that was found last.
    next_entry: Option<usize>,
    /// The end of the last entry that was read. What is between entries may be the response's own numbers.
    passed: usize,
    reading: Reading,
}

impl Salvage<'_> {
    /// Reads entries from here on while one follows the other.
    fn read_entries(&mut self) {
        loop {
            self.at = skip_blanks(self.text, self.at);
            // A key instead of an entry: the bracket at the end of the list is lost.
            if matches!(self.text.get(self.at), None | Some(b']')) || is_key(self.text, self.at) {
                return;
            }
            match self.read_entry() {
                Attempt::Whole => {}
                attempt => {
                    // What the response was cut off in is no entry that could not be read: it did not arrive.
                    self.reading.skipped += usize::from(attempt == Attempt::Broken);
                    self.at += 1;
                    return;
                }
            }
            self.at = skip_blanks(self.text, self.at);
            if self.text.get(self.at) != Some(&b',') {
                return;
            }
            self.at += 1;
        }
    }

    /// Reads an entry that begins here.
    fn read_entry(&mut self) -> Attempt {
        let end = self.entry_from(self.at + 1).unwrap_or(self.text.len());
        let (entry, length) = match first::<LinkEntry<'_>>(self.text.get(self.at..end).unwrap_or_default()) {
            Ok(first) => first,
            Err(Some(error)) if error.is_eof() && end == self.text.len() => return Attempt::Cut,
            Err(_) => return Attempt::Broken,
        };
        match entry {
            LinkEntry::Link(fields) if self.reading.links.push(&fields.link()).is_ok() => {}
            _ => self.reading.skipped += 1,
        }
        self.read_numbers(self.at);
        self.at += length;
        self.passed = self.at;
        Attempt::Whole
    }

    /// Where the first entry from here on begins. The places asked for never go back.
    fn entry_from(&mut self, from: usize) -> Option<usize> {
        if self.next_entry.is_some_and(|entry| entry < from) {
            self.next_entry = next_entry(self.text, from);
        }
        self.next_entry
    }

    /// Looks for the response's own numbers between the last entry and here.
    fn read_numbers(&mut self, end: usize) {
        let between = self.text.get(self.passed..end).unwrap_or_default();
        self.reading.charged = number(between, "credits_consumed").or(self.reading.charged);
        self.reading.time_taken = number(between, "time_taken").or(self.reading.time_taken);
    }
}

/// The last number of this name that is there to its end: something stands behind it that can't belong to it.
fn number(text: &[u8], name: &'static str) -> Option<f64> {
    let whole = |at: usize| {
        let rest = text.get(at..)?;
        let is_quoted = match rest.first()? {
            b'"' => true,
            b'-' | b'0'..=b'9' => false,
            _ => return None,
        };
        let (Number(number), length) = first(rest).ok()?;
        let ends = is_quoted || matches!(rest.get(length)?, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
        number.filter(|_| ends)
    };
    values(text, name).filter_map(whole).last()
}

/// The value that a text begins with, and how long it is.
///
/// # Errors
/// It is no such value; `None` where there is nothing at all.
fn first<'t, T: Deserialize<'t>>(text: &'t [u8]) -> Result<(T, usize), Option<serde_json::Error>> {
    let mut values = Deserializer::from_slice(text).into_iter();
    let value = values.next().ok_or(None)??;
    Ok((value, values.byte_offset()))
}
