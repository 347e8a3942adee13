//! A text to search for, with smart case.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};

use crate::domain::text::fold;

#[derive(Clone, Debug)]
pub(super) struct Needle {
    /// Folded unless case-sensitive.
    text: String,
    case_sensitive: bool,
    finder: Strategy,
}

#[derive(Clone, Debug)]
enum Strategy {
    /// A search for bytes: the needle is case-sensitive or has no case.
    Bytes(Box<Finder<'static>>),
    /// A single ASCII letter in lower and upper case. Many filters start with one, and it matches nearly every row.
    Letter(u8, u8),
    AnyCase(Arc<AnyCase>),
}

/// A case-insensitive search. The regex is compiled on first use: a filter is parsed again on every key, on the event
/// loop, and compiling takes longer than the rest of the parsing.
#[derive(Debug)]
struct AnyCase {
    pattern: String,
    regex: OnceLock<Option<Regex>>,
}

impl AnyCase {
    fn new(text: &str, folded: &str) -> AnyCase {
        let mut pattern = regex::escape(text);
        // Folding may change more than case (ß becomes ss): match either form.
        if folded != text {
            pattern = format!("{pattern}|{}", regex::escape(folded));
        }
        AnyCase { pattern, regex: OnceLock::new() }
    }

    /// An escaped text is always a valid pattern, and the size is not limited, so this is never `None` in practice.
    fn regex(&self) -> Option<&Regex> {
        let compile = || RegexBuilder::new(&self.pattern).case_insensitive(true).size_limit(usize::MAX).build().ok();
        self.regex.get_or_init(compile).as_ref()
    }
}

impl Needle {
    /// Smart case: an uppercase letter makes it case-sensitive.
    pub(super) fn new(text: &str) -> Needle {
        if text.chars().any(char::is_uppercase) { Needle::exact(text) } else { Needle::folded(text) }
    }

    /// Always case-sensitive.
    pub(super) fn exact(text: &str) -> Needle {
        Needle { case_sensitive: true, text: text.to_owned(), finder: Strategy::bytes(text) }
    }

    fn folded(text: &str) -> Needle {
        let folded = fold(text).into_owned();
        let finder = match text.as_bytes() {
            [ch] if ch.is_ascii_alphabetic() => Strategy::Letter(ch.to_ascii_lowercase(), ch.to_ascii_uppercase()),
            _ if text.chars().any(char::is_alphabetic) => Strategy::AnyCase(Arc::new(AnyCase::new(text, &folded))),
            _ => Strategy::bytes(text),
        };
        Needle { case_sensitive: false, text: folded, finder }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn is_ascii(&self) -> bool {
        self.text.is_ascii()
    }

    pub(super) fn contains_char(&self, ch: char) -> bool {
        self.text.contains(ch)
    }

    /// Whether every text that contains this needle contains `other` too.
    pub(super) fn implies(&self, other: &Needle) -> bool {
        match (self.case_sensitive, other.case_sensitive) {
            (false, true) => false,
            (true, false) => fold(&self.text).contains(&other.text),
            _ => self.text.contains(&other.text),
        }
    }

    /// The first occurrence in `text` at or after byte `at`.
    pub(super) fn find_at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        match &self.finder {
            Strategy::Bytes(finder) => {
                let start = at + finder.find(text.as_bytes().get(at..)?)?;
                Some(start..start + self.text.len())
            }
            Strategy::Letter(lower, upper) => {
                let start = at + memchr::memchr2(*lower, *upper, text.as_bytes().get(at..)?)?;
                Some(start..start + 1)
            }
            Strategy::AnyCase(any) => any.regex()?.find_at(text, at.min(text.len())).map(|found| found.range()),
        }
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        match &self.finder {
            Strategy::Bytes(finder) => finder.find(text.as_bytes()).is_some(),
            Strategy::Letter(lower, upper) => memchr::memchr2(*lower, *upper, text.as_bytes()).is_some(),
            Strategy::AnyCase(any) => any.regex().is_some_and(|regex| regex.is_match(text)),
        }
    }

    /// Whether `text` is this needle and nothing else.
    pub(super) fn equals(&self, text: &str) -> bool {
        text == self.text || (!self.case_sensitive && is_folded(text, &self.text))
    }

    /// The part of `text` before the needle, if `text` ends with it. Folded where case had to be ignored.
    pub(super) fn strip_from_end<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        if let Some(before) = text.strip_suffix(&self.text) {
            return Some(Cow::Borrowed(before));
        }
        if self.case_sensitive || (text.is_ascii() && !text.bytes().any(|b| b.is_ascii_uppercase())) {
            return None;
        }
        fold(text).strip_suffix(&self.text).map(|before| Cow::Owned(before.to_owned()))
    }
}

impl Strategy {
    fn bytes(text: &str) -> Strategy {
        Strategy::Bytes(Box::new(Finder::new(text.as_bytes()).into_owned()))
    }
}

fn is_folded(text: &str, folded: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(folded) } else { fold(text) == folded }
}
