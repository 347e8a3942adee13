//! Unpacks what surrounds a list: gzip and Zstandard as a stream, the one list in a ZIP file, a sheet of a workbook.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::binary;
use super::caller::Caller;
use super::column_map::ColumnMap;
use super::error::ReadError;
use super::notice::Notice;
use super::pipe::Pipe;
use super::source::counted;
use super::workbook;

pub(super) struct Unpacked<'a> {
    pub(super) content: Box<dyn Read + 'a>,
    pub(super) notices: Vec<Notice>,
    /// The bytes of a compressed file that were read so far.
    pub(super) bytes_read: Option<Rc<Cell<u64>>>,
    /// The columns of a workbook that the caller chose.
    pub(super) map: Option<ColumnMap>,
}

/// Bytes that tell what a file is.
const MAGIC_LEN: usize = 4;
/// A compressed file in a ZIP file, but not more.
const MAX_DEPTH: usize = 3;
/// In bytes, of all parts of a workbook together. Larger ones are not lists but attacks.
const MAX_WORKBOOK: u64 = 4 * 1024 * 1024 * 1024;

/// `None` if the caller stops waiting.
pub(super) fn unpack<'a>(
    input: Box<dyn Read + 'a>,
    map: &ColumnMap,
    caller: &mut dyn Caller,
) -> Result<Option<Unpacked<'a>>, ReadError> {
    let mut content = input;
    let mut bytes_read = None;
    for _ in 0..MAX_DEPTH {
        let mut magic = Vec::new();
        if !read_fully(content.as_mut().take(MAGIC_LEN as u64), &mut magic, caller)? {
            return Ok(None);
        }
        let kind = Container::of(&magic);
        let mut whole: Box<dyn Read + 'a> = Box::new(Cursor::new(magic).chain(content));
        if !matches!(kind, Container::None) && bytes_read.is_none() {
            let (packed, count) = counted(whole);
            (whole, bytes_read) = (Box::new(packed), Some(count));
        }
        content = match kind {
            Container::None => {
                return Ok(Some(Unpacked { content: whole, notices: Vec::new(), bytes_read, map: None }));
            }
            Container::Gzip => Box::new(MultiGzDecoder::new(whole)),
            Container::Zstandard => Box::new(zstd::stream::read::Decoder::new(whole)?),
            Container::Zip => {
                let mut file = tempfile::tempfile()?;
                if !read_fully(whole, &mut file, caller)? {
                    return Ok(None);
                }
                match unzip_with(&file, map, caller)? {
                    (Unzipped::Sheet(pipe, notices), map) => {
                        return Ok(Some(Unpacked { content: Box::new(pipe), notices, bytes_read, map }));
                    }
                    (Unzipped::Member(pipe), _) => Box::new(pipe),
                }
            }
        };
    }
    Err(ReadError::NotAList { what: "compressed several times".to_owned() })
}

enum Container {
    None,
    Gzip,
    Zstandard,
    Zip,
}

impl Container {
    fn of(magic: &[u8]) -> Container {
        match magic {
            [0x1F, 0x8B, ..] => Container::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD] => Container::Zstandard,
            b"PK\x03\x04" | b"PK\x05\x06" => Container::Zip,
            _ => Container::None,
        }
    }
}

/// Copies everything. Returns false if the caller stops waiting.
fn read_fully(mut from: impl Read, to: &mut impl Write, caller: &mut dyn Caller) -> Result<bool, ReadError> {
    loop {
        match io::copy(&mut from, to) {
            Ok(_) => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if !caller.wait() {
                    return Ok(false);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

enum Unzipped {
    Sheet(Pipe, Vec<Notice>),
    Member(Pipe),
}

/// Also returns the map that the caller chose, if it was asked.
fn unzip_with(
    mut file: &File,
    map: &ColumnMap,
    caller: &mut dyn Caller,
) -> Result<(Unzipped, Option<ColumnMap>), ReadError> {
    let mut chosen = None;
    loop {
        file.rewind()?;
        match unzip(file.try_clone()?, chosen.as_ref().unwrap_or(map)) {
            Ok(unzipped) => return Ok((unzipped, chosen)),
            Err(ReadError::UnknownColumns(columns)) => match caller.choose_columns(&columns) {
                Some(map) => chosen = Some(map),
                None => return Err(ReadError::UnknownColumns(columns)),
            },
            Err(error) => return Err(error),
        }
    }
}

fn unzip(file: File, map: &ColumnMap) -> Result<Unzipped, ReadError> {
    let damaged = |error: zip::result::ZipError| ReadError::Damaged(error.to_string());
    let mut archive = ZipArchive::new(file).map_err(damaged)?;
    let mut members: Vec<(usize, String)> = Vec::new();
    let mut size = 0_u64;
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(damaged)?;
        size = size.saturating_add(member.size());
        if !member.is_dir() {
            members.push((index, String::from_utf8_lossy(member.name_raw()).into_owned()));
        }
    }
    let has = |name: &str| members.iter().any(|(_, member)| member == name);
    if has("xl/workbook.xml") {
        if size > MAX_WORKBOOK {
            return Err(ReadError::NotAList { what: "a workbook of more than 4 GiB".to_owned() });
        }
        let mut file = archive.into_inner();
        file.rewind()?;
        let (pipe, notices) = workbook::open(file, map)?;
        return Ok(Unzipped::Sheet(pipe, notices));
    }
    if let Some(what) = binary::kind_of_zip(has) {
        return Err(ReadError::NotAList { what: what.to_owned() });
    }
    members.retain(|(_, name)| !is_hidden(name));
    let index = match members.as_slice() {
        [] => return Err(ReadError::Empty),
        [(index, _)] => *index,
        several => return Err(ReadError::SeveralFiles(several.iter().map(|(_, name)| name.clone()).collect())),
    };
    let pipe = Pipe::filled_by(move |out| {
        let mut member = archive.by_index(index)?;
        let mut out = io::BufWriter::with_capacity(256 * 1024, out);
        io::copy(&mut member, &mut out)?;
        out.flush()
    })?;
    Ok(Unzipped::Member(pipe))
}

/// What operating systems add to ZIP files.
fn is_hidden(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.rsplit('/').next().is_some_and(|file| file.starts_with('.'))
}
