//! Numbers of links and of lines, as types of their own so that the two can't be mixed up.

use std::ops::{Range, RangeInclusive};

/// The number of a link in a set, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Row(pub u32);

impl Row {
    /// The rows in a range of numbers.
    pub fn range(numbers: Range<u32>) -> impl ExactSizeIterator<Item = Row> + DoubleEndedIterator + Clone {
        numbers.map(Row)
    }

    /// For slices that have one element for each row of a set.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The row so many rows further down. For the first row of a segment, that is the row at an index in the segment.
    #[must_use]
    pub fn plus(self, rows: usize) -> Row {
        Row(self.0 + rows as u32)
    }

    /// The rank of the link, counted from 1.
    pub fn rank(self) -> u32 {
        self.0.saturating_add(1)
    }
}

impl From<u32> for Row {
    fn from(number: u32) -> Row {
        Row(number)
    }
}

impl From<Row> for u32 {
    fn from(row: Row) -> u32 {
        row.0
    }
}

/// The position of a row in the list that the table shows, counted from 0. Filter, sort and groups decide which row is
/// there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Line(pub usize);

impl Line {
    /// The lines in a range of numbers.
    pub fn range(numbers: Range<usize>) -> impl ExactSizeIterator<Item = Line> + DoubleEndedIterator + Clone {
        numbers.map(Line)
    }

    /// The lines from the first to the last, including both.
    pub fn span(lines: RangeInclusive<Line>) -> impl Iterator<Item = Line> {
        let (first, last) = lines.into_inner();
        (first.0..=last.0).map(Line)
    }

    /// The line so many lines further down, or up if negative, but not above the first line.
    #[must_use]
    pub fn step(self, lines: isize) -> Line {
        Line(self.0.saturating_add_signed(lines))
    }
}
