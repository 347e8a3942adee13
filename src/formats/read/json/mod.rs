//! Reads objects in JSON: API responses, lists of objects, and one object a line. Records are found by their braces and
//! parsed one by one, so that the file is never loaded completely.

mod addresses;
mod answer;
mod brackets;
mod flat_object;
mod groups;
mod records;

use std::borrow::Cow;
use std::ops::Range;

use self::brackets::first_key;
use self::flat_object::{Keys, parse};
use self::groups::{Group, Groups, groups};
use self::records::{Starts, for_each_record};
use super::column_map::ColumnMap;
use super::error::ReadError;
use super::known::Meaning;
use super::layout::{Layout, extra_title};
use super::link_row::Guards;
use super::rank::Rank;
use super::record_format::RecordFormat;
use super::sample::Sample;
use crate::domain::columns::{ExtraSpec, Value};
use crate::domain::encoding::decode_ascii_compatible;
use crate::domain::link_set::SegmentBuilder;

pub(super) use addresses::Addresses;

#[derive(Default)]
pub(super) struct Json {
    layout: Layout,
    keys: Keys,
    starts: Starts,
}

/// Objects by which a file is judged.
const SAMPLE_OBJECTS: usize = 200;

impl Json {
    /// Also returns the position of the first record.
    ///
    /// # Errors
    /// [`ReadError::NoLinks`] if it may be another kind of text.
    pub(super) fn detect(start: &[u8], at_end: bool, map: &ColumnMap) -> Result<(Json, usize), ReadError> {
        let found = groups(start);
        let mut errors = Vec::new();
        if let Some(records) = records_of(start, &found, map, &mut errors) {
            let sample = JsonSample::of(start, &records, is_whole(&found, &records, at_end));
            let layout = Layout::resolve(&sample.sample, map)?;
            let starts = starts(start, &found, &records);
            return Ok((Json { layout, keys: sample.keys, starts }, records.start()));
        }
        let (text, _) = decode_ascii_compatible(start);
        if let Some(answer) = at_end.then(|| serde_json::from_str(&text).ok()).flatten() {
            if let Some(message) = answer::error(&answer) {
                return Err(ReadError::NotAList { what: format!("an API error message: {message}") });
            }
            if answer::is_empty(&answer) {
                return Ok((Json::default(), start.len()));
            }
            if map.is_empty() && answer::is_dictionary(&answer) {
                return Err(not_a_list());
            }
        }
        Err(most_helpful(errors).unwrap_or_else(|| if begins_json(&text) { not_a_list() } else { ReadError::NoLinks }))
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// The error for the group with the most objects, unless there is no advice for it.
fn most_helpful(errors: Errors) -> Option<ReadError> {
    let has_advice =
        |error: &ReadError| !matches!(error, ReadError::UnknownColumns(table) if table.proposal.is_empty());
    errors
        .into_iter()
        .filter(|(_, error)| has_advice(error))
        .max_by_key(|(objects, _)| *objects)
        .map(|(_, error)| error)
}

fn not_a_list() -> ReadError {
    ReadError::NotAList { what: "JSON without a list of objects that contain a link's URL or domain".to_owned() }
}

/// Whether the start is JSON, however it goes on, and no text that begins with a bracket.
fn begins_json(text: &str) -> bool {
    let start = text.trim_start();
    let has_key = start.starts_with('{') && first_key(start.as_bytes(), 0).is_some();
    has_key || serde_json::from_str::<serde::de::IgnoredAny>(start).map_or_else(|error| error.is_eof(), |_| true)
}

struct JsonSample {
    keys: Keys,
    sample: Sample,
}

impl JsonSample {
    fn of(start: &[u8], records: &Group, is_whole: bool) -> JsonSample {
        let mut keys = Keys::default();
        let objects = records.objects.iter().take(SAMPLE_OBJECTS).filter_map(|object| start.get(object.clone()));
        let rows: Vec<Vec<String>> = objects.map(|object| keys.add_row(&decode_ascii_compatible(object).0)).collect();
        let sample = Sample { header: keys.names().to_vec(), rows, is_semicolon: false, is_whole };
        JsonSample { keys, sample }
    }
}

/// Why groups are not read, with the number of their objects.
type Errors = Vec<(usize, ReadError)>;

/// The objects that are links.
fn records_of(start: &[u8], found: &Groups, map: &ColumnMap, errors: &mut Errors) -> Option<Group> {
    let mut best = |groups: &[Group]| best_of(&links_in(start, groups, map, errors));
    best(&found.complete).or_else(|| best(&found.by_level()))
}

/// The groups whose columns are known.
fn links_in<'g>(start: &[u8], groups: &'g [Group], map: &ColumnMap, errors: &mut Errors) -> Vec<(Rank, &'g Group)> {
    let mut links = Vec::new();
    for group in groups {
        match Layout::resolve(&JsonSample::of(start, group, false).sample, map) {
            Ok(layout) => links.push((Rank::of(&layout), group)),
            Err(error) => errors.push((group.objects.len(), error)),
        }
    }
    links
}

/// An object that has links in it is none, unless it has more of a link than these.
fn best_of(links: &[(Rank, &Group)]) -> Option<Group> {
    let is_better = |(rank, group): &(Rank, &Group), (best_rank, best): &(Rank, &Group)| {
        rank > best_rank || (rank == best_rank && best.contains(group))
    };
    let (best_rank, best) =
        links.iter().copied().reduce(|best, next| if is_better(&next, &best) { next } else { best })?;
    // Lists beside it may have links too.
    let is_beside = |group: &Group| !group.contains(best) && !best.contains(group);
    let beside = links.iter().filter(|(rank, group)| rank.has_pages == best_rank.has_pages && is_beside(group));
    let mut objects: Vec<Range<usize>> = beside.flat_map(|(_, group)| group.objects.clone()).collect();
    objects.sort_unstable_by_key(|object| object.start);
    Some(Group { level: best.level, objects })
}

/// Whether these are all records of the file.
fn is_whole(found: &Groups, records: &Group, at_end: bool) -> bool {
    let is_elsewhere = |group: &&Group| {
        !records.objects.contains(group.objects.first().unwrap_or(&(0..0))) && !group.contains(records)
    };
    at_end && records.objects.len() < SAMPLE_OBJECTS && found.complete.iter().filter(is_elsewhere).count() == 0
}

/// The first keys of the records, without those of the objects around them.
fn starts(start: &[u8], found: &Groups, records: &Group) -> Starts {
    let complete = found.complete.iter().flat_map(|group| &group.objects).filter(|object| records.is_in(object));
    let unfinished = found.unfinished.iter().copied().filter(|at| *at < records.start());
    let around = complete.map(|object| object.start).chain(unfinished);
    let around: Vec<&[u8]> = around.filter_map(|at| first_key(start, at)).collect();
    let mut starts: Vec<Vec<u8>> = Vec::new();
    for key in records.objects.iter().take(SAMPLE_OBJECTS).filter_map(|record| first_key(start, record.start)) {
        if !around.contains(&key) && !starts.iter().any(|start| start == key) {
            starts.push(key.to_vec());
        }
    }
    Starts(starts)
}

impl RecordFormat for Json {
    fn complete_len(&self, bytes: &[u8], at_end: bool) -> usize {
        let mut end = 0;
        for_each_record(bytes, &self.starts, |range| end = range.end);
        if at_end { bytes.len() } else { end }
    }

    fn resume(&self, bytes: &[u8]) -> Option<usize> {
        let line = || memchr::memchr(b'\n', bytes).map(|at| at + 1);
        if self.starts.0.is_empty() { line() } else { self.starts.next(bytes, 1) }
    }

    fn read(&self, records: &str, links: &mut SegmentBuilder) -> usize {
        let mut skipped = 0;
        let mut cells: Vec<Cow<'_, str>> = Vec::new();
        let mut late = Vec::new();
        let is_cut = for_each_record(records.as_bytes(), &self.starts, |range| {
            let object = records.get(range).unwrap_or_default();
            late.clear();
            let is_link = parse(object, &self.keys, &mut cells, &mut late)
                && self.layout.push(&|column| cells.get(column).map_or("", AsRef::as_ref), Guards::None, links);
            if is_link {
                late.iter().for_each(|(key, text)| push_late(key, text, links));
            }
            skipped += usize::from(!is_link);
        });
        skipped + usize::from(is_cut)
    }

    fn extras(&self) -> &[ExtraSpec] {
        &self.layout.extras
    }
}

/// Adds the value of a key that the first objects do not have.
fn push_late(key: &str, text: &str, links: &mut SegmentBuilder) {
    if text.is_empty()
        || matches!(super::known::known().meaning(&super::known::normalize(key)), Some(Meaning::Field(_)))
    {
        return;
    }
    let index = links.extra(&ExtraSpec::new(&extra_title(key), None));
    // Fails only beyond 4 GiB of text, when the link itself could not be stored either.
    let _ = links.set_extra(index, Value::Text(text));
}
