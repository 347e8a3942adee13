//! Groups the rows that have the same text.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::columns::StoredText;
use super::link::Field;
use super::link_set::LinkSet;
use super::packed_key::{self, KEY, PackedKey};
use super::row::Row;
use super::string_column::DictColumn;
use super::text::fold;

/// The rows of a link set grouped by a text, ignoring case. Groups are numbered in no particular order.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// The group number of each row.
    of_row: Vec<u32>,
    groups: Vec<Group>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The first of its rows.
    pub first: Row,
    /// The number of rows.
    pub rows: u32,
}

impl Groups {
    /// Groups rows by a part of a field. Two texts count as equal if 96 bits of their hashes, with random seeds, are
    /// equal: sorting by hash puts the rows of a group next to each other.
    pub fn of(links: &LinkSet, field: Field, part: impl Fn(&str) -> &str + Sync) -> Groups {
        Groups::of_stored(links, StoredText::Field(field), part)
    }

    pub(super) fn of_stored(links: &LinkSet, texts: StoredText, part: impl Fn(&str) -> &str + Sync) -> Groups {
        let mut hashed = hashed_rows(links, texts, part);
        packed_key::sort(&mut hashed);
        let mut of_row = vec![0; links.len()];
        let mut groups = Vec::new();
        for rows in hashed.chunk_by(PackedKey::has_same_key) {
            for keyed in rows {
                if let Some(of_row) = of_row.get_mut(keyed.row().index()) {
                    *of_row = groups.len() as u32;
                }
            }
            let first = rows.first().map_or(Row::default(), |first| first.row());
            groups.push(Group { first, rows: rows.len() as u32 });
        }
        Groups { of_row, groups }
    }

    pub fn len(&self) -> usize {
        self.groups.len()
    }

    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The number of rows in all groups.
    pub fn rows(&self) -> usize {
        self.of_row.len()
    }

    /// Indexed by group number.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The `count` groups with the most rows, largest first; of equal size, the one whose first row comes first.
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

    /// The group number of a row.
    pub fn number_of(&self, row: Row) -> Option<u32> {
        self.of_row.get(row.index()).copied()
    }

    pub fn of_row(&self, row: Row) -> Option<Group> {
        self.groups.get(self.number_of(row)? as usize).copied()
    }

    /// How many of these rows are in each group, indexed by group number.
    pub fn count(&self, rows: impl Iterator<Item = Row>) -> Vec<u32> {
        let mut counts = vec![0; self.groups.len()];
        for row in rows {
            if let Some(count) = self.number_of(row).and_then(|group| counts.get_mut(group as usize)) {
                *count += 1;
            }
        }
        counts
    }
}

/// Each row with the hash of its text as the key.
fn hashed_rows(links: &LinkSet, texts: StoredText, part: impl Fn(&str) -> &str + Sync) -> Vec<PackedKey> {
    let seeds = [RandomState::default(), RandomState::default()];
    let mut hashed = vec![PackedKey::default(); links.len()];
    let mut rest = hashed.as_mut_slice();
    let mut segments: Vec<(&mut [PackedKey], Row, Option<&DictColumn>)> = Vec::with_capacity(links.segments().len());
    for (first, segment) in links.segments() {
        let slots = rest.split_off_mut(..segment.len()).unwrap_or_default();
        segments.push((slots, first, links.stored(segment, texts)));
    }
    let fill = |(slots, first, column): (&mut [PackedKey], Row, Option<&DictColumn>)| {
        let rows = slots.iter_mut().zip((first.0..).map(Row));
        let Some(column) = column else {
            let empty = hash(&seeds, part(""));
            return rows.for_each(|(slot, row)| *slot = PackedKey::new(empty, row));
        };
        let hashes = column.texts().iter().map(|text| hash(&seeds, part(text)));
        match column.numbers() {
            None => rows.zip(hashes).for_each(|((slot, row), hash)| *slot = PackedKey::new(hash, row)),
            Some(numbers) => {
                let hashes: Vec<[u8; KEY]> = hashes.collect();
                let hash = |number: u16| hashes.get(usize::from(number)).copied().unwrap_or_default();
                rows.zip(numbers).for_each(|((slot, row), &number)| *slot = PackedKey::new(hash(number), row));
            }
        }
    };
    if packed_key::are_many(links.len()) {
        segments.into_par_iter().for_each(fill);
    } else {
        segments.into_iter().for_each(fill);
    }
    hashed
}

fn hash(seeds: &[RandomState; 2], text: &str) -> [u8; KEY] {
    // Most texts have no uppercase letters, so folding does not copy them.
    let folded = fold(text);
    let [high, low] = seeds.each_ref().map(|seed| seed.hash_one(folded.as_bytes()));
    let mut hash = [0; KEY];
    hash.iter_mut().zip(high.to_le_bytes().into_iter().chain(low.to_le_bytes())).for_each(|(slot, byte)| *slot = byte);
    hash
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::link::Link;
    use super::*;

    #[test]
    fn parallel_and_sequential_grouping_agree_with_a_hash_map() {
        for count in [0_usize, 1, 50, 20_500] {
            let texts: Vec<String> = (0..count)
                .map(|i| if i % 3 == 0 { format!("Ä{}", i % 77) } else { format!("ä{}", i % 1_001) })
                .collect();
            let links = texts.iter().map(|source_domain| Link { source_domain, ..Link::default() });
            let set = LinkSet::from_links(links).unwrap();
            let groups = Groups::of(&set, Field::SourceDomain, |domain| domain);
            let mut expected: HashMap<String, u32> = HashMap::new();
            for text in &texts {
                *expected.entry(text.to_lowercase()).or_default() += 1;
            }
            assert_eq!(groups.len(), expected.len());
            for (row, text) in set.rows().zip(&texts) {
                let group = groups.of_row(row).unwrap();
                assert_eq!(group.rows, expected[&text.to_lowercase()]);
                assert_eq!(texts[group.first.index()].to_lowercase(), text.to_lowercase());
            }
            let counts = groups.count(set.rows().filter(|row| row.0 % 2 == 0));
            assert_eq!(counts.iter().sum::<u32>() as usize, count.div_ceil(2));
        }
    }
}
