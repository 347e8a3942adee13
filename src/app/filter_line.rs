//! The filter line: what is typed there, and what stood there before.

use crate::domain::columns::Schema;
use crate::domain::query::{Extras, Query, QueryError};
use crate::input::{History, LineEdit};

/// The state of the filter line.
#[derive(Clone, Debug, Default)]
pub struct FilterLine {
    /// The filter being typed.
    pub line: LineEdit,
    /// Where and why it does not parse. The table still shows the last filter that did.
    pub error: Option<QueryError>,
    /// Earlier filters.
    pub history: History,
    /// The filter that Esc gives back.
    before: Query,
}

impl FilterLine {
    /// Begins to edit, with `current` as the filter to come back to.
    pub fn start_editing(&mut self, current: &Query) {
        self.before = current.clone();
        self.show(current);
    }

    /// Shows a filter that was not typed here.
    pub fn show(&mut self, query: &Query) {
        self.line.set(&query.to_string());
        self.error = None;
    }

    /// Reads what is typed, for links with these extra columns; `None`, with the error noted, where it does not parse.
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

    /// The filter from before editing began.
    pub fn before(&self) -> Query {
        self.before.clone()
    }
}
