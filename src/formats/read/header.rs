//! Maps the columns of a table to fields, by the headers of known tools or by `--map`.

use super::error::ReadError;
use crate::domain::Field;
use crate::domain::nearest::suggestion;
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::text::fold;

/// The column of each field, by [`Field::index`]; `None` if the table does not have it.
pub(super) type Columns = [Option<usize>; 5];

/// The headers of the API, Ahrefs, Semrush, Majestic, Moz, Search Console and DataForSEO, normalized.
const KNOWN_HEADERS: [(Field, &[&str]); 5] = [
    (Field::Anchor, &["anchortext", "anchor"]),
    (Field::SourceDomain, &["domainsource", "sourcedomain", "referringdomain", "domainfrom"]),
    (Field::TargetDomain, &["domaintarget", "targetdomain", "domainto"]),
    (Field::SourceUrl, &["urlsource", "sourceurl", "referringpageurl", "linkingpage", "urlfrom", "pageurl", "url"]),
    (Field::TargetUrl, &["urltarget", "targeturl", "urlto", "linkurl"]),
];

/// The keys of a [`ColumnMap`].
const KEYS: [&str; 5] = ["source", "target", "anchor", "source-domain", "target-domain"];

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    #[error("expected source=COLUMN, not {OPEN}{0}{CLOSE}")]
    Part(String),
    #[error("expected one of {}{}", KEYS.join(", "), suggestion(.0, KEYS))]
    Field(String),
    #[error("expected the name or number of a column after = in {OPEN}{0}{CLOSE}")]
    Column(String),
}

/// The value of `--map`, such as `source=URL,target=3,anchor=Text`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    columns: Vec<(Field, String)>,
}

impl ColumnMap {
    /// # Errors
    /// A part is not `KEY=COLUMN`, or the key is unknown.
    pub fn parse(text: &str) -> Result<ColumnMap, MapError> {
        let mut columns = Vec::new();
        for part in text.split(',') {
            let (key, column) = part.split_once('=').ok_or_else(|| MapError::Part(part.to_owned()))?;
            let field = match key.trim() {
                "source" => Field::SourceUrl,
                "target" => Field::TargetUrl,
                "anchor" => Field::Anchor,
                "source-domain" => Field::SourceDomain,
                "target-domain" => Field::TargetDomain,
                other => return Err(MapError::Field(other.to_owned())),
            };
            if column.trim().is_empty() {
                return Err(MapError::Column(part.to_owned()));
            }
            columns.push((field, column.trim().to_owned()));
        }
        Ok(ColumnMap { columns })
    }

    /// `None` if there is no column for the referring page or domain.
    ///
    /// # Errors
    /// A column in the map does not exist.
    pub(super) fn resolve(&self, header: &[String]) -> Result<Option<Columns>, ReadError> {
        let names: Vec<String> = header.iter().map(|name| normalize(name)).collect();
        let mut columns = [None; 5];
        for (field, known) in KNOWN_HEADERS {
            let found = known.iter().find_map(|known| names.iter().position(|name| name == known));
            if let Some(column) = columns.get_mut(field.index()) {
                *column = found;
            }
        }
        for (field, wanted) in &self.columns {
            let number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let by_name = names.iter().position(|name| *name == normalize(wanted));
            let found = by_name.or_else(|| number.filter(|at| *at < header.len()));
            let found = found.ok_or_else(|| ReadError::NoColumn { wanted: wanted.clone(), header: header.to_vec() })?;
            if let Some(column) = columns.get_mut(field.index()) {
                *column = Some(found);
            }
        }
        let has_source = columns[Field::SourceUrl.index()].is_some() || columns[Field::SourceDomain.index()].is_some();
        Ok(has_source.then_some(columns))
    }
}

/// Ignores case, whitespace and `_-.()/`.
fn normalize(name: &str) -> String {
    fold(name).chars().filter(|c| !c.is_whitespace() && !"_-.()/\u{feff}".contains(*c)).collect()
}
