//! Rows that share a text: which rows belong together, how many there are of each text.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;

use super::link_set::{LinkSet, Segment};
use super::text::fold;

/// The rows of a set by a text of theirs, whatever its case. A group has a number; the numbers say nothing of its size.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// The group of each row.
    of_row: Vec<u32>,
    groups: Vec<Group>,
}

/// One of the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The first of its rows.
    pub first: u32,
    /// How many there are.
    pub rows: u32,
}

/// Fewer rows than this are grouped before others could help.
const GROUPED_BY_ONE: usize = 20_000;

impl Groups {
    /// Groups the rows of a set by a text of each, which is asked for by the segment and the row in it. Two texts are taken for
    /// the same where 128 bits of hashes with random seeds agree.
    pub fn of(links: &LinkSet, text: impl for<'a> Fn(&'a Segment, usize) -> &'a str + Sync) -> Groups {
        let seeds = [RandomState::default(), RandomState::default()];
        let hash = |text: &str| {
            // What has no upper case, which is most, needs no copy.
            let folded = fold(text);
            let [high, low] =
                [0, 1].map(|i| seeds.get(i).map_or(0, |seed: &RandomState| seed.hash_one(folded.as_bytes())));
            u128::from(high) << 64 | u128::from(low)
        };
        let rows = links.len() as u32;
        let of_segment =
            |segment: &Segment| -> Vec<u128> { (0..segment.len()).map(|row| hash(text(segment, row))).collect() };
        let segments: Vec<&Segment> = links.segments().map(|(_, segment)| segment.as_ref()).collect();
        if links.len() <= GROUPED_BY_ONE {
            let hashes: Vec<u128> = segments.into_iter().flat_map(of_segment).collect();
            return Groups::joined(rows, vec![Part::new(hashes.iter().copied().zip(0..))]);
        }
        let hashes: Vec<Vec<u128>> = segments.into_par_iter().map(of_segment).collect();
        // Equal texts have equal hashes, so each part can be grouped on its own.
        let parts = rayon::current_num_threads().clamp(1, 16) as u64;
        let grouped = (0..parts).into_par_iter().map(|part| {
            let rows = hashes.iter().flatten().copied().zip(0_u32..);
            Part::new(rows.filter(|(hash, _)| (*hash as u64 >> 7) % parts == part))
        });
        Groups::joined(rows, grouped.collect())
    }

    fn joined(rows: u32, parts: Vec<Part>) -> Groups {
        let mut of_row = vec![0; rows as usize];
        let mut groups = Vec::new();
        for part in parts {
            let base = groups.len() as u32;
            for (row, group) in part.of_row {
                if let Some(of_row) = of_row.get_mut(row as usize) {
                    *of_row = base + group;
                }
            }
            groups.extend(part.groups);
        }
        Groups { of_row, groups }
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// All groups, by their numbers.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The groups with the most rows, so many of them, the largest first; of equal ones the one that comes first.
    pub fn largest(&self, count: usize) -> Vec<Group> {
        let mut groups = self.groups.clone();
        let by_size = |group: &Group| (std::cmp::Reverse(group.rows), group.first);
        if groups.len() > count {
            groups.select_nth_unstable_by_key(count, by_size);
            groups.truncate(count);
        }
        groups.sort_unstable_by_key(by_size);
        groups
    }

    /// The number of a row's group.
    pub fn number_of(&self, row: u32) -> Option<u32> {
        self.of_row.get(row as usize).copied()
    }

    /// The group of a row.
    pub fn of_row(&self, row: u32) -> Option<Group> {
        self.groups.get(self.number_of(row)? as usize).copied()
    }

    /// How many of these rows are in each group, by its number.
    pub fn count(&self, rows: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut counts = vec![0; self.groups.len()];
        for row in rows {
            if let Some(count) = self.number_of(row).and_then(|group| counts.get_mut(group as usize)) {
                *count += 1;
            }
        }
        counts
    }
}

/// Groups of some of the rows.
struct Part {
    of_row: Vec<(u32, u32)>,
    groups: Vec<Group>,
}

impl Part {
    fn new(rows: impl Iterator<Item = (u128, u32)>) -> Part {
        let mut table: HashTable<(u128, u32)> = HashTable::new();
        let (mut of_row, mut groups) = (Vec::new(), Vec::<Group>::new());
        for (hash, row) in rows {
            let entry = table.entry((hash >> 64) as u64, |known| known.0 == hash, |known| (known.0 >> 64) as u64);
            let group = match entry {
                Entry::Occupied(known) => known.get().1,
                Entry::Vacant(free) => {
                    let group = groups.len() as u32;
                    free.insert((hash, group));
                    groups.push(Group { first: row, rows: 0 });
                    group
                }
            };
            if let Some(group) = groups.get_mut(group as usize) {
                group.rows += 1;
            }
            of_row.push((row, group));
        }
        Part { of_row, groups }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::link::{Field, Link};
    use super::*;

    #[test]
    fn many_rows_are_grouped_as_few_are() {
        for count in [0_usize, 1, 50, GROUPED_BY_ONE + 500] {
            let texts: Vec<String> = (0..count)
                .map(|i| if i % 3 == 0 { format!("Ä{}", i % 77) } else { format!("ä{}", i % 1_001) })
                .collect();
            let links = texts.iter().map(|source_domain| Link { source_domain, ..Link::default() });
            let set = LinkSet::from_links(links).unwrap();
            let groups = Groups::of(&set, |segment, row| segment.column(Field::SourceDomain).get(row));
            let mut expected: HashMap<String, u32> = HashMap::new();
            for text in &texts {
                *expected.entry(text.to_lowercase()).or_default() += 1;
            }
            assert_eq!(groups.len(), expected.len());
            for (row, text) in texts.iter().enumerate() {
                let group = groups.of_row(row as u32).unwrap();
                assert_eq!(group.rows, expected[&text.to_lowercase()]);
                assert_eq!(texts[group.first as usize].to_lowercase(), text.to_lowercase());
            }
            let counts = groups.count((0..count as u32).filter(|row| row % 2 == 0));
            assert_eq!(counts.iter().sum::<u32>() as usize, count.div_ceil(2));
        }
    }
}
