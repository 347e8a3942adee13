//! A regular expression, and the letters without which it matches nothing.

use std::ops::Range;

use regex::{Regex, RegexBuilder, bytes};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};

/// A regular expression, on texts as they came.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    regex: Regex,
    /// What every match begins or ends with, if it is one of a few texts: found by a run over a whole column, where asking the
    /// expression row by row takes many times as long.
    literals: Option<bytes::Regex>,
}

/// The memory that an expression may take, in bytes: nobody types one that needs more.
const LARGEST: usize = 1 << 20;
/// More texts than this are not found much faster than the expression itself, and neither are shorter ones.
const MOST_LITERALS: usize = 32;
const SHORTEST_LITERAL: usize = 2;

impl Expression {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(pattern: &str, case_sensitive: bool) -> Result<Expression, regex::Error> {
        let regex = RegexBuilder::new(pattern).case_insensitive(!case_sensitive).size_limit(LARGEST).build()?;
        let begins = literals(pattern, case_sensitive, ExtractKind::Prefix);
        let literals = begins.or_else(|| literals(pattern, case_sensitive, ExtractKind::Suffix));
        Ok(Expression { regex, literals })
    }

    /// Whether it matches anywhere in a text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Where it first matches in a text.
    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        self.regex.find(text).map(|found| found.range())
    }

    /// Finds in `text`, from a byte on, where a match may begin or end; `None` if that can't be told of this expression.
    pub(super) fn candidates(&self) -> Option<impl Fn(&str, usize) -> Option<Range<usize>>> {
        let literals = self.literals.as_ref()?;
        Some(|text: &str, at: usize| literals.find_at(text.as_bytes(), at.min(text.len())).map(|found| found.range()))
    }
}

/// What every match begins, or ends, with.
fn literals(pattern: &str, case_sensitive: bool, kind: ExtractKind) -> Option<bytes::Regex> {
    let hir = ParserBuilder::new().case_insensitive(!case_sensitive).build().parse(pattern).ok()?;
    let is_prefix = matches!(kind, ExtractKind::Prefix);
    let mut found: Seq = Extractor::new().kind(kind).extract(&hir);
    if is_prefix {
        found.optimize_for_prefix_by_preference();
    } else {
        found.optimize_for_suffix_by_preference();
    }
    let found = found.literals()?;
    if found.is_empty() || found.len() > MOST_LITERALS || found.iter().any(|l| l.as_bytes().len() < SHORTEST_LITERAL) {
        return None;
    }
    // They may be cut within a letter, so they are written as bytes.
    let escaped = |byte: &u8| format!("\\x{byte:02x}");
    let each = found.iter().map(|literal| literal.as_bytes().iter().map(escaped).collect::<String>());
    let either = each.collect::<Vec<_>>().join("|");
    bytes::RegexBuilder::new(&either).unicode(false).build().ok()
}
