//! The name that somebody most likely meant.

use crate::domain::signs::{CLOSE, OPEN};

/// The candidate that is most like `word`, or that begins with it; `None` where none is much like it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| {
        let begins = word.len() > 1 && candidate.starts_with(word);
        strsim::normalized_damerau_levenshtein(word, candidate) + if begins { 1.0 } else { 0.0 }
    };
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The end of a message that names the nearest candidate: `; did you mean “number”?`, or nothing.
pub fn suggestion<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map(|candidate| format!("; did you mean {OPEN}{candidate}{CLOSE}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_far_fetched() {
        let names = ["number", "scope", "mode", "mouse"];
        assert_eq!(nearest("nubmer", names), Some("number"));
        assert_eq!(nearest("moose", names), Some("mouse"));
        assert_eq!(nearest("num", names), Some("number"));
        assert_eq!(nearest("wallpaper", names), None);
    }
}
