//! The rows of a sheet as comma-separated values.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Write};

use calamine::{DataRef, Xlsx, XlsxError};

use super::address;
use crate::formats::formulas::{shielded, unguarded};

pub(super) type Workbook = Xlsx<BufReader<File>>;

/// The URLs that cells link to, by row and column. The texts of these cells become a column of their own.
#[derive(Default)]
pub(super) struct Hyperlinks {
    urls: HashMap<(u32, u32), String>,
    /// The row above the first of them.
    header: Option<u32>,
}

impl Hyperlinks {
    /// Slow: they are behind the rows.
    pub(super) fn of(workbook: &mut Workbook, sheet: &str) -> Result<Hyperlinks, XlsxError> {
        let links = match workbook.hyperlinks_by_sheet_name(sheet) {
            Err(XlsxError::NotAWorksheet(_)) => Vec::new(),
            links => links?,
        };
        let links = links.into_iter().filter_map(|link| Some((link.range.start, link.target?)));
        let urls: HashMap<(u32, u32), String> = links.filter(|(_, url)| address::is_certain(url)).collect();
        let header = urls.keys().map(|(row, _)| *row).min().and_then(|row| row.checked_sub(1));
        Ok(Hyperlinks { urls, header })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.urls.is_empty()
    }

    /// The URL of a cell that shows something else.
    fn url(&self, cell: (u32, u32), text: &str) -> Option<&String> {
        self.urls.get(&cell).filter(|_| !address::is_certain(text))
    }
}

/// Writes rows as CSV. Empty rows are left out.
struct Rows<'h, W: Write> {
    csv: csv::Writer<W>,
    hyperlinks: &'h Hyperlinks,
    written: usize,
    record: Vec<String>,
    /// The text of the first cell that links.
    title: Option<String>,
    title_column: Option<usize>,
}

impl<W: Write> Rows<'_, W> {
    fn add(&mut self, (row, column): (u32, u32), text: &str) {
        if text.is_empty() {
            return;
        }
        self.record.resize((column as usize).max(self.record.len()), String::new());
        // In a workbook, only the start of a cell is guarded.
        let text = shielded(&unguarded(text)).into_owned();
        let cell = match self.hyperlinks.url((row, column), &text) {
            Some(url) => {
                self.title.get_or_insert(text);
                url.clone()
            }
            None => text,
        };
        self.record.push(cell);
    }

    fn end(&mut self, row: u32) -> io::Result<()> {
        if self.record.is_empty() {
            return Ok(());
        }
        if self.hyperlinks.header == Some(row) {
            self.title_column = Some(self.record.len());
            self.title = Some("Title".to_owned());
        }
        if let (Some(title), Some(column)) = (self.title.take(), self.title_column)
            && self.record.len() <= column
        {
            self.record.resize(column, String::new());
            self.record.push(title);
        }
        self.csv.write_record(&self.record).map_err(io::Error::other)?;
        self.record.clear();
        self.written += 1;
        Ok(())
    }
}

pub(super) fn write_rows(
    workbook: &mut Workbook,
    sheet: &str,
    hyperlinks: &Hyperlinks,
    rows: usize,
    out: &mut impl Write,
) -> Result<(), XlsxError> {
    let mut cells = match workbook.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        // A sheet with a chart instead of cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let csv = csv::WriterBuilder::new().flexible(true).from_writer(out);
    let mut writer = Rows { csv, hyperlinks, written: 0, record: Vec::new(), title: None, title_column: None };
    let mut row = 0;
    while let Some(cell) = cells.next_cell()? {
        let position = cell.get_position();
        if position.0 != row {
            writer.end(row)?;
            row = position.0;
        }
        if writer.written >= rows {
            break;
        }
        writer.add(position, &text(cell.get_value()));
    }
    writer.end(row)?;
    writer.csv.flush()?;
    Ok(())
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(time) if time.is_duration() => time.as_f64().to_string(),
        // Without a day it is a time of day.
        DataRef::DateTime(time) if (0.0..1.0).contains(&time.as_f64()) => {
            let (.., hour, minute, second, _) = time.to_ymd_hms_milli();
            format!("{hour:02}:{minute:02}:{second:02}")
        }
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {hour:02}:{minute:02}:{second:02}") }
        }
    }
}
