//! Suggestions for misspelled names.

use crate::domain::signs::{CLOSE, OPEN};

/// The candidate that is most similar to `word` or starts with it; `None` if none is similar enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let similarity = |candidate: &str| {
        let is_prefix = word.len() > 1 && candidate.starts_with(word);
        strsim::normalized_damerau_levenshtein(word, candidate) + if is_prefix { 1.0 } else { 0.0 }
    };
    candidates
        .into_iter()
        .map(|candidate| (similarity(candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The end of an error message, `; did you mean “number”?`; empty if no candidate is similar enough.
pub fn suggestion<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map(|candidate| format!("; did you mean {OPEN}{candidate}{CLOSE}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_similar_names_only() {
        let names = ["number", "scope", "mode", "mouse"];
        assert_eq!(nearest("nubmer", names), Some("number"));
        assert_eq!(nearest("moose", names), Some("mouse"));
        assert_eq!(nearest("num", names), Some("number"));
        assert_eq!(nearest("wallpaper", names), None);
    }
}
