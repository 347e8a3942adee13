//! Reads a list with one address or domain on each line, such as a disavow file.

use super::address;
use super::cell_form::CellForm;
use super::dialect::DELIMITERS;
use super::error::ReadError;
use super::known::{known, normalize};
use super::notice::Notice;
use super::record_format::RecordFormat;
use crate::domain::Link;
use crate::domain::columns::ExtraSpec;
use crate::domain::encoding::{decode_ascii_compatible, lines};
use crate::domain::link_set::SegmentBuilder;
use crate::domain::list_line::{split_comment, unquoted};

pub(super) struct List;

/// A line of a list.
enum Entry<'a> {
    Domain(&'a str),
    Url(&'a str),
    /// Blank, or a comment.
    Nothing,
    Other,
}

/// The share of other lines that a list may have, in percent; more in a disavow file, which people write by hand.
const MAX_OTHERS: usize = 5;
const MAX_OTHERS_IN_DISAVOW: usize = 100;

impl<'a> Entry<'a> {
    fn of(line: &'a str) -> Entry<'a> {
        let (text, _) = split_comment(line);
        if text.is_empty() {
            return Entry::Nothing;
        }
        // Cells without a value may follow too.
        let text = text.trim_end_matches(is_delimiter);
        let text = unquoted(text);
        if let Some((word, domain)) = text.split_once(':')
            && word.trim_end().eq_ignore_ascii_case("domain")
        {
            let domain = domain.trim().trim_start_matches('*').trim_start_matches('.');
            return address::name(domain).map_or(Entry::Other, Entry::Domain);
        }
        match address::name(text) {
            Some(domain) if domain == text => Entry::Domain(domain),
            _ if address::is_certain(text) => Entry::Url(text),
            _ => Entry::Other,
        }
    }
}

impl List {
    /// Returns the length of the header too. `None` if it is not a list.
    pub(super) fn detect(start: &[u8], at_end: bool) -> Result<Option<(List, usize, Vec<Notice>)>, ReadError> {
        let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let complete = if at_end { start.len() } else { start.iter().rposition(is_break).map_or(0, |at| at + 1) };
        let (text, _) = decode_ascii_compatible(start.get(..complete).unwrap_or_default());
        let mut sites = Sites::default();
        let (mut entries, mut others) = (0, 0);
        let mut rows = Rows::default();
        let mut header_len = 0;
        let mut is_disavow = false;
        for (number, line) in lines(&text).filter(|line| !line.trim().is_empty()).enumerate() {
            match Entry::of(line) {
                Entry::Nothing => {}
                Entry::Other if number == 0 && (is_known_header(line) || !address::begins(line)) => {
                    // A header that is known, or has several columns, belongs to a table.
                    if line.contains(is_delimiter) || is_known_header(line) {
                        return Ok(None);
                    }
                    header_len = start.iter().skip_while(|byte| is_break(byte)).position(is_break).unwrap_or(0);
                }
                Entry::Other => {
                    others += 1;
                    rows.add(line);
                }
                Entry::Domain(_) => {
                    entries += 1;
                    sites.several = true;
                    is_disavow |= line.contains(':');
                }
                Entry::Url(url) => {
                    entries += 1;
                    sites.add(url);
                    rows.add(line);
                }
            }
        }
        let max_others = if is_disavow { MAX_OTHERS_IN_DISAVOW } else { MAX_OTHERS };
        let is_table = sites.several && rows.are_most();
        if entries == 0 || others * 100 > entries * max_others || is_table {
            return Ok(None);
        }
        let notice = sites.only().filter(|_| entries > 1).map(Notice::OneSite);
        Ok(Some((List, header_len, notice.into_iter().collect())))
    }
}

fn is_delimiter(c: char) -> bool {
    DELIMITERS.iter().any(|delimiter| char::from(*delimiter) == c)
}

/// The lines that are rows of a table: after the address come cells that are no part of it. In
/// `https://a.example/x,1.html` the comma belongs to the address.
#[derive(Default)]
struct Rows {
    /// The delimiter and the number of cells of the first one.
    shape: Option<(u8, usize)>,
    count: usize,
    /// Whether any cell after an address has a value.
    has_values: bool,
    lines: usize,
}

/// Lines by which a list is told from a table.
const JUDGED_LINES: usize = 200;
/// The share of lines that are rows in a table, in percent.
const MOST: usize = 80;

impl Rows {
    fn add(&mut self, line: &str) {
        if self.lines >= JUDGED_LINES {
            return;
        }
        self.lines += 1;
        for delimiter in DELIMITERS {
            let mut cells = line.trim().split(char::from(delimiter));
            let is_address = cells.next().is_some_and(|cell| address::is_certain(unquoted(cell)));
            let cells: Vec<&str> = cells.collect();
            let shape = (delimiter, cells.len());
            if is_address && !cells.is_empty() && cells.iter().all(|cell| is_cell(cell)) {
                self.count += usize::from(*self.shape.get_or_insert(shape) == shape);
                self.has_values |= cells.iter().any(|cell| !cell.is_empty());
                return;
            }
        }
    }

    fn are_most(&self) -> bool {
        self.has_values && self.count * 100 >= self.lines * MOST
    }
}

/// Whether what follows a delimiter is a cell, and not the rest of an address: a word, a number or a date.
fn is_cell(text: &str) -> bool {
    text.starts_with('"')
        || text.chars().all(|c| c.is_alphanumeric() || c == ' ')
        || CellForm::detect(std::iter::once(text), None, false) != CellForm::Plain
}

fn is_known_header(line: &str) -> bool {
    let header = normalize(line.trim().trim_matches('"'));
    known().meaning(&header).is_some() || known().report(&[header]).is_some()
}

/// The sites of the addresses, as far as it matters whether there is only one.
#[derive(Default)]
struct Sites {
    first: Option<String>,
    several: bool,
}

impl Sites {
    fn add(&mut self, url: &str) {
        if self.several {
            return;
        }
        let site = address::site(url);
        match &self.first {
            None => self.first = site,
            Some(first) => self.several = site.as_ref() != Some(first),
        }
    }

    fn only(self) -> Option<String> {
        self.first.filter(|_| !self.several)
    }
}

impl RecordFormat for List {
    fn complete_len(&self, bytes: &[u8], at_end: bool) -> usize {
        if at_end { bytes.len() } else { memchr::memrchr2(b'\n', b'\r', bytes).map_or(0, |at| at + 1) }
    }

    fn read(&self, records: &str, links: &mut SegmentBuilder) -> usize {
        let mut skipped = 0;
        for line in lines(records) {
            let (url, domain);
            let link = match Entry::of(line) {
                Entry::Nothing => continue,
                Entry::Domain(source_domain) => Link { source_domain, ..Link::default() },
                Entry::Url(text) => {
                    url = address::url(text).unwrap_or_default();
                    domain = address::domain_of(&url);
                    Link { source_domain: &domain, source_url: &url, ..Link::default() }
                }
                Entry::Other => Link::default(),
            };
            let is_link = !link.source_domain.is_empty() && links.push(&link).is_ok();
            skipped += usize::from(!is_link);
        }
        skipped
    }

    fn extras(&self) -> &[ExtraSpec] {
        &[]
    }
}
