//! Reads a TOML file setting by setting and collects all errors with their lines instead of stopping at the first.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::value_error::ValueError;
use crate::domain::nearest::suggestion;

/// A file to read.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its path, for messages.
    pub name: &'a str,
    pub text: &'a str,
}

pub(super) struct Reader<'a> {
    file: File<'a>,
    diagnostics: Vec<Diagnostic>,
}

/// A table that is being read. Every name that is looked up is valid; the others are reported as unknown.
pub(super) struct Section<'t> {
    table: &'t DeTable<'t>,
    path: &'static str,
    known: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    /// Reads a file; `read` takes the settings from its root table.
    pub(super) fn run<T>(
        file: File<'a>,
        read: impl FnOnce(&mut Reader<'a>, &mut Section<'_>) -> T,
    ) -> Result<T, Diagnostics> {
        let mut reader = Reader { file, diagnostics: Vec::new() };
        let table = match DeTable::parse(file.text) {
            Ok(table) => table,
            Err(error) => {
                reader.diagnostic(error.span(), error.message().to_owned());
                return Err(Diagnostics(reader.diagnostics));
            }
        };
        let mut root = Section { table: table.get_ref(), path: "", known: Vec::new() };
        let value = read(&mut reader, &mut root);
        reader.finish(&root);
        reader.diagnostics.sort_by_key(|diagnostic| diagnostic.line);
        if reader.diagnostics.is_empty() { Ok(value) } else { Err(Diagnostics(reader.diagnostics)) }
    }

    /// Records an error.
    pub(super) fn diagnostic(&mut self, span: Option<Range<usize>>, message: String) {
        let before = |span: Range<usize>| self.file.text.get(..span.start).unwrap_or(self.file.text);
        let line = span.map(|span| before(span).matches('\n').count() + 1);
        self.diagnostics.push(Diagnostic { file: self.file.name.to_owned(), line, message });
    }

    /// Reads a setting; `None` if it is absent or invalid.
    pub(super) fn take<T>(
        &mut self,
        section: &mut Section<'_>,
        name: &'static str,
        read: impl FnOnce(&DeValue<'_>) -> Result<T, ValueError>,
    ) -> Option<T> {
        let value = section.get(name)?;
        match read(value.get_ref()) {
            Ok(value) => Some(value),
            Err(error) => {
                self.diagnostic(Some(value.span()), format!("{}{name}: {error}", section.prefix()));
                None
            }
        }
    }

    /// Reads a nested table, if it is present.
    pub(super) fn table<T>(
        &mut self,
        section: &mut Section<'_>,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'a>, &mut Section<'_>) -> T,
    ) -> Option<T> {
        let value = section.get(name)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.diagnostic(Some(value.span()), format!("{name} must be a table: [{name}]"));
            return None;
        };
        let mut inner = Section { table, path: name, known: Vec::new() };
        let result = read(self, &mut inner);
        self.finish(&inner);
        Some(result)
    }

    /// Reads each table in an array of tables.
    pub(super) fn tables<T>(
        &mut self,
        section: &mut Section<'_>,
        name: &'static str,
        mut read: impl FnMut(&mut Reader<'a>, &mut Section<'_>, Range<usize>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = section.get(name) else { return Vec::new() };
        let DeValue::Array(list) = value.get_ref() else {
            self.diagnostic(Some(value.span()), format!("{name} must be a list of tables: [[{name}]]"));
            return Vec::new();
        };
        let mut results = Vec::new();
        for entry in list {
            let DeValue::Table(table) = entry.get_ref() else {
                self.diagnostic(Some(entry.span()), format!("each entry of {name} must be a table"));
                continue;
            };
            let mut inner = Section { table, path: name, known: Vec::new() };
            results.extend(read(self, &mut inner, entry.span()));
            self.finish(&inner);
        }
        results
    }

    /// Reports each name in the section that was never looked up.
    fn finish(&mut self, section: &Section<'_>) {
        for name in section.table.keys() {
            let text = name.get_ref().as_ref();
            if section.known.contains(&text) {
                continue;
            }
            let meant = suggestion(text, section.known.iter().copied());
            let message = format!("unknown setting “{}{text}”{meant}", section.prefix());
            self.diagnostic(Some(name.span()), message);
        }
    }
}

impl<'t> Section<'t> {
    /// The value of `name`. Looking a name up makes it valid.
    pub(super) fn get(&mut self, name: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.known.push(name);
        self.table.get(name)
    }

    /// The valid names that the table does not have.
    #[cfg(test)]
    pub(super) fn missing(&self) -> Vec<&'static str> {
        self.known.iter().copied().filter(|name| self.table.get(*name).is_none()).collect()
    }

    fn prefix(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("{}.", self.path) }
    }
}

pub(super) fn text(value: &DeValue<'_>) -> Result<String, ValueError> {
    value.as_str().map(str::to_owned).ok_or_else(|| expected("text in quotes", value))
}

pub(super) fn boolean(value: &DeValue<'_>) -> Result<bool, ValueError> {
    value.as_bool().ok_or_else(|| expected("true or false", value))
}

/// An integer that is not negative.
pub(super) fn whole_number(value: &DeValue<'_>) -> Result<u64, ValueError> {
    let integer = value.as_integer().ok_or_else(|| expected("a whole number", value))?;
    u64::from_str_radix(integer.as_str(), integer.radix())
        .map_err(|_| ValueError::Expected("a whole number, 0 or more"))
}

/// A number that is not negative.
pub(super) fn amount(value: &DeValue<'_>) -> Result<f64, ValueError> {
    let written = match (value.as_float(), value.as_integer()) {
        (Some(float), _) => float.as_str(),
        (None, Some(integer)) => integer.as_str(),
        (None, None) => return Err(expected("a number", value)),
    };
    let amount: Option<f64> = written.replace('_', "").parse().ok();
    amount.filter(|n| n.is_finite() && *n >= 0.0).ok_or(ValueError::Expected("a number, 0 or more"))
}

pub(super) fn one_of<T: Copy>(names: &[(T, &'static str)]) -> impl Fn(&DeValue<'_>) -> Result<T, ValueError> {
    move |value| {
        let written = text(value)?;
        let known = names.iter().find(|(_, name)| *name == written).map(|(value, _)| *value);
        known.ok_or_else(|| ValueError::NoneOf { written, names: names.iter().map(|(_, name)| *name).collect() })
    }
}

pub(super) fn texts(value: &DeValue<'_>) -> Result<Vec<String>, ValueError> {
    let list = value.as_array().ok_or_else(|| expected("a list of strings", value))?;
    list.iter().map(|entry| text(entry.get_ref())).collect()
}

pub(super) fn list_of<T>(
    read: impl Fn(&DeValue<'_>) -> Result<T, ValueError>,
) -> impl FnOnce(&DeValue<'_>) -> Result<Vec<T>, ValueError> {
    move |value| {
        let list = value.as_array().ok_or_else(|| expected("a list", value))?;
        list.iter().map(|entry| read(entry.get_ref())).collect()
    }
}

fn expected(expected: &'static str, found: &DeValue<'_>) -> ValueError {
    ValueError::Type { expected, found: found.type_str() }
}
