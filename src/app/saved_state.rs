//! What is remembered of a user from one session to the next: the columns of the table, and filters with names.

use crate::domain::query::Query;

use super::columns::ChosenColumns;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedState {
    /// The columns, where the user changed those of the settings.
    pub columns: Option<ChosenColumns>,
    /// The filters that the user saved, with their names.
    pub filters: Vec<(String, Query)>,
}

impl SavedState {
    /// Saves a filter. One that has this name already goes.
    pub fn save_filter(&mut self, name: &str, query: Query) {
        self.forget_filter(name);
        self.filters.push((name.to_owned(), query));
    }

    /// Forgets a saved filter. Returns whether there was one.
    pub fn forget_filter(&mut self, name: &str) -> bool {
        let before = self.filters.len();
        self.filters.retain(|(other, _)| other != name);
        self.filters.len() < before
    }
}
