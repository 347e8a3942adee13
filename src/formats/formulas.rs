//! Cells that a spreadsheet would run.

use std::borrow::Cow;

/// Whether cells that a spreadsheet would run as a formula (CWE-1236) get a leading `'`, which makes them text. It counts
/// in CSV, TSV and xlsx; the other formats are not read by spreadsheets and stay as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formulas {
    /// They get it.
    #[default]
    Guarded,
    /// They stay as they came.
    Raw,
}

impl Formulas {
    /// The text of a cell, of which `came` is what it was before it was made one line: a tab or a line break at its
    /// beginning counts, although it is a blank by now.
    pub fn cell<'a>(self, came: &str, cell: Cow<'a, str>) -> Cow<'a, str> {
        if self == Formulas::Guarded && came.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
            Cow::Owned(format!("'{cell}"))
        } else {
            cell
        }
    }
}
