//! Why a link file can't be read.

use std::io;

use super::column_map::ColumnMap;
use crate::domain::Field;
use crate::domain::signs::{CLOSE, OPEN};

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{0}")]
    Io(io::Error),
    #[error("columns are not known: {}. {}", .0.names().join(" | "), .0.advice())]
    UnknownColumns(Box<UnknownColumns>),
    /// A column in `--map` does not exist.
    #[error("no column called {OPEN}{wanted}{CLOSE}; columns: {}", .header.join(" | "))]
    NoColumn { wanted: String, header: Vec<String> },
    /// Not a list at all, such as a PDF.
    #[error("not a list of links: it is {what}")]
    NotAList { what: String },
    /// A list of something else, such as the user's own pages.
    #[error("not a list of links: it is {what}")]
    NotLinks { what: String },
    #[error("it is a ZIP file with several lists: {}. Unzip it and choose one", .0.join(", "))]
    SeveralFiles(Vec<String>),
    /// A compressed file or workbook that can't be unpacked.
    #[error("it is damaged: {0}")]
    Damaged(String),
    #[error("it is empty")]
    Empty,
    #[error("no links found: expected a table with a known header, JSON with links, or a list of URLs or domains")]
    NoLinks,
}

impl From<io::Error> for ReadError {
    /// Only unpacking fails because of what is in the file.
    fn from(error: io::Error) -> ReadError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => ReadError::Damaged("unexpected end of file".to_owned()),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => ReadError::Damaged(error.to_string()),
            _ => ReadError::Io(error),
        }
    }
}

/// A table whose columns could mean different things, for the user to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownColumns {
    /// Empty if the table has no header.
    pub header: Vec<String>,
    /// The first rows.
    pub rows: Vec<Vec<String>>,
    /// What the values suggest; empty if no column holds URLs or domains.
    pub proposal: ColumnMap,
}

impl UnknownColumns {
    /// The header, or the first row if there is none.
    pub fn names(&self) -> &[String] {
        if self.header.is_empty() { self.rows.first().map_or(&[], Vec::as_slice) } else { &self.header }
    }

    pub fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0).max(self.header.len())
    }

    /// The columns of the proposal, by index.
    pub fn proposed(&self) -> Vec<(Field, usize)> {
        // A proposal is made of columns that exist.
        self.proposal.resolve(&self.header, self.width()).unwrap_or_default()
    }

    fn advice(&self) -> String {
        if self.proposal.is_empty() {
            "No column seems to contain the referring pages; name the one that does: --map source=COLUMN".to_owned()
        } else {
            format!("To accept the suggested columns, use --map {}", self.proposal)
        }
    }
}
