//! Sorts rows by one of their texts, ignoring case.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::columns::StoredText;
use super::direction::Direction;
use super::groups::Groups;
use super::link_set::{LinkSet, SEGMENT_ROWS};
use super::packed_key::{self, KEY, PackedKey};
use super::row::Row;
use super::text::{compare_folded, fold_letter};

/// Sorts rows by a part of one of their texts.
pub(super) struct TextSorter<'a, P> {
    pub(super) links: &'a LinkSet,
    pub(super) texts: StoredText,
    pub(super) part: P,
    pub(super) direction: Direction,
    /// Whether many rows are expected to have the same text.
    pub(super) is_shared: bool,
}

impl<P: Fn(&str) -> &str + Sync> TextSorter<'_, P> {
    /// Sorts `rows`. Rows with equal texts are sorted by `further` if `has_further`, otherwise they are in the API's
    /// order.
    pub(super) fn sort(&self, rows: &mut Vec<Row>, has_further: bool, further: impl Fn(Row, Row) -> Ordering) {
        let by_further = |run: &mut [Row]| run.sort_unstable_by(|a, b| further(*a, *b));
        // Grouping always hashes the whole set, so it only pays off if most rows are sorted.
        let use_groups = packed_key::are_many(rows.len()) && self.is_shared && rows.len() * 2 > self.links.len();
        if use_groups {
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
            let is_equal = |a: &Row, b: &Row| compare_folded(self.text(*a), self.text(*b)).is_eq();
            rows.chunk_by_mut(is_equal).for_each(by_further);
        }
    }

    /// Sorts rows with many equal texts: sorts one row of each group of equal texts, then places the
    /// others after it. So most texts are read in memory order.
    fn sort_groups(&self, rows: &mut [Row]) -> Groups {
        rows.sort_unstable();
        let groups = Groups::of_stored(self.links, self.texts, &self.part);
        let mut firsts: Vec<Row> = groups.groups().iter().map(|group| group.first).collect();
        firsts.sort_unstable();
        let counts = groups.count(rows.iter().copied());
        let mut positions = vec![0; groups.len()];
        let mut next = 0;
        for first in self.sorted(&firsts) {
            let group = groups.number_of(first.row()).map_or(0, |group| group as usize);
            if let (Some(position), Some(count)) = (positions.get_mut(group), counts.get(group)) {
                *position = next;
                next += *count as usize;
            }
        }
        let mut sorted = vec![Row::default(); rows.len()];
        for &row in &*rows {
            if let Some(position) = groups.number_of(row).and_then(|group| positions.get_mut(group as usize)) {
                if let Some(slot) = sorted.get_mut(*position) {
                    *slot = row;
                }
                *position += 1;
            }
        }
        rows.copy_from_slice(&sorted);
        groups
    }

    /// Sorts rows by the first bytes of their texts, and rows with equal first bytes by the bytes that follow.
    fn sorted(&self, rows: &[Row]) -> Vec<PackedKey> {
        let common = self.common_prefix(rows);
        let keyed_row = |&row: &Row| self.key(row, common);
        let mut keyed: Vec<PackedKey> = if packed_key::are_many(rows.len()) {
            rows.par_iter().map(keyed_row).collect()
        } else {
            rows.iter().map(keyed_row).collect()
        };
        self.sort_keys(&mut keyed, common);
        keyed
    }

    fn text(&self, row: Row) -> &str {
        (self.part)(self.links.stored_text(row, self.texts))
    }

    /// A row with the bytes of its text from `at` on, inverted for descending order.
    fn key(&self, row: Row, at: usize) -> PackedKey {
        let key = key(self.text(row), at);
        let directed = match self.direction {
            Direction::Ascending => key,
            Direction::Descending => key.map(|byte| !byte),
        };
        PackedKey::new(directed, row)
    }

    /// Whether the key includes the end of the text.
    fn is_whole(&self, keyed: PackedKey) -> bool {
        keyed.last_byte() == if self.direction == Direction::Ascending { 0 } else { !0 }
    }

    /// Sorts by the keys, which start at byte `at` of the texts.
    fn sort_keys(&self, keyed: &mut [PackedKey], at: usize) {
        packed_key::sort(keyed);
        let deeper = |run: &mut [PackedKey]| {
            if run.len() > 1 && run.first().is_some_and(|first| !self.is_whole(*first)) {
                self.sort_deeper(run, at);
            }
        };
        if packed_key::are_many(keyed.len()) {
            keyed.par_chunk_by_mut(PackedKey::has_same_key).for_each(deeper);
        } else {
            keyed.chunk_by_mut(PackedKey::has_same_key).for_each(deeper);
        }
    }

    /// Sorts rows whose texts are equal up to the end of their keys.
    fn sort_deeper(&self, run: &mut [PackedKey], at: usize) {
        // Texts that are all the same, such as the URL of the target, need no further keys.
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

    /// The length of the prefix that all texts share, ignoring case. For URLs that is the scheme.
    fn common_prefix(&self, rows: &[Row]) -> usize {
        let Some(first) = rows.first().map(|&row| self.text(row)) else { return 0 };
        // Only ASCII: elsewhere, folding may change the number of bytes.
        let ascii = first.bytes().take_while(u8::is_ascii).count();
        let of_chunk = |rows: &[Row]| {
            rows.iter().fold(ascii, |common, &row| {
                let text = self.text(row).bytes();
                first.bytes().zip(text).take(common).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
            })
        };
        rows.par_chunks(SEGMENT_ROWS).map(of_chunk).min().unwrap_or(0)
    }
}

/// The bytes of the folded text that start at `at`, padded with zeros.
fn key(text: &str, at: usize) -> [u8; KEY] {
    let prefix = text.as_bytes().get(..text.len().min(at + KEY)).unwrap_or_default();
    if prefix.is_ascii() {
        pack(prefix.get(at..).unwrap_or_default().iter().map(u8::to_ascii_lowercase))
    } else {
        pack_folded(text, at)
    }
}

/// The same for text that is not ASCII. Folds no more of it than needed.
fn pack_folded(text: &str, at: usize) -> [u8; KEY] {
    let mut folded = Vec::with_capacity(at + 2 * KEY);
    for ch in text.chars() {
        if folded.len() >= at + KEY {
            break;
        }
        fold_letter(ch, |ch| folded.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes()));
    }
    pack(folded.into_iter().skip(at))
}

fn pack(text: impl Iterator<Item = u8>) -> [u8; KEY] {
    let mut key = [0; KEY];
    for (slot, byte) in key.iter_mut().zip(text) {
        // Zero marks the end of the text, so a NUL in the text becomes 1, which still sorts first.
        *slot = byte.max(1);
    }
    key
}
