//! Reads records with quoted cells. What is no quote is text: one that is never closed, or that another line makes
//! implausible. So one bad quote costs one cell or one line, not the rest of the file.

use memchr::{memchr, memchr2, memchr3};

/// In bytes. A spreadsheet's longest cell has 32,767 characters of up to four bytes.
const MAX_QUOTED: usize = 256 * 1024;

/// How a cell that begins with a quote goes on. Positions are those of quotes, from the start of the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    /// Up to the last quote of the cell; others inside are text, as in `"un"escaped"`.
    Closed(usize),
    /// The quoted part is followed by text, as in `"red" shoes`.
    Followed(usize),
    /// The quote is text, since it is never closed.
    Text,
    /// It depends on what follows.
    Unknown,
}

impl Quote {
    pub(super) fn of(cell: &[u8], delimiter: u8, at_end: bool) -> Quote {
        let mut at = 1;
        loop {
            let inside = cell.get(at..cell.len().min(MAX_QUOTED)).unwrap_or_default();
            let Some(quote) = memchr(b'"', inside).map(|quote| at + quote) else {
                return if at_end || cell.len() > MAX_QUOTED { Quote::Text } else { Quote::Unknown };
            };
            match cell.get(quote + 1) {
                None => return if at_end { Quote::Closed(quote) } else { Quote::Unknown },
                Some(b'"') => at = quote + 2,
                Some(&next) if ends_cell(next, delimiter) => return Quote::Closed(quote),
                // A later line has a quoted cell of its own, or a quote in its text.
                Some(_) if cell.get(..quote).is_some_and(|before| memchr2(b'\n', b'\r', before).is_some()) => {
                    return Quote::Text;
                }
                Some(_) => {
                    let rest = cell.get(quote + 1..).unwrap_or_default();
                    let end = match memchr3(delimiter, b'\n', b'\r', rest) {
                        Some(end) => quote + 1 + end,
                        None if at_end => cell.len(),
                        None => return Quote::Unknown,
                    };
                    let is_closed = cell.get(end - 1) == Some(&b'"');
                    return if is_closed { Quote::Closed(end - 1) } else { Quote::Followed(quote) };
                }
            }
        }
    }
}

pub(super) struct Quoted {
    delimiter: u8,
    has_quotes: bool,
    /// The cells of a record one after another, and the end of each.
    out: Vec<u8>,
    ends: Vec<usize>,
}

impl Quoted {
    pub(super) fn new(delimiter: u8, has_quotes: bool) -> Quoted {
        Quoted { delimiter, has_quotes, out: Vec::new(), ends: Vec::new() }
    }

    /// The first of complete records.
    pub(super) fn text_record(&mut self, text: &str) -> TextRecord<'_> {
        let len = self.read(text.as_bytes(), true).unwrap_or(text.len());
        // UTF-8, since the cells are cut at ASCII bytes.
        TextRecord { len, text: str::from_utf8(&self.out).unwrap_or_default(), ends: &self.ends }
    }

    /// The length of the first record, and its cells; `None` if it is not complete.
    pub(super) fn record(&mut self, bytes: &[u8], at_end: bool) -> Option<(usize, Vec<&[u8]>)> {
        let len = self.read(bytes, at_end)?;
        let mut start = 0;
        let cells = self.ends.iter().map(|&end| {
            let cell = self.out.get(start..end).unwrap_or_default();
            start = end;
            cell
        });
        Some((len, cells.collect()))
    }

    /// The length of the first record, including its line break.
    fn read(&mut self, bytes: &[u8], at_end: bool) -> Option<usize> {
        self.out.clear();
        self.ends.clear();
        let mut at = 0;
        loop {
            at += self.push_quoted(bytes.get(at..).unwrap_or_default(), at_end)?;
            let rest = bytes.get(at..).unwrap_or_default();
            // Most cells end with their quote.
            let end = match rest.first() {
                Some(byte) if ends_cell(*byte, self.delimiter) => Some(0),
                _ => memchr3(self.delimiter, b'\n', b'\r', rest),
            };
            self.out.extend_from_slice(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
            self.ends.push(self.out.len());
            let Some(end) = end else { return at_end.then_some(bytes.len()) };
            at += end + 1;
            match rest.get(end) {
                Some(b'\r') if rest.get(end + 1) == Some(&b'\n') => return Some(at + 1),
                Some(byte) if *byte == self.delimiter => {}
                _ => return Some(at),
            }
        }
    }

    /// Adds the quoted part at the start of a cell. Returns its length.
    fn push_quoted(&mut self, cell: &[u8], at_end: bool) -> Option<usize> {
        if !self.has_quotes || cell.first() != Some(&b'"') {
            return Some(0);
        }
        // Most have no other quote, and need to be searched only once.
        let inside = cell.get(1..cell.len().min(MAX_QUOTED)).unwrap_or_default();
        let close = memchr(b'"', inside).unwrap_or(inside.len());
        if cell.get(close + 2).is_some_and(|next| ends_cell(*next, self.delimiter)) && close < inside.len() {
            self.out.extend_from_slice(inside.get(..close).unwrap_or_default());
            return Some(close + 2);
        }
        match Quote::of(cell, self.delimiter, at_end) {
            Quote::Closed(quote) | Quote::Followed(quote) => {
                push_unescaped(cell.get(1..quote).unwrap_or_default(), &mut self.out);
                Some(quote + 1)
            }
            Quote::Text => Some(0),
            Quote::Unknown => None,
        }
    }
}

fn ends_cell(byte: u8, delimiter: u8) -> bool {
    byte == delimiter || byte == b'\n' || byte == b'\r'
}

/// `""` stands for one quote.
fn push_unescaped(quoted: &[u8], out: &mut Vec<u8>) {
    let mut rest = quoted;
    while let Some(quote) = memchr(b'"', rest) {
        let (text, after) = rest.split_at(quote + 1);
        out.extend_from_slice(text);
        rest = after.strip_prefix(b"\"").unwrap_or(after);
    }
    out.extend_from_slice(rest);
}

/// A record with its values one after another.
pub(super) struct TextRecord<'a> {
    /// In bytes of the file.
    pub(super) len: usize,
    text: &'a str,
    /// The end of each value in `text`.
    ends: &'a [usize],
}

impl<'a> TextRecord<'a> {
    /// Empty if there is no such column.
    pub(super) fn value(&self, column: usize) -> &'a str {
        let start = column.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(column).and_then(|&end| self.text.get(start..end)).unwrap_or("")
    }

    /// The number of values.
    pub(super) fn width(&self) -> usize {
        self.ends.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_is_not_closed_is_text() {
        for (record, cells) in [
            ("\"a, \"\"b\"\"\",c\nnext", vec!["a, \"b\"", "c"]),
            ("\"two\r\nlines\",c\r\nnext", vec!["two\r\nlines", "c"]),
            ("\"red\" shoes,c", vec!["red shoes", "c"]),
            ("\"red\" shoes,\"c\"", vec!["red shoes", "c"]),
            ("\"un\"escaped\",\"bad \"quote\" x\"", vec!["un\"escaped", "bad \"quote\" x"]),
            ("a,\"open\nb,c\nd,e", vec!["a", "\"open"]),
            ("a,\"open\nb,\"\",c\nd,e", vec!["a", "\"open"]),
            ("a,\"open\nb,\"c\"\nd,e", vec!["a", "\"open"]),
            ("\"a\",\"open\n\"b\",\"c\"\n", vec!["a", "\"open"]),
            ("\"he said \"\"hi\"\",b\n\"c\",d", vec!["\"he said \"\"hi\"\"", "b"]),
            ("5\" wide,\"\"\nnext", vec!["5\" wide", ""]),
            ("\"last", vec!["\"last"]),
        ] {
            let mut quoted = Quoted::new(b',', true);
            let (len, read) = quoted.record(record.as_bytes(), true).unwrap();
            let read: Vec<&str> = read.iter().map(|cell| str::from_utf8(cell).unwrap()).collect();
            assert_eq!(read, cells, "{record:?}");
            assert!(len == record.len() || matches!(record.as_bytes()[len - 1], b'\n'), "{record:?}");
        }
        let long = format!("\"{}", "x\n".repeat(MAX_QUOTED / 2));
        assert_eq!(Quote::of(long.as_bytes(), b',', false), Quote::Text);
        assert_eq!(Quote::of(&long.as_bytes()[..MAX_QUOTED], b',', false), Quote::Unknown);
    }
}
