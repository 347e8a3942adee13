//! Finds the header of a table and what its columns hold.

use super::address;
use super::column_map::ColumnMap;
use super::delimited::Delimited;
use super::dialect::{Dialect, NONE, SAMPLE_RECORDS, SampleRecord};
use super::error::ReadError;
use super::known::{known, normalize};
use super::layout::{Layout, Sample};

pub(super) struct Tabular {
    pub(super) records: Delimited,
    /// In bytes, including the lines above the header.
    pub(super) header_len: usize,
}

/// The header is searched in this many records, since some exports have a title above it.
const MAX_HEADER_RECORDS: usize = 20;

impl Tabular {
    pub(super) fn detect(start: &[u8], at_end: bool, map: &ColumnMap) -> Result<Tabular, ReadError> {
        let (dialect, skipped) = Dialect::detect(start, at_end);
        let rest = start.get(skipped..).unwrap_or_default();
        let records = dialect.sample(rest, at_end, SAMPLE_RECORDS);
        let header = find_header(&records, map);
        let header_end = header.and_then(|at| records.get(at)).map_or(0, |record| record.end);
        // Without a header, lines above the first row with an address are a title.
        let first_row = header.map_or_else(|| first_address(&records).unwrap_or(0), |at| at + 1);
        let sample = Sample {
            header: header.and_then(|at| records.get(at)).map(|record| record.cells.clone()).unwrap_or_default(),
            rows: records.into_iter().skip(first_row).map(|record| record.cells).collect(),
            is_semicolon: dialect.delimiter == b';',
            is_whole: at_end,
        };
        let has_one_column = dialect.delimiter == NONE;
        let layout = Layout::resolve(&sample, map).map_err(|error| match error {
            ReadError::UnknownColumns(table) if has_one_column && table.proposal.is_empty() => ReadError::NoLinks,
            error => error,
        })?;
        Ok(Tabular { records: Delimited::new(dialect, layout), header_len: skipped + header_end })
    }
}

fn has_address(record: &SampleRecord) -> bool {
    // A key such as source.page looks like a domain.
    record.cells.iter().any(|cell| address::is_certain(cell) && known().meaning(&normalize(cell)).is_none())
}

fn first_address(records: &[SampleRecord]) -> Option<usize> {
    records.iter().position(has_address)
}

fn filled(record: &SampleRecord) -> usize {
    record.cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// The index of the header; `None` if the first record is already a row. A record with an address is never a header.
fn find_header(records: &[SampleRecord], map: &ColumnMap) -> Option<usize> {
    let candidates = || records.iter().enumerate().take(MAX_HEADER_RECORDS).filter(|(_, record)| !has_address(record));
    // Rows with addresses above the header would be data, unless they are part of a title.
    let is_below_title =
        |at: usize, width: usize| records.iter().take(at).all(|above| !has_address(above) || above.cells.len() < width);
    let is_named = |record: &SampleRecord| {
        if map.is_empty() || map.is_by_number() {
            let names: Vec<String> = record.cells.iter().map(|name| normalize(name)).collect();
            Layout::has_known_source(&names)
        } else {
            map.resolve(&record.cells, record.cells.len()).is_ok()
        }
    };
    let named = candidates().find(|(at, record)| is_named(record) && is_below_title(*at, record.cells.len()));
    if let Some((at, _)) = named {
        return Some(at);
    }
    match first_address(records) {
        Some(first) => {
            let (at, record) = records.iter().enumerate().take(first).rev().find(|(_, record)| filled(record) > 0)?;
            let width = records.get(first).map_or(0, |record| record.cells.len());
            (filled(record) > 1 || width == 1).then_some(at)
        }
        // The widest record is most likely the header.
        None => candidates().rev().max_by_key(|(_, record)| filled(record)).map(|(at, _)| at),
    }
}
