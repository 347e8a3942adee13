//! The options that filter and sort links.

use std::collections::HashSet;

use super::command_archive::{CommandArchive, CommandArchiveError};
use super::error::{Code, CommandError, USAGE};
use crate::config::Settings;
use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::{by_name, choosable_names};
use crate::domain::diff::RowDiff;
use crate::domain::nearest::suggestion;
use crate::domain::note::Notebook;
use crate::domain::order::{Direction, Order, SortContext};
use crate::domain::query::{EvalContext, Query, QueryError};
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

    #[arg(long, value_name = "COLUMN,…", value_parser = parse_order, allow_hyphen_values = true, help_heading = LINKS)]
    #[arg(help = sort_help())]
    sort: Option<Order>,

    /// Only the best-ranked link of each referring domain
    #[arg(long, help_heading = LINKS)]
    unique_domains: bool,
}

impl RowFilterArgs {
    /// Whether links can be filtered one at a time, so that a file need not be loaded.
    pub(super) fn is_streamable(&self) -> bool {
        self.sort.is_none() && !self.unique_domains
    }

    pub(super) fn rows(&self, links: &LinkSet, filter: &LinkFilter<'_>) -> Vec<Row> {
        self.rows_where(links, &[], filter, |_| true)
    }

    /// Like `rows`, but only the rows for which `predicate` is true.
    pub(super) fn rows_where(
        &self,
        links: &LinkSet,
        row_diffs: &[RowDiff],
        filter: &LinkFilter<'_>,
        predicate: impl Fn(Row) -> bool,
    ) -> Vec<Row> {
        let mut rows: Vec<Row> = filter.rows(links, row_diffs).iter().filter(|&row| predicate(row)).collect();
        if self.unique_domains {
            let mut seen = HashSet::new();
            rows.retain(|&row| {
                let domain = links.text(row, Field::SourceDomain);
                domain.is_empty() || seen.insert(domain)
            });
        }
        if let Some(order) = &self.sort {
            order.sort(links, SortContext { row_diffs, rules: filter.rules }, &mut rows);
        }
        rows
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
    let query = Query::parse(text).map_err(|error| match text.get(error.span.clone()) {
        None | Some("") => FilterError::Invalid(error),
        Some(place) => FilterError::InvalidAt { place: place.to_owned(), error },
    })?;
    if query.uses_marks() { Err(FilterError::Marks) } else { Ok(query) }
}

#[derive(Debug, thiserror::Error)]
#[error("expected one of {}{}", column_names().join(", "), suggestion(.0, column_names()))]
struct UnknownColumn(String);

fn sort_help() -> String {
    format!("Sort by columns, - before a name for descending: {}", column_names().join(", "))
}

fn column_names() -> Vec<&'static str> {
    choosable_names().into_iter().map(|(_, name)| name).collect()
}

fn parse_order(text: &str) -> Result<Order, UnknownColumn> {
    let key = |part: &str| {
        let (name, direction) = match part.trim().strip_prefix('-') {
            Some(name) => (name, Direction::Descending),
            None => (part.trim(), Direction::Ascending),
        };
        by_name(name).map(|def| (def.column, direction)).ok_or_else(|| UnknownColumn(name.to_owned()))
    };
    text.split(',').map(key).collect::<Result<_, _>>().map(Order::new)
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
        rows.into_iter().map(|row| row.0).collect()
    }

    fn args(filter: &str, sort: &str, unique_domains: bool) -> RowFilterArgs {
        let filter = Some(filter).filter(|f| !f.is_empty()).map(|f| parse_filter(f).unwrap());
        let sort = Some(sort).filter(|s| !s.is_empty()).map(|s| parse_order(s).unwrap());
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
        assert!(parse_order("source-domian").unwrap_err().to_string().contains("did you mean “source-domain”"));
        assert!(args("is:new|missing-domain", "", false).filter.refuse_comparison().is_err());
        assert!(args("is:empty", "", false).filter.refuse_comparison().is_ok());
    }
}
