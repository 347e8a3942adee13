//! Why a file of links can't be read.

use std::io;

use crate::domain::signs::{CLOSE, ELLIPSIS, OPEN};

/// Why a file can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system can't.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Its columns are not known.
    #[error(
        "can't tell which columns hold the links: {}. Use --map source={ELLIPSIS},target={ELLIPSIS},anchor={ELLIPSIS} with column names or numbers",
        .header.join(" | ")
    )]
    UnknownColumns {
        /// The header as it stands there.
        header: Vec<String>,
    },
    /// A column that the user names is not there.
    #[error("no column called {OPEN}{wanted}{CLOSE}; columns: {}", .header.join(" | "))]
    NoColumn {
        /// What was named.
        wanted: String,
        /// The header as it stands there.
        header: Vec<String>,
    },
    /// It holds no text.
    #[error("not a list of links: it is {what}")]
    NotText {
        /// What it is, as a person calls it.
        what: &'static str,
    },
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is no list of links.
    #[error("no links found: it is neither a table with a known header nor JSON with links")]
    NoLinks,
}
