//! The names of extra columns.

use std::sync::Arc;

use super::table::COLUMNS;
use crate::domain::text::fold;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraName {
    /// Unsanitized.
    title: String,
    /// The name in filters and in the saved state: folded, and different from every built-in name.
    key: String,
}

impl ExtraName {
    pub fn new(title: &str) -> ExtraName {
        let title = title.trim();
        ExtraName { title: title.to_owned(), key: unique_key(&fold(title)) }
    }

    /// The key of a column whose title is this built-in name.
    pub fn key_of_shadowed(built_in: &str) -> String {
        format!("{built_in}{SHADOWED}")
    }

    /// The folded title of the column with this key.
    pub fn title_of(key: &str) -> &str {
        key.strip_suffix(SHADOWED).unwrap_or(key)
    }

    /// Whether this is such a key.
    pub fn is_shadowed(key: &str) -> bool {
        key.ends_with(SHADOWED)
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether two names mean the same column. The segments of a file share the `Arc`, which makes this cheap.
    pub(super) fn is_same_as(self: &Arc<Self>, other: &Arc<ExtraName>) -> bool {
        Arc::ptr_eq(self, other) || self.key == other.key
    }
}

/// Is appended to the name of a column that already has a meaning.
const SHADOWED: &str = " (file)";

fn unique_key(key: &str) -> String {
    let is_taken = COLUMNS.iter().any(|def| def.name == key || def.is_filtered_as(key));
    if is_taken || RESERVED.contains(&key) { ExtraName::key_of_shadowed(key) } else { key.to_owned() }
}

/// Field names of the filter language that do not name a column.
const RESERVED: [&str; 3] = ["note", "tag", "is"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_from_built_in_names() {
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
