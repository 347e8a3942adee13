//! Sorts rows by numbers. Dates, flags and anchor types are converted to numbers.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::direction::Direction;
use super::packed_key::{self, KEY, PackedKey};
use super::row::Row;

/// Sorts `rows` by their numbers; rows without one are last in both directions. Rows with equal numbers are sorted by
/// `further` if `has_further`, otherwise they are in the API's order.
pub(super) fn sort(
    rows: &mut Vec<Row>,
    direction: Direction,
    number: impl Fn(Row) -> Option<f64> + Sync,
    has_further: bool,
    further: impl Fn(Row, Row) -> Ordering,
) {
    let packed = |&row: &Row| PackedKey::new(key(number(row), direction), row);
    let mut keyed: Vec<PackedKey> = if packed_key::are_many(rows.len()) {
        rows.par_iter().map(packed).collect()
    } else {
        rows.iter().map(packed).collect()
    };
    packed_key::sort(&mut keyed);
    rows.clear();
    for run in keyed.chunk_by(PackedKey::has_same_key) {
        let start = rows.len();
        rows.extend(run.iter().map(|keyed| keyed.row()));
        if let Some(run) = rows.get_mut(start..).filter(|run| has_further && run.len() > 1) {
            run.sort_unstable_by(|a, b| further(*a, *b));
        }
    }
}

/// Maps a float to bytes with the same order: sets the sign bit of positive numbers, and flips all bits of negative
/// ones.
fn key(number: Option<f64>, direction: Direction) -> [u8; KEY] {
    let mut key = [0xFF; KEY];
    let Some(number) = number else { return key };
    let bits = number.to_bits();
    let ascending = if bits >> 63 == 0 { bits | 1 << 63 } else { !bits };
    let directed = if direction == Direction::Ascending { ascending } else { !ascending };
    // The leading 0 sorts before the key of a row without a number.
    let bytes = std::iter::once(0).chain(directed.to_be_bytes());
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    key
}
