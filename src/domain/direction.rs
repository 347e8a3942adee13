//! Which way something is sorted.

use std::cmp::Ordering;

/// From small to large, or the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Small first.
    Ascending,
    /// Large first.
    Descending,
}

impl Direction {
    /// An ordering from small to large, as it is in this direction.
    pub fn turned(self, ordering: Ordering) -> Ordering {
        match self {
            Direction::Ascending => ordering,
            Direction::Descending => ordering.reverse(),
        }
    }
}
