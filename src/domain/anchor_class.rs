//! What kind of words a link has. The rules are plain ones, tried in this order:
//!
//! 1. empty: nothing but blanks;
//! 2. naked URL: an address, or the name of a domain;
//! 3. exact, partial: one of the user's keywords, or one of them among other words;
//! 4. brand: the name of the linked domain, or one of the user's brand words, somewhere in it;
//! 5. generic: one of the words that say nothing, such as "click here" (`assets/generic_anchors.txt`, by language);
//! 6. other.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::HashSet;

use super::link::Link;
use super::text::fold;

/// A kind of anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnchorClass {
    /// Nothing: most likely a linked picture.
    Empty,
    /// An address.
    NakedUrl,
    /// A keyword of the user and nothing else.
    Exact,
    /// A keyword of the user among other words.
    Partial,
    /// The name of the site.
    Brand,
    /// Words that say nothing.
    Generic,
    /// Anything else.
    Other,
}

/// What the user says of anchors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnchorRules {
    brand: Vec<String>,
    keywords: Vec<String>,
}

static GENERIC: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/generic_anchors.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| plain(line).into_owned()).collect()
});

/// Shorter names of domains stand in too many words.
const SHORTEST_NAME: usize = 3;

impl AnchorClass {
    /// Every class.
    pub const ALL: [AnchorClass; 7] = [
        AnchorClass::Empty,
        AnchorClass::NakedUrl,
        AnchorClass::Exact,
        AnchorClass::Partial,
        AnchorClass::Brand,
        AnchorClass::Generic,
        AnchorClass::Other,
    ];

    /// What it is called, also behind `class:`.
    pub fn name(self) -> &'static str {
        match self {
            AnchorClass::Empty => "empty",
            AnchorClass::NakedUrl => "url",
            AnchorClass::Exact => "exact",
            AnchorClass::Partial => "partial",
            AnchorClass::Brand => "brand",
            AnchorClass::Generic => "generic",
            AnchorClass::Other => "other",
        }
    }
}

impl AnchorRules {
    /// With the user's own words for the brand, and the keywords that links are wanted for.
    pub fn new(brand: &[String], keywords: &[String]) -> AnchorRules {
        let plain = |words: &[String]| {
            words.iter().map(|word| plain(word).into_owned()).filter(|word| !word.is_empty()).collect()
        };
        AnchorRules { brand: plain(brand), keywords: plain(keywords) }
    }

    /// The class of a link's anchor.
    pub fn class(&self, link: &Link<'_>) -> AnchorClass {
        let anchor = plain(link.anchor);
        if anchor.is_empty() {
            return AnchorClass::Empty;
        }
        if is_address(&anchor) {
            return AnchorClass::NakedUrl;
        }
        if self.keywords.iter().any(|keyword| *keyword == anchor) {
            return AnchorClass::Exact;
        }
        if self.keywords.iter().any(|keyword| anchor.contains(keyword.as_str())) {
            return AnchorClass::Partial;
        }
        let name = fold(link.target_domain.split('.').next().unwrap_or_default());
        let name = letters_of(&name);
        // Which letters there are is seen faster than whether they make the name, and most anchors lack one of them.
        let is_name = name.len() >= SHORTEST_NAME
            && ascii_letters(&name) & !ascii_letters(&anchor) == 0
            && letters_of(&anchor).contains(name.as_ref());
        if is_name || self.brand.iter().any(|word| anchor.contains(word.as_str())) {
            return AnchorClass::Brand;
        }
        if GENERIC.contains(anchor.as_ref()) { AnchorClass::Generic } else { AnchorClass::Other }
    }
}

/// Folded, with one blank between words and no signs around them.
fn plain(text: &str) -> Cow<'_, str> {
    let folded = fold(text);
    let has_gaps = folded.chars().any(|letter| letter != ' ' && letter.is_whitespace()) || folded.contains("  ");
    let single = if has_gaps { Cow::Owned(folded.split_whitespace().collect::<Vec<_>>().join(" ")) } else { folded };
    match single {
        Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
        Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
    }
}

fn trimmed(text: &str) -> &str {
    text.trim().trim_matches(['.', '…', '!', ':', '»', '>', '→', '"', '“', '”']).trim()
}

/// What of a text is letters and digits.
fn letters_of(text: &str) -> Cow<'_, str> {
    let is_sign = |letter: char| !letter.is_alphanumeric();
    if text.contains(is_sign) { Cow::Owned(text.replace(is_sign, "")) } else { Cow::Borrowed(text) }
}

/// Which letters and digits of ASCII a folded text has: a bit for each.
fn ascii_letters(text: &str) -> u64 {
    let bit = |byte: u8| if byte.is_ascii_alphanumeric() { 1 << (byte % 64) } else { 0 };
    text.bytes().fold(0, |letters, byte| letters | bit(byte))
}

fn is_address(anchor: &str) -> bool {
    if anchor.contains(' ') {
        return false;
    }
    if anchor.starts_with("http://") || anchor.starts_with("https://") || anchor.starts_with("www.") {
        return true;
    }
    let host = anchor.split('/').next().unwrap_or_default();
    let is_name = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    host.contains('.') && host.split('.').all(is_name) && psl::suffix(host.as_bytes()).is_some_and(|s| s.is_known())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_and_their_order() {
        let rules = AnchorRules::new(&["Acme Tools".into()], &["garden hose".into()]);
        for (anchor, class) in [
            ("", AnchorClass::Empty),
            (" \n", AnchorClass::Empty),
            ("https://blue-widget.com/a", AnchorClass::NakedUrl),
            ("blue-widget.com", AnchorClass::NakedUrl),
            ("www.x", AnchorClass::NakedUrl),
            ("node.js", AnchorClass::Other),
            ("Garden  Hose", AnchorClass::Exact),
            ("best garden hose 2026", AnchorClass::Partial),
            ("BlueWidget blog", AnchorClass::Brand),
            ("Blue Widget", AnchorClass::Brand),
            ("at acme tools", AnchorClass::Brand),
            ("Click here!", AnchorClass::Generic),
            ("こちら", AnchorClass::Generic),
            ("Weiterlesen …", AnchorClass::Generic),
            ("something else", AnchorClass::Other),
        ] {
            let link = Link { anchor, target_domain: "blue-widget.com", ..Link::default() };
            assert_eq!(rules.class(&link), class, "{anchor}");
        }
    }
}
