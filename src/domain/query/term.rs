//! The terms of the filter language.

use std::ops::Range as ByteRange;
use std::sync::{Arc, LazyLock};

use super::condition::{Condition, Range, number, range};
use super::expression::Expression;
use super::needle::Needle;
use crate::domain::columns::{COLUMNS, ColumnDef, ColumnId, ColumnStyle, FilterRule, Match};
use crate::domain::diff::DiffStatus;
use crate::domain::domain_name::{normalize, readable, to_ascii};
use crate::domain::link::Field;
use crate::domain::text::fold;
use crate::domain::url_parts::{authority_and_path, host};

/// What a pattern is tested against.
#[derive(Clone, Debug)]
pub(super) enum FieldSelector {
    /// Every text of the link.
    Anywhere,
    /// A built-in column.
    Column(&'static ColumnDef<'static>, Match),
    /// The extra column with this name.
    Extra(Arc<str>),
    /// The user's note on the link.
    Note,
    /// The user's tag on the link.
    Tag,
    /// The state of the link, after `is:`.
    State,
}

impl PartialEq for FieldSelector {
    fn eq(&self, other: &FieldSelector) -> bool {
        match (self, other) {
            (FieldSelector::Column(a, _), FieldSelector::Column(b, _)) => a.column == b.column,
            (FieldSelector::Extra(a), FieldSelector::Extra(b)) => a == b,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// Field names that do not name a column.
const OTHER_NAMES: [(&str, FieldSelector); 3] =
    [("note", FieldSelector::Note), ("tag", FieldSelector::Tag), ("is", FieldSelector::State)];

/// The built-in field names.
pub static FIELD_NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<&str> = COLUMNS.iter().filter_map(ColumnDef::filter_name).collect();
    // Two columns share the name `target`, which searches both.
    names.dedup();
    names.extend(OTHER_NAMES.iter().map(|(name, _)| *name));
    names
});

/// The values of `is:`, each with an older name that is still accepted but never written.
pub(super) const STATES: [(&str, Option<&str>, Pattern); 10] = [
    ("marked", None, Pattern::Marked),
    ("tagged", None, Pattern::Tagged),
    ("noted", None, Pattern::Noted),
    ("empty", None, Pattern::EmptyAnchor),
    ("new", None, Pattern::DiffStatus(DiffStatus::New)),
    ("missing", Some("gone"), Pattern::DiffStatus(DiffStatus::Missing)),
    ("both", Some("kept"), Pattern::DiffStatus(DiffStatus::InBoth)),
    ("outside", Some("beyond"), Pattern::DiffStatus(DiffStatus::OutsideLimit)),
    ("new-domain", None, Pattern::DomainDiffStatus(DiffStatus::New)),
    ("missing-domain", Some("gone-domain"), Pattern::DomainDiffStatus(DiffStatus::Missing)),
];

/// The values of `is:`, without the older names.
pub fn state_names() -> impl Iterator<Item = &'static str> {
    STATES.iter().map(|(name, ..)| *name)
}

impl FieldSelector {
    /// By its name in the filter language; extra columns are not found.
    pub(super) fn from_name(name: &str) -> Option<FieldSelector> {
        let column = COLUMNS.iter().find(|def| def.is_filtered_as(name)).and_then(FieldSelector::of);
        column.or_else(|| OTHER_NAMES.into_iter().find(|(other, _)| *other == name).map(|(_, selector)| selector))
    }

    /// The built-in name; `None` for an extra column.
    fn name(&self) -> Option<&'static str> {
        match self {
            FieldSelector::Column(def, _) => def.filter_name(),
            _ => OTHER_NAMES.iter().find(|(_, selector)| selector == self).map(|(name, _)| *name),
        }
    }

    /// `None` for a column without a filter.
    fn of(def: &'static ColumnDef<'static>) -> Option<FieldSelector> {
        match def.filter {
            FilterRule::Named { how, .. } => Some(FieldSelector::Column(def, how)),
            _ => None,
        }
    }

    /// The fields that a text is searched for in.
    pub(super) fn fields(&self) -> &'static [Field] {
        match self {
            FieldSelector::Anywhere => &Field::ALL,
            FieldSelector::Column(_, Match::Domain | Match::Suffix) => &[Field::SourceDomain],
            FieldSelector::Column(_, Match::Text(fields)) => fields,
            FieldSelector::State => &[Field::Anchor],
            FieldSelector::Column(..) | FieldSelector::Extra(_) | FieldSelector::Note | FieldSelector::Tag => &[],
        }
    }

    pub(super) fn is_domain(&self) -> bool {
        matches!(self, FieldSelector::Column(_, Match::Domain))
    }
}

/// What a term tests. Texts are folded unless the term is case-sensitive.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// The field contains this text.
    Contains(Needle),
    /// The field is exactly this text.
    Exactly(Needle),
    /// This domain or a subdomain of it, in each form that the name may have (Unicode, punycode).
    WithinDomain(Vec<Needle>),
    /// A domain with this public suffix, or with this last label.
    Suffix(Needle),
    /// The column's value, as facets count it, is exactly one of these forms.
    ValueIs(Vec<Needle>),
    /// The column's number is in this range.
    InRange(Range<f64>),
    /// A condition on an extra column.
    MeetsCondition(Box<Condition>),
    /// A regular expression, on the text without folding.
    Matches(Expression),
    Marked,
    Tagged,
    Noted,
    /// `is:new`, `is:missing`, `is:both`, `is:outside`.
    DiffStatus(DiffStatus),
    /// `is:new-domain`, `is:missing-domain`.
    DomainDiffStatus(DiffStatus),
    EmptyAnchor,
}

/// One of the patterns of a term. A link has to match at least one of them.
#[derive(Clone, Debug)]
pub(super) struct Alternative {
    pub(super) selector: FieldSelector,
    pub(super) pattern: Pattern,
}

/// One term of a filter. Two terms are equal if their sources are.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) exclude: bool,
    pub(super) alternatives: Vec<Alternative>,
    source: String,
}

impl PartialEq for Term {
    fn eq(&self, other: &Term) -> bool {
        self.source == other.source
    }
}

impl Term {
    pub(super) fn new(exclude: bool, alternatives: Vec<Alternative>, source: &str) -> Term {
        Term { exclude, alternatives, source: source.to_owned() }
    }

    /// The term that matches links with exactly this value in a column, where `value` is as
    /// [`crate::domain::columns::filter_value`] returns it; `None` for a column without a filter.
    pub(super) fn of_value(def: &ColumnDef<'_>, value: &str, exclude: bool) -> Option<Term> {
        let FilterRule::Named { name, how, .. } = def.filter else { return None };
        let (pattern, value_source) = match how {
            Match::Domain if is_domain_name(value) => (within_domain(value), readable(value).into_owned()),
            Match::Domain | Match::Text(_) => {
                let has_upper = value.chars().any(char::is_uppercase);
                let needle = if has_upper { Needle::exact(value) } else { Needle::new(value) };
                (Pattern::Exactly(needle), format!("={}", quoted(value)))
            }
            Match::Suffix => (Pattern::Suffix(Needle::new(&fold(value))), quoted(&fold(value))),
            Match::Exactly => (value_is(def, &fold(value)), quoted(&fold(value))),
            Match::Number => (Pattern::InRange(range(None, value, number)?), value.to_owned()),
            Match::Extra => {
                (Pattern::MeetsCondition(Box::new(Condition::new(None, true, value))), format!("={}", quoted(value)))
            }
        };
        let selector = match def.column {
            ColumnId::Extra(_) => FieldSelector::Extra(name.into()),
            built_in => built_in.known().and_then(FieldSelector::of)?,
        };
        let sign = if exclude { "-" } else { "" };
        let name = if is_plain_name(name) { name.to_owned() } else { quoted(name) };
        let alternatives = vec![Alternative { selector, pattern }];
        Some(Term { exclude, alternatives, source: format!("{sign}{name}:{value_source}") })
    }

    /// The term that matches links with this diff status.
    pub(super) fn of_diff_status(diff_status: DiffStatus, exclude: bool) -> Term {
        let sign = if exclude { "-" } else { "" };
        let alternative = Alternative { selector: FieldSelector::State, pattern: Pattern::DiffStatus(diff_status) };
        Term { exclude, alternatives: vec![alternative], source: format!("{sign}is:{}", diff_status.filter_name()) }
    }

    /// Adds the ranges of a field's text that the term matches.
    pub(super) fn find_in(&self, field: Field, text: &str, ranges: &mut Vec<ByteRange<usize>>) {
        if self.exclude {
            return;
        }
        for alternative in &self.alternatives {
            // A domain is also searched for in the host of the source URL.
            let is_host = alternative.selector.is_domain() && field == Field::SourceUrl;
            if !is_host && !alternative.selector.fields().contains(&field) {
                continue;
            }
            match &alternative.pattern {
                Pattern::Contains(needle) => ranges.extend(needle.find_at(text, 0)),
                Pattern::WithinDomain(forms) => ranges.extend(forms.iter().find_map(|form| end_of_host(form, text))),
                Pattern::Suffix(needle) => {
                    let start = needle.strip_from_end(text).map(|before| before.len());
                    ranges.extend(start.map(|start| start..text.len()));
                }
                Pattern::Exactly(needle) if needle.equals(text) => ranges.push(0..text.len()),
                Pattern::Matches(regex) => ranges.extend(regex.find(text)),
                _ => {}
            }
        }
    }

    /// The names of the extra columns that it tests.
    pub(super) fn extra_names(&self) -> impl Iterator<Item = &str> {
        self.alternatives.iter().filter_map(|alternative| match &alternative.selector {
            FieldSelector::Extra(name) => Some(name.as_ref()),
            _ => None,
        })
    }

    /// The built-in fields that it tests.
    pub(super) fn field_names(&self) -> impl Iterator<Item = &'static str> {
        self.alternatives.iter().filter_map(|alternative| alternative.selector.name())
    }

    pub(super) fn uses_marks(&self) -> bool {
        self.alternatives.iter().any(|alternative| matches!(alternative.pattern, Pattern::Marked))
    }

    pub(super) fn uses_notes(&self) -> bool {
        let uses = |a: &Alternative| {
            matches!(a.selector, FieldSelector::Note | FieldSelector::Tag)
                || matches!(a.pattern, Pattern::Noted | Pattern::Tagged)
        };
        self.alternatives.iter().any(uses)
    }

    pub(super) fn uses_comparison(&self) -> bool {
        let uses = |pattern: &Pattern| matches!(pattern, Pattern::DiffStatus(_) | Pattern::DomainDiffStatus(_));
        self.alternatives.iter().any(|alternative| uses(&alternative.pattern))
    }

    /// Whether every link that matches this term also matches `before`; `false` if unsure.
    pub(super) fn narrows(&self, before: &Term) -> bool {
        let longer = || match (self.alternatives.as_slice(), before.alternatives.as_slice()) {
            ([new], [old]) if new.selector == old.selector && !self.exclude && !before.exclude => {
                // Only a needle that is not ASCII is also searched for in the readable form of names in punycode.
                matches!((&new.pattern, &old.pattern), (Pattern::Contains(new), Pattern::Contains(old))
                    if new.implies(old) && new.is_ascii() == old.is_ascii())
            }
            _ => false,
        };
        self == before || longer()
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }
}

/// The range of a domain at the end of the host, in a host name or a URL. In a text that is cut off inside the host,
/// anywhere.
fn end_of_host(domain: &Needle, text: &str) -> Option<ByteRange<usize>> {
    let host = host(text);
    let end = text.find(host)? + host.len();
    let at_end = domain.strip_from_end(host).map(|before| end - (host.len() - before.len().min(host.len()))..end);
    at_end.or_else(|| domain.find_at(text, 0))
}

/// The pattern of `domain:name`, where the name may also be a URL. With a dot, it matches that domain and its subdomains
/// (`.com`: every .com domain); without one, a part of a name.
pub(super) fn within_domain(text: &str) -> Pattern {
    if !text.contains('.') {
        return Pattern::Contains(Needle::new(&fold(text)));
    }
    let name = normalize(text.trim_start_matches('.'));
    Pattern::WithinDomain(needles(&[&name, &readable(&name)]))
}

/// The pattern of `domain:=name`.
pub(super) fn exactly_domain(text: &str) -> Pattern {
    Pattern::Exactly(Needle::new(&normalize(text)))
}

/// The pattern of a column's exact value. A host may be typed in any form or as a URL.
pub(super) fn value_is(def: &ColumnDef<'_>, text: &str) -> Pattern {
    if def.style != ColumnStyle::Domain {
        return Pattern::ValueIs(vec![Needle::new(text)]);
    }
    let typed = authority_and_path(text).0;
    let ascii = to_ascii(typed).unwrap_or_else(|| typed.into());
    Pattern::ValueIs(needles(&[typed, &ascii, &readable(&ascii)]))
}

/// One needle for each different form.
fn needles(forms: &[&str]) -> Vec<Needle> {
    let mut forms: Vec<_> = forms.iter().map(|form| fold(form)).collect();
    forms.dedup();
    forms.iter().map(|form| Needle::new(form)).collect()
}

/// Whether `domain:` with this normal name finds that name itself.
fn is_domain_name(text: &str) -> bool {
    text.contains('.') && !text.starts_with(['.', '-']) && to_ascii(text).is_some_and(|name| name == text)
}

/// Whether a field name needs no quotes.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.starts_with(char::is_alphabetic) && name.chars().all(is_name_char)
}

/// Whether a character can be part of a field name without quotes.
pub(super) fn is_name_char(ch: char) -> bool {
    ch.is_alphanumeric() || matches!(ch, '_' | '-')
}

/// `text` in double quotes, with quotes and backslashes escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for ch in text.chars() {
        if matches!(ch, '"' | '\\') {
            out.push('\\');
        }
        out.push(ch);
    }
    out.push('"');
    out
}
