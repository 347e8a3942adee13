//! Rows that share a text: which rows belong together, how many there are of each text.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::columns::StoredText;
use super::link::Field;
use super::link_set::LinkSet;
use super::packed_key::{self, KEY, PackedKey};
use super::string_column::DictColumn;
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

impl Groups {
    /// Groups the rows of a set by a part of a field. Two texts are taken for the same where 96 bits of hashes with random seeds
    /// agree: sorted by those, the rows of a group stand side by side.
    pub fn of(links: &LinkSet, field: Field, part: impl Fn(&str) -> &str + Sync) -> Groups {
        Groups::of_stored(links, StoredText::Field(field), part)
    }

    /// The same by any stored texts.
    pub(super) fn of_stored(links: &LinkSet, texts: StoredText, part: impl Fn(&str) -> &str + Sync) -> Groups {
        let mut hashed = hashed(links, texts, part);
        packed_key::sort(&mut hashed);
        let mut of_row = vec![0; links.len()];
        let mut groups = Vec::new();
        for rows in hashed.chunk_by(PackedKey::is_like) {
            for keyed in rows {
                if let Some(of_row) = of_row.get_mut(keyed.row() as usize) {
                    *of_row = groups.len() as u32;
                }
            }
            let first = rows.first().map_or(0, |first| first.row());
            groups.push(Group { first, rows: rows.len() as u32 });
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

    /// How many rows there are in all of them.
    pub fn rows(&self) -> usize {
        self.of_row.len()
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

/// The rows of a set with the hash of what they have in a field.
fn hashed(links: &LinkSet, texts: StoredText, part: impl Fn(&str) -> &str + Sync) -> Vec<PackedKey> {
    let seeds = [RandomState::default(), RandomState::default()];
    let mut hashed = vec![PackedKey::default(); links.len()];
    let mut rest = hashed.as_mut_slice();
    let mut segments: Vec<(&mut [PackedKey], u32, Option<&DictColumn>)> = Vec::with_capacity(links.segments().len());
    for (first, segment) in links.segments() {
        let room = rest.split_off_mut(..segment.len()).unwrap_or_default();
        segments.push((room, first, links.stored(segment, texts)));
    }
    let fill = |(room, first, column): (&mut [PackedKey], u32, Option<&DictColumn>)| {
        let rows = room.iter_mut().zip(first..);
        let Some(column) = column else {
            let of_none = hash(&seeds, part(""));
            return rows.for_each(|(to, row)| *to = PackedKey::new(of_none, row));
        };
        let hashes = column.texts().iter().map(|text| hash(&seeds, part(text)));
        match column.numbers() {
            None => rows.zip(hashes).for_each(|((to, row), hash)| *to = PackedKey::new(hash, row)),
            Some(numbers) => {
                let hashes: Vec<[u8; KEY]> = hashes.collect();
                let hash = |number: u16| hashes.get(usize::from(number)).copied().unwrap_or_default();
                rows.zip(numbers).for_each(|((to, row), &number)| *to = PackedKey::new(hash(number), row));
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
    // What has no upper case, which is most, needs no copy.
    let folded = fold(text);
    let [high, low] = seeds.each_ref().map(|seed| seed.hash_one(folded.as_bytes()));
    let mut hash = [0; KEY];
    hash.iter_mut().zip(high.to_le_bytes().into_iter().chain(low.to_le_bytes())).for_each(|(to, from)| *to = from);
    hash
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::link::Link;
    use super::*;

    #[test]
    fn many_rows_are_grouped_as_few_are() {
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
