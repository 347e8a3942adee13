//! A regular expression, with the literals that every match has to contain.

use std::ops::Range;

use regex::{Regex, RegexBuilder, bytes};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Literal, Seq};

#[derive(Clone, Debug)]
pub(super) struct Expression {
    regex: Regex,
    /// Matches the literals that every match starts or ends with, if there are only a few. One scan over a whole
    /// column finds them many times faster than the expression is run row by row.
    literals: Option<bytes::Regex>,
}

/// Memory limit of a compiled expression, in bytes. No expression typed by hand needs more.
const SIZE_LIMIT: usize = 1 << 20;
// With more literals than this, or shorter ones, scanning for them is not much faster than running the expression.
const MAX_LITERALS: usize = 32;
const MIN_LITERAL_LEN: usize = 2;

impl Expression {
    /// # Errors
    /// The pattern is invalid, or larger than [`SIZE_LIMIT`] when compiled.
    pub(super) fn new(pattern: &str, case_sensitive: bool) -> Result<Expression, regex::Error> {
        let regex = RegexBuilder::new(pattern).case_insensitive(!case_sensitive).size_limit(SIZE_LIMIT).build()?;
        let prefixes = literals(pattern, case_sensitive, ExtractKind::Prefix);
        let literals = prefixes.or_else(|| literals(pattern, case_sensitive, ExtractKind::Suffix));
        Ok(Expression { regex, literals })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        self.regex.find(text).map(|found| found.range())
    }

    /// A function that finds the next literal in a text at or after a byte offset: without a literal, nothing can match.
    /// `None` if the expression has no usable literals.
    pub(super) fn candidates(&self) -> Option<impl Fn(&str, usize) -> Option<Range<usize>>> {
        let literals = self.literals.as_ref()?;
        Some(|text: &str, at: usize| literals.find_at(text.as_bytes(), at.min(text.len())).map(|found| found.range()))
    }
}

/// An expression for the literals that every match starts or ends with.
fn literals(pattern: &str, case_sensitive: bool, kind: ExtractKind) -> Option<bytes::Regex> {
    let hir = ParserBuilder::new().case_insensitive(!case_sensitive).build().parse(pattern).ok()?;
    let is_prefix = matches!(kind, ExtractKind::Prefix);
    let mut seq: Seq = Extractor::new().kind(kind).extract(&hir);
    if is_prefix {
        seq.optimize_for_prefix_by_preference();
    } else {
        seq.optimize_for_suffix_by_preference();
    }
    let literals = seq.literals()?;
    let is_too_short = |literal: &Literal| literal.as_bytes().len() < MIN_LITERAL_LEN;
    if literals.is_empty() || literals.len() > MAX_LITERALS || literals.iter().any(is_too_short) {
        return None;
    }
    // A literal may end inside a character, so it is written as bytes.
    let escape = |byte: &u8| format!("\\x{byte:02x}");
    let escaped = literals.iter().map(|literal| literal.as_bytes().iter().map(escape).collect::<String>());
    let alternatives = escaped.collect::<Vec<_>>().join("|");
    bytes::RegexBuilder::new(&alternatives).unicode(false).build().ok()
}
