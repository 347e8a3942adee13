//! Builds the extra columns of a segment.

use std::sync::Arc;

use super::infer::infer;
use super::name::ExtraName;
use super::packed::{Dates, Flags, Numbers};
use super::stored::{ExtraColumn, ExtraValues};
use super::value::{Day, Kind, Value};
use crate::domain::string_column::{DictColumn, StringColumn, TooMuchText};

/// An extra column to build.
#[derive(Clone, Debug)]
pub struct ExtraSpec {
    pub name: Arc<ExtraName>,
    /// `None` to infer it from the texts, segment by segment.
    pub kind: Option<Kind>,
}

impl ExtraSpec {
    pub fn new(title: &str, kind: Option<Kind>) -> ExtraSpec {
        ExtraSpec { name: Arc::new(ExtraName::new(title)), kind }
    }
}

#[derive(Debug)]
pub struct ExtraBuilder {
    name: Arc<ExtraName>,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Text(StringColumn),
    /// Texts whose kind is inferred when the column is built.
    Untyped(StringColumn),
    /// NaN if absent.
    Number(Vec<f64>),
    Date(Vec<Option<Day>>),
    Flag(Vec<Option<bool>>),
}

impl ExtraBuilder {
    pub fn new(spec: &ExtraSpec) -> ExtraBuilder {
        let values = match spec.kind {
            None => Values::Untyped(StringColumn::default()),
            Some(Kind::Text) => Values::Text(StringColumn::default()),
            Some(Kind::Number) => Values::Number(Vec::new()),
            Some(Kind::Date) => Values::Date(Vec::new()),
            Some(Kind::Flag) => Values::Flag(Vec::new()),
        };
        ExtraBuilder { name: Arc::clone(&spec.name), values }
    }

    pub fn is_called(&self, name: &Arc<ExtraName>) -> bool {
        self.name.is_same_as(name)
    }

    fn len(&self) -> usize {
        match &self.values {
            Values::Text(texts) | Values::Untyped(texts) => texts.len(),
            Values::Number(values) => values.len(),
            Values::Date(values) => values.len(),
            Values::Flag(values) => values.len(),
        }
    }

    /// Adds a value for the next row. A value of the wrong kind becomes absent; a text column accepts any kind.
    ///
    /// # Errors
    /// The column would exceed 4 GiB of text.
    fn push(&mut self, value: Value<'_>) -> Result<(), TooMuchText> {
        match &mut self.values {
            Values::Text(texts) | Values::Untyped(texts) => return texts.push(&value.plain_text()),
            Values::Number(values) => values.push(match value {
                // Adding zero turns -0.0 into 0.0.
                Value::Number(number) if number.is_finite() => number + 0.0,
                _ => f64::NAN,
            }),
            Values::Date(values) => values.push(match value {
                Value::Date(day) => Some(day),
                _ => None,
            }),
            Values::Flag(values) => values.push(match value {
                Value::Flag(flag) => Some(flag),
                _ => None,
            }),
        }
        Ok(())
    }

    /// Sets the value of a row. Skipped rows are absent; a second value for a row is ignored.
    ///
    /// # Errors
    /// The column would exceed 4 GiB of text.
    pub fn set(&mut self, index: usize, value: Value<'_>) -> Result<(), TooMuchText> {
        self.pad(index)?;
        if self.len() == index { self.push(value) } else { Ok(()) }
    }

    fn pad(&mut self, rows: usize) -> Result<(), TooMuchText> {
        while self.len() < rows {
            self.push(Value::Absent)?;
        }
        Ok(())
    }

    /// Builds the column of `rows` rows and resets the builder; `None` if there is no text to infer the kind from.
    pub fn build(&mut self, rows: usize) -> Option<ExtraColumn> {
        // Padding with absent values adds no text, so this can't fail.
        self.pad(rows).ok()?;
        let values = match &mut self.values {
            Values::Text(texts) => ExtraValues::Text(take(texts, DictColumn::copy_of)),
            Values::Untyped(texts) => take(texts, infer)?,
            Values::Number(values) => ExtraValues::Number(Numbers::pack(&std::mem::take(values))),
            Values::Date(values) => ExtraValues::Date(Dates::pack(&std::mem::take(values))),
            Values::Flag(values) => ExtraValues::Flag(Flags::pack(&std::mem::take(values))),
        };
        Some(ExtraColumn::new(Arc::clone(&self.name), values))
    }
}

fn take<T>(texts: &mut StringColumn, convert: impl FnOnce(&StringColumn) -> T) -> T {
    let converted = convert(texts);
    texts.clear();
    converted
}
