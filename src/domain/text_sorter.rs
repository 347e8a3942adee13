//! Rows sorted by one of their texts, whatever its case.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::columns::StoredText;
use super::direction::Direction;
use super::groups::Groups;
use super::link_set::{LinkSet, SEGMENT_ROWS};
use super::packed_key::{self, KEY, PackedKey};
use super::text::{compare_folded, fold_letter};

/// Sorts rows by a part of a text of theirs.
pub(super) struct TextSorter<'a, P> {
    pub(super) links: &'a LinkSet,
    pub(super) texts: StoredText,
    pub(super) part: P,
    pub(super) direction: Direction,
    /// Whether many rows have the same text.
    pub(super) is_shared: bool,
}

impl<P: Fn(&str) -> &str + Sync> TextSorter<'_, P> {
    /// Sorts `rows`; those with equal texts by `further` if `has_further`, else in the API's order.
    pub(super) fn sort(&self, rows: &mut Vec<u32>, has_further: bool, further: impl Fn(u32, u32) -> Ordering) {
        let by_further = |run: &mut [u32]| run.sort_unstable_by(|a, b| further(*a, *b));
        // Grouping is for the set as a whole.
        let groups = packed_key::are_many(rows.len()) && self.is_shared && rows.len() * 2 > self.links.len();
        if groups {
            let groups = self.sort_groups(rows);
            if has_further {
                rows.chunk_by_mut(|a, b| groups.number_of(*a) == groups.number_of(*b)).for_each(by_further);
            }
            return;
        }
        let keyed = self.sorted(rows);
        rows.clear();
        rows.extend(keyed.iter().map(|keyed| keyed.row()));
        if has_further {
            let is_alike = |a: &u32, b: &u32| compare_folded(self.text(*a), self.text(*b)).is_eq();
            rows.chunk_by_mut(is_alike).for_each(by_further);
        }
    }

    /// Sorts rows of which many have the same text: only one of each text is compared, and the others take their place behind it.
    /// So texts are read in the order in which they stand in memory, but for a few.
    fn sort_groups(&self, rows: &mut [u32]) -> Groups {
        rows.sort_unstable();
        let groups = Groups::of_stored(self.links, self.texts, &self.part);
        let mut firsts: Vec<u32> = groups.groups().iter().map(|group| group.first).collect();
        firsts.sort_unstable();
        let counts = groups.count(rows.iter().copied());
        let mut places = vec![0; groups.len()];
        let mut free = 0;
        for first in self.sorted(&firsts) {
            let group = groups.number_of(first.row()).map_or(0, |group| group as usize);
            if let (Some(place), Some(count)) = (places.get_mut(group), counts.get(group)) {
                *place = free;
                free += *count as usize;
            }
        }
        let mut sorted = vec![0; rows.len()];
        for &row in &*rows {
            if let Some(place) = groups.number_of(row).and_then(|group| places.get_mut(group as usize)) {
                if let Some(to) = sorted.get_mut(*place) {
                    *to = row;
                }
                *place += 1;
            }
        }
        rows.copy_from_slice(&sorted);
        groups
    }

    /// Rows by the first bytes of their texts, and those that are alike there by the bytes behind them.
    fn sorted(&self, rows: &[u32]) -> Vec<PackedKey> {
        let common = self.common_prefix(rows);
        let one = |&row: &u32| self.key(row, common);
        let mut keyed: Vec<PackedKey> = if packed_key::are_many(rows.len()) {
            rows.par_iter().map(one).collect()
        } else {
            rows.iter().map(one).collect()
        };
        self.sort_keys(&mut keyed, common);
        keyed
    }

    fn text(&self, row: u32) -> &str {
        (self.part)(self.links.stored_text(row, self.texts))
    }

    /// A row with the bytes of its text from `at` on, turned over where large texts come first.
    fn key(&self, row: u32, at: usize) -> PackedKey {
        let key = key(self.text(row), at);
        let turned = match self.direction {
            Direction::Ascending => key,
            Direction::Descending => key.map(|byte| !byte),
        };
        PackedKey::new(turned, row)
    }

    /// Whether the text ends within the key.
    fn is_whole(&self, keyed: PackedKey) -> bool {
        keyed.last_byte() == if self.direction == Direction::Ascending { 0 } else { !0 }
    }

    /// Sorts by the keys, which begin at byte `at` of the texts.
    fn sort_keys(&self, keyed: &mut [PackedKey], at: usize) {
        packed_key::sort(keyed);
        let deeper = |run: &mut [PackedKey]| {
            if run.len() > 1 && run.first().is_some_and(|first| !self.is_whole(*first)) {
                self.sort_deeper(run, at);
            }
        };
        if packed_key::are_many(keyed.len()) {
            keyed.par_chunk_by_mut(PackedKey::is_like).for_each(deeper);
        } else {
            keyed.chunk_by_mut(PackedKey::is_like).for_each(deeper);
        }
    }

    /// Sorts rows whose texts are alike up to the end of their keys.
    fn sort_deeper(&self, run: &mut [PackedKey], at: usize) {
        // What is the same over and over, such as the address of the target, needs no keys.
        let first = run.first().map_or("", |first| self.text(first.row()));
        if run.iter().all(|keyed| self.text(keyed.row()) == first) {
            return;
        }
        let end = at + KEY;
        for keyed in &mut *run {
            *keyed = self.key(keyed.row(), end);
        }
        self.sort_keys(run, end);
    }

    /// The bytes that all the texts begin with, in lower case: of addresses, the scheme, which tells nothing apart.
    fn common_prefix(&self, rows: &[u32]) -> usize {
        let Some(first) = rows.first().map(|&row| self.text(row)) else { return 0 };
        // Where case folds by more than ASCII's rules, bytes do not stand beside each other.
        let ascii = first.bytes().take_while(u8::is_ascii).count();
        let of_some = |rows: &[u32]| {
            rows.iter().fold(ascii, |common, &row| {
                let text = self.text(row).bytes();
                first.bytes().zip(text).take(common).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
            })
        };
        rows.par_chunks(SEGMENT_ROWS).map(of_some).min().unwrap_or(0)
    }
}

/// The bytes of the folded text from `at` on; zeros stand behind a shorter text.
fn key(text: &str, at: usize) -> [u8; KEY] {
    let first = text.as_bytes().get(..text.len().min(at + KEY)).unwrap_or_default();
    if first.is_ascii() {
        pack(first.get(at..).unwrap_or_default().iter().map(u8::to_ascii_lowercase))
    } else {
        pack_folded(text, at)
    }
}

/// The same for a text that folds by more than ASCII's rules, of which no more is folded than it takes.
fn pack_folded(text: &str, at: usize) -> [u8; KEY] {
    let mut folded = Vec::with_capacity(at + 2 * KEY);
    for letter in text.chars() {
        if folded.len() >= at + KEY {
            break;
        }
        fold_letter(letter, |letter| folded.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()));
    }
    pack(folded.into_iter().skip(at))
}

fn pack(text: impl Iterator<Item = u8>) -> [u8; KEY] {
    let mut key = [0; KEY];
    for (to, from) in key.iter_mut().zip(text) {
        // A text can hold the byte that stands for its end; it comes first all the same.
        *to = from.max(1);
    }
    key
}
