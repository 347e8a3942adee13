//! A text column of a segment. All texts are in one contiguous buffer, so that a search is a single scan. If many
//! rows share a text, as links share their target page, the column is dictionary-encoded: each text is stored once,
//! and rows refer to it.

use foldhash::{HashMap, HashMapExt};

/// Texts in one buffer, with the offset of the end of each.
#[derive(Clone, Debug, Default)]
pub struct StringColumn {
    text: String,
    ends: Vec<u32>,
}

/// The texts of a column exceed the 4 GiB that 32-bit offsets can address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than 4 GiB of text")]
pub struct TooMuchText;

impl StringColumn {
    /// # Errors
    /// The column would exceed 4 GiB of text.
    pub fn push(&mut self, text: &str) -> Result<(), TooMuchText> {
        let end = u32::try_from(self.text.len() + text.len()).map_err(|_| TooMuchText)?;
        self.text.push_str(text);
        self.ends.push(end);
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Empty if there is no text with this number.
    pub fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).and_then(|previous| self.ends.get(previous)).copied().unwrap_or(0) as usize;
        self.ends.get(number).and_then(|&end| self.text.get(start..end as usize)).unwrap_or("")
    }

    /// The number of the text at a position in [`StringColumn::text`].
    pub fn number_at(&self, at: usize) -> Option<usize> {
        let number = self.ends.partition_point(|&end| end as usize <= at);
        (number < self.ends.len()).then_some(number)
    }

    /// A copy with other texts for these numbers, which are in ascending order. `None` if it would exceed 4 GiB of text.
    pub fn replaced(&self, texts: &[(usize, String)]) -> Option<StringColumn> {
        let mut copy = StringColumn { text: String::with_capacity(self.text.len()), ends: Vec::new() };
        let mut texts = texts.iter().peekable();
        for (number, text) in self.iter().enumerate() {
            let other = texts.next_if(|(replaced, _)| *replaced == number);
            copy.push(other.map_or(text, |(_, other)| other)).ok()?;
        }
        Some(copy)
    }

    /// All texts, concatenated without separators.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The end of each text in [`StringColumn::text`].
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let text = self.text.get(start..end as usize).unwrap_or("");
            start = end as usize;
            text
        })
    }

    fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Removes all texts but keeps the buffers.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// A column that is dictionary-encoded if that saves memory. Its buffers have no spare capacity.
#[derive(Clone, Debug, Default)]
pub struct DictColumn {
    texts: StringColumn,
    /// The number of each row's text; `None` if the column is not dictionary-encoded.
    numbers: Option<Vec<u16>>,
}

/// The number of rows after which encoding is given up if there are too many distinct texts.
const SAMPLE: usize = 128;
/// The minimum number of rows per distinct text for dictionary encoding.
const MIN_ROWS_PER_TEXT: usize = 2;

impl DictColumn {
    /// Copies the texts, one for each row.
    pub fn copy_of(rows: &StringColumn) -> DictColumn {
        // A clone has no spare capacity.
        dict_encoded(rows).unwrap_or_else(|| DictColumn { texts: rows.clone(), numbers: None })
    }

    /// Takes over the texts, one for each row.
    pub fn of(mut rows: StringColumn) -> DictColumn {
        dict_encoded(&rows).unwrap_or_else(|| {
            rows.shrink();
            DictColumn { texts: rows, numbers: None }
        })
    }

    pub fn len(&self) -> usize {
        self.numbers.as_ref().map_or(self.texts.len(), Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Empty if there is no such row.
    pub fn get(&self, index: usize) -> &str {
        match &self.numbers {
            None => self.texts.get(index),
            Some(numbers) => numbers.get(index).map_or("", |&number| self.texts.get(number.into())),
        }
    }

    /// The distinct texts if the column is dictionary-encoded, otherwise the text of each row.
    pub fn texts(&self) -> &StringColumn {
        &self.texts
    }

    /// For each row the number of its text in [`DictColumn::texts`]; `None` if the column is not dictionary-encoded.
    pub fn numbers(&self) -> Option<&[u16]> {
        self.numbers.as_deref()
    }
}

/// `None` if dictionary encoding would save little.
fn dict_encoded(rows: &StringColumn) -> Option<DictColumn> {
    let mut dict: HashMap<&str, u16> = HashMap::with_capacity(SAMPLE);
    let mut numbers: Vec<u16> = Vec::with_capacity(rows.len());
    let mut firsts = Vec::new();
    for (row, text) in rows.iter().enumerate() {
        if row == SAMPLE && dict.len() * MIN_ROWS_PER_TEXT > row {
            return None;
        }
        let number = match dict.get(text) {
            Some(&number) => number,
            None => {
                let number = u16::try_from(dict.len()).ok()?;
                dict.insert(text, number);
                firsts.push(row);
                number
            }
        };
        numbers.push(number);
    }
    if dict.len() * MIN_ROWS_PER_TEXT > rows.len() {
        return None;
    }
    let mut texts = StringColumn::default();
    firsts.into_iter().try_for_each(|row| texts.push(rows.get(row))).ok()?;
    texts.shrink();
    Some(DictColumn { texts, numbers: Some(numbers) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(rows: &[String]) -> DictColumn {
        let mut texts = StringColumn::default();
        rows.iter().for_each(|text| texts.push(text).unwrap());
        DictColumn::of(texts)
    }

    #[test]
    fn shared_texts_are_stored_once() {
        for (rows, distinct, stored) in
            [(1_000, 10, 10), (1_000, 500, 1_000), (100, 50, 50), (100, 51, 100), (100_000, 70_000, 100_000)]
        {
            let rows: Vec<String> = (0..rows).map(|row| format!("text {}", row % distinct)).collect();
            let column = column(&rows);
            assert_eq!(column.texts().len(), stored, "{distinct} distinct texts in {} rows", rows.len());
            assert_eq!(column.numbers().is_some(), stored < rows.len());
        }
        assert!(column(&[]).is_empty() && column(&[]).get(0).is_empty());
    }

    proptest! {
        #[test]
        fn texts_are_returned_unchanged(rows in prop::collection::vec("[a-cé]{0,2}", 0..40)) {
            let column = column(&rows);
            prop_assert_eq!(column.len(), rows.len());
            for (row, text) in rows.iter().enumerate() {
                prop_assert_eq!(column.get(row), text);
            }
            prop_assert_eq!(column.get(rows.len()), "");
        }
    }
}
