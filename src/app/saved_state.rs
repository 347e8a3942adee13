//! State saved from one session to the next: columns and named filters.

use crate::domain::query::Query;

use super::columns::ChosenColumns;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedState {
    /// `None` if the user has not changed the columns of the settings.
    pub columns: Option<ChosenColumns>,
    /// Named filters.
    pub filters: Vec<(String, Query)>,
}

impl SavedState {
    /// Replaces a filter of the same name.
    pub fn save_filter(&mut self, name: &str, query: Query) {
        self.forget_filter(name);
        self.filters.push((name.to_owned(), query));
    }

    /// Returns whether there was one.
    pub fn forget_filter(&mut self, name: &str) -> bool {
        let before = self.filters.len();
        self.filters.retain(|(other, _)| other != name);
        self.filters.len() < before
    }
}
