//! The options that filter and sort links.

use std::collections::HashSet;

use super::command_archive::{CommandArchive, CommandArchiveError};
use super::error::{Code, CommandError, USAGE};
use super::shadowed;
use crate::config::Settings;
use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::{ColumnId, ExtraName, Schema, by_name, choosable_names};
use crate::domain::diff::RowDiff;
use crate::domain::domain_name::site;
use crate::domain::nearest::suggestion;
use crate::domain::note::Notebook;
use crate::domain::order::{Direction, Order, SortContext};
use crate::domain::query::{EvalContext, Extras, FIELD_NAMES, Query, QueryError};
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::{Field, LinkSet, Row, RowSet};

pub(super) const LINKS: &str = "Link options";

#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = LINKS)]
pub(super) struct FilterArgs {
    /// Only links that match this filter, such as tld:edu
    ///
    /// For example, 'domain:.org -anchor:/^read more$/'. The help of the interactive program (press ?) explains filters.
    #[arg(long, value_name = "FILTER", value_parser = parse_filter, allow_hyphen_values = true)]
    filter: Option<Query>,
}

#[derive(Debug, thiserror::Error)]
#[error("The filter {OPEN}{0}{CLOSE} compares two snapshots, so it works only in kew-tui diff")]
pub(super) struct NeedsComparison(String);

impl CommandError for NeedsComparison {
    fn code(&self) -> Code {
        USAGE
    }
}

/// A filter or `--sort` names a column that the links do not have.
#[derive(Debug, thiserror::Error)]
#[error("No column called {OPEN}{name}{CLOSE}{}; columns of these links: {}", suggestion(name, columns.iter().map(String::as_str)), columns.join(", "))]
pub(super) struct NoColumn {
    name: String,
    columns: Vec<String>,
}

impl NoColumn {
    /// `built_in` are the names that could be meant, and `extras` those of the extra columns.
    fn new<'a>(name: &str, built_in: Vec<&'a str>, extras: impl Iterator<Item = &'a str>) -> NoColumn {
        NoColumn { name: name.to_owned(), columns: built_in.into_iter().chain(extras).map(str::to_owned).collect() }
    }
}

fn check<'n>(query: Option<&Query>, extras: impl Iterator<Item = &'n str> + Clone) -> Result<(), NoColumn> {
    let is_unknown = |name: &&str| extras.clone().all(|key| key != *name);
    let unknown = query.into_iter().flat_map(Query::extra_names).find(is_unknown);
    unknown.map_or(Ok(()), |name| Err(NoColumn::new(ExtraName::title_of(name), FIELD_NAMES.clone(), extras)))
}

impl CommandError for NoColumn {
    fn code(&self) -> Code {
        USAGE
    }
}

impl FilterArgs {
    /// Reads the notes from the archive if the filter uses them.
    pub(super) async fn prepare<'a>(
        &'a self,
        archive: &CommandArchive,
        settings: &'a Settings,
    ) -> Result<LinkFilter<'a>, CommandArchiveError> {
        let notebook = archive.notebook(self.filter.as_ref()).await?;
        Ok(LinkFilter { query: self.filter.as_ref(), rules: &settings.anchor_rules, notebook })
    }

    /// For use without an archive: no link has a note.
    pub(super) fn without_notes<'a>(&'a self, settings: &'a Settings) -> LinkFilter<'a> {
        LinkFilter { query: self.filter.as_ref(), ..LinkFilter::all(settings) }
    }

    pub(super) fn refuse_comparison(&self) -> Result<(), NeedsComparison> {
        match &self.filter {
            Some(query) if query.uses_comparison() => Err(NeedsComparison(query.to_string())),
            _ => Ok(()),
        }
    }
}

/// A filter and the data it needs besides the links.
pub(super) struct LinkFilter<'a> {
    query: Option<&'a Query>,
    rules: &'a AnchorRules,
    /// Empty unless the filter uses notes.
    notebook: Notebook,
}

impl<'a> LinkFilter<'a> {
    /// Matches every link.
    pub(super) fn all(settings: &'a Settings) -> LinkFilter<'a> {
        LinkFilter { query: None, rules: &settings.anchor_rules, notebook: Notebook::default() }
    }

    /// Notes on names in the filter that are built in and those of a column of the file too.
    pub(super) fn shadow_notes<'n>(&self, extras: impl Iterator<Item = &'n str>) -> Vec<String> {
        shadowed::in_filter(self.query, &extras.collect::<Vec<_>>())
    }

    /// Checks that every column of the filter is built in or one of these.
    pub(super) fn check<'n>(&self, extras: impl Iterator<Item = &'n str> + Clone) -> Result<(), NoColumn> {
        check(self.query, extras)
    }

    /// `row_diffs` is empty unless snapshots are compared.
    pub(super) fn rows(&self, links: &LinkSet, row_diffs: &[RowDiff]) -> RowSet {
        let Some(query) = self.query else { return RowSet::all(links.len()) };
        let notes = self.notebook.rows(links);
        query.rows(links, &EvalContext { marks: &RowSet::default(), notes: &notes, row_diffs, rules: self.rules })
    }
}

#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct RowFilterArgs {
    #[command(flatten)]
    pub(super) filter: FilterArgs,

    #[arg(long, value_name = "COLUMN,…", value_parser = SortKeys::parse, allow_hyphen_values = true, help_heading = LINKS)]
    #[arg(help = sort_help())]
    sort: Option<SortKeys>,

    /// Only the best-ranked link of each referring domain
    #[arg(long, help_heading = LINKS)]
    unique_domains: bool,
}

impl RowFilterArgs {
    /// Whether links can be filtered one at a time, so that a file need not be loaded.
    pub(super) fn is_streamable(&self) -> bool {
        self.sort.is_none() && !self.unique_domains
    }

    /// Checks that every column of the filter and the order is built in or an extra column of these links.
    pub(super) fn check(&self, schema: &Schema) -> Result<(), NoColumn> {
        check(self.filter.filter.as_ref(), schema.keys())?;
        self.sort.as_ref().map_or(Ok(()), |keys| keys.order(schema).map(|_| ()))
    }

    /// Notes on names in the filter and the order that are built in and those of a column of the file too.
    pub(super) fn shadow_notes(&self, links: &LinkSet) -> Vec<String> {
        let extras: Vec<&str> = links.schema().keys().collect();
        let sorted = self.sort.iter().flat_map(|keys| &keys.0).map(|(name, _)| name.as_str());
        [shadowed::in_filter(self.filter.filter.as_ref(), &extras), shadowed::in_order(sorted, &extras)].concat()
    }

    pub(super) fn rows(&self, links: &LinkSet, filter: &LinkFilter<'_>) -> Result<Vec<Row>, NoColumn> {
        self.rows_where(links, &[], filter, |_| true)
    }

    /// Like `rows`, but only the rows for which `predicate` is true.
    pub(super) fn rows_where(
        &self,
        links: &LinkSet,
        row_diffs: &[RowDiff],
        filter: &LinkFilter<'_>,
        predicate: impl Fn(Row) -> bool,
    ) -> Result<Vec<Row>, NoColumn> {
        self.check(links.schema())?;
        let mut rows: Vec<Row> = filter.rows(links, row_diffs).iter().filter(|&row| predicate(row)).collect();
        if self.unique_domains {
            let mut seen = HashSet::new();
            rows.retain(|&row| {
                let domain = site(links.text(row, Field::SourceDomain));
                domain.is_empty() || seen.insert(domain)
            });
        }
        if let Some(keys) = &self.sort {
            keys.order(links.schema())?.sort(links, SortContext { row_diffs, rules: filter.rules }, &mut rows);
        }
        Ok(rows)
    }
}

#[derive(Debug, thiserror::Error)]
enum FilterError {
    #[error(transparent)]
    Invalid(QueryError),
    #[error("at {OPEN}{place}{CLOSE}: {error}")]
    InvalidAt { place: String, error: QueryError },
    #[error("marks exist only in the interactive program")]
    Marks,
}

/// Rejects `is:marked`, since only a session has marks.
fn parse_filter(text: &str) -> Result<Query, FilterError> {
    let query = Query::parse_with(text, Extras::Any).map_err(|error| match text.get(error.span.clone()) {
        None | Some("") => FilterError::Invalid(error),
        Some(place) => FilterError::InvalidAt { place: place.to_owned(), error },
    })?;
    if query.uses_marks() { Err(FilterError::Marks) } else { Ok(query) }
}

/// The columns of `--sort`. Whether an extra column exists is known only with the links.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SortKeys(Vec<(String, Direction)>);

impl SortKeys {
    /// Rejects what looks like a misspelled built-in column.
    fn parse(text: &str) -> Result<SortKeys, UnknownColumn> {
        let key = |part: &str| {
            let (name, direction) = match part.trim().strip_prefix('-') {
                Some(name) => (name, Direction::Descending),
                None => (part.trim(), Direction::Ascending),
            };
            let is_possible = by_name(name).is_some()
                || ExtraName::is_shadowed(name)
                || suggestion(name, column_names()).is_empty() && !name.is_empty();
            is_possible.then(|| (name.to_owned(), direction)).ok_or_else(|| UnknownColumn(name.to_owned()))
        };
        text.split(',').map(key).collect::<Result<_, _>>().map(SortKeys)
    }

    fn order(&self, schema: &Schema) -> Result<Order, NoColumn> {
        let key = |(name, direction): &(String, Direction)| {
            let column: Option<ColumnId> = schema.by_name(name);
            column.map(|column| (column, *direction)).ok_or_else(|| NoColumn::new(name, column_names(), schema.keys()))
        };
        self.0.iter().map(key).collect::<Result<_, _>>().map(Order::new)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("expected one of {}, or a column of the file{}", column_names().join(", "), suggestion(.0, column_names()))]
struct UnknownColumn(String);

fn sort_help() -> String {
    format!("Sort by columns, - before a name for descending: {}, or a column of the file", column_names().join(", "))
}

fn column_names() -> Vec<&'static str> {
    choosable_names().into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Link;

    fn rows(args: &RowFilterArgs) -> Vec<u32> {
        let link = |source_domain, anchor| Link { source_domain, anchor, ..Link::default() };
        let links = [link("b.com", "x"), link("B.com", "a"), link("", "m"), link("a.org", "x"), link("", "n")];
        let settings = Settings::default();
        let rows = args.rows(&LinkSet::from_links(links).unwrap(), &args.filter.without_notes(&settings));
        rows.unwrap().into_iter().map(|row| row.0).collect()
    }

    fn args(filter: &str, sort: &str, unique_domains: bool) -> RowFilterArgs {
        let filter = Some(filter).filter(|f| !f.is_empty()).map(|f| parse_filter(f).unwrap());
        let sort = Some(sort).filter(|s| !s.is_empty()).map(|s| SortKeys::parse(s).unwrap());
        RowFilterArgs { filter: FilterArgs { filter }, sort, unique_domains }
    }

    #[test]
    fn filters_then_deduplicates_domains_then_sorts() {
        for (filter, sort, unique, expected) in [
            ("", "", false, vec![0, 1, 2, 3, 4]),
            ("anchor:x", "", false, vec![0, 3]),
            ("", "", true, vec![0, 2, 3, 4]),
            ("-anchor:=x", "", true, vec![1, 2, 4]),
            ("", "source-domain,-anchor", false, vec![4, 2, 3, 0, 1]),
            ("", "-rank", true, vec![4, 3, 2, 0]),
        ] {
            assert_eq!(rows(&args(filter, sort, unique)), expected, "{filter} {sort} {unique}");
        }
    }

    #[test]
    fn unusable_filters_and_columns_are_rejected() {
        assert!(parse_filter("anchro:x").unwrap_err().to_string().contains("did you mean “anchor”"));
        assert!(parse_filter("is:marked").unwrap_err().to_string().contains("marks"));
        assert!(SortKeys::parse("source-domian").unwrap_err().to_string().contains("did you mean “source-domain”"));
        assert!(args("is:new|missing-domain", "", false).filter.refuse_comparison().is_err());
        assert!(args("is:empty", "", false).filter.refuse_comparison().is_ok());
    }
}
