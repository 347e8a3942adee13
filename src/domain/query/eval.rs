//! From terms to rows, one segment at a time. A plain text is searched for in a whole column at once, which is one run
//! over one piece of memory.

use std::ops::Range;

use super::Facts;
use super::needle::Needle;
use super::term::{Alternative, Pattern, Place, Term};
use crate::domain::link::Field;
use crate::domain::link_set::{Column, Segment};
use crate::domain::note::Note;
use crate::domain::rows::Rows;
use crate::domain::url_parts::host;

/// The rows of a segment that fulfil every term. `first` is the segment's first row in its set.
pub(super) fn rows(terms: &[Term], segment: &Segment, first: u32, facts: &Facts<'_>) -> Rows {
    let mut result = Rows::all(segment.len());
    for term in terms {
        let mut hits = Rows::new(segment.len());
        for alternative in &term.alternatives {
            find(alternative, segment, first, facts, &mut hits);
        }
        if term.exclude {
            hits.invert();
        }
        result.intersect(&hits);
    }
    result
}

/// Whether one row of a segment fulfils every term.
pub(super) fn holds(terms: &[Term], segment: &Segment, row: usize, first: u32, facts: &Facts<'_>) -> bool {
    terms.iter().all(|term| {
        term.exclude != term.alternatives.iter().any(|alternative| fits(alternative, segment, row, first, facts))
    })
}

fn find(alternative: &Alternative, segment: &Segment, first: u32, facts: &Facts<'_>, hits: &mut Rows) {
    let place = alternative.place;
    let column = |field| segment.column(field);
    if let Some(text) = text_of_note(place) {
        let of_segment = facts.notes.range(first..first + segment.len() as u32);
        let found = of_segment.filter(|(_, note)| is_in_text(&alternative.pattern, text(note)));
        return found.for_each(|(row, _)| hits.set(row - first, true));
    }
    match &alternative.pattern {
        Pattern::Contains(needle) => {
            for &field in place.fields() {
                each_containing(column(field), needle, hits, |_| true);
            }
            // A domain below the registrable one stands in the URL's host only.
            if place == Place::Domain {
                each_containing(column(Field::SourceUrl), needle, hits, |url| needle.is_in(host(url)));
            }
        }
        Pattern::WithinDomain(forms) => {
            for needle in forms {
                each(column(Field::SourceDomain), hits, |domain| is_within(domain, needle));
                each_containing(column(Field::SourceUrl), needle, hits, |url| is_within(host(url), needle));
            }
        }
        Pattern::Exactly(needle) => {
            place.fields().iter().for_each(|field| each(column(*field), hits, |text| needle.is(text)));
        }
        Pattern::Matches(regex) => {
            for &field in place.fields() {
                match regex.candidates() {
                    Some(find_at) => each_found(column(field), hits, find_at, |text, _| regex.is_match(text)),
                    None => each(column(field), hits, |text| regex.is_match(text)),
                }
            }
        }
        Pattern::Suffix(needle) => each(column(Field::SourceDomain), hits, |domain| has_suffix(domain, needle)),
        Pattern::Has(..)
        | Pattern::EmptyAnchor
        | Pattern::Marked
        | Pattern::Noted
        | Pattern::Stands(_)
        | Pattern::DomainStands(_) => {
            for row in 0..segment.len() {
                if fits(alternative, segment, row, first, facts) {
                    hits.set(row as u32, true);
                }
            }
        }
    }
}

/// Whether one row of a segment has what is looked for.
fn fits(alternative: &Alternative, segment: &Segment, row: usize, first: u32, facts: &Facts<'_>) -> bool {
    let place = alternative.place;
    let text = |field: Field| segment.column(field).get(row);
    let any = |holds: &dyn Fn(&str) -> bool| place.fields().iter().any(|field| holds(text(*field)));
    let row_of_set = first + row as u32;
    let verdict = || facts.verdicts.get(row_of_set as usize);
    if let Some(text) = text_of_note(place) {
        return facts.notes.get(&row_of_set).is_some_and(|note| is_in_text(&alternative.pattern, text(note)));
    }
    match &alternative.pattern {
        Pattern::Contains(needle) => {
            any(&|text| needle.is_in(text)) || (place == Place::Domain && needle.is_in(host(text(Field::SourceUrl))))
        }
        Pattern::WithinDomain(forms) => forms.iter().any(|needle| {
            is_within(text(Field::SourceDomain), needle) || is_within(host(text(Field::SourceUrl)), needle)
        }),
        Pattern::Exactly(needle) => any(&|text| needle.is(text)),
        Pattern::Matches(regex) => any(&|text| regex.is_match(text)),
        Pattern::Suffix(needle) => has_suffix(text(Field::SourceDomain), needle),
        Pattern::Has(facet, needle) => needle.is(facet.value(&segment.link(row), facts.rules)),
        Pattern::EmptyAnchor => text(Field::Anchor).trim().is_empty(),
        Pattern::Marked => facts.marks.contains(row_of_set),
        Pattern::Noted => facts.notes.contains_key(&row_of_set),
        Pattern::Stands(wanted) => verdict().is_some_and(|verdict| verdict.link == *wanted),
        Pattern::DomainStands(wanted) => verdict().is_some_and(|verdict| verdict.domain == *wanted),
    }
}

/// How to get the text of a note that a place means; `None` for places that links have of themselves.
fn text_of_note(place: Place) -> Option<fn(&Note) -> &str> {
    match place {
        Place::Note => Some(|note| &note.text),
        Place::Tag => Some(|note| &note.tag),
        _ => None,
    }
}

/// Whether a text has what is looked for.
fn is_in_text(pattern: &Pattern, text: &str) -> bool {
    match pattern {
        Pattern::Contains(needle) => needle.is_in(text),
        Pattern::Exactly(needle) => needle.is(text),
        Pattern::Matches(regex) => regex.is_match(text),
        _ => false,
    }
}

fn is_within(domain: &str, parent: &Needle) -> bool {
    parent.ends(domain).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
}

/// Tests every row of a column that is no hit yet.
fn each(column: &Column, hits: &mut Rows, holds: impl Fn(&str) -> bool) {
    for (row, text) in column.iter().enumerate() {
        let row = row as u32;
        if !hits.contains(row) && holds(text) {
            hits.set(row, true);
        }
    }
}

/// Tests the rows of a column that hold `needle`.
fn each_containing(column: &Column, needle: &Needle, hits: &mut Rows, holds: impl Fn(&str) -> bool) {
    // An empty needle is in every text, also in the empty ones that have no place of their own. Where most rows are hits
    // already, the few that are left are looked at one by one.
    if needle.is_empty() || hits.count() * 2 > column.len() {
        return each(column, hits, |text| needle.is_in(text) && holds(text));
    }
    let find_at = |text: &str, at| needle.find_at(text, at);
    each_found(column, hits, find_at, |text, is_whole| (is_whole || needle.is_in(text)) && holds(text));
}

/// Tests the rows in which something begins that `find_at` finds, in one run over the whole column. `holds` is told whether it ends
/// within the row too.
fn each_found(
    column: &Column,
    hits: &mut Rows,
    find_at: impl Fn(&str, usize) -> Option<Range<usize>>,
    holds: impl Fn(&str, bool) -> bool,
) {
    let text = column.text();
    let ends = column.ends();
    let (mut row, mut at) = (0, 0);
    while let Some(found) = find_at(text, at) {
        row = row_of(ends, row, found.start);
        let Some(end) = ends.get(row).map(|&end| end as usize) else { return };
        if holds(column.get(row), found.end <= end) {
            hits.set(row as u32, true);
        }
        at = end;
    }
}

/// The row whose text holds the byte `at`; it is `from` or a later one. Hits come in order, most are near the last one.
fn row_of(ends: &[u32], from: usize, at: usize) -> usize {
    let ended = |row: usize| ends.get(row).is_some_and(|&end| end as usize <= at);
    let mut step = 1;
    let mut low = from;
    while ended(low + step - 1) {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(ends.len());
    low + ends.get(low..high).map_or(0, |ends| ends.partition_point(|&end| end as usize <= at))
}

fn has_suffix(domain: &str, wanted: &Needle) -> bool {
    let ends_so = wanted.ends(domain).is_some_and(|rest| rest.ends_with('.'));
    // Without a dot it is the last label; with one it has to be a suffix under which names are sold, such as co.uk.
    ends_so && (!wanted.has('.') || psl::suffix_str(domain).is_some_and(|suffix| wanted.is(suffix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_a_byte_is_found_from_any_row_before_it() {
        // Empty texts hold no byte.
        let ends = [0, 3, 3, 4, 9, 9, 12];
        for (at, row) in [(0, 1), (2, 1), (3, 3), (4, 4), (8, 4), (9, 6), (11, 6), (12, 7)] {
            for from in 0..=row {
                assert_eq!(row_of(&ends, from, at), row, "{at} from {from}");
            }
        }
    }
}
