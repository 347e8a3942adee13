//! A set of rows, as a bit set.

use std::marker::PhantomData;

use super::row::Row;

/// A subset of the rows `0..len` of a link set.
pub type RowSet = BitSet<Row>;

/// A subset of the numbers `0..len`. Plain numbers are indexes in a segment, or number texts or groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BitSet<T = u32> {
    words: Vec<u64>,
    len: usize,
    of: PhantomData<T>,
}

const BITS: usize = u64::BITS as usize;

impl<T: Copy + From<u32> + Into<u32>> BitSet<T> {
    /// An empty set over `len` numbers.
    pub fn new(len: usize) -> BitSet<T> {
        BitSet { words: vec![0; len.div_ceil(BITS)], len, of: PhantomData }
    }

    /// A set of all `len` numbers.
    pub fn all(len: usize) -> BitSet<T> {
        let mut set = BitSet::new(len);
        set.invert();
        set
    }

    /// How many numbers there are, whether in the set or not; see [`BitSet::count`].
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no numbers at all, so that none can be in the set.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends the numbers of `other` after the existing ones, as the indexes in a segment after the rows before it.
    pub fn append(&mut self, other: &BitSet) {
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

    /// Extends the set to at least `len` numbers. The new ones are not in it.
    pub fn grow(&mut self, len: usize) {
        self.words.resize(len.div_ceil(BITS).max(self.words.len()), 0);
        self.len = self.len.max(len);
    }

    /// Adds or removes a number. Numbers from `len` on are ignored.
    pub fn set(&mut self, number: T, is_in: bool) {
        let at = number.into() as usize;
        if at >= self.len {
            return;
        }
        if let Some(word) = self.words.get_mut(at / BITS) {
            let bit = 1 << (at % BITS);
            if is_in {
                *word |= bit;
            } else {
                *word &= !bit;
            }
        }
    }

    pub fn contains(&self, number: T) -> bool {
        let at = number.into() as usize;
        self.words.get(at / BITS).is_some_and(|word| word >> (at % BITS) & 1 == 1)
    }

    /// How many numbers are in the set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The numbers in the set, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            let first = (i * BITS) as u32;
            // Clears the lowest bit in each step.
            let left = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
            left.take_while(|word| *word != 0).map(move |word| T::from(first + word.trailing_zeros()))
        })
    }

    /// Keeps only the numbers that are in `other` too.
    pub fn intersect(&mut self, other: &BitSet<T>) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Adds the numbers of `other`.
    pub fn unite(&mut self, other: &BitSet<T>) {
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
            let mut rows: BitSet = BitSet::new(len);
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
            prop_assert_eq!(&complement, &BitSet::all(len));
            complement.intersect(&rows);
            prop_assert_eq!(complement, rows);
        }
    }
}
