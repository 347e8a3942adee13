//! The rows that the table shows, in order.

use std::sync::Arc;

/// The rows that the table shows, in order. A line is an index into them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// The first so many rows in their original order.
    All(u32),
    /// Some rows in their original order.
    Ascending(Arc<[u32]>),
    /// Rows in any order.
    Ordered(Arc<[u32]>),
}

impl Default for RowOrder {
    fn default() -> RowOrder {
        RowOrder::All(0)
    }
}

impl RowOrder {
    pub fn len(&self) -> usize {
        match self {
            RowOrder::All(rows) => *rows as usize,
            RowOrder::Ascending(rows) | RowOrder::Ordered(rows) => rows.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at a line, counted from 0.
    pub fn get(&self, line: usize) -> Option<u32> {
        match self {
            RowOrder::All(rows) => u32::try_from(line).ok().filter(|row| row < rows),
            RowOrder::Ascending(rows) | RowOrder::Ordered(rows) => rows.get(line).copied(),
        }
    }

    pub fn position(&self, row: u32) -> Option<usize> {
        match self {
            RowOrder::All(rows) => (row < *rows).then_some(row as usize),
            RowOrder::Ascending(rows) => rows.binary_search(&row).ok(),
            RowOrder::Ordered(rows) => rows.iter().position(|&other| other == row),
        }
    }

    /// The rows from the first line to the last.
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
    fn lines_and_rows_are_inverse_for_every_variant() {
        for (order, rows) in [
            (RowOrder::All(3), vec![0, 1, 2]),
            (RowOrder::Ascending([1, 4, 9].into()), vec![1, 4, 9]),
            (RowOrder::Ordered([9, 1, 4].into()), vec![9, 1, 4]),
        ] {
            assert_eq!(order.iter().collect::<Vec<_>>(), rows);
            for (line, &row) in rows.iter().enumerate() {
                assert_eq!((order.get(line), order.position(row)), (Some(row), Some(line)));
            }
            assert_eq!((order.get(3), order.position(5), order.len()), (None, None, 3));
        }
    }
}
