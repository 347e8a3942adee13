//! The extra columns of a segment: a text column like those of the fields, or packed values.

use std::sync::Arc;

use super::name::ExtraName;
use super::packed::{Dates, Flags, Numbers};
use super::value::{Kind, Value};
use crate::domain::string_column::DictColumn;

#[derive(Clone, Debug)]
pub struct ExtraColumn {
    name: Arc<ExtraName>,
    values: ExtraValues,
}

impl ExtraColumn {
    pub(super) fn new(name: Arc<ExtraName>, values: ExtraValues) -> ExtraColumn {
        ExtraColumn { name, values }
    }

    pub fn name(&self) -> &Arc<ExtraName> {
        &self.name
    }

    pub(in crate::domain) fn is_called(&self, name: &Arc<ExtraName>) -> bool {
        self.name.is_same_as(name)
    }

    pub fn values(&self) -> &ExtraValues {
        &self.values
    }
}

#[derive(Clone, Debug)]
pub enum ExtraValues {
    Text(DictColumn),
    Number(Numbers),
    Date(Dates),
    Flag(Flags),
}

impl ExtraValues {
    pub fn kind(&self) -> Kind {
        match self {
            ExtraValues::Text(_) => Kind::Text,
            ExtraValues::Number(_) => Kind::Number,
            ExtraValues::Date(_) => Kind::Date,
            ExtraValues::Flag(_) => Kind::Flag,
        }
    }

    pub fn get(&self, index: usize) -> Value<'_> {
        match self {
            ExtraValues::Text(column) => Value::text(column.get(index)),
            ExtraValues::Number(numbers) => numbers.get(index).map_or(Value::Absent, Value::Number),
            ExtraValues::Date(dates) => dates.get(index).map_or(Value::Absent, Value::Date),
            ExtraValues::Flag(flags) => flags.get(index).map_or(Value::Absent, Value::Flag),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            ExtraValues::Text(column) => column.len(),
            ExtraValues::Number(numbers) => numbers.len(),
            ExtraValues::Date(dates) => dates.len(),
            ExtraValues::Flag(flags) => flags.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
