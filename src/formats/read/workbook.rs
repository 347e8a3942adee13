//! Reads the sheet of an Excel workbook that holds links, as a table of comma-separated values.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{self, BufReader, Write};

use calamine::{Reader, SheetVisible, Xlsx, XlsxError};

use super::column_map::ColumnMap;
use super::detect::{Detected, detect};
use super::error::ReadError;
use super::notice::Notice;
use super::pipe::Pipe;
use super::rank::Rank;
use super::sheet::{Hyperlinks, Workbook, write_rows};

/// Rows by which a sheet is judged.
const SAMPLE_ROWS: usize = 100;
/// Buffers rows for the reading thread. In bytes.
const BUFFER_SIZE: usize = 256 * 1024;

/// A sheet that can be read.
struct Candidate {
    name: String,
    hyperlinks: Hyperlinks,
    has_links: bool,
    is_visible: bool,
    rank: Rank,
}

impl Candidate {
    fn is_bare_list(&self) -> bool {
        self.rank == Rank::default()
    }
}

/// Returns the sheet as a stream of text.
pub(super) fn open(file: File, map: &ColumnMap) -> Result<(Pipe, Vec<Notice>), ReadError> {
    let mut workbook: Workbook = Xlsx::new(BufReader::new(file)).map_err(damaged)?;
    let sheets = workbook.sheets_metadata().to_vec();
    let (mut candidates, mut first_error) = (Vec::new(), None);
    for sheet in &sheets {
        match judge(&mut workbook, &sheet.name, sheet.visible == SheetVisible::Visible, map) {
            Ok(candidate) => candidates.push(candidate),
            Err(ReadError::Empty | ReadError::NoLinks) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    // The first one of the best.
    let best = candidates.into_iter().enumerate().max_by_key(|(index, sheet)| {
        (sheet.has_links, sheet.rank.has_pages, sheet.is_visible, sheet.rank, Reverse(*index))
    });
    match (best, first_error) {
        // A domain on a cover is no list of links if another sheet may be one.
        (Some((_, sheet)), Some(error)) if sheet.is_bare_list() => Err(error),
        (Some((_, sheet)), _) => {
            let others: Vec<String> =
                sheets.into_iter().map(|other| other.name).filter(|other| *other != sheet.name).collect();
            let notice = Notice::Sheet { read: sheet.name.clone(), others: others.clone() };
            let notices = if others.is_empty() { Vec::new() } else { vec![notice] };
            Ok((stream(workbook, sheet)?, notices))
        }
        (None, error) => Err(error.unwrap_or(ReadError::NoLinks)),
    }
}

fn judge(workbook: &mut Workbook, name: &str, is_visible: bool, map: &ColumnMap) -> Result<Candidate, ReadError> {
    let mut hyperlinks = Hyperlinks::default();
    let (mut sample, detected) = match detected(workbook, name, &hyperlinks, map) {
        // The cells may show titles in place of the URLs that they link to.
        Err(error @ (ReadError::UnknownColumns(_) | ReadError::NoLinks)) => {
            hyperlinks = Hyperlinks::of(workbook, name).map_err(damaged)?;
            if hyperlinks.is_empty() {
                return Err(error);
            }
            detected(workbook, name, &hyperlinks, map).map_err(|_| error)?
        }
        result => result?,
    };
    sample.drain(..detected.at.min(sample.len()));
    Ok(Candidate {
        name: name.to_owned(),
        hyperlinks,
        has_links: detected.has_links(&sample),
        is_visible,
        rank: detected.rank,
    })
}

fn detected(
    workbook: &mut Workbook,
    name: &str,
    hyperlinks: &Hyperlinks,
    map: &ColumnMap,
) -> Result<(Vec<u8>, Detected), ReadError> {
    let mut sample = Vec::new();
    write_rows(workbook, name, hyperlinks, SAMPLE_ROWS, &mut sample).map_err(damaged)?;
    let detected = detect(&sample, true, map)?;
    Ok((sample, detected))
}

fn stream(mut workbook: Workbook, sheet: Candidate) -> io::Result<Pipe> {
    Pipe::filled_by(move |out| {
        let mut out = io::BufWriter::with_capacity(BUFFER_SIZE, out);
        write_rows(&mut workbook, &sheet.name, &sheet.hyperlinks, usize::MAX, &mut out).map_err(
            |error| match error {
                XlsxError::Io(error) => error,
                error => io::Error::new(io::ErrorKind::InvalidData, error.to_string()),
            },
        )?;
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
