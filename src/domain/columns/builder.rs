//! Collects extra columns.

use std::sync::Arc;

use super::infer::inferred;
use super::name::ExtraName;
use super::packed::{Dates, Flags, Numbers};
use super::stored::{ExtraColumn, ExtraValues};
use super::value::{Day, Kind, Value};
use crate::domain::string_column::{DictColumn, StringColumn, TooMuchText};

/// An extra column that is to be collected.
#[derive(Clone, Debug)]
pub struct ExtraSpec {
    pub name: Arc<ExtraName>,
    /// `None` if it is to be found out, segment by segment, from texts.
    pub kind: Option<Kind>,
}

impl ExtraSpec {
    pub fn new(title: &str, kind: Option<Kind>) -> ExtraSpec {
        ExtraSpec { name: Arc::new(ExtraName::new(title)), kind }
    }
}

/// Collects the values of one extra column of a segment.
#[derive(Debug)]
pub struct ExtraBuilder {
    name: Arc<ExtraName>,
    values: Collected,
}

#[derive(Debug)]
enum Collected {
    Text(StringColumn),
    /// Texts whose kind is not known yet.
    Any(StringColumn),
    /// NaN where there is none.
    Number(Vec<f64>),
    Date(Vec<Option<Day>>),
    Flag(Vec<Option<bool>>),
}

impl ExtraBuilder {
    pub fn new(spec: &ExtraSpec) -> ExtraBuilder {
        let values = match spec.kind {
            None => Collected::Any(StringColumn::default()),
            Some(Kind::Text) => Collected::Text(StringColumn::default()),
            Some(Kind::Number) => Collected::Number(Vec::new()),
            Some(Kind::Date) => Collected::Date(Vec::new()),
            Some(Kind::Flag) => Collected::Flag(Vec::new()),
        };
        ExtraBuilder { name: Arc::clone(&spec.name), values }
    }

    fn len(&self) -> usize {
        match &self.values {
            Collected::Text(texts) | Collected::Any(texts) => texts.len(),
            Collected::Number(values) => values.len(),
            Collected::Date(values) => values.len(),
            Collected::Flag(values) => values.len(),
        }
    }

    /// Adds a value for the next row. A value of another kind than the column's is absent; a column of texts takes any.
    ///
    /// # Errors
    /// A text of more than 4 GiB.
    fn push(&mut self, value: Value<'_>) -> Result<(), TooMuchText> {
        match &mut self.values {
            Collected::Text(texts) | Collected::Any(texts) => return texts.push(&value.written()),
            Collected::Number(values) => values.push(match value {
                // Adding zero takes the sign off a negative one.
                Value::Number(number) if number.is_finite() => number + 0.0,
                _ => f64::NAN,
            }),
            Collected::Date(values) => values.push(match value {
                Value::Date(day) => Some(day),
                _ => None,
            }),
            Collected::Flag(values) => values.push(match value {
                Value::Flag(flag) => Some(flag),
                _ => None,
            }),
        }
        Ok(())
    }

    /// The value of the row with this number; rows before it that got none have none. A row gets one value only.
    ///
    /// # Errors
    /// A text of more than 4 GiB.
    pub fn set(&mut self, row: usize, value: Value<'_>) -> Result<(), TooMuchText> {
        self.pad(row)?;
        if self.len() == row { self.push(value) } else { Ok(()) }
    }

    fn pad(&mut self, rows: usize) -> Result<(), TooMuchText> {
        while self.len() < rows {
            self.push(Value::Absent)?;
        }
        Ok(())
    }

    /// The column of `rows` rows, and none of it is left here; `None` if its kind is still open since it is empty.
    pub fn build(&mut self, rows: usize) -> Option<ExtraColumn> {
        // Absent values take no text.
        self.pad(rows).ok()?;
        let values = match &mut self.values {
            Collected::Text(texts) => ExtraValues::Text(take(texts, DictColumn::copy_of)),
            Collected::Any(texts) => take(texts, inferred)?,
            Collected::Number(values) => ExtraValues::Number(Numbers::pack(&std::mem::take(values))),
            Collected::Date(values) => ExtraValues::Date(Dates::pack(&std::mem::take(values))),
            Collected::Flag(values) => ExtraValues::Flag(Flags::pack(&std::mem::take(values))),
        };
        Some(ExtraColumn::new(Arc::clone(&self.name), values))
    }
}

fn take<T>(texts: &mut StringColumn, of: impl FnOnce(&StringColumn) -> T) -> T {
    let taken = of(texts);
    texts.clear();
    taken
}
