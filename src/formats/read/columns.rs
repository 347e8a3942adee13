//! Which column of a table holds which field, by the names of the columns, checked by their values.

use super::error::ReadError;
use super::known::{Meaning, Report, known, normalize};
use super::sample::{Sample, Values};
use crate::domain::Field;

#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) fields: [Option<usize>; 5],
    weak: [Option<usize>; 5],
    /// All columns whose names mean the referring page.
    sources: Vec<usize>,
    /// The one whose cells have a title too, by its name.
    titled: Option<usize>,
    /// How many names mean something.
    known: usize,
}

fn slot(columns: &mut [Option<usize>; 5], field: Field) -> Option<&mut Option<usize>> {
    columns.get_mut(field.index())
}

impl Columns {
    pub(super) fn of_header(header: &[impl AsRef<str>]) -> Columns {
        let names: Vec<String> = header.iter().map(|name| normalize(name.as_ref())).collect();
        Columns::by_name(&names, known().report(&names))
    }

    /// Takes normalized names.
    pub(super) fn by_name(names: &[String], report: Option<&Report>) -> Columns {
        let mut columns = Columns::default();
        for (field, header) in report.into_iter().flat_map(Report::overrides) {
            if let Some(column) = names.iter().position(|name| *name == header)
                && let Some(slot) = slot(&mut columns.fields, field)
            {
                slot.get_or_insert(column);
            }
        }
        let meanings = known().meanings(names);
        columns.known = meanings.len();
        for (column, meaning) in meanings {
            if columns.fields.contains(&Some(column)) {
                continue;
            }
            let slot = match meaning {
                Meaning::Field(field) => {
                    if field == Field::SourceUrl {
                        columns.sources.push(column);
                    }
                    slot(&mut columns.fields, field)
                }
                Meaning::WeakField(field) => slot(&mut columns.weak, field),
                Meaning::TitledSource if columns.of(Field::SourceUrl).is_none() => {
                    columns.titled = Some(column);
                    slot(&mut columns.fields, Field::SourceUrl)
                }
                Meaning::TitledSource | Meaning::Column(_) => None,
            };
            if let Some(slot) = slot {
                slot.get_or_insert(column);
            }
        }
        columns
    }

    pub(super) fn of(&self, field: Field) -> Option<usize> {
        self.fields.get(field.index()).copied().flatten()
    }

    fn weak(&self, field: Field) -> Option<usize> {
        self.weak.get(field.index()).copied().flatten()
    }

    pub(super) fn assign(&mut self, field: Field, column: usize) {
        for other in &mut self.fields {
            *other = other.filter(|other| *other != column);
        }
        if let Some(slot) = slot(&mut self.fields, field) {
            *slot = Some(column);
        }
    }

    pub(super) fn has_source(&self) -> bool {
        self.of(Field::SourceUrl).is_some() || self.of(Field::SourceDomain).is_some()
    }

    /// The column of the referring page or domain, even if its name is too general.
    pub(super) fn likely_source(&self) -> Option<usize> {
        let certain = self.of(Field::SourceUrl).or_else(|| self.of(Field::SourceDomain));
        certain.or_else(|| self.weak(Field::SourceUrl)).or_else(|| self.weak(Field::SourceDomain))
    }

    pub(super) fn target(&self) -> Option<usize> {
        self.of(Field::TargetUrl).or_else(|| self.of(Field::TargetDomain))
    }

    /// Whether these are the names of a header and not words of a row.
    pub(super) fn are_several(&self) -> bool {
        self.known > 1 && self.likely_source().is_some()
    }

    /// Whether a field is in another column than here.
    pub(super) fn disagrees(&self, other: &Columns) -> bool {
        let likely = |columns: &Columns, field: Field| columns.of(field).or_else(|| columns.weak(field));
        let differs = |(one, other): (usize, usize)| one != other;
        Field::ALL.iter().any(|&field| likely(self, field).zip(likely(other, field)).is_some_and(differs))
    }

    /// Whether the cells of the referring page have a title above or before the URL.
    pub(super) fn has_titles(&self, sample: &Sample) -> bool {
        let has_titles = |column| self.titled == Some(column) || sample.has_titles(column);
        self.of(Field::SourceUrl).is_some_and(has_titles)
    }

    /// Drops fields whose values contradict the name, and takes weak names that the values support. What is uncertain is
    /// left to the user, unless the table is the export of a tool.
    pub(super) fn check_values(&mut self, sample: &Sample, is_report: bool) -> Result<(), ReadError> {
        self.choose_source(sample, is_report)?;
        for field in [Field::SourceUrl, Field::SourceDomain] {
            let values = |column| {
                if self.titled == Some(column) { sample.titled_values(column) } else { sample.values(column) }
            };
            if self.of(field).is_some_and(|column| values(column).is_contradiction()) {
                self.fields[field.index()] = None;
            }
        }
        let has_target = self.target().is_some();
        if !self.has_source() {
            for field in [Field::SourceUrl, Field::SourceDomain] {
                let Some(column) = self.weak(field) else { continue };
                let values = sample.values(column);
                if !has_target && !is_report && values.are_addresses() && has_rival(sample, column) {
                    return Err(sample.unknown());
                }
                let is_supported = values.are_addresses() && (has_target || values.sites > 1);
                if is_supported || sample.rows.is_empty() {
                    self.fields[field.index()] = Some(column);
                } else if values.are_addresses() && values.sites == 1 && values.addresses > 1 {
                    return Err(ReadError::NotLinks { what: sample.one_site(column) });
                }
            }
        }
        if !has_target && let Some(column) = self.weak(Field::TargetUrl) {
            let is_free = !self.fields.contains(&Some(column));
            if is_free && sample.values(column).are_addresses() {
                self.fields[Field::TargetUrl.index()] = Some(column);
            }
        }
        Ok(())
    }

    /// Of several columns with a name for the referring page, takes the one whose values fit.
    fn choose_source(&mut self, sample: &Sample, is_report: bool) -> Result<(), ReadError> {
        if self.sources.len() < 2 {
            return Ok(());
        }
        let mut fitting = self.sources.iter().copied().filter(|column| sample.values(*column).are_addresses());
        let Some(first) = fitting.next() else { return Ok(()) };
        if !is_report && fitting.any(|other| sample.differ(first, other)) {
            return Err(sample.unknown());
        }
        self.fields[Field::SourceUrl.index()] = Some(first);
        Ok(())
    }
}

/// Whether another column may as well be the referring page, or the target: it has addresses, and its name says
/// nothing else.
fn has_rival(sample: &Sample, column: usize) -> bool {
    let own = sample.meaning(column);
    let is_open = |other: usize| sample.meaning(other).is_none_or(|meaning| Some(meaning) == own);
    let is_rival = |other: &usize| *other != column && is_open(*other) && sample.differ(column, *other);
    (0..sample.width()).filter(is_rival).any(|other| Values::are_addresses(&sample.values(other)))
}
