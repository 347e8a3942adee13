//! Lists of targets, one address a line: files, stdin and pastes.

use std::collections::HashSet;
use std::fmt;

use super::encoding::lines;
use super::list_line::{is_separated, split_comment, unquoted};
use super::target::{Scope, Target, TargetError};

/// A line that is not a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// Counted from 1.
    pub number: usize,
    pub text: String,
    pub error: TargetError,
}

impl fmt::Display for RefusedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RefusedLine { number, text, error } = self;
        if error.quotes_text() { write!(f, "{number}: {error}") } else { write!(f, "{number}: {text}: {error}") }
    }
}

/// The targets of a text, line by line. Blank lines and comments are skipped.
pub fn parse_lines(text: &str, scope: Scope) -> impl Iterator<Item = Result<Target, RefusedLine>> {
    lines(text).enumerate().filter_map(move |(index, line)| {
        let address = Some(unquoted(split_comment(line).0)).filter(|address| !address.is_empty())?;
        let refused = |error| RefusedLine { number: index + 1, text: address.to_owned(), error };
        Some(parse_address(address, scope).map_err(refused))
    })
}

/// Rows of a table are refused: as one address they would be a page that nobody wants.
fn parse_address(address: &str, scope: Scope) -> Result<Target, TargetError> {
    if is_separated(address) {
        return Err(TargetError::Separated(address.to_owned()));
    }
    Target::parse(address, scope)
}

/// Targets in insertion order, without duplicates. A hash set, since lists can be long.
#[derive(Clone, Debug, Default)]
pub struct UniqueTargets {
    in_order: Vec<Target>,
    seen: HashSet<Target>,
}

impl UniqueTargets {
    pub fn add(&mut self, target: Target) {
        if self.seen.insert(target.clone()) {
            self.in_order.push(target);
        }
    }

    pub fn into_vec(self) -> Vec<Target> {
        self.in_order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The targets of a text, and what is said about the other lines.
    fn parse(text: &str) -> (Vec<String>, Vec<String>) {
        let (mut targets, mut refused) = (Vec::new(), Vec::new());
        for line in parse_lines(text, Scope::Page) {
            match line {
                Ok(target) => targets.push(target.to_string()),
                Err(line) => refused.push(line.to_string()),
            }
        }
        (targets, refused)
    }

    #[test]
    fn a_line_is_one_address_and_may_end_in_a_comment() {
        for (line, target) in [
            ("https://me.example/a  # landing page", "https://me.example/a"),
            ("https://me.example/a\t#landing", "https://me.example/a"),
            ("https://me.example/#frag", "https://me.example/"),
            ("https://me.example/#frag # comment # more", "https://me.example/"),
            (" me.example/a,b ", "https://me.example/a,b"),
            ("\"me.example\"", "https://me.example/"),
            ("\"https://me.example/a\" # landing", "https://me.example/a"),
        ] {
            assert_eq!(parse(line), (vec![target.to_owned()], vec![]), "{line}");
        }
        assert_eq!(parse(" \n# comment\r\n\t#\r").0.len(), 0);
    }

    #[test]
    fn anything_else_after_the_address_is_refused_with_its_line() {
        for (line, problem) in [
            ("https://me.example/a\tshoes", "more than one word: https://me.example/a\tshoes"),
            ("https://me.example/b, shoes", "more than one word: https://me.example/b, shoes"),
            ("https://me.example/a\u{a0}b", "more than one word: https://me.example/a\u{a0}b"),
            ("https://me.example/b,", "only one address per line: https://me.example/b,"),
            ("me.example;https://b.example", "only one address per line: me.example;https://b.example"),
            ("me.example;b.example", "me.example;b.example: “;” can't be part of a host name"),
            ("'me.example'", "'me.example': “'” can't be part of a host name"),
            ("\"me.example\",\"b.example\"", "“\"” can't be part of a host name"),
            ("12345", "“12345” is not a public host name"),
            ("https://me.example/a\u{0}b", "it contains an invisible character, U+0000"),
            ("https://me.example/a\u{200b}", "it contains an invisible character, U+200B"),
        ] {
            let (targets, refused) = parse(&format!("\r{line}"));
            assert!(targets.is_empty() && refused.len() == 1, "{line:?}: {targets:?}");
            assert!(refused[0].starts_with("2: ") && refused[0].contains(problem), "{refused:?}");
        }
    }

    #[test]
    fn every_line_ending_separates_targets() {
        for ending in ["\n", "\r\n", "\r"] {
            let (targets, refused) = parse(&["https://a.example/x", "b.example", "ftp://c.example"].join(ending));
            assert_eq!(targets, ["https://a.example/x", "https://b.example/"], "{ending:?}");
            assert!(refused.len() == 1 && refused[0].starts_with("3: ftp://c.example: only http"), "{refused:?}");
        }
    }

    #[test]
    fn a_long_list_keeps_its_order_without_duplicates() {
        let mut unique = UniqueTargets::default();
        let numbers = (0..50_000).chain(25_000..50_001);
        let text: String = numbers.map(|n| format!("site{n}.com\n")).collect();
        parse_lines(&text, Scope::Page).for_each(|target| unique.add(target.unwrap()));
        let targets = unique.into_vec();
        assert_eq!(targets.len(), 50_001);
        assert!(targets.iter().enumerate().all(|(n, target)| target.as_str() == format!("https://site{n}.com/")));
    }
}
