//! The open links, the filter line, and what is loaded, counted or exported.

use super::column_question::ColumnQuestion;
use super::filter_line::FilterLine;
use super::loading::Loading;
use super::selection::Selection;
use super::table_state::TableState;

#[derive(Clone, Debug, Default)]
pub struct Table {
    pub state: Option<TableState>,
    /// What was open before the files on the screen were compared, to return to when the comparison ends.
    pub before_comparison: Option<Box<TableState>>,
    pub filter: FilterLine,
    /// The files being loaded. Kept afterwards.
    pub loading: Option<Loading>,
    /// Loading waits for the answer.
    pub question: Option<ColumnQuestion>,
    /// The name of the column counted last. By name, since other links may have the same column.
    pub last_facet: String,
    /// The selection being exported, until the outcome is known.
    pub exporting: Option<Selection>,
}
