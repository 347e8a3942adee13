//! The name that somebody most likely meant.

/// The candidate that is most like `word`; `None` where none is much like it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(word, candidate);
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_far_fetched() {
        let names = ["number", "scope", "mode", "mouse"];
        assert_eq!(nearest("nubmer", names), Some("number"));
        assert_eq!(nearest("moose", names), Some("mouse"));
        assert_eq!(nearest("wallpaper", names), None);
    }
}
