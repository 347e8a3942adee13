//! A text to look for, whatever its case or in just that case.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};

use crate::domain::text::fold;

/// A text to look for.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    /// Folded, unless case counts.
    text: String,
    case_sensitive: bool,
    finder: How,
}

/// How it is searched for.
#[derive(Clone, Debug)]
enum How {
    /// Byte by byte: case counts, or there is none.
    Bytes(Box<Finder<'static>>),
    /// One letter of ASCII, small or large: the first key of many filters, which finds nearly every row.
    Letter(u8, u8),
    /// In any case.
    AnyCase(Arc<AnyCase>),
}

/// A text in any case. What finds it is made when it is first looked for: a filter is read anew at each key, on the event loop,
/// and making it takes longer than all the rest of that.
#[derive(Debug)]
struct AnyCase {
    pattern: String,
    regex: OnceLock<Option<Regex>>,
}

impl AnyCase {
    fn new(text: &str, folded: &str) -> AnyCase {
        let mut pattern = regex::escape(text);
        // Folding may change more than case (ß, ss): either will do.
        if folded != text {
            pattern = format!("{pattern}|{}", regex::escape(folded));
        }
        AnyCase { pattern, regex: OnceLock::new() }
    }

    /// What finds it. An escaped text is always an expression; only its size could be too much, and that has no limit here.
    fn regex(&self) -> Option<&Regex> {
        let built = || RegexBuilder::new(&self.pattern).case_insensitive(true).size_limit(usize::MAX).build().ok();
        self.regex.get_or_init(built).as_ref()
    }
}

impl Needle {
    /// Smart case: an upper-case letter makes it case-sensitive.
    pub(super) fn new(text: &str) -> Needle {
        if text.chars().any(char::is_uppercase) { Needle::exact(text) } else { Needle::folded(text) }
    }

    /// Differs from `new` in that the exact case always counts.
    pub(super) fn exact(text: &str) -> Needle {
        Needle { case_sensitive: true, text: text.to_owned(), finder: How::bytes(text) }
    }

    fn folded(text: &str) -> Needle {
        let folded = fold(text).into_owned();
        let finder = match text.as_bytes() {
            [letter] if letter.is_ascii_alphabetic() => {
                How::Letter(letter.to_ascii_lowercase(), letter.to_ascii_uppercase())
            }
            _ if text.chars().any(char::is_alphabetic) => How::AnyCase(Arc::new(AnyCase::new(text, &folded))),
            _ => How::bytes(text),
        };
        Needle { case_sensitive: false, text: folded, finder }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether a letter is in it.
    pub(super) fn has(&self, letter: char) -> bool {
        self.text.contains(letter)
    }

    /// Whether every text with this needle in it has `other` in it too.
    pub(super) fn holds(&self, other: &Needle) -> bool {
        match (self.case_sensitive, other.case_sensitive) {
            (false, true) => false,
            (true, false) => fold(&self.text).contains(&other.text),
            _ => self.text.contains(&other.text),
        }
    }

    /// Where it first stands in `text`, from byte `at` on.
    pub(super) fn find_at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        match &self.finder {
            How::Bytes(finder) => {
                let start = at + finder.find(text.as_bytes().get(at..)?)?;
                Some(start..start + self.text.len())
            }
            How::Letter(small, large) => {
                let start = at + memchr::memchr2(*small, *large, text.as_bytes().get(at..)?)?;
                Some(start..start + 1)
            }
            How::AnyCase(any) => any.regex()?.find_at(text, at.min(text.len())).map(|found| found.range()),
        }
    }

    /// Whether it stands anywhere in `text`.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match &self.finder {
            How::Bytes(finder) => finder.find(text.as_bytes()).is_some(),
            How::Letter(small, large) => memchr::memchr2(*small, *large, text.as_bytes()).is_some(),
            How::AnyCase(any) => any.regex().is_some_and(|regex| regex.is_match(text)),
        }
    }

    /// Whether it is the whole of `text`.
    pub(super) fn is(&self, text: &str) -> bool {
        text == self.text || (!self.case_sensitive && is_folded(text, &self.text))
    }

    /// What stands before it, if `text` ends with it.
    pub(super) fn ends<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        if let Some(before) = text.strip_suffix(&self.text) {
            return Some(Cow::Borrowed(before));
        }
        if self.case_sensitive || (text.is_ascii() && !text.bytes().any(|b| b.is_ascii_uppercase())) {
            return None;
        }
        fold(text).strip_suffix(&self.text).map(|before| Cow::Owned(before.to_owned()))
    }
}

impl How {
    fn bytes(text: &str) -> How {
        How::Bytes(Box::new(Finder::new(text.as_bytes()).into_owned()))
    }
}

fn is_folded(text: &str, folded: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(folded) } else { fold(text) == folded }
}
