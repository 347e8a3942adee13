//! Parses a JSON object as a row of cells. Nested objects become columns such as `source.page`; lists become one text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::json_repair::repair;
use crate::domain::link_entry::Text;

/// The keys of the objects in a file, by column.
#[derive(Debug, Default)]
pub(super) struct Keys {
    names: Vec<String>,
    columns: HashMap<String, usize>,
}

impl Keys {
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Parses an object of the sample, and adds the keys that it has.
    pub(super) fn add_row(&mut self, object: &str) -> Vec<String> {
        let (mut cells, mut late) = (Vec::new(), Vec::new());
        parse(object, self, &mut cells, &mut late);
        let mut row: Vec<String> = cells.into_iter().map(Cow::into_owned).collect();
        for (key, text) in late {
            let column = *self.columns.entry(key.clone()).or_insert(self.names.len());
            if column == self.names.len() {
                self.names.push(key);
            }
            row.resize(row.len().max(column + 1), String::new());
            if let Some(cell) = row.get_mut(column) {
                *cell = text;
            }
        }
        row
    }

    /// `hint` is the column after that of the key before: keys mostly come in the same order.
    fn column(&self, key: &str, hint: usize) -> Option<usize> {
        if self.names.get(hint).is_some_and(|name| name == key) { Some(hint) } else { self.columns.get(key).copied() }
    }
}

/// Fills `cells` by column, and `late` with the values of other keys. Returns whether the text is an object, possibly with
/// invalid characters.
pub(super) fn parse<'t>(
    object: &'t str,
    keys: &Keys,
    cells: &mut Vec<Cow<'t, str>>,
    late: &mut Vec<(String, String)>,
) -> bool {
    if read(object, keys, cells, late) {
        return true;
    }
    late.clear();
    let Some(repaired) = repair(object) else { return false };
    let mut repaired_cells = Vec::new();
    let is_object = read(&repaired, keys, &mut repaired_cells, late);
    cells.clear();
    cells.extend(repaired_cells.into_iter().map(|cell| Cow::Owned(cell.into_owned())));
    is_object
}

fn read<'t>(object: &'t str, keys: &Keys, cells: &mut Vec<Cow<'t, str>>, late: &mut Vec<(String, String)>) -> bool {
    cells.clear();
    cells.resize(keys.names.len(), Cow::Borrowed(""));
    let mut json = serde_json::Deserializer::from_str(object);
    let row = Row { keys, prefix: "", cells, late };
    json.deserialize_map(row).is_ok()
}

struct Row<'r, 't> {
    keys: &'r Keys,
    /// The key of the object, with a dot; empty at the top.
    prefix: &'r str,
    cells: &'r mut Vec<Cow<'t, str>>,
    late: &'r mut Vec<(String, String)>,
}

impl<'t> Visitor<'t> for Row<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        let mut hint = 0;
        while let Some(key) = map.next_key::<Text<'t>>()? {
            let path = if self.prefix.is_empty() { key.0 } else { Cow::Owned(format!("{}{}", self.prefix, key.0)) };
            let cell = Cell { keys: self.keys, path: &path, cells: self.cells, late: self.late };
            let Some(text) = map.next_value_seed(cell)? else { continue };
            let column = self.keys.column(&path, hint);
            match column.and_then(|column| self.cells.get_mut(column)) {
                Some(cell) => *cell = text,
                None => self.late.push((path.into_owned(), text.into_owned())),
            }
            hint = column.map_or(hint, |column| column + 1);
        }
        Ok(())
    }
}

/// A value. `None` if it is an object, whose values are cells of their own.
struct Cell<'r, 't> {
    keys: &'r Keys,
    path: &'r str,
    cells: &'r mut Vec<Cow<'t, str>>,
    late: &'r mut Vec<(String, String)>,
}

impl<'t> DeserializeSeed<'t> for Cell<'_, 't> {
    type Value = Option<Cow<'t, str>>;

    fn deserialize<D: Deserializer<'t>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Cell<'_, 't> {
    type Value = Option<Cow<'t, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'t str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed("")))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_map<A: MapAccess<'t>>(self, map: A) -> Result<Self::Value, A::Error> {
        let prefix = format!("{}.", self.path);
        Row { keys: self.keys, prefix: &prefix, cells: self.cells, late: self.late }.visit_map(map)?;
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'t>>(self, list: A) -> Result<Self::Value, A::Error> {
        let values: Vec<serde_json::Value> = Deserialize::deserialize(de::value::SeqAccessDeserializer::new(list))?;
        let texts: Vec<String> = values.iter().map(text_of).collect();
        Ok(Some(Cow::Owned(texts.join(", "))))
    }
}

fn text_of(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_become_rows() {
        let mut keys = Keys::default();
        let first =
            keys.add_row(r#"{"url_from":"https://a.com/","rel":["nofollow","ugc"],"source":{"page":"x","rank":5}}"#);
        assert_eq!(keys.names(), ["url_from", "rel", "source.page", "source.rank"]);
        assert_eq!(first, ["https://a.com/", "nofollow, ugc", "x", "5"]);
        let second = keys.add_row(r#"{"rel":null,"source":{"rank":1.5},"dofollow":true,"links":[{"a":1}]}"#);
        assert_eq!(second, ["", "", "", "1.5", "true", r#"{"a":1}"#]);
        assert_eq!(keys.names()[4..], ["dofollow", "links"]);
        assert_eq!(keys.add_row(r#"{"url_from":"best \ud83d"}"#)[0], "best \u{fffd}");
    }
}
