//! How surely something is a list of links, to choose the one list of several.

use super::layout::Layout;
use crate::domain::Field;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Whether it has referring pages, and not only domains.
    pub(super) has_pages: bool,
    /// How much of a link it has: where it is, what it points to, its text.
    parts: usize,
}

impl Rank {
    pub(super) fn of(layout: &Layout) -> Rank {
        let has = |field: Field| layout.fields.get(field.index()).is_some_and(Option::is_some);
        let parts = [
            has(Field::SourceUrl) || has(Field::SourceDomain),
            has(Field::TargetUrl) || has(Field::TargetDomain),
            has(Field::Anchor),
        ];
        Rank { has_pages: has(Field::SourceUrl), parts: parts.into_iter().filter(|part| *part).count() }
    }
}
