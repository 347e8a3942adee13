//! The names of extra columns.

use std::sync::Arc;

use super::table::COLUMNS;
use crate::domain::text::fold;

/// The name of an extra column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraName {
    /// As it came: not safe to show.
    title: String,
    /// As filters and what is remembered have it: folded, and never the name of something else.
    key: String,
}

impl ExtraName {
    pub fn new(title: &str) -> ExtraName {
        let title = title.trim();
        ExtraName { title: title.to_owned(), key: free_key(&fold(title)) }
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether two names mean the same column. Segments of one file share theirs.
    pub(super) fn is(self: &Arc<Self>, other: &Arc<ExtraName>) -> bool {
        Arc::ptr_eq(self, other) || self.key == other.key
    }
}

/// A name that means something else already gets an addition.
fn free_key(key: &str) -> String {
    let is_taken = COLUMNS.iter().any(|def| def.name == key || def.is_filtered_as(key));
    if is_taken || RESERVED.contains(&key) { format!("{key} (file)") } else { key.to_owned() }
}

/// Names of the filter language that are of no column.
const RESERVED: [&str; 3] = ["note", "tag", "is"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_thing() {
        for (title, key) in [
            (" DR ", "dr"),
            ("ÉCOLE", "école"),
            ("Rank", "rank (file)"),
            ("class", "class (file)"),
            ("Is", "is (file)"),
        ] {
            assert_eq!(ExtraName::new(title).key(), key);
        }
    }
}
