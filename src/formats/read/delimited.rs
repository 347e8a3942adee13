//! Tables: values with commas, semicolons or tabs between them (RFC 4180, read leniently).

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::header::{ColumnMap, Columns};
use super::{ReadError, Records};
use crate::domain::link_set::Segment;
use crate::domain::{Field, Link};

/// How a table is written, and which of its columns is what.
pub(super) struct Delimited {
    delimiter: u8,
    columns: Columns,
}

/// Some exports have lines of their own above the header, but not more.
const LINES_ABOVE_HEADER: usize = 10;
/// Columns that are looked at; the widest export known has some 40.
const MOST_COLUMNS: usize = 512;

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

    fn reader(&self) -> Reader {
        reader(self.delimiter)
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
    let (mut out, mut ends) = (vec![0; bytes.len() + 1], vec![0; MOST_COLUMNS]);
    let (result, read, _, fields) = reader(delimiter).read_record(bytes, &mut out, &mut ends);
    if read == 0 || !matches!(result, ReadRecordResult::Record | ReadRecordResult::InputEmpty) {
        return None;
    }
    // A record without a line break behind it has not ended its last text.
    let ends = ends.get(..fields).unwrap_or_default();
    let mut start = 0;
    let text = |&end: &usize| {
        let text = String::from_utf8_lossy(out.get(start..end).unwrap_or_default()).trim().to_owned();
        start = end;
        text
    };
    Some((ends.iter().map(text).collect(), read))
}

impl Records for Delimited {
    /// A line break within quotes ends no record. Quotes count only where a value begins with one, as for the reader.
    fn whole(&mut self, bytes: &[u8], at_end: bool) -> usize {
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

    fn read(&self, records: &[u8]) -> (Segment, usize) {
        let mut segment = Segment::default();
        let mut broken = 0;
        let mut reader = self.reader();
        let mut out = vec![0; 16 * 1024];
        let mut ends = vec![0; 64];
        let (mut at, mut written, mut fields) = (0, 0, 0);
        loop {
            let input = records.get(at..).unwrap_or_default();
            let (result, read, wrote, ended) = reader.read_record(
                input,
                out.get_mut(written..).unwrap_or_default(),
                ends.get_mut(fields..).unwrap_or_default(),
            );
            at += read;
            written += wrote;
            fields += ended;
            match result {
                // The end of the input; asked once more, the reader gives the record that no line break ends.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => out.resize(out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    let texts = out.get(..written).unwrap_or_default();
                    if !self.push(texts, ends.get(..fields).unwrap_or_default(), &mut segment) {
                        broken += 1;
                    }
                    (written, fields) = (0, 0);
                }
                ReadRecordResult::End => return (segment, broken),
            }
        }
    }
}

impl Delimited {
    /// Takes a record over as a link. Returns whether it is one: whether it says where the link comes from.
    fn push(&self, texts: &[u8], ends: &[usize], segment: &mut Segment) -> bool {
        let Ok(texts) = std::str::from_utf8(texts) else {
            let lossy = lossy_texts(texts, ends);
            return self.push_texts(|column| lossy.get(column).map_or("", String::as_str), segment);
        };
        let text = |column: usize| {
            let start = column.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            ends.get(column).and_then(|&end| texts.get(start..end)).unwrap_or("")
        };
        self.push_texts(text, segment)
    }

    fn push_texts<'a>(&self, text: impl Fn(usize) -> &'a str, segment: &mut Segment) -> bool {
        let of = |field: Field| self.columns.get(field.index()).copied().flatten().map_or("", &text);
        let (source_url, target_url) = (of(Field::SourceUrl), of(Field::TargetUrl));
        let or_host = |domain: &'a str, url: &'a str| if domain.is_empty() { registrable(url) } else { domain };
        let source_domain = or_host(of(Field::SourceDomain), source_url);
        if source_domain.is_empty() {
            return false;
        }
        let target_domain = or_host(of(Field::TargetDomain), target_url);
        let link = Link { anchor: of(Field::Anchor), source_domain, target_domain, source_url, target_url };
        segment.push(&link).is_ok()
    }
}

/// The texts of a record that is no UTF-8, with a replacement character for each byte that is none.
fn lossy_texts(texts: &[u8], ends: &[usize]) -> Vec<String> {
    let mut start = 0;
    ends.iter()
        .map(|&end| {
            let text = String::from_utf8_lossy(texts.get(start..end).unwrap_or_default()).into_owned();
            start = end;
            text
        })
        .collect()
}

/// The domain under which a host is registered; the host itself where it is none, such as an IP address. Empty for what is
/// no address.
fn registrable(url: &str) -> &str {
    let Some((scheme, rest)) = url.split_once("://") else { return "" };
    if !matches!(scheme, "http" | "https")
        && !scheme.eq_ignore_ascii_case("http")
        && !scheme.eq_ignore_ascii_case("https")
    {
        return "";
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    psl::domain_str(host).unwrap_or(host)
}
