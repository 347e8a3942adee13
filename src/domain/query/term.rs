//! What a term of the filter language is.

use std::ops::Range as Bytes;
use std::sync::{Arc, LazyLock};

use super::condition::{Condition, Range, number, range};
use super::expression::Expression;
use super::needle::Needle;
use crate::domain::columns::{COLUMNS, ColumnDef, ColumnId, FilterRule, Match};
use crate::domain::diff::DiffStatus;
use crate::domain::link::Field;
use crate::domain::text::fold;
use crate::domain::url_parts::host;

/// Where a pattern is looked for.
#[derive(Clone, Debug)]
pub(super) enum FieldSelector {
    /// In every text of the link.
    Anywhere,
    /// In a column that the program knows.
    Column(&'static ColumnDef<'static>, Match),
    /// In the extra column of this name.
    Extra(Arc<str>),
    /// In the user's note on the link.
    Note,
    /// In the user's tag of the link.
    Tag,
    /// In what the program knows of the link.
    State,
}

impl PartialEq for FieldSelector {
    fn eq(&self, other: &FieldSelector) -> bool {
        match (self, other) {
            (FieldSelector::Column(one, _), FieldSelector::Column(other, _)) => one.column == other.column,
            (FieldSelector::Extra(one), FieldSelector::Extra(other)) => one == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// Names that can stand before a colon and are of no column.
const OTHER_NAMES: [(&str, FieldSelector); 3] =
    [("note", FieldSelector::Note), ("tag", FieldSelector::Tag), ("is", FieldSelector::State)];

/// The names that can stand before a colon, but for those of extra columns.
pub static FIELD_NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<&str> = COLUMNS.iter().filter_map(ColumnDef::filter_name).collect();
    // Two columns can have one name: a text of the target is looked for in both.
    names.dedup();
    names.extend(OTHER_NAMES.iter().map(|(name, _)| *name));
    names
});

/// What can stand behind `is:`, each with what was another name for it before, which is read but not written.
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

/// What `is:` understands, without the older names.
pub fn state_names() -> impl Iterator<Item = &'static str> {
    STATES.iter().map(|(name, ..)| *name)
}

impl FieldSelector {
    /// The place of that name, if it is none of an extra column.
    pub(super) fn from_name(name: &str) -> Option<FieldSelector> {
        let column = COLUMNS.iter().find(|def| def.is_filtered_as(name)).and_then(FieldSelector::of);
        column.or_else(|| OTHER_NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, selector)| selector))
    }

    /// The place where the values of a column are; `None` for one without a filter.
    fn of(def: &'static ColumnDef<'static>) -> Option<FieldSelector> {
        match def.filter {
            FilterRule::Named { how, .. } => Some(FieldSelector::Column(def, how)),
            _ => None,
        }
    }

    /// The fields that are searched for a text.
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

/// What is looked for. The texts are folded unless the term is case-sensitive.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// This text, anywhere in the field.
    Contains(Needle),
    /// This text and nothing else.
    Exactly(Needle),
    /// This domain or one below it, in each form in which its name may stand.
    WithinDomain(Vec<Needle>),
    /// This public suffix, or this last label.
    Suffix(Needle),
    /// This value of the column, as it is counted, and nothing else.
    Has(Needle),
    /// A number of the column within this range.
    InRange(Range<f64>),
    /// A value of an extra column.
    Fulfils(Box<Condition>),
    /// A regular expression, on the text as it came.
    Matches(Expression),
    /// `is:marked`.
    Marked,
    /// `is:tagged`.
    Tagged,
    /// `is:noted`.
    Noted,
    /// `is:new`, `is:missing`, `is:both`, `is:outside`.
    DiffStatus(DiffStatus),
    /// `is:new-domain`, `is:missing-domain`.
    DomainDiffStatus(DiffStatus),
    /// `is:empty`.
    EmptyAnchor,
}

/// One of the patterns of a term, any of which suffices.
#[derive(Clone, Debug)]
pub(super) struct Alternative {
    pub(super) selector: FieldSelector,
    pub(super) pattern: Pattern,
}

/// One term. Two terms are the same if they are written the same.
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

    /// The term that finds the links with exactly this value, as [`crate::domain::columns::filter_value`] gives it, in a column;
    /// `None` for a column without a filter.
    pub(super) fn of_value(def: &ColumnDef<'_>, value: &str, exclude: bool) -> Option<Term> {
        let FilterRule::Named { name, how, .. } = def.filter else { return None };
        let (pattern, written) = match how {
            Match::Domain if is_domain_name(value) => {
                let value = fold(value);
                (within_domain(&value), value.into_owned())
            }
            Match::Domain | Match::Text(_) => {
                let has_upper = value.chars().any(char::is_uppercase);
                let needle = if has_upper { Needle::exact(value) } else { Needle::new(value) };
                (Pattern::Exactly(needle), format!("={}", quoted(value)))
            }
            Match::Suffix => (Pattern::Suffix(Needle::new(&fold(value))), quoted(&fold(value))),
            Match::Exactly => (Pattern::Has(Needle::new(&fold(value))), quoted(&fold(value))),
            Match::Number => (Pattern::InRange(range(None, value, number)?), value.to_owned()),
            Match::Extra => {
                (Pattern::Fulfils(Box::new(Condition::new(None, true, value))), format!("={}", quoted(value)))
            }
        };
        let selector = match def.column {
            ColumnId::Extra(_) => FieldSelector::Extra(name.into()),
            known => known.known().and_then(FieldSelector::of)?,
        };
        let sign = if exclude { "-" } else { "" };
        let name = if is_plain_name(name) { name.to_owned() } else { quoted(name) };
        let alternatives = vec![Alternative { selector, pattern }];
        Some(Term { exclude, alternatives, source: format!("{sign}{name}:{written}") })
    }

    /// The term that finds the links of which a comparison says this.
    pub(super) fn of_diff_status(diff_status: DiffStatus, exclude: bool) -> Term {
        let sign = if exclude { "-" } else { "" };
        let alternative = Alternative { selector: FieldSelector::State, pattern: Pattern::DiffStatus(diff_status) };
        Term { exclude, alternatives: vec![alternative], source: format!("{sign}is:{}", diff_status.state()) }
    }

    /// Where in a text of this field stands what the term looks for.
    pub(super) fn find_in(&self, field: Field, text: &str, found: &mut Vec<Bytes<usize>>) {
        if self.exclude {
            return;
        }
        for alternative in &self.alternatives {
            // A domain is looked for in the host of the source URL too.
            let is_host = alternative.selector.is_domain() && field == Field::SourceUrl;
            if !is_host && !alternative.selector.fields().contains(&field) {
                continue;
            }
            match &alternative.pattern {
                Pattern::Contains(needle) => found.extend(needle.find_at(text, 0)),
                Pattern::WithinDomain(forms) => found.extend(forms.iter().find_map(|form| end_of_host(form, text))),
                Pattern::Suffix(needle) => {
                    let start = needle.ends(text).map(|before| before.len());
                    found.extend(start.map(|start| start..text.len()));
                }
                Pattern::Exactly(needle) if needle.is(text) => found.push(0..text.len()),
                Pattern::Matches(regex) => found.extend(regex.find(text)),
                _ => {}
            }
        }
    }

    pub(super) fn asks_for_marks(&self) -> bool {
        self.alternatives.iter().any(|alternative| matches!(alternative.pattern, Pattern::Marked))
    }

    pub(super) fn asks_for_notes(&self) -> bool {
        let asks = |a: &Alternative| {
            matches!(a.selector, FieldSelector::Note | FieldSelector::Tag)
                || matches!(a.pattern, Pattern::Noted | Pattern::Tagged)
        };
        self.alternatives.iter().any(asks)
    }

    pub(super) fn asks_for_comparison(&self) -> bool {
        let compares = |pattern: &Pattern| matches!(pattern, Pattern::DiffStatus(_) | Pattern::DomainDiffStatus(_));
        self.alternatives.iter().any(|alternative| compares(&alternative.pattern))
    }

    /// Whether what fulfils this term fulfils `before` too, as far as that is plain to see.
    pub(super) fn narrows(&self, before: &Term) -> bool {
        let longer = || match (self.alternatives.as_slice(), before.alternatives.as_slice()) {
            ([new], [old]) if new.selector == old.selector && !self.exclude && !before.exclude => {
                matches!((&new.pattern, &old.pattern), (Pattern::Contains(new), Pattern::Contains(old)) if new.holds(old))
            }
            _ => false,
        };
        self == before || longer()
    }

    /// As it is written.
    pub(super) fn source(&self) -> &str {
        &self.source
    }
}

/// Where a domain stands at the end of a host, alone or in an address; anywhere in a text that is cut off before that.
fn end_of_host(domain: &Needle, text: &str) -> Option<Bytes<usize>> {
    let host = host(text);
    let end = text.find(host)? + host.len();
    let at_end = domain.ends(host).map(|before| end - (host.len() - before.len().min(host.len()))..end);
    at_end.or_else(|| domain.find_at(text, 0))
}

/// The pattern of `domain:name`: with a dot it is that domain and all below it (`.com`: all below com), else a part of a
/// name.
pub(super) fn within_domain(written: &str) -> Pattern {
    let name = written.trim_start_matches("www.").trim_matches('.');
    if !written.contains('.') {
        return Pattern::Contains(Needle::new(name));
    }
    let puny = (!name.is_ascii()).then(|| idna::domain_to_ascii(name).ok()).flatten();
    Pattern::WithinDomain([Some(name.to_owned()), puny].into_iter().flatten().map(|form| Needle::new(&form)).collect())
}

fn is_domain_name(text: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    text.contains('.')
        && text.chars().all(letter)
        && !text.starts_with(['.', '-'])
        && !text.starts_with("www.")
        && !text.ends_with('.')
}

/// Whether a name can stand before a colon without quotes.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.starts_with(char::is_alphabetic) && !name.contains(|letter| !is_of_name(letter))
}

/// Whether a letter can be in a name without quotes.
pub(super) fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-')
}

/// `text` in quotes, with what would end them escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
    out
}
