//! From terms to rows. A plain text is searched for in a whole column at once, which is one run over one piece of memory.

use super::Facts;
use super::term::{Alternative, Needle, Pattern, Place, Term};
use crate::domain::compare::Verdict;
use crate::domain::link::Field;
use crate::domain::link_set::{Column, LinkSet};
use crate::domain::rows::Rows;

pub(super) fn rows(terms: &[Term], links: &LinkSet, facts: &Facts<'_>) -> Rows {
    let mut result = Rows::all(links.len());
    for term in terms {
        let mut hits = Rows::new(links.len());
        for alternative in &term.alternatives {
            find(alternative, links, facts, &mut hits);
        }
        if term.exclude {
            hits.invert();
        }
        result.intersect(&hits);
    }
    result
}

fn find(alternative: &Alternative, links: &LinkSet, facts: &Facts<'_>, hits: &mut Rows) {
    let place = alternative.place;
    match &alternative.pattern {
        Pattern::Marked => hits.unite(facts.marks),
        Pattern::Stands(wanted) => judged(facts, hits, |verdict| verdict.link == *wanted),
        Pattern::DomainStands(wanted) => judged(facts, hits, |verdict| verdict.domain == *wanted),
        Pattern::EmptyAnchor => each(links.raw(Field::Anchor), hits, |text| text.trim().is_empty()),
        Pattern::Contains(needle) => {
            for &field in place.fields() {
                contains(column(links, field, needle), needle, hits);
            }
            // A domain below the registrable one stands in the URL's host only.
            if place == Place::Domain {
                each_containing(column(links, Field::SourceUrl, needle), needle, hits, |url| {
                    host(url).contains(&needle.text)
                });
            }
        }
        Pattern::Exactly(needle) => {
            for &field in place.fields() {
                each(column(links, field, needle), hits, |text| text == needle.text);
            }
        }
        Pattern::WithinDomain(forms) => {
            for needle in forms {
                each(column(links, Field::SourceDomain, needle), hits, |domain| is_within(domain, &needle.text));
                each_containing(column(links, Field::SourceUrl, needle), needle, hits, |url| {
                    is_within(host(url), &needle.text)
                });
            }
        }
        Pattern::Suffix(needle) => {
            each(column(links, Field::SourceDomain, needle), hits, |domain| has_suffix(domain, &needle.text));
        }
        Pattern::Matches(regex) => {
            for &field in place.fields() {
                each(links.raw(field), hits, |text| regex.is_match(text));
            }
        }
    }
}

fn judged(facts: &Facts<'_>, hits: &mut Rows, holds: impl Fn(&Verdict) -> bool) {
    for (row, _) in facts.verdicts.iter().enumerate().filter(|(_, verdict)| holds(verdict)) {
        hits.set(row as u32, true);
    }
}

fn column<'a>(links: &'a LinkSet, field: Field, needle: &Needle) -> &'a Column {
    if needle.case_sensitive { links.raw(field) } else { links.folded(field) }
}

/// Tests every row of a column.
fn each(column: &Column, hits: &mut Rows, holds: impl Fn(&str) -> bool) {
    let mut start = 0;
    for (row, &end) in column.ends().iter().enumerate() {
        let end = end as usize;
        if column.text().get(start..end).is_some_and(&holds) {
            hits.set(row as u32, true);
        }
        start = end;
    }
}

fn contains(column: &Column, needle: &Needle, hits: &mut Rows) {
    each_containing(column, needle, hits, |_| true);
}

/// Tests the rows of a column that hold `needle`, found in one run over the whole column. A hit across the border of two
/// rows is none.
fn each_containing(column: &Column, needle: &Needle, hits: &mut Rows, holds: impl Fn(&str) -> bool) {
    let bytes = column.text().as_bytes();
    let ends = column.ends();
    let mut row = 0;
    let mut at = 0;
    // An empty needle is in every text, also in the empty ones that have no place of their own.
    if needle.text.is_empty() {
        return each(column, hits, holds);
    }
    while let Some(found) = bytes.get(at..).and_then(|rest| needle.finder.find(rest)) {
        let start = at + found;
        // Hits come in order and most rows have none: jump by halves from the row before.
        row += ends.get(row..).map_or(0, |later| later.partition_point(|&end| end as usize <= start));
        let Some(end) = ends.get(row).map(|&end| end as usize) else { return };
        if start + needle.text.len() <= end {
            if holds(column.get(row as u32)) {
                hits.set(row as u32, true);
            }
            at = end;
        } else {
            at = start + 1;
        }
    }
}

/// The host of an address, as far as a search needs it: without scheme, user, port and path.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}

fn is_within(domain: &str, parent: &str) -> bool {
    domain.strip_suffix(parent).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
}

fn has_suffix(domain: &str, wanted: &str) -> bool {
    let ends_so = domain.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('.'));
    // Without a dot it is the last label; with one it has to be a suffix under which names are sold, such as co.uk.
    ends_so && (!wanted.contains('.') || psl::suffix_str(domain) == Some(wanted))
}
