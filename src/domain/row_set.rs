//! A set of rows, a bit for each.

/// Some of the rows of a link set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    len: usize,
}

const BITS: usize = u64::BITS as usize;

impl RowSet {
    /// None of `len` rows.
    pub fn new(len: usize) -> RowSet {
        RowSet { words: vec![0; len.div_ceil(BITS)], len }
    }

    /// All of `len` rows.
    pub fn all(len: usize) -> RowSet {
        let mut rows = RowSet::new(len);
        rows.invert();
        rows
    }

    /// How many rows there are, in the set or not.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts the rows of `other` behind those that there are.
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

    /// Lets the set be of `len` rows; new ones are not in it.
    pub fn grow(&mut self, len: usize) {
        self.words.resize(len.div_ceil(BITS).max(self.words.len()), 0);
        self.len = self.len.max(len);
    }

    /// Takes a row in, or out. A row beyond the end is none.
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

    /// Whether a row is in the set.
    pub fn contains(&self, row: u32) -> bool {
        let row = row as usize;
        self.words.get(row / BITS).is_some_and(|word| word >> (row % BITS) & 1 == 1)
    }

    /// How many rows are in the set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows of the set, in their order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            let first = (i * BITS) as u32;
            // Takes the lowest bit off at each step.
            let left = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
            left.take_while(|word| *word != 0).map(move |word| first + word.trailing_zeros())
        })
    }

    /// Keeps only what is in `other` too.
    pub fn intersect(&mut self, other: &RowSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Takes in what is in `other`.
    pub fn unite(&mut self, other: &RowSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Turns the set over: what was in is out, what was out is in.
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
        fn it_is_a_set(len in 0_usize..200, steps in prop::collection::vec((0_u32..220, any::<bool>()), 0..60)) {
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
            let behind = model.iter().map(|row| row + len as u32);
            prop_assert_eq!(twice.iter().collect::<Vec<_>>(), model.iter().copied().chain(behind).collect::<Vec<_>>());
            let mut grown = rows.clone();
            grown.grow(len + 70);
            prop_assert!(grown.iter().eq(rows.iter()) && grown.len() == len + 70);
            let mut rest = rows.clone();
            rest.invert();
            prop_assert_eq!(rest.count(), len - model.len());
            rest.unite(&rows);
            prop_assert_eq!(&rest, &RowSet::all(len));
            rest.intersect(&rows);
            prop_assert_eq!(rest, rows);
        }
    }
}
