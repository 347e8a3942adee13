//! Evaluates terms, one segment at a time. A text is searched for in a whole column at once, which is a single scan
//! over contiguous memory.

use std::ops::{Range, RangeBounds};

use super::condition::{Condition, TextTest};
use super::expression::Expression;
use super::needle::Needle;
use super::term::{Alternative, FieldSelector, Pattern, Term};
use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::{ColumnDef, ExtraColumn, ExtraValues, Measure, Part, Source, Value};
use crate::domain::diff::RowDiff;
use crate::domain::domain_name::readable;
use crate::domain::link::Field;
use crate::domain::link_set::Segment;
use crate::domain::note::{Note, RowNotes};
use crate::domain::public_suffix;
use crate::domain::row::Row;
use crate::domain::row_set::{BitSet, RowSet};
use crate::domain::string_column::{DictColumn, StringColumn};
use crate::domain::url_parts::host;

/// What a filter can test besides the links themselves.
#[derive(Clone, Copy, Debug)]
pub struct EvalContext<'a> {
    pub marks: &'a RowSet,
    pub notes: &'a RowNotes,
    /// By row; empty unless two snapshots are compared.
    pub row_diffs: &'a [RowDiff],
    pub rules: &'a AnchorRules,
}

/// The indexes of the links of a segment that match every term. `first` is the segment's first row in its set.
pub(super) fn matching_rows(terms: &[Term], segment: &Segment, first: Row, context: &EvalContext<'_>) -> BitSet {
    let mut result = BitSet::all(segment.len());
    for term in terms {
        let mut hits = BitSet::new(segment.len());
        for alternative in &term.alternatives {
            find(alternative, segment, first, context, &mut hits);
        }
        if term.exclude {
            hits.invert();
        }
        result.intersect(&hits);
    }
    result
}

/// Whether a link matches every term, given its index in the segment and its row in the set.
pub(super) fn row_matches(
    terms: &[Term],
    segment: &Segment,
    (index, row): (usize, Row),
    context: &EvalContext<'_>,
) -> bool {
    terms.iter().all(|term| {
        term.exclude
            != term
                .alternatives
                .iter()
                .any(|alternative| alternative_matches(alternative, segment, (index, row), context))
    })
}

fn find(alternative: &Alternative, segment: &Segment, first: Row, context: &EvalContext<'_>, hits: &mut BitSet) {
    let selector = &alternative.selector;
    let column = |field| segment.column(field);
    if let Some(text) = text_of_note(selector) {
        let of_segment = context.notes.range(first..first.plus(segment.len()));
        let matching = of_segment.filter(|(_, note)| matches_text(&alternative.pattern, text(note)));
        return matching.for_each(|(row, _)| hits.set(row.0 - first.0, true));
    }
    match &alternative.pattern {
        Pattern::Contains(needle) => find_containing(selector, needle, segment, hits),
        Pattern::WithinDomain(forms) => forms.iter().for_each(|needle| find_within_domain(needle, segment, hits)),
        Pattern::Exactly(needle) => {
            selector.fields().iter().for_each(|field| each(column(*field), hits, |text| needle.equals(text)));
        }
        Pattern::Matches(regex) => {
            let extras = extra_texts(segment).filter(|_| matches!(selector, FieldSelector::Anywhere));
            for column in selector.fields().iter().map(|&field| column(field)).chain(extras) {
                find_by_regex(column, hits, regex);
            }
        }
        Pattern::Suffix(needle) => each(column(Field::SourceDomain), hits, |domain| has_suffix(domain, needle)),
        Pattern::EmptyAnchor => each(column(Field::Anchor), hits, is_empty),
        Pattern::ValueIs(forms) if let Some((field, part)) = counted_part(selector) => {
            each(column(field), hits, |text| forms.iter().any(|needle| needle.equals(part(text))));
        }
        Pattern::InRange(range) => {
            if let Some((field, of)) = measured_field(selector) {
                each(column(field), hits, |text| range.contains(&f64::from(of(text))));
            }
        }
        Pattern::MeetsCondition(condition) => match extra(segment, selector) {
            Some(values) => find_by_condition(values, condition, hits),
            None if condition.absent => *hits = BitSet::all(segment.len()),
            None => {}
        },
        Pattern::ValueIs(_)
        | Pattern::Marked
        | Pattern::Tagged
        | Pattern::Noted
        | Pattern::DiffStatus(_)
        | Pattern::DomainDiffStatus(_) => {
            for index in 0..segment.len() {
                if alternative_matches(alternative, segment, (index, first.plus(index)), context) {
                    hits.set(index as u32, true);
                }
            }
        }
    }
}

fn find_containing(selector: &FieldSelector, needle: &Needle, segment: &Segment, hits: &mut BitSet) {
    let extras = extra_texts(segment).filter(|_| matches!(selector, FieldSelector::Anywhere));
    for column in selector.fields().iter().map(|&field| segment.column(field)).chain(extras) {
        in_column(column, hits, |texts, hits| each_containing(texts, needle, hits, |_| true));
    }
    if !needle.is_ascii() {
        for field in selector.fields().iter().filter(|field| field.is_domain()) {
            each(segment.column(*field), hits, |name| needle.is_in(&readable(name)));
        }
    }
    // A subdomain of the registrable domain appears only in the URL's host.
    if selector.is_domain() {
        let is_in_host = |url: &str| needle.is_in(host(url));
        let urls = segment.column(Field::SourceUrl);
        in_column(urls, hits, |urls, hits| each_containing(urls, needle, hits, is_in_host));
    }
}

fn find_within_domain(needle: &Needle, segment: &Segment, hits: &mut BitSet) {
    let is_below = |url: &str| is_within(host(url), needle);
    each(segment.column(Field::SourceDomain), hits, |domain| is_within(domain, needle));
    let urls = segment.column(Field::SourceUrl);
    in_column(urls, hits, |urls, hits| each_containing(urls, needle, hits, is_below));
}

/// Whether a link matches an alternative, given its index in the segment and its row in the set.
fn alternative_matches(
    alternative: &Alternative,
    segment: &Segment,
    (index, row): (usize, Row),
    context: &EvalContext<'_>,
) -> bool {
    let selector = &alternative.selector;
    let text = |field: Field| segment.column(field).get(index);
    let any = |matches: &dyn Fn(&str) -> bool| {
        selector.fields().iter().any(|field| matches(text(*field)))
            || matches!(selector, FieldSelector::Anywhere)
                && extra_texts(segment).any(|column| matches(column.get(index)))
    };
    let row_diff = || context.row_diffs.get(row.index());
    if let Some(text) = text_of_note(selector) {
        return context.notes.get(&row).is_some_and(|note| matches_text(&alternative.pattern, text(note)));
    }
    match &alternative.pattern {
        Pattern::Contains(needle) => {
            let is_in_name = |field: &Field| field.is_domain() && needle.is_in(&readable(text(*field)));
            any(&|text| needle.is_in(text))
                || (!needle.is_ascii() && selector.fields().iter().any(is_in_name))
                || (selector.is_domain() && needle.is_in(host(text(Field::SourceUrl))))
        }
        Pattern::WithinDomain(forms) => forms.iter().any(|needle| {
            is_within(text(Field::SourceDomain), needle) || is_within(host(text(Field::SourceUrl)), needle)
        }),
        Pattern::Exactly(needle) => any(&|text| needle.equals(text)),
        Pattern::Matches(regex) => any(&|text| regex.is_match(text)),
        Pattern::Suffix(needle) => has_suffix(text(Field::SourceDomain), needle),
        Pattern::ValueIs(forms) => {
            let value = match counted_part(selector) {
                Some((field, part)) => part(text(field)),
                None => context.rules.classify(text(Field::Anchor), text(Field::TargetDomain)).name(),
            };
            forms.iter().any(|needle| needle.equals(value))
        }
        Pattern::InRange(range) => {
            measured_field(selector).is_some_and(|(field, of)| range.contains(&f64::from(of(text(field)))))
        }
        Pattern::MeetsCondition(condition) => {
            condition.matches(extra(segment, selector).map_or(Value::Absent, |values| values.get(index)))
        }
        Pattern::EmptyAnchor => is_empty(text(Field::Anchor)),
        Pattern::Marked => context.marks.contains(row),
        Pattern::Noted => context.notes.contains_key(&row),
        Pattern::Tagged => context.notes.get(&row).is_some_and(|note| !note.tag.is_empty()),
        Pattern::DiffStatus(wanted) => row_diff().is_some_and(|row_diff| row_diff.link == *wanted),
        Pattern::DomainDiffStatus(wanted) => row_diff().is_some_and(|row_diff| row_diff.domain == *wanted),
    }
}

/// The field of a column, and the part of it that is the value; `None` for the anchor type, which depends on the
/// whole link.
fn counted_part(selector: &FieldSelector) -> Option<(Field, Part)> {
    match selector {
        FieldSelector::Column(def, _) => def.counted_part(),
        _ => None,
    }
}

/// The field that a number column is computed from, and the function that computes it.
fn measured_field(selector: &FieldSelector) -> Option<(Field, Measure)> {
    match selector {
        FieldSelector::Column(ColumnDef { source: Source::Number { field, of }, .. }, _) => Some((*field, *of)),
        _ => None,
    }
}

/// The extra column that a selector names, if the segment has it.
fn extra<'a>(segment: &'a Segment, selector: &FieldSelector) -> Option<&'a ExtraValues> {
    let FieldSelector::Extra(key) = selector else { return None };
    segment.extras().iter().find(|extra| extra.name().key() == key.as_ref()).map(ExtraColumn::values)
}

/// The extra columns of kind text.
fn extra_texts(segment: &Segment) -> impl Iterator<Item = &DictColumn> {
    segment.extras().iter().filter_map(|extra| match extra.values() {
        ExtraValues::Text(column) => Some(column),
        _ => None,
    })
}

/// Adds the rows whose values match a condition, in one scan over the packed values.
fn find_by_condition(values: &ExtraValues, condition: &Condition, hits: &mut BitSet) {
    match (values, condition) {
        (_, Condition { absent: true, .. }) => {
            (0..values.len())
                .filter(|index| values.get(*index).is_absent())
                .for_each(|index| hits.set(index as u32, true));
        }
        (ExtraValues::Number(numbers), Condition { number: Some(range), .. }) => {
            numbers.find(hits, |number| range.contains(&number));
        }
        (ExtraValues::Date(dates), Condition { day: Some(range), .. }) => dates.find(hits, |day| range.contains(&day)),
        (ExtraValues::Flag(flags), Condition { flag: Some(wanted), .. }) => flags.find(hits, *wanted),
        (ExtraValues::Text(column), Condition { text: Some(test), .. }) => match test {
            // An absent text contains nothing, not even the empty string.
            TextTest::Contains(needle) => in_column(column, hits, |texts, hits| {
                each_containing(texts, needle, hits, |text| !text.is_empty());
            }),
            TextTest::Exactly(needle) => each(column, hits, |text| needle.equals(text)),
            TextTest::Matches(regex) => each(column, hits, |text| !text.is_empty() && regex.is_match(text)),
        },
        (ExtraValues::Text(column), Condition { text: None, .. }) => {
            each(column, hits, |text| condition.compares(text));
        }
        _ => {}
    }
}

/// Adds the rows whose text matches an expression.
fn find_by_regex(column: &DictColumn, hits: &mut BitSet, regex: &Expression) {
    in_column(column, hits, |texts, hits| match regex.candidates() {
        Some(find_at) => each_candidate(texts, hits, find_at, |text, _| regex.is_match(text)),
        None => each_text(texts, hits, |text| regex.is_match(text)),
    });
}

/// For a selector of notes or tags, the part of a note that it selects.
fn text_of_note(selector: &FieldSelector) -> Option<fn(&Note) -> &str> {
    match selector {
        FieldSelector::Note => Some(|note| &note.text),
        FieldSelector::Tag => Some(|note| &note.tag),
        _ => None,
    }
}

fn matches_text(pattern: &Pattern, text: &str) -> bool {
    match pattern {
        Pattern::Contains(needle) => needle.is_in(text),
        Pattern::Exactly(needle) => needle.equals(text),
        Pattern::Matches(regex) => regex.is_match(text),
        _ => false,
    }
}

fn is_within(domain: &str, parent: &Needle) -> bool {
    parent.strip_from_end(domain).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
}

fn is_empty(text: &str) -> bool {
    text.trim().is_empty()
}

/// Runs `find` over the distinct texts of a column, and adds the rows that have one of the texts found.
fn in_column(column: &DictColumn, hits: &mut BitSet, find: impl FnOnce(&StringColumn, &mut BitSet)) {
    let Some(numbers) = column.numbers() else { return find(column.texts(), hits) };
    let mut matching = BitSet::new(column.texts().len());
    find(column.texts(), &mut matching);
    if matching.count() > 0 {
        let rows = (0..).zip(numbers).filter(|(_, number)| matching.contains(u32::from(**number)));
        rows.for_each(|(index, _)| hits.set(index, true));
    }
}

/// Tests each distinct text of a column.
fn each(column: &DictColumn, hits: &mut BitSet, matches: impl Fn(&str) -> bool) {
    in_column(column, hits, |texts, hits| each_text(texts, hits, matches));
}

/// Tests each text that is not a hit yet.
fn each_text(texts: &StringColumn, hits: &mut BitSet, matches: impl Fn(&str) -> bool) {
    for (number, text) in (0..).zip(texts.iter()) {
        if !hits.contains(number) && matches(text) {
            hits.set(number, true);
        }
    }
}

/// Tests the texts that contain `needle`.
fn each_containing(texts: &StringColumn, needle: &Needle, hits: &mut BitSet, matches: impl Fn(&str) -> bool) {
    // An empty needle is also in empty texts, which a scan over all bytes never visits. Where most texts are hits
    // already, testing the rest one by one is faster.
    if needle.is_empty() || hits.count() * 2 > texts.len() {
        return each_text(texts, hits, |text| needle.is_in(text) && matches(text));
    }
    let find_at = |text: &str, at| needle.find_at(text, at);
    each_candidate(texts, hits, find_at, |text, is_inside| (is_inside || needle.is_in(text)) && matches(text));
}

/// Scans all texts with `find_at`, and tests each text in which an occurrence starts. `matches` is also told whether
/// the occurrence ends inside the same text.
fn each_candidate(
    texts: &StringColumn,
    hits: &mut BitSet,
    find_at: impl Fn(&str, usize) -> Option<Range<usize>>,
    matches: impl Fn(&str, bool) -> bool,
) {
    let (text, ends) = (texts.text(), texts.ends());
    let (mut number, mut at) = (0, 0);
    while let Some(found) = find_at(text, at) {
        number = number_at(ends, number, found.start);
        let Some(end) = ends.get(number).map(|&end| end as usize) else { return };
        if matches(texts.get(number), found.end <= end) {
            hits.set(number as u32, true);
        }
        at = end;
    }
}

/// The number of the text that contains byte `at`, which is `from` or a later one. An exponential search: occurrences
/// come in order, most of them close to the previous one.
fn number_at(ends: &[u32], from: usize, at: usize) -> usize {
    let ends_before = |number: usize| ends.get(number).is_some_and(|&end| end as usize <= at);
    let mut step = 1;
    let mut low = from;
    while ends_before(low + step - 1) {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(ends.len());
    low + ends.get(low..high).map_or(0, |ends| ends.partition_point(|&end| end as usize <= at))
}

fn has_suffix(domain: &str, suffix: &Needle) -> bool {
    let ends_with_suffix = suffix.strip_from_end(domain).is_some_and(|rest| rest.ends_with('.'));
    // Without a dot, it is the last label; with one, it has to be a public suffix such as co.uk.
    let is_public = || public_suffix::suffix(domain).is_some_and(|public| suffix.equals(public));
    ends_with_suffix && (!suffix.contains_char('.') || is_public())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_text_that_contains_a_byte_from_any_earlier_text() {
        // Empty texts contain no byte.
        let ends = [0, 3, 3, 4, 9, 9, 12];
        for (at, number) in [(0, 1), (2, 1), (3, 3), (4, 4), (8, 4), (9, 6), (11, 6), (12, 7)] {
            for from in 0..=number {
                assert_eq!(number_at(&ends, from, at), number, "{at} from {from}");
            }
        }
    }
}
