//! Reads CSV, TSV and semicolon-separated tables (RFC 4180, read leniently).

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::error::ReadError;
use super::header::{ColumnMap, Columns};
use super::record_format::RecordFormat;
use crate::domain::link_set::SegmentBuilder;
use crate::domain::url_parts::{host, registered_domain};
use crate::domain::{Field, Link};

pub(super) struct Delimited {
    delimiter: u8,
    columns: Columns,
}

/// The header is searched in this many lines, since some exports have a title above it.
const MAX_HEADER_LINES: usize = 10;

impl Delimited {
    /// Detects the delimiter and the columns. Also returns the length of the header in bytes, including the lines above it.
    pub(super) fn detect(start: &[u8], map: &ColumnMap) -> Result<(Delimited, usize), ReadError> {
        let mut widest = None;
        let mut delimiters = [b',', b'\t', b';'];
        delimiters.sort_by_key(|delimiter| std::cmp::Reverse(memchr::memchr_iter(*delimiter, start).count()));
        for delimiter in delimiters {
            let mut at = 0;
            for _ in 0..MAX_HEADER_LINES {
                let Some((header, length)) = first_record(start.get(at..).unwrap_or_default(), delimiter) else {
                    break;
                };
                at += length;
                match map.resolve(&header) {
                    // A header with one column counts only if the file has no delimiters at all.
                    Ok(Some(columns)) if header.len() > 1 || is_single_column(start) => {
                        return Ok((Delimited { delimiter, columns }, at));
                    }
                    Ok(_) => {}
                    Err(error) if header.len() > 1 => return Err(error),
                    Err(_) => {}
                }
                let is_wider = widest.as_ref().is_none_or(|known: &Vec<String>| known.len() < header.len());
                if is_wider {
                    widest = Some(header);
                }
            }
        }
        match widest {
            Some(header) if header.len() > 1 => Err(ReadError::UnknownColumns { header }),
            _ => Err(ReadError::NoLinks),
        }
    }

    fn is_delimiter(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }
}

fn is_single_column(start: &[u8]) -> bool {
    memchr::memchr3(b',', b'\t', b';', start).is_none()
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// The trimmed values of the first record, and its length in bytes.
fn first_record(bytes: &[u8], delimiter: u8) -> Option<(Vec<String>, usize)> {
    if bytes.is_empty() {
        return None;
    }
    let (length, values) = Quoted::new(delimiter).record(bytes);
    Some((values.into_iter().map(|value| value.trim().to_owned()).collect(), length))
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
        let mut skipped = 0;
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
                        // An empty line is not a record.
                        continue;
                    }
                    match text.and_then(|text| text.get(start..)) {
                        Some(text) => self.push(|column| value(text, &ends, column), links),
                        None => {
                            let lossy = String::from_utf8_lossy(rest.get(..length).unwrap_or_default());
                            // Replacement characters shift the positions after them.
                            plain_record(lossy.as_bytes(), self.delimiter, &mut ends);
                            self.push(|column| value(&lossy, &ends, column), links)
                        }
                    }
                }
                None => {
                    let (length, values) = quoted.record(rest);
                    at += length;
                    self.push(|column| values.get(column).map_or("", |value| value), links)
                }
            };
            skipped += usize::from(!is_link);
        }
        skipped
    }
}

/// One value of a record. `ends` has the end of each value, without the delimiter.
fn value<'a>(record: &'a str, ends: &[usize], column: usize) -> &'a str {
    let start = column.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| end + 1);
    ends.get(column).and_then(|&end| record.get(start..end)).unwrap_or("")
}

/// Fills `ends` and returns the length of the first record with its line break; `None` if a value is quoted.
fn plain_record(bytes: &[u8], delimiter: u8, ends: &mut Vec<usize>) -> Option<usize> {
    ends.clear();
    let is_quoted = |value_start: usize| bytes.get(value_start) == Some(&b'"');
    if is_quoted(0) {
        return None;
    }
    let mut length = bytes.len();
    for at in memchr::memchr2_iter(delimiter, b'\n', bytes) {
        if bytes.get(at) == Some(&b'\n') {
            length = at + 1;
            break;
        }
        if is_quoted(at + 1) {
            return None;
        }
        ends.push(at);
    }
    let line = bytes.get(..length).unwrap_or_default();
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    ends.push(line.strip_suffix(b"\r").unwrap_or(line).len());
    Some(length)
}

/// Reads records with quoted values.
struct Quoted {
    /// Reused: building its state table takes longer than reading a record.
    reader: Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
}

impl Quoted {
    fn new(delimiter: u8) -> Quoted {
        Quoted { reader: reader(delimiter), out: vec![0; 4 * 1024], ends: vec![0; 64] }
    }

    /// The length of the first record, and its values.
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
                // The next call, with empty input, returns the last record.
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
    /// Returns whether the record is a link: it needs a referring domain, or a referring page to derive it from.
    fn push<'a>(&self, value: impl Fn(usize) -> &'a str, links: &mut SegmentBuilder) -> bool {
        let of = |field: Field| self.columns.get(field.index()).copied().flatten().map_or("", &value);
        let (source_url, target_url) = (of(Field::SourceUrl), of(Field::TargetUrl));
        let or_domain_of = |domain: &'a str, url: &'a str| if domain.is_empty() { domain_of(url) } else { domain };
        let source_domain = or_domain_of(of(Field::SourceDomain), source_url);
        if source_domain.is_empty() {
            return false;
        }
        let target_domain = or_domain_of(of(Field::TargetDomain), target_url);
        let link = Link { anchor: of(Field::Anchor), source_domain, target_domain, source_url, target_url };
        links.push(&link).is_ok()
    }
}

/// The registered domain of an http or https URL, else empty.
fn domain_of(url: &str) -> &str {
    let Some((scheme, _)) = url.split_once("://") else { return "" };
    if !matches!(scheme, "http" | "https")
        && !scheme.eq_ignore_ascii_case("http")
        && !scheme.eq_ignore_ascii_case("https")
    {
        return "";
    }
    registered_domain(host(url))
}
