//! A sort key and its row packed into one integer, so that comparing two rows is comparing two integers. Rows with
//! equal keys are ordered by row number, which makes sorting stable.

use super::row::Row;

/// The number of key bytes. The other 4 of the 16 bytes are the row number.
pub(super) const KEY: usize = 12;

/// A row with its sort key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PackedKey(u128);

/// Up to this many rows are sorted faster by one thread than by several.
const SEQUENTIAL_ROWS: usize = 20_000;

impl PackedKey {
    pub(super) fn new(key: [u8; KEY], row: Row) -> PackedKey {
        let mut bytes = [0; KEY + 4];
        let (high, low) = bytes.split_at_mut(KEY);
        high.copy_from_slice(&key);
        low.copy_from_slice(&row.0.to_be_bytes());
        PackedKey(u128::from_be_bytes(bytes))
    }

    pub(super) fn row(self) -> Row {
        Row(self.0 as u32)
    }

    /// The last byte of the key.
    pub(super) fn last_byte(self) -> u8 {
        (self.0 >> 32) as u8
    }

    /// Whether two keys are equal, whatever their rows.
    pub(super) fn has_same_key(&self, other: &PackedKey) -> bool {
        self.0 >> 32 == other.0 >> 32
    }
}

/// Whether several threads are worth it for this many rows.
pub(super) fn are_many(rows: usize) -> bool {
    rows > SEQUENTIAL_ROWS
}

/// Sorts large slices in parallel, by halves.
pub(super) fn sort(keyed: &mut [PackedKey]) {
    if !are_many(keyed.len()) {
        return keyed.sort_unstable();
    }
    let (low, _, high) = keyed.select_nth_unstable(keyed.len() / 2);
    rayon::join(|| sort(low), || sort(high));
}
