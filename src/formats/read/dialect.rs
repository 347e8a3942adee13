//! How the cells of a table are separated and quoted.

use super::address;
use super::known::{known, normalize};
use super::quoted::Quoted;
use crate::domain::encoding::decode_ascii_compatible;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Whether a quote at the start of a cell is a quote, and not a character of the text.
    pub(super) has_quotes: bool,
}

/// A record of the start of a file.
#[derive(Debug)]
pub(super) struct SampleRecord {
    /// Trimmed.
    pub(super) cells: Vec<String>,
    /// The position after it.
    pub(super) end: usize,
}

pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Separates the cells of a table with one column, whose cells may hold any of the delimiters.
pub(super) const NONE: u8 = 0x1F;
/// Records by which a table is judged.
pub(super) const SAMPLE_RECORDS: usize = 200;
/// Records by which the delimiter is chosen.
const JUDGED_RECORDS: usize = 50;

impl Dialect {
    /// Also returns the length of a line `sep=;`, which names the delimiter to a spreadsheet.
    pub(super) fn detect(start: &[u8], at_end: bool) -> (Dialect, usize) {
        let (named, skipped) = separator_line(start);
        let rest = start.get(skipped..).unwrap_or_default();
        let scores = DELIMITERS.into_iter().map(|delimiter| (score(rest, at_end, delimiter), delimiter));
        let best = scores.max_by_key(|(score, _)| *score);
        let uncut = score(rest, at_end, NONE);
        let best = best.filter(|(score, _)| *score > uncut).map_or(NONE, |(_, delimiter)| delimiter);
        let delimiter = named.unwrap_or(best);
        (Dialect { delimiter, has_quotes: delimiter != b'\t' || are_quotes_real(rest, at_end) }, skipped)
    }

    /// The first complete records.
    pub(super) fn sample(self, start: &[u8], at_end: bool, limit: usize) -> Vec<SampleRecord> {
        let mut records = Vec::new();
        let mut quoted = Quoted::new(self.delimiter, self.has_quotes);
        let mut at = 0;
        while let Some(rest) = start.get(at..).filter(|rest| !rest.is_empty() && records.len() < limit) {
            let Some((length, cells)) = quoted.record(rest, at_end) else { break };
            at += length;
            if matches!(cells.as_slice(), [[]]) {
                continue;
            }
            let cells = cells.iter().map(|cell| decode_ascii_compatible(cell).0.trim().to_owned());
            records.push(SampleRecord { cells: cells.collect(), end: at });
        }
        records
    }
}

/// The delimiter in a first line such as `sep=;`, and the length of the line.
fn separator_line(start: &[u8]) -> (Option<u8>, usize) {
    let end = memchr::memchr2(b'\n', b'\r', start).unwrap_or(start.len());
    let line = start.get(..end).unwrap_or_default();
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => (Some(*delimiter), end),
        _ => (None, 0),
    }
}

/// How well a delimiter cuts the start into a table: by the cells that are addresses or known headers, then by the records
/// that are as wide as most. A line that is an address as it is need not be cut.
fn score(start: &[u8], at_end: bool, delimiter: u8) -> (usize, usize) {
    let mut records = Dialect { delimiter, has_quotes: true }.sample(start, at_end, JUDGED_RECORDS);
    records.retain(|record| delimiter == NONE || record.cells.len() > 1);
    let widths = || records.iter().map(|record| record.cells.len());
    let usual = widths().max_by_key(|width| (widths().filter(|other| other == width).count(), *width));
    let is_known = |cell: &&String| address::is_certain(cell) || known().meaning(&normalize(cell)).is_some();
    let known_cells = records.iter().flat_map(|record| &record.cells).filter(is_known).count();
    let regular = if delimiter == NONE { 0 } else { widths().filter(|width| Some(*width) == usual).count() };
    (known_cells, regular)
}

/// Spreadsheets copy cells as they are, so in `"red" shoes` the quotes are text. If every quoted cell ends with a quote,
/// or every cell of the first line is quoted, they are real.
fn are_quotes_real(start: &[u8], at_end: bool) -> bool {
    let first_line = start.get(..memchr::memchr2(b'\n', b'\r', start).unwrap_or(0)).unwrap_or_default();
    let is_quoted = |cell: &[u8]| cell.len() > 1 && cell.starts_with(b"\"") && cell.ends_with(b"\"");
    if first_line.split(|byte| *byte == b'\t').all(is_quoted) {
        return true;
    }
    let ends_cell = |at: usize| matches!(start.get(at), Some(b'\t' | b'\n' | b'\r')) || (at >= start.len() && at_end);
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', start.get(at..).unwrap_or_default()).map(|quote| at + quote) {
        at = quote + 1;
        let opens = quote == 0 || matches!(start.get(quote - 1), Some(b'\t' | b'\n' | b'\r'));
        if !opens {
            continue;
        }
        loop {
            let inside = start.get(at..).unwrap_or_default();
            let Some(close) = memchr::memchr(b'"', inside).map(|close| at + close) else { return !at_end };
            at = close + 1;
            if start.get(at) == Some(&b'"') {
                at += 1;
            } else if ends_cell(at) {
                break;
            } else {
                return at >= start.len();
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_makes_a_table() {
        for (text, delimiter) in [
            ("Source url,Target url,Anchor\nhttps://a.com/;x,https://me.com/,a;b\n", b','),
            ("Seite;Ziel\nhttps://a.com/x,y;https://me.com/\n", b';'),
            ("url_from\turl_to\nhttps://a.com/\thttps://me.com/\n", b'\t'),
            ("URL|Anchor\nhttps://a.com/|x, y\nhttps://b.com/|z\n", b'|'),
            ("sep=;\r\nURL;Anchor\r\n", b';'),
            ("\"sep=\t\"\nURL\tAnchor\n", b'\t'),
            ("https://a.com/x,1.html\nhttps://b.com/\nhttps://c.com/\n", NONE),
            ("Linking page\nhttps://a.com/x\n", NONE),
        ] {
            assert_eq!(Dialect::detect(text.as_bytes(), true).0.delimiter, delimiter, "{text}");
        }
    }

    #[test]
    fn quotes_of_a_spreadsheet_are_text() {
        for (text, has_quotes) in [
            ("Source url\tAnchor\nhttps://a.com/\t\"red\" shoes\n", false),
            ("Source url\tAnchor\nhttps://a.com/\t\"open\n", false),
            ("Source url\tAnchor\nhttps://a.com/\t\"red\"\n", true),
            ("Source url\tAnchor\nhttps://a.com/\t\"two\nlines \"\"q\"\"\"", true),
            ("Source url\tAnchor\nhttps://a.com/\t5\" wide\n", true),
            ("\"Source url\"\t\"Anchor\"\n\"https://a.com/\"\t\"un\"escaped\"\n", true),
        ] {
            assert_eq!(Dialect::detect(text.as_bytes(), true).0.has_quotes, has_quotes, "{text}");
        }
    }
}
