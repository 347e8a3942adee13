//! Reads Markdown tables, as this program and others write them.

use super::column_map::ColumnMap;
use super::error::ReadError;
use super::layout::Layout;
use super::link_row::Guards;
use super::record_format::RecordFormat;
use super::sample::Sample;
use crate::domain::columns::ExtraSpec;
use crate::domain::encoding::{decode_ascii_compatible, lines};
use crate::domain::link_set::SegmentBuilder;

pub(super) struct Markdown {
    layout: Layout,
}

/// Rows by which the columns are judged.
const SAMPLE_ROWS: usize = 200;

impl Markdown {
    /// Also returns the position of the first row. `None` if there is no such table.
    pub(super) fn detect(start: &[u8], at_end: bool, map: &ColumnMap) -> Result<Option<(Markdown, usize)>, ReadError> {
        let Some((header, at)) = find_header(start) else { return Ok(None) };
        let rows = start.get(at..).unwrap_or_default();
        let complete = if at_end { rows.len() } else { last_line_end(rows) };
        let (text, _) = decode_ascii_compatible(rows.get(..complete).unwrap_or_default());
        let rows: Vec<Vec<String>> = lines(&text).filter_map(cells).take(SAMPLE_ROWS).collect();
        let sample = Sample { is_whole: at_end && rows.len() < SAMPLE_ROWS, header, rows, is_semicolon: false };
        Ok(Some((Markdown { layout: Layout::resolve(&sample, map)? }, at)))
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }
}

fn last_line_end(bytes: &[u8]) -> usize {
    memchr::memrchr2(b'\n', b'\r', bytes).map_or(0, |at| at + 1)
}

/// The header, and the position after the rule below it. There may be text above.
fn find_header(start: &[u8]) -> Option<(Vec<String>, usize)> {
    let mut at = 0;
    let mut before: Option<Vec<String>> = None;
    while let Some(length) = memchr::memchr2(b'\n', b'\r', start.get(at..)?) {
        let (line, _) = decode_ascii_compatible(start.get(at..at + length)?);
        at += length + 1;
        if line.trim().is_empty() {
            continue;
        }
        if is_rule(&line)
            && let Some(header) = before
        {
            return Some((header, at));
        }
        before = cells(&line);
    }
    None
}

fn is_rule(line: &str) -> bool {
    line.contains("---")
        && line.trim().starts_with('|')
        && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// The cells of a row; `None` if the line is not one.
fn cells(line: &str) -> Option<Vec<String>> {
    let row = line.trim().strip_prefix('|')?;
    let mut cells = vec![String::new()];
    let mut chars = row.chars();
    while let Some(c) = chars.next() {
        match (c, cells.last_mut()) {
            ('|', _) => cells.push(String::new()),
            ('\\', Some(cell)) => cell.extend(chars.next()),
            (c, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
    }
    // The row ends with a bar.
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    Some(cells.iter().map(|cell| without_brackets(cell.trim()).to_owned()).collect())
}

/// The URL in `<https://example.com/>`.
fn without_brackets(cell: &str) -> &str {
    cell.strip_prefix('<').and_then(|cell| cell.strip_suffix('>')).filter(|cell| cell.contains("://")).unwrap_or(cell)
}

impl RecordFormat for Markdown {
    fn complete_len(&self, bytes: &[u8], at_end: bool) -> usize {
        if at_end { bytes.len() } else { last_line_end(bytes) }
    }

    fn read(&self, records: &str, links: &mut SegmentBuilder) -> usize {
        let mut skipped = 0;
        // There may be further tables, each with a rule below its header.
        for line in lines(records).filter(|line| !line.trim().is_empty() && !is_rule(line)) {
            let cells = cells(line).unwrap_or_default();
            let is_link = self.layout.push(&|column| cells.get(column).map_or("", String::as_str), Guards::None, links);
            skipped += usize::from(!is_link);
        }
        skipped
    }

    fn extras(&self) -> &[ExtraSpec] {
        &self.layout.extras
    }
}
