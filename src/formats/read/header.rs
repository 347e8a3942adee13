//! Which column of a table is what: by the headers of the tools whose exports people have, or by what the user says.

use super::error::ReadError;
use crate::domain::Field;
use crate::domain::nearest::suggestion;
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::text::fold;

/// Where each field stands, by [`Field::index`]; `None` for one that the table does not have.
pub(super) type Columns = [Option<usize>; 5];

/// The headers under which fields are known: the API's own, and those of Ahrefs, Semrush, Majestic, Moz, Search Console and
/// DataForSEO. Case, blanks and `_-.()/` do not count.
const KNOWN: [(Field, &[&str]); 5] = [
    (Field::Anchor, &["anchortext", "anchor"]),
    (Field::SourceDomain, &["domainsource", "sourcedomain", "referringdomain", "domainfrom"]),
    (Field::TargetDomain, &["domaintarget", "targetdomain", "domainto"]),
    (Field::SourceUrl, &["urlsource", "sourceurl", "referringpageurl", "linkingpage", "urlfrom", "pageurl", "url"]),
    (Field::TargetUrl, &["urltarget", "targeturl", "urlto", "linkurl"]),
];

/// What the parts of a [`ColumnMap`] are called.
const NAMES: [&str; 5] = ["source", "target", "anchor", "source-domain", "target-domain"];

/// What is no map of columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    #[error("expected source=COLUMN, not {OPEN}{0}{CLOSE}")]
    Part(String),
    #[error("expected one of {}{}", NAMES.join(", "), suggestion(.0, NAMES))]
    Field(String),
    #[error("expected the name or number of a column after = in {OPEN}{0}{CLOSE}")]
    Column(String),
}

/// What the user says of the columns: `source=URL,target=3,anchor=Text`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    named: Vec<(Field, String)>,
}

impl ColumnMap {
    /// Reads what the user says.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<ColumnMap, MapError> {
        let mut named = Vec::new();
        for part in text.split(',') {
            let (name, column) = part.split_once('=').ok_or_else(|| MapError::Part(part.to_owned()))?;
            let field = match name.trim() {
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
            named.push((field, column.trim().to_owned()));
        }
        Ok(ColumnMap { named })
    }

    /// Where the fields stand in a table with this header; `None` if the header says nothing of where links come from.
    ///
    /// # Errors
    /// The user names a column that is not there.
    pub(super) fn columns(&self, header: &[String]) -> Result<Option<Columns>, ReadError> {
        let names: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let mut columns = [None; 5];
        for (field, known) in KNOWN {
            let found = known.iter().find_map(|known| names.iter().position(|name| name == known));
            if let Some(column) = columns.get_mut(field.index()) {
                *column = found;
            }
        }
        for (field, wanted) in &self.named {
            let number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let by_name = names.iter().position(|name| *name == plain(wanted));
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

/// A header as it is compared.
fn plain(name: &str) -> String {
    fold(name).chars().filter(|letter| !letter.is_whitespace() && !"_-.()/\u{feff}".contains(*letter)).collect()
}
