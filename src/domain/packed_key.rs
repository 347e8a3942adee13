//! Rows with what they are compared by, in one number each: comparing two is comparing two numbers, and of equal ones the row
//! that came first is first.

/// Bytes of what rows are compared by that the number holds, above the four of the row.
pub(super) const KEY: usize = 12;

/// A row with what it is compared by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PackedKey(u128);

/// Fewer rows than this are sorted before others could help.
const SORTED_BY_ONE: usize = 20_000;

impl PackedKey {
    /// A row that is compared by these bytes.
    pub(super) fn new(key: [u8; KEY], row: u32) -> PackedKey {
        let mut bytes = [0; KEY + 4];
        let (above, below) = bytes.split_at_mut(KEY);
        above.copy_from_slice(&key);
        below.copy_from_slice(&row.to_be_bytes());
        PackedKey(u128::from_be_bytes(bytes))
    }

    /// The row.
    pub(super) fn row(self) -> u32 {
        self.0 as u32
    }

    /// The last byte of what it is compared by.
    pub(super) fn last_byte(self) -> u8 {
        (self.0 >> 32) as u8
    }

    /// Whether two rows are equal in what they are compared by.
    pub(super) fn is_like(&self, other: &PackedKey) -> bool {
        self.0 >> 32 == other.0 >> 32
    }
}

/// Whether so many rows are worth more than one thread.
pub(super) fn are_many(rows: usize) -> bool {
    rows > SORTED_BY_ONE
}

/// Sorts, where there are many the halves side by side.
pub(super) fn sort(keyed: &mut [PackedKey]) {
    if !are_many(keyed.len()) {
        return keyed.sort_unstable();
    }
    let (low, _, high) = keyed.select_nth_unstable(keyed.len() / 2);
    rayon::join(|| sort(low), || sort(high));
}
