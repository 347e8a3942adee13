//! What a term of the filter language is.

use std::ops::Range;

use super::expression::Expression;
use super::needle::Needle;
use crate::domain::diff::DiffStatus;
use crate::domain::facet::Facet;
use crate::domain::link::Field;
use crate::domain::text::fold;
use crate::domain::url_parts::host;

/// Where a pattern is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldSelector {
    /// In every field.
    Anywhere,
    /// In the source domain and the host of the source URL.
    Domain,
    /// In the anchor.
    Anchor,
    /// In the source URL.
    Url,
    /// In the target URL and the target domain.
    Target,
    /// In the public suffix of the source domain.
    Tld,
    /// In what links can be counted by and have no column of.
    Has(Facet),
    /// In the user's note on the link.
    Note,
    /// In the user's tag of the link.
    Tag,
    /// In what the program knows of the link.
    State,
}

/// The names of the places that can stand before a colon.
pub const FIELD_NAMES: [&str; 12] =
    ["domain", "anchor", "url", "target", "tld", "host", "path", "depth", "class", "note", "tag", "is"];

/// What can stand behind `is:`.
pub const STATE_NAMES: [&str; 9] =
    ["marked", "noted", "empty", "new", "gone", "kept", "beyond", "new-domain", "gone-domain"];

impl FieldSelector {
    pub(super) fn from_name(name: &str) -> Option<FieldSelector> {
        match name {
            "domain" => Some(FieldSelector::Domain),
            "anchor" => Some(FieldSelector::Anchor),
            "url" => Some(FieldSelector::Url),
            "target" => Some(FieldSelector::Target),
            "tld" => Some(FieldSelector::Tld),
            "host" => Some(FieldSelector::Has(Facet::Host)),
            "path" => Some(FieldSelector::Has(Facet::Section)),
            "depth" => Some(FieldSelector::Has(Facet::Depth)),
            "class" => Some(FieldSelector::Has(Facet::Class)),
            "note" => Some(FieldSelector::Note),
            "tag" => Some(FieldSelector::Tag),
            "is" => Some(FieldSelector::State),
            _ => None,
        }
    }

    /// The columns that are searched.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            FieldSelector::Anywhere => &Field::ALL,
            FieldSelector::Domain | FieldSelector::Tld => &[Field::SourceDomain],
            FieldSelector::Anchor | FieldSelector::State => &[Field::Anchor],
            FieldSelector::Url | FieldSelector::Has(_) => &[Field::SourceUrl],
            FieldSelector::Target => &[Field::TargetUrl, Field::TargetDomain],
            FieldSelector::Note | FieldSelector::Tag => &[],
        }
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
    /// This value of what links can be counted by.
    Has(Facet, Needle),
    /// A regular expression, on the text as it came.
    Matches(Expression),
    /// `is:marked`.
    Marked,
    /// `is:noted`.
    Noted,
    /// `is:new`, `is:gone`, `is:kept`, `is:beyond`.
    DiffStatus(DiffStatus),
    /// `is:new-domain`, `is:gone-domain`.
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

    /// The term that finds the links with exactly this value in a field.
    pub(super) fn of_cell(field: Field, value: &str, exclude: bool) -> Term {
        let selector = match field {
            Field::SourceDomain => FieldSelector::Domain,
            Field::Anchor => FieldSelector::Anchor,
            Field::SourceUrl => FieldSelector::Url,
            Field::TargetUrl | Field::TargetDomain => FieldSelector::Target,
        };
        let sign = if exclude { "-" } else { "" };
        let (pattern, written) = if selector == FieldSelector::Domain && is_domain_name(value) {
            let value = fold(value);
            (within_domain(&value), value.into_owned())
        } else {
            let needle = if value.chars().any(char::is_uppercase) { Needle::exact(value) } else { Needle::new(value) };
            (Pattern::Exactly(needle), format!("={}", quoted(value)))
        };
        let name = match selector {
            FieldSelector::Domain => "domain",
            FieldSelector::Anchor => "anchor",
            FieldSelector::Url => "url",
            _ => "target",
        };
        Term {
            exclude,
            alternatives: vec![Alternative { selector, pattern }],
            source: format!("{sign}{name}:{written}"),
        }
    }

    /// The term that finds the links with this value of a facet.
    pub(super) fn of_facet(facet: Facet, value: &str, exclude: bool) -> Term {
        let name = match facet {
            Facet::Domain => return Term::of_cell(Field::SourceDomain, value, exclude),
            Facet::Anchor => return Term::of_cell(Field::Anchor, value, exclude),
            Facet::Target => return Term::of_cell(Field::TargetUrl, value, exclude),
            Facet::Tld => "tld",
            Facet::Host => "host",
            Facet::Section => "path",
            Facet::Depth => "depth",
            Facet::Class => "class",
        };
        let sign = if exclude { "-" } else { "" };
        let folded = fold(value);
        let (selector, pattern) = match facet {
            Facet::Tld => (FieldSelector::Tld, Pattern::Suffix(Needle::new(&folded))),
            _ => (FieldSelector::Has(facet), Pattern::Has(facet, Needle::new(&folded))),
        };
        let source = format!("{sign}{name}:{}", quoted(&folded));
        Term { exclude, alternatives: vec![Alternative { selector, pattern }], source }
    }

    /// The term that finds the links of which a comparison says this.
    pub(super) fn of_diff_status(diff_status: DiffStatus, exclude: bool) -> Term {
        let sign = if exclude { "-" } else { "" };
        let alternative = Alternative { selector: FieldSelector::State, pattern: Pattern::DiffStatus(diff_status) };
        Term { exclude, alternatives: vec![alternative], source: format!("{sign}is:{}", diff_status.state()) }
    }

    /// Where in a text of this field stands what the term looks for.
    pub(super) fn find_in(&self, field: Field, text: &str, found: &mut Vec<Range<usize>>) {
        if self.exclude {
            return;
        }
        for alternative in &self.alternatives {
            // A domain is looked for in the host of the source URL too.
            let is_host = alternative.selector == FieldSelector::Domain && field == Field::SourceUrl;
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
        let is_of_note = |selector| matches!(selector, FieldSelector::Note | FieldSelector::Tag);
        self.alternatives.iter().any(|a| is_of_note(a.selector) || matches!(a.pattern, Pattern::Noted))
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
fn end_of_host(domain: &Needle, text: &str) -> Option<Range<usize>> {
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
