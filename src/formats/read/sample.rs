//! The start of a table, and what its values say about its columns.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::address;
use super::column_map::ColumnMap;
use super::error::{ReadError, UnknownColumns};
use super::known::{Meaning, known, normalize};
use crate::domain::Field;

#[derive(Debug, Default)]
pub(super) struct Sample {
    /// Empty if the table has no header.
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// Whether semicolons separate the cells.
    pub(super) is_semicolon: bool,
    /// Whether these are all rows.
    pub(super) is_whole: bool,
}

/// What the values of a column are.
#[derive(Debug, Default)]
pub(super) struct Values {
    filled: usize,
    pub(super) addresses: usize,
    /// How many registered domains the addresses have.
    pub(super) sites: usize,
}

/// The number of rows shown to a user who has to decide.
const SHOWN_ROWS: usize = 5;
/// The share of the cells of a column that must be addresses, in percent.
const MOST: usize = 80;

impl Values {
    fn of<'a>(cells: impl Iterator<Item = &'a str>, site: impl Fn(&str) -> Option<String>) -> Values {
        let mut values = Values::default();
        let mut sites = HashSet::new();
        for cell in cells {
            values.filled += 1;
            if let Some(site) = site(cell) {
                values.addresses += 1;
                sites.insert(site);
            }
        }
        values.sites = sites.len();
        values
    }

    pub(super) fn are_addresses(&self) -> bool {
        self.addresses > 0 && self.addresses * 100 >= self.filled * MOST
    }

    pub(super) fn is_contradiction(&self) -> bool {
        self.filled > 0 && self.addresses == 0
    }
}

/// The site of a cell that may have a title above the URL.
fn site_of_line(cell: &str) -> Option<String> {
    cell.lines().find_map(address::site)
}

impl Sample {
    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0).max(self.header.len())
    }

    /// The header, or the first row if there is none.
    pub(super) fn names(&self) -> &[String] {
        if self.header.is_empty() { self.rows.first().map_or(&[], Vec::as_slice) } else { &self.header }
    }

    pub(super) fn cells(&self, column: usize) -> impl Iterator<Item = &str> + Clone {
        self.rows.iter().filter_map(move |row| row.get(column)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    pub(super) fn values(&self, column: usize) -> Values {
        Values::of(self.cells(column), site_of_line)
    }

    /// The values of a column whose cells have a title and a URL, also on one line.
    pub(super) fn titled_values(&self, column: usize) -> Values {
        let site = |word: &str| address::is_certain(word).then(|| address::site(word)).flatten();
        Values::of(self.cells(column), |cell| site_of_line(cell).or_else(|| cell.split_whitespace().find_map(site)))
    }

    /// Whether most cells have a title above the URL.
    pub(super) fn has_titles(&self, column: usize) -> bool {
        let is_titled = |cell: &&str| cell.lines().count() > 1 && cell.lines().any(address::is_certain);
        self.cells(column).filter(is_titled).count() * 2 > self.cells(column).count()
    }

    pub(super) fn differ(&self, one: usize, other: usize) -> bool {
        self.rows.iter().any(|row| row.get(one) != row.get(other))
    }

    pub(super) fn one_site(&self, column: usize) -> String {
        let site = self.cells(column).find_map(address::site).unwrap_or_default();
        format!("a list of pages of {site} without links to them; use --map source=COLUMN if these pages link to you")
    }

    pub(super) fn meaning(&self, column: usize) -> Option<Meaning> {
        known().meaning(&normalize(self.header.get(column)?))
    }

    /// What the values suggest, for the user to decide. A column is never proposed for the opposite of what its name says.
    pub(super) fn unknown(&self) -> ReadError {
        let columns: Vec<Values> = (0..self.width()).map(|column| self.values(column)).collect();
        let meanings: Vec<Option<Meaning>> = (0..self.width()).map(|column| self.meaning(column)).collect();
        let meaning = |column: usize| meanings.get(column).copied().flatten();
        let is_target = |column: usize| meaning(column).is_some_and(Meaning::is_target);
        let with_addresses = || columns.iter().enumerate().rev().filter(|(_, values)| values.are_addresses());
        let sources = with_addresses().filter(|(column, _)| !is_target(*column));
        let source = sources.max_by_key(|(_, values)| values.sites).map(|(column, _)| column);
        let others = with_addresses().filter(|(column, _)| Some(*column) != source);
        let targets = others.filter(|(column, _)| !meaning(*column).is_some_and(Meaning::is_source));
        let target = targets.max_by_key(|(column, values)| (is_target(*column), Reverse(values.sites)));
        let target = target.map(|(column, _)| column);
        let mut proposal: Vec<(Field, usize)> = Vec::new();
        if let Some(source) = source {
            let has_paths = self.cells(source).any(|cell| cell.contains('/'));
            proposal.push((if has_paths { Field::SourceUrl } else { Field::SourceDomain }, source));
            proposal.extend(target.map(|target| (Field::TargetUrl, target)));
            let is_free = |anchor: &usize| proposal.iter().all(|(_, column)| column != anchor);
            proposal.extend(self.anchor(&columns, &meanings).filter(is_free).map(|anchor| (Field::Anchor, anchor)));
        }
        ReadError::UnknownColumns(Box::new(UnknownColumns {
            header: self.header.clone(),
            rows: self.rows.iter().take(SHOWN_ROWS).cloned().collect(),
            proposal: ColumnMap::to_columns(&proposal, &self.header),
        }))
    }

    /// The column with the name of an anchor, or the only one with text.
    fn anchor(&self, columns: &[Values], meanings: &[Option<Meaning>]) -> Option<usize> {
        let named = meanings.iter().position(|meaning| *meaning == Some(Meaning::Field(Field::Anchor)));
        // Words such as "nofollow" are no anchors.
        let is_text = |column: usize| {
            self.cells(column)
                .any(|cell| cell.chars().any(char::is_alphabetic) && known().meaning(&normalize(cell)).is_none())
        };
        let mut texts = columns.iter().enumerate().filter(|(_, values)| !values.are_addresses());
        let mut texts = texts.by_ref().map(|(column, _)| column).filter(|column| is_text(*column));
        let only = texts.next().filter(|_| texts.next().is_none());
        named.or(only)
    }
}
