//! What a filter that is being typed can go on with.

use super::term::{FIELD_NAMES, STATE_NAMES};
use crate::domain::anchor_class::AnchorClass;
use crate::domain::text::fold;

/// What could follow at the end of a filter: the rest of the name of a field, or of a value. `domains` are the referring
/// domains that are worth a try, the most frequent first. `None` where nothing fits, or all is typed already.
pub fn complete(text: &str, domains: &[String]) -> Option<String> {
    let word = text.rsplit(|letter: char| letter.is_whitespace() || letter == '|').next()?;
    if word.contains(['"', '/']) {
        return None;
    }
    let word = word.strip_prefix('-').unwrap_or(word);
    // After a | the place is the one of the pattern before it, but a name may stand there all the same.
    match word.split_once(':') {
        None => first(word, FIELD_NAMES.iter().copied()).map(|rest| format!("{rest}:")),
        Some(("is", value)) => first(value, STATE_NAMES.iter().copied()),
        Some(("class", value)) => first(value, AnchorClass::ALL.iter().map(|class| class.name())),
        Some(("domain", value)) => first(value, domains.iter().map(String::as_str)),
        Some(_) => None,
    }
}

/// The rest of the first candidate that begins with what is typed.
fn first<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    if typed.is_empty() {
        return None;
    }
    let typed = fold(typed);
    let rest = candidates.filter_map(|candidate| candidate.strip_prefix(typed.as_ref())).find(|rest| !rest.is_empty());
    rest.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_states_classes_and_the_commonest_domains() {
        let domains = ["reddit.com".to_owned(), "redfin.com".to_owned()];
        for (typed, rest) in [
            ("do", Some("main:")),
            ("x -an", Some("chor:")),
            ("is:ma", Some("rked")),
            ("is:new|ke", None),
            ("class:gen", Some("eric")),
            ("domain:re", Some("ddit.com")),
            ("domain:RED", Some("dit.com")),
            ("domain:redf", Some("in.com")),
            ("domain:reddit.com", None),
            ("domain:", None),
            ("", None),
            ("x ", None),
            ("\"do", None),
            ("/do", None),
            ("zz", None),
        ] {
            assert_eq!(complete(typed, &domains).as_deref(), rest, "{typed}");
        }
    }
}
