//! Grouped rows, such as by referring domain: one line for each group, at the position of its first row, and a line
//! for every row of an unfolded group.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::groups::Groups;
use super::order::Direction;
use super::row::{Line, Row};
use super::row_order::RowOrder;
use super::row_set::{BitSet, RowSet};

/// The groups, and which of them are unfolded. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Grouping {
    groups: Arc<Groups>,
    /// Group numbers.
    unfolded: Arc<BTreeSet<u32>>,
}

/// What a line of the grouped table represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupLine {
    /// The first row of a group.
    Head {
        /// The number of visible rows in the group.
        rows: u32,
        /// Whether the other rows follow on lines of their own.
        unfolded: bool,
    },
    /// Another row of an unfolded group.
    Member,
}

impl GroupLine {
    /// Whether the line represents other rows besides its own.
    pub fn is_folded(self) -> bool {
        matches!(self, GroupLine::Head { rows: 2.., unfolded: false })
    }
}

impl Grouping {
    /// With all groups folded.
    pub fn new(groups: Arc<Groups>) -> Grouping {
        Grouping { groups, unfolded: Arc::default() }
    }

    /// Folds or unfolds the group of a row.
    #[must_use]
    pub fn toggled(&self, row: Row) -> Grouping {
        let mut unfolded = BTreeSet::clone(&self.unfolded);
        if let Some(group) = self.groups.number_of(row)
            && !unfolded.remove(&group)
        {
            unfolded.insert(group);
        }
        Grouping { groups: Arc::clone(&self.groups), unfolded: Arc::new(unfolded) }
    }

    /// Groups `rows`. The groups are in the order of their first rows, or sorted by size if a direction is given.
    pub fn group(&self, rows: &RowOrder, by_size: Option<Direction>) -> GroupedRows {
        let mut sizes = vec![0_u32; self.groups.len()];
        let mut heads = Vec::new();
        for row in rows.iter() {
            let Some(size) = self.groups.number_of(row).and_then(|group| sizes.get_mut(group as usize)) else {
                continue;
            };
            if *size == 0 {
                heads.push(row);
            }
            *size += 1;
        }
        let size = |row: &Row| self.groups.number_of(*row).and_then(|group| sizes.get(group as usize)).copied();
        match by_size {
            Some(Direction::Ascending) => heads.sort_by_key(size),
            Some(Direction::Descending) => heads.sort_by_key(|row| Reverse(size(row))),
            None => {}
        }
        let groups = heads.len();
        let lines = if self.unfolded.is_empty() { heads } else { self.with_members(&heads, rows) };
        GroupedRows { grouping: self.clone(), lines: RowOrder::Ordered(lines.into()), sizes: sizes.into(), groups }
    }

    /// The heads, each unfolded one followed by the other rows of its group.
    fn with_members(&self, heads: &[Row], rows: &RowOrder) -> Vec<Row> {
        let mut members: Vec<(u32, Row)> = Vec::new();
        let mut is_unfolded = BitSet::new(self.groups.len());
        self.unfolded.iter().for_each(|&group| is_unfolded.set(group, true));
        let group_of = |row: Row| self.groups.number_of(row).filter(|&group| is_unfolded.contains(group));
        members.extend(rows.iter().filter_map(|row| Some((group_of(row)?, row))));
        // A stable sort keeps the order of rows within a group.
        members.sort_by_key(|(group, _)| *group);
        let mut lines = Vec::with_capacity(heads.len() + members.len());
        for &head in heads {
            match group_of(head) {
                Some(group) => {
                    let start = members.partition_point(|(other, _)| *other < group);
                    let of_group = members.iter().skip(start).take_while(|(other, _)| *other == group);
                    lines.extend(of_group.map(|(_, row)| *row));
                }
                None => lines.push(head),
            }
        }
        lines
    }
}

#[derive(Clone, Debug)]
pub struct GroupedRows {
    grouping: Grouping,
    lines: RowOrder,
    /// The number of rows in each group, indexed by group number.
    sizes: Arc<[u32]>,
    groups: usize,
}

impl GroupedRows {
    pub fn lines(&self) -> &RowOrder {
        &self.lines
    }

    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.groups
    }

    pub fn grouping(&self) -> &Grouping {
        &self.grouping
    }

    fn group_at(&self, line: Line) -> Option<u32> {
        self.grouping.groups.number_of(self.lines.get(line)?)
    }

    /// `None` if there is no such line.
    pub fn line(&self, line: Line) -> Option<GroupLine> {
        let group = self.group_at(line)?;
        if line.0.checked_sub(1).and_then(|previous| self.group_at(Line(previous))) == Some(group) {
            return Some(GroupLine::Member);
        }
        let rows = self.sizes.get(group as usize).copied().unwrap_or(0);
        Some(GroupLine::Head { rows, unfolded: self.grouping.unfolded.contains(&group) })
    }

    /// The line of a row, or of the head of its group if the row has no line.
    pub fn position(&self, row: Row) -> Option<Line> {
        let of_group = || {
            let group = self.grouping.groups.number_of(row)?;
            self.lines.iter().position(|head| self.grouping.groups.number_of(head) == Some(group)).map(Line)
        };
        self.lines.position(row).or_else(of_group)
    }

    /// Adds to `result` the rows that `lines` represent: for a folded group, all of its rows that are in `rows`.
    pub fn rows_of(&self, lines: impl Iterator<Item = Line>, rows: &RowOrder, result: &mut RowSet) {
        let mut folded_groups = BitSet::new(self.sizes.len());
        for line in lines {
            let is_folded = self.line(line).is_some_and(GroupLine::is_folded);
            match self.group_at(line).filter(|_| is_folded) {
                Some(group) => folded_groups.set(group, true),
                None => self.lines.get(line).into_iter().for_each(|row| result.set(row, true)),
            }
        }
        if folded_groups.count() > 0 {
            let group_of = |row: &Row| self.grouping.groups.number_of(*row);
            let is_in_folded = |row: &Row| group_of(row).is_some_and(|group| folded_groups.contains(group));
            rows.iter().filter(is_in_folded).for_each(|row| result.set(row, true));
        }
    }

    /// Sorts rows by the order of their groups, keeping the order within each group. Rows of groups without a line
    /// come last.
    pub fn sort(&self, rows: &mut [Row]) {
        let mut positions = vec![u32::MAX; self.sizes.len()];
        for (line, row) in (0..).zip(self.lines.iter()) {
            let position = self.grouping.groups.number_of(row).and_then(|group| positions.get_mut(group as usize));
            if let Some(position) = position {
                *position = line.min(*position);
            }
        }
        let position =
            |row: &Row| self.grouping.groups.number_of(*row).and_then(|group| positions.get(group as usize).copied());
        rows.sort_by_key(position);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::link::{Field, Link};
    use super::super::link_set::LinkSet;
    use super::*;

    fn grouping(domains: &[u8]) -> Grouping {
        let domains: Vec<String> = domains.iter().map(|domain| format!("d{domain}.com")).collect();
        let links = domains.iter().map(|source_domain| Link { source_domain, ..Link::default() });
        let links = LinkSet::from_links(links).unwrap();
        Grouping::new(Arc::new(Groups::of(&links, Field::SourceDomain, |domain| domain)))
    }

    fn lines(grouped: &GroupedRows) -> Vec<u32> {
        grouped.lines().iter().map(|row| row.0).collect()
    }

    #[test]
    fn groups_have_one_line_each_and_unfolded_groups_one_for_each_row() {
        let grouping = grouping(&[1, 2, 1, 3, 2, 1]);
        let rows = RowOrder::Ordered([5, 4, 3, 2, 1, 0].map(Row).into());
        let grouped = grouping.group(&rows, None);
        assert_eq!((lines(&grouped), grouped.groups()), (vec![5, 4, 3], 3));
        assert_eq!(grouped.line(Line(0)), Some(GroupLine::Head { rows: 3, unfolded: false }));
        assert_eq!(grouped.position(Row(0)), Some(Line(0)), "a row without a line is at the line of its group");
        let unfolded = grouping.toggled(Row(2)).group(&rows, None);
        assert_eq!(lines(&unfolded), [5, 2, 0, 4, 3]);
        assert_eq!(unfolded.line(Line(0)), Some(GroupLine::Head { rows: 3, unfolded: true }));
        assert_eq!((unfolded.line(Line(1)), unfolded.line(Line(5))), (Some(GroupLine::Member), None));
        assert_eq!(lines(&grouping.toggled(Row(2)).toggled(Row(0)).group(&rows, None)), [5, 4, 3]);
        assert_eq!(lines(&grouping.group(&rows, Some(Direction::Ascending))), [3, 4, 5], "the smallest first");
    }

    #[test]
    fn folded_lines_represent_all_rows_of_their_groups() {
        let grouping = grouping(&[1, 2, 1, 3, 2, 1]);
        let rows = RowOrder::Ascending([0, 1, 2, 3, 5].map(Row).into());
        let rows_of = |grouping: &Grouping, lines: std::ops::Range<usize>| {
            let mut result = RowSet::new(6);
            grouping.group(&rows, None).rows_of(Line::range(lines), &rows, &mut result);
            result.iter().map(|row| row.0).collect::<Vec<_>>()
        };
        assert_eq!(rows_of(&grouping, 0..1), [0, 2, 5], "but not rows that a filter hides");
        assert_eq!(rows_of(&grouping, 1..3), [1, 3]);
        assert_eq!(rows_of(&grouping.toggled(Row(0)), 0..2), [0, 2]);
    }

    proptest! {
        #[test]
        fn grouping_neither_loses_nor_duplicates_rows(domains in prop::collection::vec(0_u8..6, 0..40), open in prop::collection::vec(any::<prop::sample::Index>(), 0..4)) {
            let grouping = open.iter().filter(|_| !domains.is_empty()).fold(grouping(&domains), |grouping, row| grouping.toggled(Row(row.index(domains.len()) as u32)));
            let rows = RowOrder::Ordered(Row::range(0..domains.len() as u32).rev().collect());
            let grouped = grouping.group(&rows, None);
            // Every row is represented by exactly one line, and the lines of a group are adjacent.
            let mut represented = 0;
            for line in grouped.lines().lines() {
                let mut result = RowSet::new(domains.len());
                grouped.rows_of(std::iter::once(line), &rows, &mut result);
                represented += result.count();
            }
            prop_assert_eq!(represented, domains.len());
            let mut order: Vec<Row> = rows.iter().collect();
            grouped.sort(&mut order);
            let runs = order.chunk_by(|a, b| domains[a.index()] == domains[b.index()]).count();
            prop_assert_eq!(runs, grouped.groups());
            prop_assert!(rows.iter().all(|row| grouped.position(row).is_some()));
        }
    }
}
