//! Decides which column of a table holds which field, by the names of the columns and by their values. What is
//! uncertain is never guessed: the user is asked.

use std::collections::HashSet;

use super::address;
use super::cell_form::CellForm;
use super::column_map::{ColumnMap, UnknownColumn};
use super::error::{ReadError, UnknownColumns};
use super::known::{Holds, KnownColumn, Meaning, Report, known, normalize};
use super::notice::Notice;
use crate::domain::Field;
use crate::domain::columns::{ExtraSpec, Kind};

/// The start of a table.
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

#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The column of each field, by [`Field::index`]; `None` if the table does not have it.
    pub(super) fields: [Option<usize>; 5],
    /// Whether the cells of the referring page have a title above the URL, and the extra column of the title.
    pub(super) title: Option<usize>,
    pub(super) extras: Vec<ExtraSpec>,
    /// The column and the form of each extra column.
    pub(super) sources: Vec<(usize, CellForm)>,
    /// Whether the names of the columns are the API's, so that every row was a link once, however odd its texts are.
    pub(super) is_api: bool,
    pub(super) notices: Vec<Notice>,
    pub(super) report: Option<&'static Report>,
}

/// The number of rows shown to a user who has to decide.
const SHOWN_ROWS: usize = 5;
/// The share of the cells of a column that must be addresses, in percent.
const MOST: usize = 80;

impl Layout {
    pub(super) fn resolve(sample: &Sample, map: &ColumnMap) -> Result<Layout, ReadError> {
        let names: Vec<String> = sample.header.iter().map(|name| normalize(name)).collect();
        let report = known().report(&names);
        let mut columns = if map.is_complete() { Columns::default() } else { Columns::by_name(&names, report) };
        // Links to the user's pages have these pages as their target, so only tables without a clear source are refused.
        let refusal = report.filter(|_| map.is_empty() && !columns.has_source()).and_then(Report::refusal);
        if let Some(what) = refusal {
            return Err(ReadError::NotLinks { what });
        }
        let mapped = map.resolve(&sample.header, sample.width());
        let mapped =
            mapped.map_err(|UnknownColumn(wanted)| ReadError::NoColumn { wanted, header: sample.header.clone() })?;
        let is_api =
            [Field::SourceUrl, Field::SourceDomain].iter().any(|field| names.contains(&normalize(field.api_name())));
        if mapped.is_empty() && !is_api {
            columns.check_values(sample)?;
        }
        for (field, column) in mapped {
            columns.assign(field, column);
        }
        if columns.has_source() {
            let report = report.filter(|report| report.is_evident(&names));
            Ok(Layout { is_api, ..columns.layout(sample, report) })
        } else {
            Err(sample.unknown())
        }
    }

    pub(super) fn has_known_source(names: &[String]) -> bool {
        let columns = Columns::by_name(names, known().report(names));
        columns.has_source() || columns.weak.iter().any(Option::is_some)
    }
}

/// What the names of the columns say.
#[derive(Debug, Default)]
struct Columns {
    fields: [Option<usize>; 5],
    weak: [Option<usize>; 5],
    titled: bool,
}

fn slot(columns: &mut [Option<usize>; 5], field: Field) -> Option<&mut Option<usize>> {
    columns.get_mut(field.index())
}

impl Columns {
    fn by_name(names: &[String], report: Option<&Report>) -> Columns {
        let mut columns = Columns::default();
        let mut set = |field, column| {
            if let Some(slot) = slot(&mut columns.fields, field) {
                slot.get_or_insert(column);
            }
        };
        for (field, header) in report.into_iter().flat_map(Report::overrides) {
            if let Some(column) = names.iter().position(|name| *name == header) {
                set(field, column);
            }
        }
        for (column, meaning) in known().meanings(names) {
            if columns.fields.contains(&Some(column)) {
                continue;
            }
            match meaning {
                Meaning::Field(field) => {
                    if let Some(slot) = slot(&mut columns.fields, field) {
                        slot.get_or_insert(column);
                    }
                }
                Meaning::WeakField(field) => {
                    if let Some(slot) = slot(&mut columns.weak, field) {
                        slot.get_or_insert(column);
                    }
                }
                Meaning::TitledSource if columns.of(Field::SourceUrl).is_none() => {
                    columns.fields[Field::SourceUrl.index()] = Some(column);
                    columns.titled = true;
                }
                Meaning::TitledSource | Meaning::Column(_) => {}
            }
        }
        columns
    }

    fn of(&self, field: Field) -> Option<usize> {
        self.fields.get(field.index()).copied().flatten()
    }

    fn assign(&mut self, field: Field, column: usize) {
        for other in &mut self.fields {
            *other = other.filter(|other| *other != column);
        }
        if let Some(slot) = slot(&mut self.fields, field) {
            *slot = Some(column);
        }
        self.titled &= field != Field::SourceUrl;
    }

    fn has_source(&self) -> bool {
        self.of(Field::SourceUrl).is_some() || self.of(Field::SourceDomain).is_some()
    }

    /// Drops fields whose values contradict the name, and takes weak names that the values support.
    fn check_values(&mut self, sample: &Sample) -> Result<(), ReadError> {
        for field in [Field::SourceUrl, Field::SourceDomain] {
            if self.of(field).is_some_and(|column| sample.values(column).is_contradiction()) {
                self.fields[field.index()] =
                    sample.with_name(field).find(|column| sample.values(*column).are_addresses());
            }
        }
        let has_target = self.of(Field::TargetUrl).is_some() || self.of(Field::TargetDomain).is_some();
        if !self.has_source() {
            for field in [Field::SourceUrl, Field::SourceDomain] {
                let Some(column) = self.weak.get(field.index()).copied().flatten() else { continue };
                let values = sample.values(column);
                let is_supported = values.are_addresses() && (has_target || values.sites > 1);
                if is_supported || sample.rows.is_empty() {
                    self.fields[field.index()] = Some(column);
                } else if values.are_addresses() && values.sites == 1 && values.addresses > 1 {
                    return Err(ReadError::NotLinks { what: sample.one_site(column) });
                }
            }
        }
        if !has_target && let Some(column) = self.weak.get(Field::TargetUrl.index()).copied().flatten() {
            let is_free = !self.fields.contains(&Some(column));
            if is_free && sample.values(column).are_addresses() {
                self.fields[Field::TargetUrl.index()] = Some(column);
            }
        }
        Ok(())
    }

    fn layout(self, sample: &Sample, report: Option<&'static Report>) -> Layout {
        let mut layout = Layout { fields: self.fields, report, ..Layout::default() };
        let mut titles: HashSet<String> = HashSet::new();
        let names = sample.names();
        for column in 0..sample.width() {
            let is_used = self.fields.contains(&Some(column));
            let is_blank = sample.is_whole
                && sample.rows.iter().all(|row| row.get(column).is_none_or(|cell| cell.trim().is_empty()));
            if !is_used && !is_blank {
                let (spec, form) = sample.extra(column, names.get(column), &mut titles);
                layout.extras.push(spec);
                layout.sources.push((column, form));
            }
        }
        if self.titled {
            layout.title = Some(layout.extras.len());
            layout.extras.push(ExtraSpec::new(&unique("Title", &mut titles), Some(Kind::Text)));
        }
        let lacks = |field: Field| layout.fields.get(field.index()).copied().flatten().is_none();
        if let Some(report) = report.filter(|report| report.holds == Holds::Links) {
            let no_target = lacks(Field::TargetUrl) && lacks(Field::TargetDomain);
            let missing = match (lacks(Field::Anchor), no_target) {
                (true, true) => Some("anchor texts and target pages"),
                (true, false) => Some("anchor texts"),
                (false, true) => Some("target pages"),
                (false, false) => None,
            };
            let notice = missing.map(|what| Notice::Lacks { tool: &report.tool, report: &report.name, what });
            layout.notices.extend(notice);
        }
        layout
    }
}

fn known_column(header: &str) -> Option<&'static KnownColumn> {
    match known().meaning(&normalize(header)) {
        Some(Meaning::Column(index)) => known().columns.get(index),
        _ => None,
    }
}

/// The name of an extra column: the same for the same thing in all tools.
pub(super) fn extra_title(header: &str) -> String {
    known_column(header).map_or_else(|| header.to_owned(), |column| column.name.clone())
}

/// A title that no column has yet.
fn unique(title: &str, titles: &mut HashSet<String>) -> String {
    let mut unique = title.to_owned();
    let mut number = 2;
    while !titles.insert(normalize(&unique)) {
        unique = format!("{title} {number}");
        number += 1;
    }
    unique
}

/// What the values of a column are.
#[derive(Debug, Default)]
struct Values {
    filled: usize,
    addresses: usize,
    /// How many registered domains the addresses have.
    sites: usize,
}

impl Values {
    fn are_addresses(&self) -> bool {
        self.addresses > 0 && self.addresses * 100 >= self.filled * MOST
    }

    fn is_contradiction(&self) -> bool {
        self.filled > 0 && self.addresses == 0
    }
}

impl Sample {
    fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0).max(self.header.len())
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &str> + Clone {
        self.rows.iter().filter_map(move |row| row.get(column)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    fn values(&self, column: usize) -> Values {
        let mut values = Values::default();
        let mut sites = HashSet::new();
        for cell in self.cells(column) {
            values.filled += 1;
            // A cell may have a title above the URL.
            if let Some(site) = cell.lines().find_map(address::site) {
                values.addresses += 1;
                sites.insert(site);
            }
        }
        values.sites = sites.len();
        values
    }

    /// The columns with a name of this field, the most specific names first.
    fn with_name(&self, field: Field) -> impl Iterator<Item = usize> {
        let names: Vec<String> = self.header.iter().map(|name| normalize(name)).collect();
        let meanings = known().meanings(&names).into_iter();
        meanings.filter(move |(_, meaning)| *meaning == Meaning::Field(field)).map(|(column, _)| column)
    }

    fn one_site(&self, column: usize) -> String {
        let site = self.cells(column).find_map(address::site).unwrap_or_default();
        format!("a list of pages of {site} without links to them; use --map source=COLUMN if these pages link to you")
    }

    /// The known column of each column. Only the most specific of several headers for the same one counts.
    fn names(&self) -> Vec<Option<&'static KnownColumn>> {
        let normalized: Vec<String> = self.header.iter().map(|name| normalize(name)).collect();
        let mut names = vec![None; self.width()];
        let mut seen = HashSet::new();
        for (column, meaning) in known().meanings(&normalized) {
            if let (Meaning::Column(index), Some(name)) = (meaning, names.get_mut(column)) {
                *name = known().columns.get(index).filter(|_| seen.insert(index));
            }
        }
        names
    }

    fn extra(
        &self,
        column: usize,
        known: Option<&Option<&KnownColumn>>,
        titles: &mut HashSet<String>,
    ) -> (ExtraSpec, CellForm) {
        let header = self.header.get(column).map_or("", |header| header.trim());
        let known = known.copied().flatten();
        let kind = known.map(KnownColumn::kind);
        let title = match (known, header) {
            (Some(known), _) => known.name.clone(),
            (None, "") => format!("Column {}", column + 1),
            (None, header) => header.to_owned(),
        };
        let form = CellForm::detect(self.cells(column), kind, self.is_semicolon);
        // The other kinds are inferred, since a cell may hold anything.
        let kind = kind.filter(|kind| *kind == Kind::Text);
        (ExtraSpec::new(&unique(&title, titles), kind), form)
    }

    fn unknown(&self) -> ReadError {
        let columns: Vec<Values> = (0..self.width()).map(|column| self.values(column)).collect();
        let with_addresses = || columns.iter().enumerate().filter(|(_, values)| values.are_addresses());
        let source = with_addresses().rev().max_by_key(|(_, values)| values.sites).map(|(column, _)| column);
        let others = with_addresses().filter(|(column, _)| Some(*column) != source);
        let target = others.min_by_key(|(_, values)| values.sites).map(|(column, _)| column);
        let anchor = self.anchor(&columns);
        let mut proposal: Vec<(Field, usize)> = Vec::new();
        if let Some(source) = source {
            let has_paths = self.cells(source).any(|cell| cell.contains('/'));
            proposal.push((if has_paths { Field::SourceUrl } else { Field::SourceDomain }, source));
            proposal.extend(target.map(|target| (Field::TargetUrl, target)));
            let is_free = |anchor: &usize| proposal.iter().all(|(_, column)| column != anchor);
            proposal.extend(anchor.filter(is_free).map(|anchor| (Field::Anchor, anchor)));
        }
        ReadError::UnknownColumns(Box::new(UnknownColumns {
            header: self.header.clone(),
            rows: self.rows.iter().take(SHOWN_ROWS).cloned().collect(),
            proposal: ColumnMap::to_columns(&proposal, &self.header),
        }))
    }

    /// The column with the name of an anchor, or the only one with text.
    fn anchor(&self, columns: &[Values]) -> Option<usize> {
        let names = self.header.iter().map(|name| known().meaning(&normalize(name)));
        let named = names.enumerate().find(|(_, meaning)| *meaning == Some(Meaning::Field(Field::Anchor)));
        let is_text = |column: usize| self.cells(column).any(|cell| cell.chars().any(char::is_alphabetic));
        let mut texts = columns.iter().enumerate().filter(|(_, values)| !values.are_addresses());
        let mut texts = texts.by_ref().map(|(column, _)| column).filter(|column| is_text(*column));
        let only = texts.next().filter(|_| texts.next().is_none());
        named.map(|(column, _)| column).or(only)
    }
}
