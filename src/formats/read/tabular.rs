//! Finds the header of a table and what its columns hold.

use super::address;
use super::column_map::ColumnMap;
use super::columns::Columns;
use super::delimited::Delimited;
use super::dialect::{Dialect, NONE, SAMPLE_RECORDS, SampleRecord};
use super::error::ReadError;
use super::known::{known, normalize};
use super::layout::Layout;
use super::sample::Sample;

pub(super) struct Tabular {
    pub(super) records: Delimited,
    /// In bytes, including the lines above the header.
    pub(super) header_len: usize,
}

/// The header is searched in this many records, since some exports have a title above it.
const MAX_HEADER_RECORDS: usize = 20;
/// Rows below a record that tell whether it is a header.
const JUDGED_ROWS: usize = 5;

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
            ReadError::UnknownColumns(mut table) => {
                // The names may be those of another record too.
                let records = dialect.sample(rest, at_end, SAMPLE_RECORDS);
                if find_header(&records, &table.proposal) != header {
                    table.proposal = ColumnMap::to_columns(&table.proposed(), &[]);
                }
                ReadError::UnknownColumns(table)
            }
            error => error,
        })?;
        Ok(Tabular { records: Delimited::new(dialect, layout), header_len: skipped + header_end })
    }
}

fn has_address(record: &SampleRecord) -> bool {
    // A key such as source.page looks like a domain.
    record.cells.iter().any(|cell| address::is_certain(cell) && known().meaning(&normalize(cell)).is_none())
}

/// The first row with an address. Text may follow the address; in a title, which is narrower than the rows, it often does.
fn first_address(records: &[SampleRecord]) -> Option<usize> {
    let first = records.iter().position(has_address)?;
    let (above, from_there) = records.split_at_checked(first)?;
    let width = from_there.first().map_or(0, |record| record.cells.len());
    let begins = |cell: &String| address::begins(cell) && known().meaning(&normalize(cell)).is_none();
    let is_row = |record: &SampleRecord| record.cells.len() == width && record.cells.first().is_some_and(begins);
    above.iter().position(is_row).or(Some(first))
}

fn filled(record: &SampleRecord) -> usize {
    record.cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// The index of the header; `None` if the first record is already a row.
fn find_header(records: &[SampleRecord], map: &ColumnMap) -> Option<usize> {
    let named = (0..records.len().min(MAX_HEADER_RECORDS)).find(|at| is_named(records, *at, map));
    if named.is_some() {
        return named;
    }
    match first_address(records) {
        Some(first) => {
            let (at, record) = records.iter().enumerate().take(first).rev().find(|(_, record)| filled(record) > 0)?;
            let width = records.get(first).map_or(0, |record| record.cells.len());
            (filled(record) > 1 || width == 1).then_some(at)
        }
        // The widest record is most likely the header.
        None => {
            let candidates =
                records.iter().enumerate().take(MAX_HEADER_RECORDS).filter(|(at, _)| !is_row(records, *at));
            candidates.rev().max_by_key(|(_, record)| filled(record)).map(|(at, _)| at)
        }
    }
}

/// Whether the names in a record are those of columns. Rows with addresses above a header would be data, unless they are
/// part of a title.
fn is_named(records: &[SampleRecord], at: usize, map: &ColumnMap) -> bool {
    let Some((record, below)) = records.get(at..).and_then(<[_]>::split_first) else { return false };
    let above = records.get(..at).unwrap_or_default();
    let is_plain =
        !has_address(record) && above.iter().all(|above| !has_address(above) || above.cells.len() < record.cells.len());
    let columns = Columns::of_header(&record.cells);
    let is_by_name = !map.is_empty() && !map.is_by_number();
    // Rows may be wider than the header, so a number is no name that is missing.
    let has_names = !is_by_name || map.resolve(&record.cells, usize::MAX).is_ok();
    let has_source = is_by_name || columns.likely_source().is_some();
    has_names && (is_plain && has_source || is_above_rows(&columns, record, above, below))
}

/// Whether several names are known and the rows below have what they say, so that it does not matter what is above, or
/// that a site's name is the name of a column.
fn is_above_rows(columns: &Columns, record: &SampleRecord, above: &[SampleRecord], below: &[SampleRecord]) -> bool {
    let Some(source) = columns.likely_source().filter(|_| columns.are_several()) else { return false };
    let has_url = |record: &SampleRecord, column: usize| {
        record.cells.get(column).is_some_and(|cell| cell.lines().any(address::is_certain))
    };
    let is_row = |record: &SampleRecord| {
        has_url(record, source) && columns.target().is_none_or(|column| has_url(record, column))
    };
    let rows = below.iter().take(JUDGED_ROWS);
    let (count, fitting) = (rows.len(), rows.filter(|record| has_url(record, source)).count());
    // One of them may be blank, or a total.
    let fit = fitting > 0 && fitting + 1 >= count;
    fit && !record.cells.iter().any(|cell| cell.contains("://")) && !above.iter().any(is_row)
}

/// Whether a record looks like those around it: it has something like an address, even one in the user's own network,
/// where another record has one too.
fn is_row(records: &[SampleRecord], at: usize) -> bool {
    let is_like_address = |cell: &str| address::url(cell).is_some() && known().meaning(&normalize(cell)).is_none();
    let is_column = |column: usize| {
        let cells = records.iter().enumerate().filter(|(other, _)| *other != at);
        cells.filter_map(|(_, record)| record.cells.get(column)).any(|cell| is_like_address(cell))
    };
    let cells = records.get(at).map_or(&[][..], |record| record.cells.as_slice());
    cells.iter().enumerate().any(|(column, cell)| is_like_address(cell) && is_column(column))
}
