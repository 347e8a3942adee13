//! One column of a segment: its texts in one piece of memory, so that a search is one run over it. Where many rows share a
//! text, as links share the page that they lead to, the text is there once, and each row has its number.

use foldhash::{HashMap, HashMapExt};

/// Texts one after the other in one buffer, and where each ends.
#[derive(Clone, Debug, Default)]
pub struct StringColumn {
    text: String,
    ends: Vec<u32>,
}

/// More text in one column of a segment than 32-bit offsets reach: 4 GiB, in one text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than 4 GiB of text")]
pub struct TooMuchText;

impl StringColumn {
    /// Adds one behind the others.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn push(&mut self, value: &str) -> Result<(), TooMuchText> {
        let end = u32::try_from(self.text.len() + value.len()).map_err(|_| TooMuchText)?;
        self.text.push_str(value);
        self.ends.push(end);
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text with this number, empty where there is none.
    pub fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0) as usize;
        self.ends.get(number).and_then(|&end| self.text.get(start..end as usize)).unwrap_or("")
    }

    /// All of them with nothing between them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where each ends in [`StringColumn::text`].
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let text = self.text.get(start..end as usize).unwrap_or("");
            start = end as usize;
            text
        })
    }

    /// Gives memory back that no text will fill any more.
    fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Forgets them, but keeps their memory for others.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// The texts of a segment's rows in one field. It takes no more memory than its texts need.
#[derive(Clone, Debug, Default)]
pub struct DictColumn {
    texts: StringColumn,
    /// The number of each row's text; `None` where each row has a text of its own.
    numbers: Option<Vec<u16>>,
}

/// Rows by which it is judged whether rows share their texts.
const SAMPLE: usize = 128;
/// Rows for each text from which on rows share them.
const SHARED: usize = 2;

impl DictColumn {
    /// A column of a copy of these texts, one for each row.
    pub fn copy_of(rows: &StringColumn) -> DictColumn {
        // A clone has no more room than it needs.
        shared(rows).unwrap_or_else(|| DictColumn { texts: rows.clone(), numbers: None })
    }

    /// A column of these texts, one for each row.
    pub fn of(mut rows: StringColumn) -> DictColumn {
        shared(&rows).unwrap_or_else(|| {
            rows.shrink();
            DictColumn { texts: rows, numbers: None }
        })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.numbers.as_ref().map_or(self.texts.len(), Vec::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text of `row`, empty where there is no such row.
    pub fn get(&self, row: usize) -> &str {
        match &self.numbers {
            None => self.texts.get(row),
            Some(numbers) => numbers.get(row).map_or("", |&number| self.texts.get(number.into())),
        }
    }

    /// The texts without those that are there more than once, if rows share them; else those of the rows.
    pub fn texts(&self) -> &StringColumn {
        &self.texts
    }

    /// For each row the number of its text in [`DictColumn::texts`], if rows share them.
    pub fn numbers(&self) -> Option<&[u16]> {
        self.numbers.as_deref()
    }
}

/// A column in which each text is there once; `None` where that would save little.
fn shared(rows: &StringColumn) -> Option<DictColumn> {
    let mut known: HashMap<&str, u16> = HashMap::with_capacity(SAMPLE);
    let mut numbers: Vec<u16> = Vec::with_capacity(rows.len());
    let mut firsts = Vec::new();
    for (row, text) in rows.iter().enumerate() {
        if row == SAMPLE && known.len() * SHARED > row {
            return None;
        }
        let number = match known.get(text) {
            Some(&number) => number,
            None => {
                let number = u16::try_from(known.len()).ok()?;
                known.insert(text, number);
                firsts.push(row);
                number
            }
        };
        numbers.push(number);
    }
    if known.len() * SHARED > rows.len() {
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
    fn what_rows_share_is_there_once() {
        for (rows, different, kept) in
            [(1_000, 10, 10), (1_000, 500, 1_000), (100, 50, 50), (100, 51, 100), (100_000, 70_000, 100_000)]
        {
            let rows: Vec<String> = (0..rows).map(|row| format!("text {}", row % different)).collect();
            let column = column(&rows);
            assert_eq!(column.texts().len(), kept, "{different} different ones in {} rows", rows.len());
            assert_eq!(column.numbers().is_some(), kept < rows.len());
        }
        assert!(column(&[]).is_empty() && column(&[]).get(0).is_empty());
    }

    proptest! {
        #[test]
        fn gives_back_what_came(rows in prop::collection::vec("[a-cé]{0,2}", 0..40)) {
            let column = column(&rows);
            prop_assert_eq!(column.len(), rows.len());
            for (row, text) in rows.iter().enumerate() {
                prop_assert_eq!(column.get(row), text);
            }
            prop_assert_eq!(column.get(rows.len()), "");
        }
    }
}
