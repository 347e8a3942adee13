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

use super::public_suffix::has_known_suffix;
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

    /// What it is called on the screen.
    pub fn title(self) -> &'static str {
        match self {
            AnchorClass::Empty => "no text",
            AnchorClass::NakedUrl => "naked URL",
            AnchorClass::Exact => "exact match",
            AnchorClass::Partial => "partial match",
            AnchorClass::Brand => "branded",
            AnchorClass::Generic => "generic",
            AnchorClass::Other => "other",
        }
    }

    /// Its name after `type:`.
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

    /// The class of an anchor that links to a domain.
    pub fn class(&self, anchor: &str, target_domain: &str) -> AnchorClass {
        // The longest anchors are addresses in full, and show it before they are made plain.
        if has_scheme(anchor) && !anchor.contains(char::is_whitespace) {
            return AnchorClass::NakedUrl;
        }
        let anchor = plain(anchor);
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
        let name = fold(target_domain.split('.').next().unwrap_or_default());
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
    let single =
        if has_gaps(&folded) { Cow::Owned(folded.split_whitespace().collect::<Vec<_>>().join(" ")) } else { folded };
    match single {
        Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
        Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
    }
}

/// Whether anything but one blank stands between words.
fn has_gaps(text: &str) -> bool {
    // One look at each byte, without a branch: what no other blank begins with needs no second look.
    let (mut has_gap, mut may_have_blanks, mut before) = (false, false, 0);
    for byte in text.bytes() {
        has_gap |= (byte == b' ' && before == b' ') || matches!(byte, b'\t'..=b'\r');
        may_have_blanks |= matches!(byte, 0xC2 | 0xE1..=0xE3);
        before = byte;
    }
    has_gap || (may_have_blanks && text.contains(|letter: char| letter != ' ' && letter.is_whitespace()))
}

fn trimmed(text: &str) -> &str {
    // Most begin and end with letters.
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return text;
    }
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

fn has_scheme(anchor: &str) -> bool {
    anchor.starts_with("http://") || anchor.starts_with("https://")
}

fn is_address(anchor: &str) -> bool {
    if anchor.contains(' ') {
        return false;
    }
    if has_scheme(anchor) || anchor.starts_with("www.") {
        return true;
    }
    let host = anchor.split('/').next().unwrap_or_default();
    let is_name = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    host.contains('.') && host.split('.').all(is_name) && has_known_suffix(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blank_but_a_single_one_is_a_gap() {
        for blank in ('\0'..=char::MAX).filter(|letter| letter.is_whitespace()) {
            assert_eq!(has_gaps(&format!("é{blank}é")), blank != ' ', "{blank:?}");
            assert!(has_gaps(&format!("a {blank}a")), "{blank:?}");
        }
        assert!(!has_gaps("カレー a été ¿") && !has_gaps(""));
    }

    #[test]
    fn each_rule_and_their_order() {
        let rules = AnchorRules::new(&["Acme Tools".into()], &["garden hose".into()]);
        for (anchor, class) in [
            ("", AnchorClass::Empty),
            (" \n", AnchorClass::Empty),
            ("https://blue-widget.com/a", AnchorClass::NakedUrl),
            ("blue-widget.com", AnchorClass::NakedUrl),
            ("www.x", AnchorClass::NakedUrl),
            ("Https://a.com/B", AnchorClass::NakedUrl),
            ("http://a.com …", AnchorClass::NakedUrl),
            ("https://a.com and more", AnchorClass::Other),
            (" »Garden\u{a0}\those«", AnchorClass::Partial),
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
            assert_eq!(rules.class(anchor, "blue-widget.com"), class, "{anchor}");
        }
    }
}
