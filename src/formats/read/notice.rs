//! What the user should know about a file that was read.

use std::fmt;

use crate::domain::encoding::Encoding;
use crate::domain::signs::{CLOSE, OPEN};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The text is not UTF-8.
    Encoding(Encoding),
    /// The sheet of a workbook that was read, and those that were not.
    Sheet {
        read: String,
        others: Vec<String>,
    },
    /// The export of a tool has no anchor texts or target pages.
    Lacks {
        tool: &'static str,
        report: &'static str,
        what: &'static str,
    },
    /// A list of addresses that are all on one site, which may be the user's own.
    OneSite(String),
    /// After the table comes another one with its columns in another order.
    OtherTable,
    LongRecord,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Encoding(encoding) => write!(f, "read as {}", encoding.name()),
            Notice::Sheet { read, others } => {
                write!(f, "read sheet {OPEN}{read}{CLOSE}, skipped: {}", others.join(", "))
            }
            Notice::Lacks { tool, report, what } => write!(f, "{tool} ({report}) exports no {what}"),
            Notice::OtherTable => f.write_str(
                "stopped at a second header with columns in a different order; move the rest to a separate file",
            ),
            Notice::LongRecord => f.write_str("a record longer than 8 MiB was skipped"),
            Notice::OneSite(site) => write!(
                f,
                "all addresses are on {site}; if that is your own site, this is a list of your pages, not of links"
            ),
        }
    }
}
