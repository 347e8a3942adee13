//! The value of `--map`: which column holds which field.

use std::fmt;

use super::known::normalize;
use crate::domain::Field;
use crate::domain::nearest::suggestion;
use crate::domain::signs::{CLOSE, OPEN};

const KEYS: [(&str, Field); 5] = [
    ("source", Field::SourceUrl),
    ("target", Field::TargetUrl),
    ("anchor", Field::Anchor),
    ("source-domain", Field::SourceDomain),
    ("target-domain", Field::TargetDomain),
];

fn keys() -> [&'static str; 5] {
    KEYS.map(|(key, _)| key)
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    #[error("expected source=COLUMN, not {OPEN}{0}{CLOSE}")]
    Part(String),
    #[error("expected one of {}{}", keys().join(", "), suggestion(.0, keys()))]
    Field(String),
    #[error("expected the name or number of a column after = in {OPEN}{0}{CLOSE}")]
    Column(String),
}

/// A column in the map that the table does not have.
#[derive(Debug)]
pub(super) struct UnknownColumn(pub(super) String);

/// Such as `source=URL,target=3,anchor=Text`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    columns: Vec<(Field, String)>,
    /// Whether a column without a field has none, whatever its name means.
    is_complete: bool,
}

impl ColumnMap {
    /// # Errors
    /// A part is not `KEY=COLUMN`, or the key is unknown.
    pub fn parse(text: &str) -> Result<ColumnMap, MapError> {
        let mut columns = Vec::new();
        for part in text.split(',') {
            let (key, column) = part.split_once('=').ok_or_else(|| MapError::Part(part.to_owned()))?;
            let field = KEYS.iter().find(|(known, _)| *known == key.trim()).map(|(_, field)| *field);
            let field = field.ok_or_else(|| MapError::Field(key.trim().to_owned()))?;
            if column.trim().is_empty() {
                return Err(MapError::Column(part.to_owned()));
            }
            columns.push((field, column.trim().to_owned()));
        }
        Ok(ColumnMap { columns, is_complete: false })
    }

    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// A map to these columns, by name where a name is clear and safe in a shell, else by number from 1.
    pub fn to_columns(columns: &[(Field, usize)], header: &[String]) -> ColumnMap {
        let name = |&(field, column): &(Field, usize)| {
            let name = header.get(column).filter(|name| is_clear(name, header));
            (field, name.cloned().unwrap_or_else(|| (column + 1).to_string()))
        };
        ColumnMap { columns: columns.iter().map(name).collect(), is_complete: false }
    }

    /// All other columns have no field.
    pub fn complete(self) -> ColumnMap {
        ColumnMap { is_complete: true, ..self }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The mapped columns, by their index in the header.
    ///
    /// # Errors
    /// The first column that does not exist.
    pub(super) fn resolve(&self, header: &[String], width: usize) -> Result<Vec<(Field, usize)>, UnknownColumn> {
        let names: Vec<String> = header.iter().map(|name| normalize(name)).collect();
        let column = |(field, wanted): &(Field, String)| {
            let number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let by_name = names.iter().position(|name| *name == normalize(wanted));
            let found = by_name.or_else(|| number.filter(|at| *at < width));
            Ok((*field, found.ok_or_else(|| UnknownColumn(wanted.clone()))?))
        };
        self.columns.iter().map(column).collect()
    }

    /// Whether every column is given by its number.
    pub(super) fn is_by_number(&self) -> bool {
        self.columns.iter().all(|(_, column)| column.parse::<usize>().is_ok())
    }
}

/// Whether a column can be named in a map, with quotes around it where the shell needs them.
fn is_clear(name: &str, header: &[String]) -> bool {
    let is_same = |other: &&String| normalize(other) == normalize(name);
    let is_safe = |c: char| c.is_alphanumeric() || " _-.:/#".contains(c);
    !normalize(name).is_empty()
        && name.chars().all(is_safe)
        && name.parse::<usize>().is_err()
        && header.iter().filter(is_same).count() == 1
}

/// As it is typed in a shell.
impl fmt::Display for ColumnMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |field: &Field| KEYS.iter().find(|(_, known)| known == field).map_or("", |(key, _)| key);
        let parts: Vec<String> =
            self.columns.iter().map(|(field, column)| format!("{}={column}", name(field))).collect();
        let text = parts.join(",");
        let needs_quotes = text.contains([' ', '#']);
        if needs_quotes { write!(f, "\"{text}\"") } else { f.write_str(&text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_can_be_pasted() {
        let header = ["Linking page", "Ziel", "", "a,b", "7", "x", "X"].map(str::to_owned);
        let fields = [Field::SourceUrl, Field::TargetUrl, Field::Anchor, Field::SourceDomain, Field::TargetDomain];
        let map =
            |columns: [usize; 5]| ColumnMap::to_columns(&fields.into_iter().zip(columns).collect::<Vec<_>>(), &header);
        let pasted = map([0, 1, 2, 3, 4]);
        assert_eq!(pasted.to_string(), "\"source=Linking page,target=Ziel,anchor=3,source-domain=4,target-domain=5\"");
        assert_eq!(
            map([5, 6, 1, 1, 1]).to_string(),
            "source=6,target=7,anchor=Ziel,source-domain=Ziel,target-domain=Ziel"
        );
        assert_eq!(ColumnMap::parse(pasted.to_string().trim_matches('"')).unwrap(), pasted);
        let columns = pasted.resolve(&header, 7).unwrap().into_iter().map(|(_, column)| column);
        assert_eq!(columns.collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    }
}
