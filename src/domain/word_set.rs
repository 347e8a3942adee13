//! A set of words and phrases to search for in texts.

use aho_corasick::AhoCorasick;

#[derive(Debug)]
pub struct WordSet {
    /// `None` if the words take too much memory, which a list in the assets does not.
    words: Option<AhoCorasick>,
}

impl WordSet {
    pub fn new(words: impl Iterator<Item = String>) -> WordSet {
        WordSet { words: AhoCorasick::new(words).ok() }
    }

    /// Whether a text contains one of the words as a whole word. In scripts without spaces, words are not told apart.
    pub fn is_in(&self, text: &str) -> bool {
        let Some(words) = &self.words else { return false };
        words.find_overlapping_iter(text).any(|found| {
            let (before, rest) = text.split_at(found.start());
            let (word, after) = rest.split_at(found.end() - found.start());
            let is_cut = |edge: Option<char>, beyond: Option<char>| {
                edge.is_some_and(is_in_word) && beyond.is_some_and(is_in_word)
            };
            !is_cut(word.chars().next(), before.chars().next_back())
                && !is_cut(word.chars().next_back(), after.chars().next())
        })
    }
}

/// Whether a character belongs to a word of a script with spaces.
fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() && !is_without_spaces(c)
}

/// Thai, Lao, Khmer, Burmese, kana, ideographs, Hangul. Korean has spaces, but particles follow a word without one.
fn is_without_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_count() {
        let set = WordSet::new(["buy", "pas cher", "préstamo", "購入", "구매"].into_iter().map(str::to_owned));
        for text in ["buy", "buy-now", "to buy", "hôtel pas cher à", "un préstamo", "今すぐ購入する", "구매하기"]
        {
            assert!(set.is_in(text), "{text}");
        }
        for text in ["buyer", "abuy", "pas chers", "préstamos", "購", ""] {
            assert!(!set.is_in(text), "{text}");
        }
    }
}
