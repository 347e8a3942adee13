//! The open links, the filter line above them, and what is loaded, counted and written of them.

use crate::domain::facet::Facet;

use super::filter_line::FilterLine;
use super::loading::Loading;
use super::selection::Selection;
use super::table_state::TableState;

/// The open links and what belongs to them.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The open links.
    pub state: Option<TableState>,
    pub filter: FilterLine,
    /// Files that are or were loaded.
    pub loading: Option<Loading>,
    /// What links were counted by last.
    pub last_facet: Facet,
    /// What is being written into a file, until it is known what became of it.
    pub exporting: Option<Selection>,
}
