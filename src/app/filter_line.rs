//! The filter line: the text being typed, and the filter to restore on Esc.

use crate::domain::columns::Schema;
use crate::domain::query::{Extras, Query, QueryError};
use crate::input::{History, LineEdit};

#[derive(Clone, Debug, Default)]
pub struct FilterLine {
    pub line: LineEdit,
    /// Where and why the text does not parse. The table keeps the last valid filter.
    pub error: Option<QueryError>,
    pub history: History,
    /// Restored by Esc.
    before: Query,
}

impl FilterLine {
    /// Starts editing `current`, which Esc restores.
    pub fn start_editing(&mut self, current: &Query) {
        self.before = current.clone();
        self.show(current);
    }

    /// Shows a filter that was set elsewhere.
    pub fn show(&mut self, query: &Query) {
        self.line.set(&query.to_string());
        self.error = None;
    }

    /// Parses the text for links with these columns. On failure sets `error` and returns `None`.
    pub fn parse(&mut self, columns: &Schema) -> Option<Query> {
        match Query::parse_with(self.line.text(), Extras::Of(columns)) {
            Ok(query) => {
                self.error = None;
                Some(query)
            }
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }

    /// The filter before editing began.
    pub fn before(&self) -> Query {
        self.before.clone()
    }
}
