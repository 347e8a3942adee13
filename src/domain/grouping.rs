//! Rows in groups, such as by their referring domains: one line a group, which stands at the place of its first row, and all
//! rows of the groups that are unfolded.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::groups::Groups;
use super::order::Direction;
use super::row_order::RowOrder;
use super::row_set::RowSet;

/// How rows are grouped, and which groups are unfolded. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Grouping {
    groups: Arc<Groups>,
    /// The numbers of the groups of which every row has a line.
    unfolded: Arc<BTreeSet<u32>>,
}

/// What a line of grouped rows stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupLine {
    /// A group: so many rows, all of which have lines if it is unfolded.
    Head {
        /// How many of the rows shown are in it.
        rows: u32,
        /// Whether the others follow on lines of their own.
        unfolded: bool,
    },
    /// A further row of an unfolded group.
    Member,
}

impl GroupLine {
    /// Whether the line stands for more rows than its own.
    pub fn is_folded(self) -> bool {
        matches!(self, GroupLine::Head { rows: 2.., unfolded: false })
    }
}

impl Grouping {
    /// All groups folded.
    pub fn new(groups: Arc<Groups>) -> Grouping {
        Grouping { groups, unfolded: Arc::default() }
    }

    /// Folds the group of a row, or unfolds it.
    #[must_use]
    pub fn toggled(&self, row: u32) -> Grouping {
        let mut unfolded = BTreeSet::clone(&self.unfolded);
        if let Some(group) = self.groups.number_of(row)
            && !unfolded.remove(&group)
        {
            unfolded.insert(group);
        }
        Grouping { groups: Arc::clone(&self.groups), unfolded: Arc::new(unfolded) }
    }

    /// Groups `rows`. Groups stand in the order of their first rows, or by their sizes where a direction is given.
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
        let size = |row: &u32| self.groups.number_of(*row).and_then(|group| sizes.get(group as usize)).copied();
        match by_size {
            Some(Direction::Ascending) => heads.sort_by_key(size),
            Some(Direction::Descending) => heads.sort_by_key(|row| Reverse(size(row))),
            None => {}
        }
        let groups = heads.len();
        let lines = if self.unfolded.is_empty() { heads } else { self.with_members(&heads, rows) };
        GroupedRows { grouping: self.clone(), lines: RowOrder::Ordered(lines.into()), sizes: sizes.into(), groups }
    }

    /// The heads, each unfolded one with the other rows of its group behind it.
    fn with_members(&self, heads: &[u32], rows: &RowOrder) -> Vec<u32> {
        let mut members: Vec<(u32, u32)> = Vec::new();
        let mut is_unfolded = RowSet::new(self.groups.len());
        self.unfolded.iter().for_each(|&group| is_unfolded.set(group, true));
        let group_of = |row: u32| self.groups.number_of(row).filter(|&group| is_unfolded.contains(group));
        members.extend(rows.iter().filter_map(|row| Some((group_of(row)?, row))));
        // Stable: within a group the rows stay in their order.
        members.sort_by_key(|(group, _)| *group);
        let mut lines = Vec::with_capacity(heads.len() + members.len());
        for &head in heads {
            match group_of(head) {
                Some(group) => {
                    let from = members.partition_point(|(other, _)| *other < group);
                    let of_group = members.iter().skip(from).take_while(|(other, _)| *other == group);
                    lines.extend(of_group.map(|(_, row)| *row));
                }
                None => lines.push(head),
            }
        }
        lines
    }
}

/// Rows in groups.
#[derive(Clone, Debug)]
pub struct GroupedRows {
    grouping: Grouping,
    lines: RowOrder,
    /// How many of the rows are in each group, by its number.
    sizes: Arc<[u32]>,
    groups: usize,
}

impl GroupedRows {
    /// The row of each line.
    pub fn lines(&self) -> &RowOrder {
        &self.lines
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// How they are grouped.
    pub fn grouping(&self) -> &Grouping {
        &self.grouping
    }

    fn group_at(&self, line: usize) -> Option<u32> {
        self.grouping.groups.number_of(self.lines.get(line)?)
    }

    /// What a line stands for; `None` where there is no such line.
    pub fn line(&self, line: usize) -> Option<GroupLine> {
        let group = self.group_at(line)?;
        if line.checked_sub(1).and_then(|before| self.group_at(before)) == Some(group) {
            return Some(GroupLine::Member);
        }
        let rows = self.sizes.get(group as usize).copied().unwrap_or(0);
        Some(GroupLine::Head { rows, unfolded: self.grouping.unfolded.contains(&group) })
    }

    /// The line of a row, or of the head of its group where it has none of its own.
    pub fn position(&self, row: u32) -> Option<usize> {
        let of_group = || {
            let group = self.grouping.groups.number_of(row)?;
            self.lines.iter().position(|head| self.grouping.groups.number_of(head) == Some(group))
        };
        self.lines.position(row).or_else(of_group)
    }

    /// All rows that lines stand for, as they are among `rows`.
    pub fn rows_of(&self, lines: impl Iterator<Item = usize>, rows: &RowOrder, to: &mut RowSet) {
        let mut whole = RowSet::new(self.sizes.len());
        for line in lines {
            let folded = self.line(line).is_some_and(GroupLine::is_folded);
            match self.group_at(line).filter(|_| folded) {
                Some(group) => whole.set(group, true),
                None => self.lines.get(line).into_iter().for_each(|row| to.set(row, true)),
            }
        }
        if whole.count() > 0 {
            let is_whole = |row: &u32| self.grouping.groups.number_of(*row).is_some_and(|group| whole.contains(group));
            rows.iter().filter(is_whole).for_each(|row| to.set(row, true));
        }
    }

    /// Puts rows into the order of the groups, those of groups without a line behind the others; within a group they stay
    /// in their order.
    pub fn sort(&self, rows: &mut [u32]) {
        let mut places = vec![u32::MAX; self.sizes.len()];
        for (place, line) in (0..).zip(self.lines.iter()) {
            let known = self.grouping.groups.number_of(line).and_then(|group| places.get_mut(group as usize));
            if let Some(known) = known {
                *known = place.min(*known);
            }
        }
        let place =
            |row: &u32| self.grouping.groups.number_of(*row).and_then(|group| places.get(group as usize).copied());
        rows.sort_by_key(place);
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
        grouped.lines().iter().collect()
    }

    #[test]
    fn a_line_for_each_group_and_all_rows_of_an_unfolded_one() {
        let grouping = grouping(&[1, 2, 1, 3, 2, 1]);
        let rows = RowOrder::Ordered([5, 4, 3, 2, 1, 0].into());
        let grouped = grouping.group(&rows, None);
        assert_eq!((lines(&grouped), grouped.groups()), (vec![5, 4, 3], 3));
        assert_eq!(grouped.line(0), Some(GroupLine::Head { rows: 3, unfolded: false }));
        assert_eq!(grouped.position(0), Some(0), "a row without a line is where its group is");
        let unfolded = grouping.toggled(2).group(&rows, None);
        assert_eq!(lines(&unfolded), [5, 2, 0, 4, 3]);
        assert_eq!(unfolded.line(0), Some(GroupLine::Head { rows: 3, unfolded: true }));
        assert_eq!((unfolded.line(1), unfolded.line(5)), (Some(GroupLine::Member), None));
        assert_eq!(lines(&grouping.toggled(2).toggled(0).group(&rows, None)), [5, 4, 3]);
        assert_eq!(lines(&grouping.group(&rows, Some(Direction::Ascending))), [3, 4, 5], "the smallest first");
    }

    #[test]
    fn folded_lines_stand_for_all_of_their_rows() {
        let grouping = grouping(&[1, 2, 1, 3, 2, 1]);
        let rows = RowOrder::Ascending([0, 1, 2, 3, 5].into());
        let of = |grouping: &Grouping, lines: std::ops::Range<usize>| {
            let mut to = RowSet::new(6);
            grouping.group(&rows, None).rows_of(lines, &rows, &mut to);
            to.iter().collect::<Vec<_>>()
        };
        assert_eq!(of(&grouping, 0..1), [0, 2, 5], "but not for those that a filter hides");
        assert_eq!(of(&grouping, 1..3), [1, 3]);
        assert_eq!(of(&grouping.toggled(0), 0..2), [0, 2]);
    }

    proptest! {
        #[test]
        fn grouping_loses_and_invents_nothing(domains in prop::collection::vec(0_u8..6, 0..40), open in prop::collection::vec(any::<prop::sample::Index>(), 0..4)) {
            let grouping = open.iter().filter(|_| !domains.is_empty()).fold(grouping(&domains), |grouping, row| grouping.toggled(row.index(domains.len()) as u32));
            let rows = RowOrder::Ordered((0..domains.len() as u32).rev().collect());
            let grouped = grouping.group(&rows, None);
            // Every row is found by exactly one line, and lines of a group stand together.
            let mut seen = 0;
            for line in 0..grouped.lines().len() {
                let mut to = RowSet::new(domains.len());
                grouped.rows_of(std::iter::once(line), &rows, &mut to);
                seen += to.count();
            }
            prop_assert_eq!(seen, domains.len());
            let mut order: Vec<u32> = rows.iter().collect();
            grouped.sort(&mut order);
            let runs = order.chunk_by(|a, b| domains[*a as usize] == domains[*b as usize]).count();
            prop_assert_eq!(runs, grouped.groups());
            prop_assert!((0..domains.len() as u32).all(|row| grouped.position(row).is_some()));
        }
    }
}
