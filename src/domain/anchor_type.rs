//! Anchor types. The first rule that applies decides:
//!
//! 1. empty: only whitespace;
//! 2. naked URL: a URL or a domain name;
//! 3. exact, partial: is, or contains, one of the user's keywords;
//! 4. brand: contains the name of the target domain or one of the user's brand words;
//! 5. generic: one of a list of phrases such as "click here" (`assets/generic_anchors.txt`, by language);
//! 6. money: contains a word that sells, such as "buy" or "casino" (`assets/money_words.txt`, by language);
//! 7. other.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::HashSet;

use super::domain_name::readable;
use super::public_suffix::{has_known_suffix, registrable};
use super::text::{fold, is_unsafe_char};
use super::word_set::WordSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnchorType {
    /// Probably an image link.
    Empty,
    NakedUrl,
    /// Exactly one of the user's keywords.
    Exact,
    /// Contains one of the user's keywords.
    Partial,
    /// Contains the name of the target domain or one of the user's brand words.
    Brand,
    /// A phrase such as "click here".
    Generic,
    /// Contains a word that sells, such as "buy" or "casino".
    Money,
    Other,
}

/// The user's brand words and keywords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnchorRules {
    brand: Vec<String>,
    keywords: Vec<String>,
}

static GENERIC: LazyLock<HashSet<String>> =
    LazyLock::new(|| entries(include_str!("../../assets/generic_anchors.txt")).collect());

static MONEY: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(entries(include_str!("../../assets/money_words.txt"))));

/// The normalized entries of a list in the assets.
fn entries(list: &str) -> impl Iterator<Item = String> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| normalize(line).into_owned())
}

/// Shorter domain names would match too many words.
const MIN_NAME_LEN: usize = 3;
/// Shorter first words of a domain name, such as `best-`, are not a brand of their own.
const MIN_FIRST_WORD_LEN: usize = 5;

impl AnchorType {
    pub const ALL: [AnchorType; 8] = [
        AnchorType::Empty,
        AnchorType::NakedUrl,
        AnchorType::Exact,
        AnchorType::Partial,
        AnchorType::Brand,
        AnchorType::Generic,
        AnchorType::Money,
        AnchorType::Other,
    ];

    /// The title on the screen.
    pub fn title(self) -> &'static str {
        match self {
            AnchorType::Empty => "no text",
            AnchorType::NakedUrl => "naked URL",
            AnchorType::Exact => "exact match",
            AnchorType::Partial => "partial match",
            AnchorType::Brand => "branded",
            AnchorType::Generic => "generic",
            AnchorType::Money => "money",
            AnchorType::Other => "other",
        }
    }

    /// The name after `type:`.
    pub fn name(self) -> &'static str {
        match self {
            AnchorType::Empty => "empty",
            AnchorType::NakedUrl => "url",
            AnchorType::Exact => "exact",
            AnchorType::Partial => "partial",
            AnchorType::Brand => "brand",
            AnchorType::Generic => "generic",
            AnchorType::Money => "money",
            AnchorType::Other => "other",
        }
    }
}

impl AnchorRules {
    pub fn new(brand: &[String], keywords: &[String]) -> AnchorRules {
        let normalize_all = |words: &[String]| {
            words.iter().map(|word| normalize(word).into_owned()).filter(|word| !word.is_empty()).collect()
        };
        AnchorRules { brand: normalize_all(brand), keywords: normalize_all(keywords) }
    }

    /// The type of an anchor text of a link to `target_domain`.
    pub fn classify(&self, anchor: &str, target_domain: &str) -> AnchorType {
        // A shortcut: the longest anchors are complete URLs, which need not be normalized.
        if has_scheme(anchor) && !anchor.contains(char::is_whitespace) {
            return AnchorType::NakedUrl;
        }
        let anchor = normalize(anchor);
        if anchor.is_empty() {
            return AnchorType::Empty;
        }
        if is_url_or_domain(&anchor) {
            return AnchorType::NakedUrl;
        }
        if self.keywords.iter().any(|keyword| *keyword == anchor) {
            return AnchorType::Exact;
        }
        if self.keywords.iter().any(|keyword| anchor.contains(keyword.as_str())) {
            return AnchorType::Partial;
        }
        if has_name(&anchor, target_domain) || self.brand.iter().any(|word| anchor.contains(word.as_str())) {
            return AnchorType::Brand;
        }
        if GENERIC.contains(anchor.as_ref()) {
            return AnchorType::Generic;
        }
        if MONEY.is_in(&anchor) { AnchorType::Money } else { AnchorType::Other }
    }
}

/// Whether a normalized anchor contains the name of a domain, or its first word: for `bright-dental.co.uk`, "Bright Dental",
/// "brightdental" and "Bright". `fern-and-fig.com` is also "Fern & Fig".
fn has_name(anchor: &str, domain: &str) -> bool {
    // The search in the public suffix list is slow. A domain of two labels is its own registrable domain.
    let domain = if domain.matches('.').nth(1).is_some() { registrable(domain).unwrap_or(domain) } else { domain };
    let label = domain.split('.').next().unwrap_or_default();
    // Converting each name would be slow, and only an anchor that is not ASCII can contain it.
    let label = if anchor.is_ascii() { label.into() } else { readable(label) };
    let label = fold(&label);
    let first_word = label.split_once('-').map_or("", |(word, _)| word);
    let name = alphanumeric(&label);
    let is_in = |name: &str, min_len: usize| {
        // Comparing character sets is faster than searching, and most anchors lack a character of the name.
        name.len() >= min_len
            && (ascii_set(name) & !ascii_set(anchor) == 0 || anchor.contains('&'))
            && squeezed(anchor).contains(name)
    };
    is_in(&name, MIN_NAME_LEN) || (is_in(first_word, MIN_FIRST_WORD_LEN) && !MONEY.is_in(first_word))
}

/// Only the letters and digits of an anchor, with "and" for `&`.
fn squeezed(anchor: &str) -> Cow<'_, str> {
    if anchor.contains('&') {
        return Cow::Owned(alphanumeric(&anchor.replace('&', "and")).into_owned());
    }
    alphanumeric(anchor)
}

/// Folds case, collapses whitespace, removes characters that hide words, and trims punctuation.
fn normalize(text: &str) -> Cow<'_, str> {
    let folded = fold(text);
    let folded = if !folded.is_ascii() && folded.contains(is_unsafe_char) {
        Cow::Owned(folded.replace(is_unsafe_char, ""))
    } else {
        folded
    };
    let single =
        if has_gaps(&folded) { Cow::Owned(folded.split_whitespace().collect::<Vec<_>>().join(" ")) } else { folded };
    match single {
        Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
        Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
    }
}

/// Whether words are separated by anything other than a single space.
fn has_gaps(text: &str) -> bool {
    // A branch-free pass over the bytes. Only certain lead bytes can start whitespace that is not ASCII; the slower
    // check runs only if there is one.
    let (mut has_gap, mut may_have_unicode_space, mut previous) = (false, false, 0);
    for byte in text.bytes() {
        has_gap |= (byte == b' ' && previous == b' ') || matches!(byte, b'\t'..=b'\r');
        may_have_unicode_space |= matches!(byte, 0xC2 | 0xE1..=0xE3);
        previous = byte;
    }
    has_gap || (may_have_unicode_space && text.contains(|ch: char| ch != ' ' && ch.is_whitespace()))
}

fn trimmed(text: &str) -> &str {
    // A shortcut: most texts start and end with a letter.
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return text;
    }
    text.trim().trim_matches(['.', '…', '!', ':', '»', '>', '→', '"', '“', '”']).trim()
}

/// Only the letters and digits of a text.
fn alphanumeric(text: &str) -> Cow<'_, str> {
    let is_other = |ch: char| !ch.is_alphanumeric();
    if text.contains(is_other) { Cow::Owned(text.replace(is_other, "")) } else { Cow::Borrowed(text) }
}

/// The ASCII letters and digits of a folded text, as a bit set.
fn ascii_set(text: &str) -> u64 {
    let bit = |byte: u8| if byte.is_ascii_alphanumeric() { 1 << (byte % 64) } else { 0 };
    text.bytes().fold(0, |set, byte| set | bit(byte))
}

fn has_scheme(anchor: &str) -> bool {
    anchor.starts_with("http://") || anchor.starts_with("https://")
}

fn is_url_or_domain(anchor: &str) -> bool {
    if anchor.contains(' ') {
        return false;
    }
    if has_scheme(anchor) || anchor.starts_with("www.") {
        return true;
    }
    let host = anchor.split('/').next().unwrap_or_default();
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    host.contains('.') && host.split('.').all(is_label) && has_known_suffix(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_whitespace_except_a_single_space_is_a_gap() {
        for blank in ('\0'..=char::MAX).filter(|ch| ch.is_whitespace()) {
            assert_eq!(has_gaps(&format!("é{blank}é")), blank != ' ', "{blank:?}");
            assert!(has_gaps(&format!("a {blank}a")), "{blank:?}");
        }
        assert!(!has_gaps("カレー a été ¿") && !has_gaps(""));
    }

    #[test]
    fn the_first_rule_that_applies_decides() {
        let rules = AnchorRules::new(&["Acme Tools".into()], &["garden hose".into()]);
        for (anchor, expected) in [
            ("", AnchorType::Empty),
            (" \n", AnchorType::Empty),
            ("https://blue-widget.com/a", AnchorType::NakedUrl),
            ("blue-widget.com", AnchorType::NakedUrl),
            ("www.x", AnchorType::NakedUrl),
            ("Https://a.com/B", AnchorType::NakedUrl),
            ("http://a.com …", AnchorType::NakedUrl),
            ("https://a.com and more", AnchorType::Other),
            (" »Garden\u{a0}\those«", AnchorType::Partial),
            ("node.js", AnchorType::Other),
            ("Garden  Hose", AnchorType::Exact),
            ("best garden hose 2026", AnchorType::Partial),
            ("BlueWidget blog", AnchorType::Brand),
            ("Blue Widget", AnchorType::Brand),
            ("at acme tools", AnchorType::Brand),
            ("Click here!", AnchorType::Generic),
            ("こちら", AnchorType::Generic),
            ("Weiterlesen …", AnchorType::Generic),
            ("Buy cheap pills", AnchorType::Money),
            ("Online-Casino", AnchorType::Money),
            ("激安ブランド通販", AnchorType::Money),
            ("cas\u{200b}ino", AnchorType::Money),
            ("casinospiele", AnchorType::Other),
            ("something else", AnchorType::Other),
        ] {
            assert_eq!(rules.classify(anchor, "blue-widget.com"), expected, "{anchor}");
        }
    }

    #[test]
    fn the_name_of_the_target_is_a_brand() {
        for (anchor, domain, expected) in [
            ("Stadt München", "xn--mnchen-3ya.de", AnchorType::Brand),
            ("Fern & Fig", "fernandfig.example", AnchorType::Brand),
            ("a dentist at Bright-Vale", "brightvale-dental.co.uk", AnchorType::Brand),
            ("dental care", "brightvale-dental.co.uk", AnchorType::Other),
            ("the Acme blog", "blog.acme.co.uk", AnchorType::Brand),
            ("my blog", "blog.acme.co.uk", AnchorType::Other),
            ("casino games", "casino-royal.com", AnchorType::Money),
            ("best of", "best-of.com", AnchorType::Brand),
            ("the best", "best-pizza.com", AnchorType::Other),
        ] {
            assert_eq!(AnchorRules::default().classify(anchor, domain), expected, "{anchor}");
        }
    }
}
