//! Which rows are shown, in which order.

use std::sync::Arc;

/// Rows in the order in which they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// So many from the first one on, as they came.
    All(u32),
    /// These, each after the one that came before it.
    Ascending(Arc<[u32]>),
    /// These, in any order.
    Ordered(Arc<[u32]>),
}

impl Default for RowOrder {
    fn default() -> RowOrder {
        RowOrder::All(0)
    }
}

impl RowOrder {
    /// How many rows are shown.
    pub fn len(&self) -> usize {
        match self {
            RowOrder::All(rows) => *rows as usize,
            RowOrder::Ascending(rows) | RowOrder::Ordered(rows) => rows.len(),
        }
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at a line, the first one being line 0.
    pub fn get(&self, line: usize) -> Option<u32> {
        match self {
            RowOrder::All(rows) => u32::try_from(line).ok().filter(|row| row < rows),
            RowOrder::Ascending(rows) | RowOrder::Ordered(rows) => rows.get(line).copied(),
        }
    }

    /// The line of a row.
    pub fn position(&self, row: u32) -> Option<usize> {
        match self {
            RowOrder::All(rows) => (row < *rows).then_some(row as usize),
            RowOrder::Ascending(rows) => rows.binary_search(&row).ok(),
            RowOrder::Ordered(rows) => rows.iter().position(|&other| other == row),
        }
    }

    /// The rows from their first line to their last one.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len()).filter_map(|line| self.get(line))
    }
}

impl FromIterator<u32> for RowOrder {
    /// Rows in any order.
    fn from_iter<T: IntoIterator<Item = u32>>(rows: T) -> RowOrder {
        RowOrder::Ordered(rows.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_know_their_lines() {
        for (shown, rows) in [
            (RowOrder::All(3), vec![0, 1, 2]),
            (RowOrder::Ascending([1, 4, 9].into()), vec![1, 4, 9]),
            (RowOrder::Ordered([9, 1, 4].into()), vec![9, 1, 4]),
        ] {
            assert_eq!(shown.iter().collect::<Vec<_>>(), rows);
            for (line, &row) in rows.iter().enumerate() {
                assert_eq!((shown.get(line), shown.position(row)), (Some(row), Some(line)));
            }
            assert_eq!((shown.get(3), shown.position(5), shown.len()), (None, None, 3));
        }
    }
}
