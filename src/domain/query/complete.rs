//! Completion of a filter while it is typed.

use super::term::{FIELD_NAMES, FieldSelector, is_plain_name, state_names};
use crate::domain::anchor_type::AnchorType;
use crate::domain::columns::{ColumnDef, ColumnId};
use crate::domain::facet::Facet;
use crate::domain::link_set::LinkSet;
use crate::domain::text::fold;

/// The unfinished word at the end of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Typed<'a> {
    /// Before the colon, without quotes.
    name: Option<&'a str>,
    /// The part of the value typed so far.
    value: &'a str,
    /// Whether the value starts with a quote that is not closed yet.
    quoted: bool,
}

impl Typed<'_> {
    /// `None` where nothing can be completed: in a regular expression, after a closing quote, at the start of a word.
    fn at_end_of(text: &str) -> Option<Typed<'_>> {
        let mut start = 0;
        let mut quote = None;
        let mut escaped = false;
        for (at, ch) in text.char_indices() {
            match (quote, ch) {
                _ if escaped => escaped = false,
                (Some(_), '\\') => escaped = true,
                (Some(_), '"') => quote = None,
                (None, '"') => quote = Some(at),
                (None, '|') => start = at + 1,
                (None, blank) if blank.is_whitespace() => start = at + blank.len_utf8(),
                _ => {}
            }
        }
        let word = text.get(start..)?;
        let word = word.strip_prefix('-').unwrap_or(word);
        let (name, value) = word.split_once(':').map_or((None, word), |(name, value)| (Some(unquoted(name)), value));
        let value = value.strip_prefix('=').unwrap_or(value);
        let typed = match (quote, value.strip_prefix('"')) {
            (Some(_), Some(value)) => Typed { name, value, quoted: true },
            (None, None) => Typed { name, value, quoted: false },
            _ => return None,
        };
        (!typed.value.is_empty() && !typed.value.starts_with('/')).then_some(typed)
    }

    /// The facet whose values can complete the word.
    fn facet(&self, links: &LinkSet) -> Option<Facet> {
        let column = match FieldSelector::from_name(self.name?) {
            // Anchor types are a fixed list: nothing to count.
            Some(FieldSelector::Column(ColumnDef { column: ColumnId::AnchorType, .. }, _)) => return None,
            Some(FieldSelector::Column(def, _)) => def.column,
            Some(_) => return None,
            None => ColumnId::Extra(links.schema().by_key(self.name?)?),
        };
        Facet::of(links, column)
    }
}

fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name)
}

/// The facet that has to be counted before [`complete`] can suggest values; `None` if none has to be.
pub fn facet_to_complete(text: &str, links: &LinkSet) -> Option<Facet> {
    Typed::at_end_of(text)?.facet(links)
}

/// The text that completes the filter: the rest of a field name (extra columns included) or of a value. `frequent`
/// returns the values of a facet, most frequent first. `None` if nothing fits or the word is complete.
pub fn complete<'a>(text: &str, links: &LinkSet, frequent: impl Fn(Facet) -> &'a [String]) -> Option<String> {
    let typed = Typed::at_end_of(text)?;
    match typed.name {
        // After `|` the field is inherited from the previous pattern, but another name may follow all the same.
        None if typed.quoted => None,
        None => {
            let extras = links.schema().keys().filter(|key| is_plain_name(key));
            complete_from(typed.value, FIELD_NAMES.iter().copied().chain(extras)).map(|rest| format!("{rest}:"))
        }
        Some(name) => match FieldSelector::from_name(name) {
            Some(FieldSelector::State) => complete_from(typed.value, state_names()),
            Some(FieldSelector::Column(ColumnDef { column: ColumnId::AnchorType, .. }, _)) => {
                complete_from(typed.value, AnchorType::ALL.iter().map(|kind| kind.name()))
            }
            _ => complete_value(&typed, frequent(typed.facet(links)?)),
        },
    }
}

/// The rest of the first candidate that starts with `typed`.
fn complete_from<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let typed = fold(typed);
    let mut rests = candidates.filter_map(|candidate| candidate.strip_prefix(typed.as_ref()));
    rests.find(|rest| !rest.is_empty()).map(str::to_owned)
}

/// The rest of the first value that starts with the typed text. Quoted, it is completed up to the closing quote;
/// unquoted, up to the first character that would end the word. Smart case, as in the filter.
fn complete_value(typed: &Typed<'_>, frequent: &[String]) -> Option<String> {
    let case_sensitive = typed.value.chars().any(char::is_uppercase);
    frequent.iter().find_map(|value| {
        let value = if case_sensitive { value.into() } else { fold(value) };
        let rest = value.strip_prefix(typed.value)?;
        let rest = if typed.quoted {
            format!("{}\"", rest.replace('\\', "\\\\").replace('"', "\\\""))
        } else {
            rest.split(|ch: char| ch.is_whitespace() || ch == '|').next()?.to_owned()
        };
        (!rest.is_empty()).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Field;

    #[test]
    fn completes_field_names_states_anchor_types_and_frequent_values() {
        let domains = ["reddit.com".to_owned(), "redfin.com".to_owned()];
        let anchors = ["Best page".to_owned(), "best \"deal\"".to_owned(), "カレー".to_owned()];
        let targets = ["https://me.com/a".to_owned()];
        let links = LinkSet::default();
        let frequent = |facet: Facet| match facet.column() {
            ColumnId::Field(Field::SourceDomain) => domains.as_slice(),
            ColumnId::Field(Field::Anchor) => &anchors,
            ColumnId::Field(Field::TargetUrl) => &targets,
            _ => &[],
        };
        for (typed, rest) in [
            ("do", Some("main:")),
            ("x -an", Some("chor:")),
            ("is:ma", Some("rked")),
            ("is:new|ke", None),
            ("is:mis", Some("sing")),
            ("type:gen", Some("eric")),
            ("class:gen", Some("eric")),
            ("domain:re", Some("ddit.com")),
            ("domain:redf", Some("in.com")),
            ("domain:reddit.com", None),
            ("domain:", None),
            ("anchor:be", Some("st")),
            ("anchor:\"be", Some("st page\"")),
            ("-anchor:=\"best d", None),
            ("anchor:\"best p", Some("age\"")),
            ("anchor:Be", Some("st")),
            ("anchor:BE", None),
            ("anchor:カ", Some("レー")),
            ("anchor:\"Best page\"", None),
            ("target:https://me", Some(".com/a")),
            ("url:https", None),
            ("", None),
            ("x ", None),
            ("\"do", None),
            ("/do", None),
            ("anchor:/be", None),
            ("zz", None),
        ] {
            assert_eq!(complete(typed, &links, frequent).as_deref(), rest, "{typed}");
        }
        let to_complete = |text| facet_to_complete(text, &links);
        assert_eq!(to_complete("is:new anchor:b"), Facet::of(&links, ColumnId::Field(Field::Anchor)));
        assert_eq!((to_complete("is:n"), to_complete("anc"), to_complete("class:b")), (None, None, None));
    }
}
