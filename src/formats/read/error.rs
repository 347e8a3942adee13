//! Why a link file can't be read.

use std::io;

use crate::domain::signs::{CLOSE, ELLIPSIS, OPEN};

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error(
        "can't tell which columns hold the links: {}. Use --map source={ELLIPSIS},target={ELLIPSIS},anchor={ELLIPSIS} with column names or numbers",
        .header.join(" | ")
    )]
    UnknownColumns { header: Vec<String> },
    /// A column in `--map` does not exist.
    #[error("no column called {OPEN}{wanted}{CLOSE}; columns: {}", .header.join(" | "))]
    NoColumn { wanted: String, header: Vec<String> },
    #[error("not a list of links: it is {what}")]
    NotText { what: &'static str },
    #[error("it is empty")]
    Empty,
    #[error("no links found: it is neither a table with a known header nor JSON with links")]
    NoLinks,
}
