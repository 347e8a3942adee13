//! Reads CSV, TSV and semicolon-separated tables (RFC 4180, read leniently).

use super::dialect::Dialect;
use super::layout::Layout;
use super::link_row::Guards;
use super::quoted::{Quote, Quoted};
use super::record_format::RecordFormat;
use super::separators::Separators;
use crate::domain::columns::ExtraSpec;
use crate::domain::link_set::SegmentBuilder;

pub(super) struct Delimited {
    dialect: Dialect,
    separators: Separators,
    layout: Layout,
}

/// Where the search for the end of a plain record ends.
enum Cut {
    /// The length of the record with its line break.
    AtLineEnd(usize),
    AtQuote,
}

impl Delimited {
    pub(super) fn new(dialect: Dialect, layout: Layout) -> Delimited {
        Delimited { dialect, separators: Separators::new(dialect.delimiter), layout }
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    fn is_delimiter(&self, byte: u8) -> bool {
        byte == self.dialect.delimiter || byte == b'\n' || byte == b'\r'
    }
}

impl RecordFormat for Delimited {
    /// A line break within quotes does not end a record. As in the reader, a quote counts only at the start of a value.
    fn complete_len(&self, bytes: &[u8], at_end: bool) -> usize {
        if at_end {
            return bytes.len();
        }
        let mut at = 0;
        let mut end = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let next = if self.dialect.has_quotes { memchr::memchr(b'"', rest) } else { None };
            let Some(quote) = next.map(|quote| at + quote) else {
                return last_line_end(rest).map_or(end, |line| at + line);
            };
            if let Some(line) = bytes.get(at..quote).and_then(last_line_end) {
                end = at + line;
            }
            let opens = quote == 0 || bytes.get(quote - 1).is_some_and(|&before| self.is_delimiter(before));
            at = quote + 1;
            if !opens {
                continue;
            }
            match Quote::of(bytes.get(quote..).unwrap_or_default(), self.dialect.delimiter, false) {
                Quote::Closed(close) | Quote::Followed(close) => at = quote + close + 1,
                Quote::Text => {}
                Quote::Unknown => return end,
            }
        }
    }

    fn read(&self, records: &str, links: &mut SegmentBuilder) -> usize {
        self.read_table(records, links).0
    }

    fn read_table(&self, records: &str, links: &mut SegmentBuilder) -> (usize, bool) {
        let mut skipped = 0;
        // Few batches of most files have quotes.
        let mut quoted = None;
        let mut ends = Vec::with_capacity(64);
        let mut at = 0;
        let guards = self.guards(records.as_bytes());
        while let Some(rest) = records.get(at..).filter(|rest| !rest.is_empty()) {
            let reading = match self.plain_record(rest.as_bytes(), &mut ends) {
                Some(length) => {
                    at += length;
                    self.add(&|column| value(rest, &ends, column), ends.len(), guards, links)
                }
                None => {
                    let quoted =
                        quoted.get_or_insert_with(|| Quoted::new(self.dialect.delimiter, self.dialect.has_quotes));
                    let record = quoted.text_record(rest);
                    at += record.len;
                    self.add(&|column| record.value(column), record.width(), guards, links)
                }
            };
            match reading {
                Reading::Done => {}
                Reading::Skipped => skipped += 1,
                Reading::OtherHeader => return (skipped, true),
            }
        }
        (skipped, false)
    }

    fn extras(&self) -> &[ExtraSpec] {
        &self.layout.extras
    }
}

/// The position after the last line break, if there is one.
fn last_line_end(bytes: &[u8]) -> Option<usize> {
    memchr::memrchr2(b'\n', b'\r', bytes).map(|at| at + 1)
}

/// One value of a record. `ends` has the end of each value, without the delimiter.
#[inline]
fn value<'a>(record: &'a str, ends: &[usize], column: usize) -> &'a str {
    let start = column.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| end + 1);
    ends.get(column).and_then(|&end| record.get(start..end)).unwrap_or("")
}

/// What a record is.
enum Reading {
    /// A link, or blank.
    Done,
    Skipped,
    OtherHeader,
}

impl Delimited {
    fn add<'a>(
        &self,
        cell: &impl Fn(usize) -> &'a str,
        width: usize,
        guards: Guards,
        links: &mut SegmentBuilder,
    ) -> Reading {
        if self.layout.push(cell, guards, links) || (0..width).all(|column| cell(column).trim().is_empty()) {
            Reading::Done
        } else if self.layout.is_other_header(cell, width) {
            Reading::OtherHeader
        } else {
            Reading::Skipped
        }
    }

    /// Fills `ends` and returns the length of the first record with its line break; `None` if a value is quoted.
    fn plain_record(&self, bytes: &[u8], ends: &mut Vec<usize>) -> Option<usize> {
        ends.clear();
        if self.is_quote(bytes, 0) {
            return None;
        }
        let cut = self.separators.find(bytes, |at, byte| {
            ends.push(at);
            match byte {
                b'\n' => Some(Cut::AtLineEnd(at + 1)),
                b'\r' => Some(Cut::AtLineEnd(if bytes.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 })),
                _ => self.is_quote(bytes, at + 1).then_some(Cut::AtQuote),
            }
        });
        match cut {
            Some(Cut::AtLineEnd(length)) => Some(length),
            Some(Cut::AtQuote) => None,
            None => {
                ends.push(bytes.len());
                Some(bytes.len())
            }
        }
    }

    /// A guard is the first character of a cell or follows a semicolon.
    fn guards(&self, records: &[u8]) -> Guards {
        let begins_text = |before: u8| before == b'"' || before == b';' || self.is_delimiter(before);
        let is_guard =
            |at: usize| at.checked_sub(1).and_then(|at| records.get(at)).is_none_or(|&byte| begins_text(byte));
        if memchr::memchr_iter(b'\'', records).any(is_guard) { Guards::Possible } else { Guards::None }
    }

    fn is_quote(&self, bytes: &[u8], at: usize) -> bool {
        self.dialect.has_quotes && bytes.get(at) == Some(&b'"')
    }
}
