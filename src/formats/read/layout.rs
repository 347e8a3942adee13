//! Decides which column of a table holds which field, by the names of the columns and by their values. What is
//! uncertain is never guessed: the user is asked.

use std::collections::{HashMap, HashSet};

use super::cell_form::CellForm;
use super::column_map::{ColumnMap, UnknownColumn};
use super::columns::Columns;
use super::error::ReadError;
use super::known::{Holds, KnownColumn, Meaning, Report, known, normalize};
use super::notice::Notice;
use super::number_form::NumberForm;
use super::sample::Sample;
use crate::domain::Field;
use crate::domain::columns::{ExtraSpec, Kind};

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
    /// What the header says.
    named: Columns,
}

impl Layout {
    pub(super) fn resolve(sample: &Sample, map: &ColumnMap) -> Result<Layout, ReadError> {
        let names: Vec<String> = sample.header.iter().map(|name| normalize(name)).collect();
        let report = known().report(&names);
        let named = Columns::by_name(&names, report);
        let mut columns = if map.is_complete() { Columns::default() } else { named.clone() };
        // Links to the user's pages have these pages as their target, so only tables without a clear source are refused.
        let refusal = report.filter(|_| map.is_empty() && !columns.has_source()).and_then(Report::refusal);
        if let Some(what) = refusal {
            return Err(ReadError::NotLinks { what });
        }
        let mapped = map.resolve(&sample.header, sample.width());
        let mapped =
            mapped.map_err(|UnknownColumn(wanted)| ReadError::NoColumn { wanted, header: sample.names().to_vec() })?;
        let is_api =
            [Field::SourceUrl, Field::SourceDomain].iter().any(|field| names.contains(&normalize(field.api_name())));
        if mapped.is_empty() && !is_api {
            columns.check_values(sample, report.is_some())?;
        }
        for (field, column) in mapped {
            columns.assign(field, column);
        }
        if columns.has_source() {
            let report = report.filter(|report| report.is_evident(&names));
            Ok(Layout { is_api, named, ..Layout::with(&columns, sample, report) })
        } else {
            Err(sample.unknown())
        }
    }

    fn with(columns: &Columns, sample: &Sample, report: Option<&'static Report>) -> Layout {
        let mut layout = Layout { fields: columns.fields, report, ..Layout::default() };
        let mut titles = Titles::default();
        let names = known_columns(sample);
        for (column, known) in names.into_iter().enumerate() {
            let is_used = columns.fields.contains(&Some(column));
            let is_blank = sample.is_whole && sample.cells(column).next().is_none();
            if !is_used && !is_blank {
                layout.extras.push(extra(sample, column, known, &mut titles));
                let known = known.map(|known| (known.kind(), known.name.as_str()));
                layout.sources.push((column, CellForm::detect(sample.cells(column), known, sample.is_semicolon)));
            }
        }
        layout.decide_numbers();
        if columns.has_titles(sample) {
            layout.title = Some(layout.extras.len());
            layout.extras.push(ExtraSpec::new(&titles.unique("Title"), Some(Kind::Text)));
        }
        layout.notices.extend(layout.lacking());
        layout
    }

    /// One column with a decimal comma decides for all.
    fn decide_numbers(&mut self) {
        let comma = CellForm::Number(NumberForm::DecimalComma);
        if self.sources.iter().any(|(_, form)| *form == comma) {
            for (_, form) in &mut self.sources {
                if *form == CellForm::Number(NumberForm::Undecided) {
                    *form = comma;
                }
            }
        }
    }

    /// What the export of a tool does not have.
    fn lacking(&self) -> Option<Notice> {
        let report = self.report.filter(|report| report.holds == Holds::Links)?;
        let lacks = |field: Field| self.fields.get(field.index()).copied().flatten().is_none();
        let no_target = lacks(Field::TargetUrl) && lacks(Field::TargetDomain);
        let what = match (lacks(Field::Anchor), no_target) {
            (true, true) => "anchor texts and target pages",
            (true, false) => "anchor texts",
            (false, true) => "target pages",
            (false, false) => return None,
        };
        Some(Notice::Lacks { tool: &report.tool, report: &report.name, what })
    }

    /// Whether a record that is no link is the header of a table with other columns.
    pub(super) fn is_other_header<'a>(&self, cell: &impl Fn(usize) -> &'a str, width: usize) -> bool {
        let is_name = |column: usize| known().meaning(&normalize(cell(column))).is_some();
        // Tells a header from most other records at once.
        if !self.named.likely_source().is_some_and(is_name) {
            return false;
        }
        let columns = Columns::of_header(&(0..width).map(cell).collect::<Vec<_>>());
        columns.are_several() && columns.disagrees(&self.named)
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

/// The known column of each column. Only the most specific of several headers for the same one counts.
fn known_columns(sample: &Sample) -> Vec<Option<&'static KnownColumn>> {
    let normalized: Vec<String> = sample.header.iter().map(|name| normalize(name)).collect();
    let mut names = vec![None; sample.width()];
    let mut seen = HashSet::new();
    for (column, meaning) in known().meanings(&normalized) {
        if let (Meaning::Column(index), Some(name)) = (meaning, names.get_mut(column)) {
            *name = known().columns.get(index).filter(|_| seen.insert(index));
        }
    }
    names
}

fn extra(sample: &Sample, column: usize, known: Option<&KnownColumn>, titles: &mut Titles) -> ExtraSpec {
    let header = sample.header.get(column).map_or("", |header| header.trim());
    let title = match (known, header) {
        (Some(known), _) => known.name.clone(),
        (None, "") => format!("Column {}", column + 1),
        (None, header) => header.to_owned(),
    };
    // The other kinds are inferred, since a cell may hold anything.
    let kind = known.map(KnownColumn::kind).filter(|kind| *kind == Kind::Text);
    ExtraSpec::new(&titles.unique(&title), kind)
}

/// The titles of the extra columns so far, normalized, with the number of the last one that began like it.
#[derive(Default)]
struct Titles {
    taken: HashMap<String, usize>,
}

impl Titles {
    /// A title that no column has yet.
    fn unique(&mut self, title: &str) -> String {
        let key = normalize(title);
        let mut number = self.taken.get(&key).copied().unwrap_or(0);
        loop {
            number += 1;
            let unique = if number == 1 { title.to_owned() } else { format!("{title} {number}") };
            if !self.taken.contains_key(&normalize(&unique)) {
                self.taken.insert(normalize(&unique), 1);
                self.taken.insert(key, number);
                return unique;
            }
        }
    }
}
