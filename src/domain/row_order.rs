//! The rows that the table shows, in order.

use std::sync::Arc;

use super::row::{Line, Row};

/// The rows that the table shows, in order: one for each line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// The first so many rows in their original order.
    All(u32),
    /// Some rows in their original order.
    Ascending(Arc<[Row]>),
    /// Rows in any order.
    Ordered(Arc<[Row]>),
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

    /// The row at a line.
    pub fn get(&self, line: Line) -> Option<Row> {
        match self {
            RowOrder::All(rows) => u32::try_from(line.0).ok().filter(|row| row < rows).map(Row),
            RowOrder::Ascending(rows) | RowOrder::Ordered(rows) => rows.get(line.0).copied(),
        }
    }

    /// The line of a row.
    pub fn position(&self, row: Row) -> Option<Line> {
        let line = match self {
            RowOrder::All(rows) => (row.0 < *rows).then_some(row.index()),
            RowOrder::Ascending(rows) => rows.binary_search(&row).ok(),
            RowOrder::Ordered(rows) => rows.iter().position(|&other| other == row),
        };
        line.map(Line)
    }

    /// All lines, from the first to the last.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = Line> + DoubleEndedIterator + Clone + use<> {
        Line::range(0..self.len())
    }

    /// The rows from the first line to the last.
    pub fn iter(&self) -> impl Iterator<Item = Row> + '_ {
        self.lines().filter_map(|line| self.get(line))
    }
}

impl FromIterator<Row> for RowOrder {
    /// Rows in any order.
    fn from_iter<T: IntoIterator<Item = Row>>(rows: T) -> RowOrder {
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
            (RowOrder::Ascending([1, 4, 9].map(Row).into()), vec![1, 4, 9]),
            (RowOrder::Ordered([9, 1, 4].map(Row).into()), vec![9, 1, 4]),
        ] {
            assert!(order.iter().map(|row| row.0).eq(rows.iter().copied()));
            for (line, row) in order.lines().zip(rows.into_iter().map(Row)) {
                assert_eq!((order.get(line), order.position(row)), (Some(row), Some(line)));
            }
            assert_eq!((order.get(Line(3)), order.position(Row(5)), order.len()), (None, None, 3));
        }
    }
}
