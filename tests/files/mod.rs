//! Files that people have: exports of other tools, in any encoding and shape, read right or refused clearly.

mod cases;
mod damaged;
mod json;
mod tables;
pub mod tools;
mod unclear;
mod workbooks;

use kew_tui::domain::{Field, LinkSet};
use kew_tui::formats::read::{ColumnMap, Notice, ReadError, read};

#[derive(Debug)]
struct Opened {
    links: LinkSet,
    skipped: usize,
    notices: Vec<Notice>,
}

impl Opened {
    /// The values of a field.
    fn texts(&self, field: Field) -> Vec<&str> {
        self.links.rows().map(|row| self.links.text(row, field)).collect()
    }

    fn sources(&self) -> Vec<&str> {
        self.texts(Field::SourceUrl)
    }

    /// The values of an extra column.
    fn extra(&self, name: &str) -> Vec<String> {
        let id = self.links.schema().by_key(name).unwrap_or_else(|| panic!("no column {name}"));
        self.links.rows().map(|row| self.links.extra(row, id).plain_text().into_owned()).collect()
    }
}

fn try_open(bytes: &[u8], map: &str) -> Result<Opened, ReadError> {
    let map = if map.is_empty() { ColumnMap::default() } else { ColumnMap::parse(map).unwrap() };
    let mut opened = Opened { links: LinkSet::default(), skipped: 0, notices: Vec::new() };
    read(bytes, &map, &mut |chunk| {
        opened.skipped += chunk.skipped;
        opened.notices.extend(chunk.notices);
        for segment in chunk.segments {
            opened.links.append(segment, 0);
        }
        true
    })?;
    Ok(opened)
}

fn open(bytes: &[u8], map: &str) -> Opened {
    try_open(bytes, map).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

fn error(bytes: &[u8]) -> String {
    try_open(bytes, "").unwrap_err().to_string()
}
