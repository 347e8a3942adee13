//! The filter language.
//!
//! A link has to match all terms, which are separated by spaces. `word` searches every field; `domain:` `anchor:`
//! `url:` `target:` `tld:` `is:` and the names of other columns search one. `-term` excludes, `a|b` matches either,
//! `"two words"` quotes, `/regex/` is a regular expression, `=` before the value is an exact match. An uppercase letter
//! makes a term case-sensitive.

mod complete;
mod condition;
mod eval;
mod expression;
mod needle;
mod parse;
mod term;

use std::fmt;
use std::ops::Range;

use super::columns::ColumnDef;
use super::diff::DiffStatus;
use super::link::Field;
use super::link_set::{LinkSet, Segment};
use super::row::Row;
pub use super::row_set::{BitSet, RowSet};
use term::Term;

pub use complete::{complete, facet_to_complete};
pub use eval::EvalContext;
pub use parse::{Extras, QueryError};
pub use term::{FIELD_NAMES, state_names};

/// A parsed filter.
#[derive(Clone, Debug, Default)]
pub struct Query {
    terms: Vec<Term>,
}

/// Only the matches of the first terms are highlighted: thousands of pasted terms would take longer than a frame.
const MAX_HIGHLIGHTED_TERMS: usize = 64;

impl Query {
    /// Parses a filter without extra columns.
    ///
    /// # Errors
    /// The first syntax error.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        Query::parse_with(text, Extras::None)
    }

    /// # Errors
    /// The first syntax error.
    pub fn parse_with(text: &str, extras: Extras<'_>) -> Result<Query, QueryError> {
        parse::parse(text, extras).map(|terms| Query { terms })
    }

    /// Whether it has no terms, so that every link matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The rows that match every term.
    pub fn rows(&self, links: &LinkSet, context: &EvalContext<'_>) -> RowSet {
        let mut rows = RowSet::default();
        for (first, segment) in links.segments() {
            rows.append(&self.rows_of_segment(segment, first, context));
        }
        rows
    }

    /// Whether one row matches every term.
    pub fn holds(&self, links: &LinkSet, row: Row, context: &EvalContext<'_>) -> bool {
        links.locate(row).is_some_and(|(segment, index)| eval::row_matches(&self.terms, segment, (index, row), context))
    }

    /// The byte ranges of a field's text that the filter matches, for highlighting.
    pub fn find_in(&self, field: Field, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        for term in self.terms.iter().take(MAX_HIGHLIGHTED_TERMS) {
            term.find_in(field, text, &mut ranges);
        }
        ranges.retain(|range| !range.is_empty());
        ranges
    }

    /// The names of the extra columns that it uses.
    pub fn extra_names(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().flat_map(Term::extra_names)
    }

    /// The names of the built-in fields that it uses.
    pub fn field_names(&self) -> impl Iterator<Item = &'static str> {
        self.terms.iter().flat_map(Term::field_names)
    }

    /// Whether the result depends on the marks.
    pub fn uses_marks(&self) -> bool {
        self.terms.iter().any(Term::uses_marks)
    }

    /// Whether the result depends on notes or tags.
    pub fn uses_notes(&self) -> bool {
        self.terms.iter().any(Term::uses_notes)
    }

    /// Whether the result depends on the comparison of two snapshots.
    pub fn uses_comparison(&self) -> bool {
        self.terms.iter().any(Term::uses_comparison)
    }

    /// Whether every row that matches this filter also matches `before`. A cheap test on the terms, which returns
    /// `false` if unsure.
    pub fn narrows(&self, before: &Query) -> bool {
        before.terms.iter().all(|old| self.terms.iter().any(|new| new.narrows(old)))
    }

    /// The indexes of the links of one segment that match every term. `first` is the segment's first row in its set.
    pub fn rows_of_segment(&self, segment: &Segment, first: Row, context: &EvalContext<'_>) -> BitSet {
        eval::matching_rows(&self.terms, segment, first, context)
    }

    /// Toggles a term that keeps only, or excludes, the links with exactly this value in a column, where `value` is as
    /// [`super::columns::filter_value`] returns it. Removes the term if it is there already, and replaces its
    /// opposite. `None` for a column without a filter.
    #[must_use]
    pub fn with_value(&self, def: &ColumnDef<'_>, value: &str, exclude: bool) -> Option<Query> {
        let term = Term::of_value(def, value, exclude)?;
        Some(self.toggled(term, &Term::of_value(def, value, !exclude)?))
    }

    /// Toggles a term for a diff status, like [`Query::with_value`].
    #[must_use]
    pub fn with_diff_status(&self, diff_status: DiffStatus, exclude: bool) -> Query {
        self.toggled(Term::of_diff_status(diff_status, exclude), &Term::of_diff_status(diff_status, !exclude))
    }

    fn toggled(&self, term: Term, opposite: &Term) -> Query {
        let mut terms = self.terms.clone();
        let was_there = terms.contains(&term);
        terms.retain(|other| *other != term && other != opposite);
        if !was_there {
            terms.push(term);
        }
        Query { terms }
    }
}

/// Two filters are equal if their sources are, apart from the spaces between terms.
impl PartialEq for Query {
    fn eq(&self, other: &Query) -> bool {
        self.terms == other.terms
    }
}

/// As a person would type it. Parsing it gives an equal filter.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.terms.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(term.source())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::anchor_type::AnchorRules;
    use super::super::columns::ColumnId;
    use super::super::diff::RowDiff;
    use super::super::facet::Facet;
    use super::super::link::Link;
    use super::super::note::{Note, RowNotes};
    use super::*;

    fn links() -> LinkSet {
        let link = |domain, url, anchor, target| Link {
            anchor,
            source_domain: domain,
            target_domain: "example.com",
            source_url: url,
            target_url: target,
        };
        LinkSet::from_links([
            link("reddit.com", "https://old.reddit.com/r/rust", "Best Rust page", "https://example.com/"),
            link("notreddit.com", "https://notreddit.com/", "", "https://example.com/a"),
            link("bbc.co.uk", "https://news.bbc.co.uk/École", "ÉCOLE", "https://example.com/a"),
            link("xn--mnchen-3ya.de", "https://xn--mnchen-3ya.de/", "a|b c\"d", "https://example.com/b"),
            link("w3.org", "https://w3.org/", "カレー", "https://example.com/b"),
        ])
        .unwrap()
    }

    fn notes() -> RowNotes {
        let note = |text: &str, tag: &str| Note { text: text.to_owned(), tag: tag.to_owned() };
        RowNotes::from([(Row(1), note("Mail sent in May", "asked")), (Row(4), note("", "Spam"))])
    }

    fn matching_rows(text: &str) -> Vec<u32> {
        let mut marks = RowSet::new(5);
        marks.set(Row(1), true);
        let diff_status =
            [DiffStatus::New, DiffStatus::InBoth, DiffStatus::Missing, DiffStatus::OutsideLimit, DiffStatus::New];
        let row_diffs = diff_status.map(|link| RowDiff { link, domain: DiffStatus::New });
        Query::parse(text)
            .unwrap()
            .rows(
                &links(),
                &EvalContext { marks: &marks, notes: &notes(), row_diffs: &row_diffs, rules: &AnchorRules::default() },
            )
            .iter()
            .map(|row| row.0)
            .collect()
    }

    #[test]
    fn every_term_of_the_language() {
        for (text, rows) in [
            ("", vec![0, 1, 2, 3, 4]),
            ("is:noted", vec![1, 4]),
            ("note:mail", vec![1]),
            ("note:/May$/", vec![1]),
            ("tag:spam|asked", vec![1, 4]),
            ("-tag:=asked is:noted", vec![4]),
            ("tag:=ask", vec![]),
            ("reddit", vec![0, 1]),
            ("domain:reddit.com", vec![0]),
            ("domain:old.reddit.com", vec![0]),
            ("domain:reddit", vec![0, 1]),
            ("domain:.com", vec![0, 1]),
            ("-domain:reddit.com", vec![1, 2, 3, 4]),
            ("domain:=reddit.com", vec![0]),
            ("domain:reddit.com|w3.org", vec![0, 4]),
            ("domain:reddit.com|anchor:カレー", vec![0, 4]),
            ("domain:münchen.de", vec![3]),
            ("école", vec![2]),
            ("anchor:École", vec![]),
            ("url:École", vec![2]),
            ("anchor:/^best/", vec![0]),
            ("anchor:/^BEST/", vec![]),
            ("anchor:=\"\"", vec![1]),
            ("is:empty", vec![1]),
            ("is:marked", vec![1]),
            ("is:new", vec![0, 4]),
            ("is:tagged", vec![1, 4]),
            ("is:missing|both", vec![1, 2]),
            ("is:gone|kept", vec![1, 2]),
            ("is:outside|beyond", vec![3]),
            ("host:old.reddit.com", vec![0]),
            ("path:r", vec![0]),
            ("depth:0", vec![1, 3, 4]),
            ("depth:>=1", vec![0, 2]),
            ("-depth:..0", vec![0, 2]),
            ("type:empty|other", vec![0, 1, 2, 3, 4]),
            ("class:empty|other", vec![0, 1, 2, 3, 4]),
            ("-class:empty", vec![0, 2, 3, 4]),
            ("is:new-domain", vec![0, 1, 2, 3, 4]),
            ("is:missing-domain|gone-domain", vec![]),
            ("-is:marked|empty", vec![0, 2, 3, 4]),
            ("\"a|b c\\\"d\"", vec![3]),
            ("tld:uk", vec![2]),
            ("tld:co.uk", vec![2]),
            ("tld:com", vec![0, 1]),
            ("target:/b$/", vec![3, 4]),
            ("target:example.com tld:org", vec![4]),
            ("https://w3", vec![4]),
            ("Rust -reddit", vec![]),
        ] {
            assert_eq!(matching_rows(text), rows, "{text}");
        }
    }

    #[test]
    fn domains_are_found_however_they_are_typed() {
        for (text, rows) in [
            ("domain:https://www.München.de/a", vec![3]),
            ("domain:münch", vec![3]),
            ("münchen", vec![3]),
            ("domain:=MÜNCHEN.de.", vec![3]),
            ("host:münchen.de", vec![3]),
            ("host:https://xn--mnchen-3ya.de/a", vec![3]),
            ("domain:WWW.Reddit.com", vec![0]),
            ("domain:Redd", vec![0, 1]),
            ("domain:=www.reddit.com", vec![0]),
        ] {
            assert_eq!(matching_rows(text), rows, "{text}");
        }
    }

    #[test]
    fn errors_point_at_the_mistake() {
        for (text, span, message) in [
            ("-", 0..1, "exclude"),
            ("ok domain:", 3..10, "type a value after domain:"),
            ("anchro:x", 0..6, "did you mean “anchor”"),
            ("site:x", 0..4, "Unknown field “site”. Fields: domain "),
            ("dr:>5", 0..2, "Unknown field"),
            ("\"first seen\":x", 0..12, "Unknown field"),
            ("depth:>x", 7..8, "type a number"),
            ("is:hot", 3..6, "marked"),
            ("x /a(/", 2..6, "regular expression"),
            ("/open", 0..5, "closing /"),
            ("host:/x/", 5..8, "regular expressions don't work here"),
            ("/r/rust", 3..7, "quote"),
            ("\"open", 0..5, "closing quote"),
            ("a||b", 2..2, "|"),
            ("a|", 2..2, "|"),
            ("/1/ /2/ /3/ /4/|/5/ /6/ /7/ /8/ x /9/", 34..37, "at most 8"),
        ] {
            let error = Query::parse(text).unwrap_err();
            assert_eq!(error.span, span, "{text}: {}", error.message);
            assert!(error.message.contains(message), "{text}: {}", error.message);
        }
    }

    #[test]
    fn diff_status_terms_toggle_and_parse_back() {
        for (diff_status, ..) in DiffStatus::NAMES {
            let only = Query::default().with_diff_status(diff_status, false);
            assert_eq!(Query::parse(&only.to_string()).unwrap(), only);
            assert_eq!(only.with_diff_status(diff_status, true).to_string(), format!("-{only}"));
            assert!(only.with_diff_status(diff_status, false).is_empty());
        }
    }

    #[test]
    fn each_facet_value_matches_its_own_row_and_parses_back() {
        let (set, rules) = (links(), AnchorRules::default());
        for facet in Facet::all(&set) {
            for row in set.rows() {
                let value = facet.filter_value(&set, row, &rules);
                let query = Query::default().with_value(&facet.def(&set).unwrap(), &value, false).unwrap();
                let context = EvalContext { marks: &RowSet::new(5), notes: &notes(), row_diffs: &[], rules: &rules };
                assert!(query.rows(&set, &context).contains(row), "{query}");
                assert!(query.holds(&set, row, &context), "{query}");
                assert_eq!(Query::parse(&query.to_string()).unwrap(), query);
            }
        }
    }

    #[test]
    fn matches_are_located_in_the_text() {
        for (text, field, value, expected) in [
            ("rust", Field::Anchor, "Best Rust page", vec![(5, 9)]),
            ("anchor:rust", Field::SourceUrl, "https://a/rust", vec![]),
            ("-rust", Field::Anchor, "Best Rust page", vec![]),
            ("domain:reddit.com", Field::SourceUrl, "https://old.reddit.com/", vec![(12, 22)]),
            // A domain is located at the end of the host, not at an earlier occurrence.
            ("domain:.org", Field::SourceDomain, "forge.organ.org", vec![(12, 15)]),
            ("domain:x.org", Field::SourceUrl, "https://a.x.org.x.org/x.org", vec![(16, 21)]),
            ("domain:x.org", Field::SourceUrl, "https://a.x.o…", vec![]),
            ("domain:münchen.de", Field::SourceDomain, "münchen.de", vec![(0, 11)]),
            ("domain:münchen.de", Field::SourceUrl, "https://xn--mnchen-3ya.de/", vec![(8, 25)]),
            ("tld:co.uk", Field::SourceDomain, "bbc.co.uk", vec![(4, 9)]),
            ("école|/b.s/", Field::Anchor, "ÉCOLE bus", vec![(0, 6), (7, 10)]),
            ("is:new", Field::Anchor, "new", vec![]),
        ] {
            let ranges = Query::parse(text).unwrap().find_in(field, value);
            assert_eq!(ranges.iter().map(|range| (range.start, range.end)).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn cell_values_toggle() {
        let query = Query::parse("x").unwrap();
        let with = |query: &Query, exclude| {
            let def = ColumnId::Field(Field::SourceDomain).known().unwrap();
            query.with_value(def, "reddit.com", exclude).unwrap()
        };
        let only = with(&query, false);
        assert_eq!(only.to_string(), "x domain:reddit.com");
        let excluded = with(&only, true);
        assert_eq!(excluded.to_string(), "x -domain:reddit.com");
        assert_eq!(with(&excluded, true).to_string(), "x");
        let def = ColumnId::Field(Field::SourceDomain).known().unwrap();
        let international = query.with_value(def, "xn--mnchen-3ya.de", false).unwrap();
        assert_eq!(international.to_string(), "x domain:münchen.de");
    }

    proptest::proptest! {
        #[test]
        fn any_cell_value_matches_its_own_row_and_parses_back(value in "\\PC{0,30}|[ a-zA-Z|\"\\\\/=:-]{0,12}") {
            let set = LinkSet::from_links([Link { anchor: &value, source_url: &value, ..Link::default() }]).unwrap();
            for field in [Field::Anchor, Field::SourceUrl] {
                let def = ColumnId::Field(field).known().unwrap();
                let query = Query::default().with_value(def, &value, false).unwrap();
                assert_eq!(query.rows(&set, &EvalContext { marks: &RowSet::new(1), notes: &RowNotes::new(), row_diffs: &[], rules: &AnchorRules::default() }).count(), 1, "{query}");
                assert_eq!(Query::parse(&query.to_string()).unwrap(), query);
            }
        }

        #[test]
        fn parsing_never_panics_and_errors_point_inside_the_text(text in "\\PC{0,30}|[ a|\"\\\\/=:-]{0,16}") {
            match Query::parse(&text) {
                Ok(query) => assert_eq!(Query::parse(&query.to_string()).unwrap(), query),
                Err(error) => assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
            }
        }
    }
}
