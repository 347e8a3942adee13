//! Tables: values with commas, semicolons or tabs between them (RFC 4180, read leniently).

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::error::ReadError;
use super::header::{ColumnMap, Columns};
use super::records::Records;
use crate::domain::link_set::SegmentBuilder;
use crate::domain::url_parts::{host, registered_domain};
use crate::domain::{Field, Link};

/// How a table is written, and which of its columns is what.
pub(super) struct Delimited {
    delimiter: u8,
    columns: Columns,
}

/// Some exports have lines of their own above the header, but not more.
const LINES_ABOVE_HEADER: usize = 10;

impl Delimited {
    /// Finds out how a table is written from its start. Returns how many bytes its header takes, with what is above it.
    pub(super) fn detect(start: &[u8], map: &ColumnMap) -> Result<(Delimited, usize), ReadError> {
        let mut first = None;
        let mut delimiters = [b',', b'\t', b';'];
        delimiters.sort_by_key(|delimiter| std::cmp::Reverse(memchr::memchr_iter(*delimiter, start).count()));
        for delimiter in delimiters {
            let mut at = 0;
            for _ in 0..LINES_ABOVE_HEADER {
                let Some((header, length)) = first_record(start.get(at..).unwrap_or_default(), delimiter) else {
                    break;
                };
                at += length;
                match map.columns(&header) {
                    // A header of one column names no table, unless there is nothing else.
                    Ok(Some(columns)) if header.len() > 1 || is_single(start) => {
                        return Ok((Delimited { delimiter, columns }, at));
                    }
                    Ok(_) => {}
                    Err(error) if header.len() > 1 => return Err(error),
                    Err(_) => {}
                }
                let wider = first.as_ref().is_none_or(|known: &Vec<String>| known.len() < header.len());
                if wider {
                    first = Some(header);
                }
            }
        }
        match first {
            Some(header) if header.len() > 1 => Err(ReadError::UnknownColumns { header }),
            _ => Err(ReadError::NoLinks),
        }
    }

    fn is_delimiter(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }
}

/// Whether no line of a text has a delimiter.
fn is_single(start: &[u8]) -> bool {
    memchr::memchr3(b',', b'\t', b';', start).is_none()
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// The first record's texts, and how many bytes it takes.
fn first_record(bytes: &[u8], delimiter: u8) -> Option<(Vec<String>, usize)> {
    if bytes.is_empty() {
        return None;
    }
    let (length, values) = Quoted::new(delimiter).record(bytes);
    Some((values.into_iter().map(|value| value.trim().to_owned()).collect(), length))
}

impl Records for Delimited {
    /// A line break within quotes ends no record. Quotes count only where a value begins with one, as for the reader.
    fn whole(&self, bytes: &[u8], at_end: bool) -> usize {
        if at_end {
            return bytes.len();
        }
        let mut at = 0;
        let mut end = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(quote) = memchr::memchr(b'"', rest).map(|quote| at + quote) else {
                let last = memchr::memrchr(b'\n', rest).map(|line| at + line + 1);
                return last.unwrap_or(end);
            };
            if let Some(line) = bytes.get(at..quote).and_then(|before| memchr::memrchr(b'\n', before)) {
                end = at + line + 1;
            }
            let opens = quote == 0 || bytes.get(quote - 1).is_some_and(|&before| self.is_delimiter(before));
            at = quote + 1;
            if !opens {
                continue;
            }
            loop {
                let inside = bytes.get(at..).unwrap_or_default();
                let Some(close) = memchr::memchr(b'"', inside).map(|close| at + close) else { return end };
                at = close + 1;
                if bytes.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
        }
    }

    fn read(&self, records: &[u8], links: &mut SegmentBuilder) -> usize {
        let mut broken = 0;
        let mut quoted = Quoted::new(self.delimiter);
        let text = std::str::from_utf8(records).ok();
        let mut ends = Vec::with_capacity(64);
        let mut at = 0;
        while let Some(rest) = records.get(at..).filter(|rest| !rest.is_empty()) {
            let is_link = match plain_record(rest, self.delimiter, &mut ends) {
                Some(length) => {
                    let start = at;
                    at += length;
                    if ends.as_slice() == [0] {
                        // A line with nothing in it is no record.
                        continue;
                    }
                    match text.and_then(|text| text.get(start..)) {
                        Some(text) => self.push(|column| value(text, &ends, 1, column), links),
                        None => {
                            let lossy = String::from_utf8_lossy(rest.get(..length).unwrap_or_default());
                            // Replacement characters move what is behind them.
                            plain_record(lossy.as_bytes(), self.delimiter, &mut ends);
                            self.push(|column| value(&lossy, &ends, 1, column), links)
                        }
                    }
                }
                None => {
                    let (length, values) = quoted.record(rest);
                    at += length;
                    self.push(|column| values.get(column).map_or("", |value| value), links)
                }
            };
            broken += usize::from(!is_link);
        }
        broken
    }
}

/// One value of a record, of which `ends` says where each value ends and `between` how many bytes lie between two.
fn value<'a>(record: &'a str, ends: &[usize], between: usize, column: usize) -> &'a str {
    let start = column.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| end + between);
    ends.get(column).and_then(|&end| record.get(start..end)).unwrap_or("")
}

/// Where the values of the first record end if no quotes mean anything in it, and how long it is with its line break.
fn plain_record(bytes: &[u8], delimiter: u8, ends: &mut Vec<usize>) -> Option<usize> {
    ends.clear();
    // Only where a value begins.
    let is_quoted = |value: usize| bytes.get(value) == Some(&b'"');
    if is_quoted(0) {
        return None;
    }
    let mut length = bytes.len();
    for sign in memchr::memchr2_iter(delimiter, b'\n', bytes) {
        if bytes.get(sign) == Some(&b'\n') {
            length = sign + 1;
            break;
        }
        if is_quoted(sign + 1) {
            return None;
        }
        ends.push(sign);
    }
    let line = bytes.get(..length).unwrap_or_default();
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    ends.push(line.strip_suffix(b"\r").unwrap_or(line).len());
    Some(length)
}

/// Reads records in which quotes mean something.
struct Quoted {
    /// Made once: it is a table, and making it takes longer than reading a record.
    reader: Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
}

impl Quoted {
    fn new(delimiter: u8) -> Quoted {
        Quoted { reader: reader(delimiter), out: vec![0; 4 * 1024], ends: vec![0; 64] }
    }

    /// The first record: how long it is, and its values.
    fn record(&mut self, bytes: &[u8]) -> (usize, Vec<String>) {
        self.reader.reset();
        let (mut at, mut written, mut fields) = (0, 0, 0);
        loop {
            let (result, read, wrote, ended) = self.reader.read_record(
                bytes.get(at..).unwrap_or_default(),
                self.out.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(fields..).unwrap_or_default(),
            );
            at += read;
            written += wrote;
            fields += ended;
            match result {
                // Asked once more, it gives the record that no line break ends.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.out.resize(self.out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        let mut start = 0;
        let values = self.ends.get(..fields).unwrap_or_default().iter().map(|&end| {
            let value = self.out.get(start..end).unwrap_or_default();
            start = end;
            String::from_utf8_lossy(value).into_owned()
        });
        (at.max(1), values.collect())
    }
}

impl Delimited {
    /// Takes a record over as a link. Returns whether it is one: whether it says where the link comes from.
    fn push<'a>(&self, value: impl Fn(usize) -> &'a str, links: &mut SegmentBuilder) -> bool {
        let of = |field: Field| self.columns.get(field.index()).copied().flatten().map_or("", &value);
        let (source_url, target_url) = (of(Field::SourceUrl), of(Field::TargetUrl));
        let or_host = |domain: &'a str, url: &'a str| if domain.is_empty() { registrable(url) } else { domain };
        let source_domain = or_host(of(Field::SourceDomain), source_url);
        if source_domain.is_empty() {
            return false;
        }
        let target_domain = or_host(of(Field::TargetDomain), target_url);
        let link = Link { anchor: of(Field::Anchor), source_domain, target_domain, source_url, target_url };
        links.push(&link).is_ok()
    }
}

/// The domain that an address belongs to; empty for what is no address.
fn registrable(url: &str) -> &str {
    let Some((scheme, _)) = url.split_once("://") else { return "" };
    if !matches!(scheme, "http" | "https")
        && !scheme.eq_ignore_ascii_case("http")
        && !scheme.eq_ignore_ascii_case("https")
    {
        return "";
    }
    registered_domain(host(url))
}
