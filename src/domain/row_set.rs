//! A set of rows, as a bit set.

/// A subset of the rows `0..len` of a link set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    len: usize,
}

const BITS: usize = u64::BITS as usize;

impl RowSet {
    /// An empty set over `len` rows.
    pub fn new(len: usize) -> RowSet {
        RowSet { words: vec![0; len.div_ceil(BITS)], len }
    }

    /// A set of all `len` rows.
    pub fn all(len: usize) -> RowSet {
        let mut rows = RowSet::new(len);
        rows.invert();
        rows
    }

    /// The number of rows, whether in the set or not; see [`RowSet::count`].
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows at all, so that none can be in the set.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends the rows of `other` after the existing rows.
    pub fn append(&mut self, other: &RowSet) {
        let shift = self.len % BITS;
        self.len += other.len;
        if shift == 0 {
            self.words.extend_from_slice(&other.words);
        } else {
            for word in &other.words {
                if let Some(last) = self.words.last_mut() {
                    *last |= word << shift;
                }
                self.words.push(word >> (BITS - shift));
            }
        }
        self.words.truncate(self.len.div_ceil(BITS));
    }

    /// Extends the set to at least `len` rows. The new ones are not in it.
    pub fn grow(&mut self, len: usize) {
        self.words.resize(len.div_ceil(BITS).max(self.words.len()), 0);
        self.len = self.len.max(len);
    }

    /// Adds or removes a row. Rows from `len` on are ignored.
    pub fn set(&mut self, row: u32, is_in: bool) {
        let row = row as usize;
        if row >= self.len {
            return;
        }
        if let Some(word) = self.words.get_mut(row / BITS) {
            let bit = 1 << (row % BITS);
            if is_in {
                *word |= bit;
            } else {
                *word &= !bit;
            }
        }
    }

    pub fn contains(&self, row: u32) -> bool {
        let row = row as usize;
        self.words.get(row / BITS).is_some_and(|word| word >> (row % BITS) & 1 == 1)
    }

    /// The number of rows in the set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows in the set, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            let first = (i * BITS) as u32;
            // Clears the lowest bit in each step.
            let left = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
            left.take_while(|word| *word != 0).map(move |word| first + word.trailing_zeros())
        })
    }

    /// Keeps only the rows that are in `other` too.
    pub fn intersect(&mut self, other: &RowSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Adds the rows of `other`.
    pub fn unite(&mut self, other: &RowSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Replaces the set by its complement.
    pub fn invert(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        let beyond = self.words.len() * BITS - self.len;
        if let Some(last) = self.words.last_mut() {
            *last &= u64::MAX >> beyond;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn behaves_like_a_btree_set(len in 0_usize..200, steps in prop::collection::vec((0_u32..220, any::<bool>()), 0..60)) {
            let mut rows = RowSet::new(len);
            let mut model = BTreeSet::new();
            for (row, is_in) in steps {
                rows.set(row, is_in);
                if is_in && (row as usize) < len { model.insert(row); } else { model.remove(&row); }
            }
            prop_assert_eq!(rows.iter().collect::<Vec<_>>(), model.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(rows.count(), model.len());
            let mut twice = rows.clone();
            twice.append(&rows);
            let appended = model.iter().map(|row| row + len as u32);
            prop_assert_eq!(twice.iter().collect::<Vec<_>>(), model.iter().copied().chain(appended).collect::<Vec<_>>());
            let mut grown = rows.clone();
            grown.grow(len + 70);
            prop_assert!(grown.iter().eq(rows.iter()) && grown.len() == len + 70);
            let mut complement = rows.clone();
            complement.invert();
            prop_assert_eq!(complement.count(), len - model.len());
            complement.unite(&rows);
            prop_assert_eq!(&complement, &RowSet::all(len));
            complement.intersect(&rows);
            prop_assert_eq!(complement, rows);
        }
    }
}
