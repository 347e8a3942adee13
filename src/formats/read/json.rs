//! Reads objects in JSON: API responses, lists of objects, and one object a line. Records are found by their braces and
//! parsed one by one, so that the file is never loaded completely.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr2, memchr3};

use super::column_map::ColumnMap;
use super::error::ReadError;
use super::flat_object::{Keys, parse};
use super::known::Meaning;
use super::layout::{Layout, extra_title};
use super::link_row::Guards;
use super::record_format::RecordFormat;
use super::sample::Sample;
use crate::domain::columns::{ExtraSpec, Value};
use crate::domain::encoding::decode_ascii_compatible;
use crate::domain::link_set::SegmentBuilder;

pub(super) struct Json {
    layout: Layout,
    keys: Keys,
}

/// Objects by which a file is judged.
const SAMPLE_OBJECTS: usize = 200;

impl Json {
    /// Also returns the position of the first record. All records are in as many objects as the first.
    pub(super) fn detect(start: &[u8], at_end: bool, map: &ColumnMap) -> Result<(Json, usize), ReadError> {
        let (text, _) = decode_ascii_compatible(start);
        let objects = objects(text.as_bytes());
        let deepest = objects.iter().map(|object| object.depth).max().unwrap_or(0);
        let mut first_error = None;
        for depth in 0..=deepest {
            let records: Vec<&Object> = objects.iter().filter(|o| o.depth == depth).take(SAMPLE_OBJECTS).collect();
            let Some(first) = records.first() else { continue };
            let mut keys = Keys::default();
            let texts = records.iter().filter_map(|record| text.get(record.range.clone()));
            let rows: Vec<Vec<String>> = texts.map(|text| keys.add_row(text)).collect();
            let is_whole = at_end && records.len() < SAMPLE_OBJECTS;
            let sample = Sample { header: keys.names().to_vec(), rows, is_semicolon: false, is_whole };
            match Layout::resolve(&sample, map) {
                // The text is longer than the bytes only if it was not UTF-8, which JSON has to be.
                Ok(layout) => return Ok((Json { layout, keys }, first.range.start.min(start.len()))),
                Err(error) => {
                    let is_better = matches!(&error, ReadError::UnknownColumns(table) if !table.proposal.is_empty());
                    if first_error.is_none() || is_better {
                        first_error = Some(error);
                    }
                }
            }
        }
        if at_end && is_empty_list(&text) {
            return Ok((Json { layout: Layout::default(), keys: Keys::default() }, start.len()));
        }
        match first_error {
            Some(ReadError::UnknownColumns(table)) if table.proposal.is_empty() => Err(ReadError::NoLinks),
            Some(error) => Err(error),
            None => Err(ReadError::NoLinks),
        }
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// Whether a list of links was empty, as in a response without links.
fn is_empty_list(text: &str) -> bool {
    fn is_empty(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::Array(list) => list.is_empty(),
            serde_json::Value::Object(object) => {
                object.values().any(is_empty) || object.get("data").is_some_and(serde_json::Value::is_null)
            }
            _ => false,
        }
    }
    serde_json::from_str(text).is_ok_and(|value| is_empty(&value))
}

impl RecordFormat for Json {
    fn complete_len(&self, bytes: &[u8], at_end: bool) -> usize {
        let mut end = 0;
        for_each_record(bytes, |range| end = range.end);
        if at_end { bytes.len() } else { end }
    }

    fn read(&self, records: &str, links: &mut SegmentBuilder) -> usize {
        let mut skipped = 0;
        let mut cells: Vec<Cow<'_, str>> = Vec::new();
        let mut late = Vec::new();
        let is_cut = for_each_record(records.as_bytes(), |range| {
            let object = records.get(range).unwrap_or_default();
            late.clear();
            let is_link = parse(object, &self.keys, &mut cells, &mut late)
                && self.layout.push(|column| cells.get(column).map_or("", AsRef::as_ref), Guards::None, links);
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

struct Object {
    /// In how many other objects it is.
    depth: usize,
    range: Range<usize>,
}

/// All objects that are elements of a list or not in anything, in their order.
fn objects(bytes: &[u8]) -> Vec<Object> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, bool)> = Vec::new();
    for_each_brace(bytes, |at, is_opening| {
        if is_opening {
            open.push((at, is_member(bytes, at)));
        } else if let Some((start, is_member)) = open.pop()
            && !is_member
        {
            found.push(Object { depth: open.len(), range: start..at + 1 });
        }
    });
    found.sort_unstable_by_key(|object| object.range.start);
    found
}

/// Calls `found` with the range of each record, given that the first one is at the start. Returns whether one is incomplete.
fn for_each_record(bytes: &[u8], mut found: impl FnMut(Range<usize>)) -> bool {
    // Relative to the records. Between two lists of records it is negative.
    let mut depth = 0_i64;
    let mut start = None;
    for_each_brace(bytes, |at, is_opening| {
        if is_opening {
            if depth == 0 {
                start = Some(at).filter(|at| !is_member(bytes, *at));
            }
            depth += 1;
        } else {
            depth -= 1;
            if depth == 0
                && let Some(start) = start.take()
            {
                found(start..at + 1);
            }
        }
    });
    start.is_some()
}

/// Whether an object is the value of a key, and not an element of a list.
fn is_member(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default().trim_ascii_end();
    before.last() == Some(&b':')
}

/// Calls `found` with the position of each brace outside of strings, and whether it is an opening one.
fn for_each_brace(bytes: &[u8], mut found: impl FnMut(usize, bool)) {
    let mut at = 0;
    while let Some(next) = memchr3(b'{', b'}', b'"', bytes.get(at..).unwrap_or_default()).map(|offset| at + offset) {
        at = next + 1;
        match bytes.get(next) {
            Some(b'"') => match string_end(bytes, at) {
                Some(end) => at = end,
                None => return,
            },
            Some(b'{') => found(next, true),
            _ => found(next, false),
        }
    }
}

/// The position after the closing quote of a string whose content starts at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let stop = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(stop) == Some(&b'"') {
            return Some(stop + 1);
        }
        at = stop + 2;
    }
}
