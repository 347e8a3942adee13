//! Reads the first sheet of an Excel workbook that holds links, as a table of comma-separated values.

use std::fs::File;
use std::io::{self, BufReader, Write};

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::column_map::ColumnMap;
use super::detect::detect;
use super::error::ReadError;
use super::notice::Notice;
use super::pipe::Pipe;
use crate::formats::formulas::{shielded, unguarded};

type Workbook = Xlsx<BufReader<File>>;

/// Rows by which a sheet is judged.
const SAMPLE_ROWS: usize = 100;
/// Buffers rows for the reading thread. In bytes.
const BUFFER_SIZE: usize = 256 * 1024;

/// Returns the sheet as a stream of text.
pub(super) fn open(file: File, map: &ColumnMap) -> Result<(Pipe, Vec<Notice>), ReadError> {
    let mut workbook: Workbook = Xlsx::new(BufReader::new(file)).map_err(damaged)?;
    let names = workbook.sheet_names();
    let mut first_error = None;
    for name in &names {
        let mut sample = Vec::new();
        write_rows(&mut workbook, name, SAMPLE_ROWS, &mut sample).map_err(damaged)?;
        match detect(&sample, true, map) {
            Ok(_) => {
                let others: Vec<String> = names.iter().filter(|other| *other != name).cloned().collect();
                let notice = Notice::Sheet { read: name.clone(), others: others.clone() };
                let notices = if others.is_empty() { Vec::new() } else { vec![notice] };
                return Ok((stream(workbook, name.clone())?, notices));
            }
            Err(ReadError::Empty | ReadError::NoLinks) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or(ReadError::NoLinks))
}

fn stream(mut workbook: Workbook, name: String) -> io::Result<Pipe> {
    Pipe::filled_by(move |out| {
        let mut out = io::BufWriter::with_capacity(BUFFER_SIZE, out);
        write_rows(&mut workbook, &name, usize::MAX, &mut out).map_err(|error| match error {
            XlsxError::Io(error) => error,
            error => io::Error::new(io::ErrorKind::InvalidData, error.to_string()),
        })?;
        out.flush()
    })
}

fn damaged(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Io(error) => ReadError::Io(error),
        XlsxError::Password => ReadError::NotAList { what: "a password-protected workbook".to_owned() },
        error => ReadError::Damaged(error.to_string()),
    }
}

/// Writes the first rows as CSV. Empty rows are left out.
fn write_rows(workbook: &mut Workbook, sheet: &str, rows: usize, out: &mut impl Write) -> Result<(), XlsxError> {
    let mut cells = match workbook.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        // A sheet with a chart instead of cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(out);
    let (mut row, mut written): (Option<u32>, usize) = (None, 0);
    let mut record: Vec<String> = Vec::new();
    while let Some(cell) = cells.next_cell()? {
        let (cell_row, column) = cell.get_position();
        if row.is_some_and(|row| row != cell_row) && !record.is_empty() {
            csv.write_record(&record).map_err(io::Error::other)?;
            record.clear();
            written += 1;
            if written >= rows {
                break;
            }
        }
        row = Some(cell_row);
        let text = text(cell.get_value());
        if !text.is_empty() {
            record.resize((column as usize).max(record.len()), String::new());
            // In a workbook, only the start of a cell is guarded.
            record.push(shielded(&unguarded(&text)).into_owned());
        }
    }
    if !record.is_empty() {
        csv.write_record(&record).map_err(io::Error::other)?;
    }
    csv.flush()?;
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
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {hour:02}:{minute:02}:{second:02}") }
        }
    }
}
