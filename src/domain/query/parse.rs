//! From text to terms.

use crate::domain::signs::{CLOSE, OPEN};
use std::ops::Range;

use super::expression::Expression;
use super::needle::Needle;
use super::term::{Alternative, FIELD_NAMES, FieldSelector, Pattern, STATE_NAMES, Term, within_domain};
use crate::domain::diff::DiffStatus;
use crate::domain::nearest::suggestion;

/// Where a filter is not understood, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// The bytes of the text that are wrong.
    pub span: Range<usize>,
    /// What is wrong, and what was expected.
    pub message: String,
}

pub(super) fn parse(text: &str) -> Result<Vec<Term>, QueryError> {
    let mut parser = Parser { text, at: 0, expressions: 0 };
    let mut terms = Vec::new();
    loop {
        parser.skip_blanks();
        if parser.at == text.len() {
            return Ok(terms);
        }
        terms.push(parser.term()?);
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// How many regular expressions came so far.
    expressions: usize,
}

/// Regular expressions of one filter. They are made while it is typed, so that a mistake can be shown at its place; more of
/// them would be felt.
const MOST_EXPRESSIONS: usize = 8;

/// A value as it was written.
enum Value {
    /// A word, possibly in quotes.
    Text { text: String, quoted: bool },
    /// What stands between two slashes.
    Regex(String),
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn at_end_of_value(&self) -> bool {
        self.peek().is_none_or(|c| c.is_whitespace() || c == '|')
    }

    fn term(&mut self) -> Result<Term, QueryError> {
        let start = self.at;
        let exclude = self.eat('-');
        if exclude && self.peek().is_none_or(char::is_whitespace) {
            return error(start..self.at, "type a term to exclude after -");
        }
        let mut selector = FieldSelector::Anywhere;
        let mut alternatives = Vec::new();
        loop {
            let alternative = self.alternative(selector)?;
            selector = alternative.selector;
            alternatives.push(alternative);
            if !self.eat('|') {
                break;
            }
        }
        Ok(Term::new(exclude, alternatives, self.text.get(start..self.at).unwrap_or_default()))
    }

    /// One pattern; `inherited` is the place of the one before it in the same term.
    fn alternative(&mut self, inherited: FieldSelector) -> Result<Alternative, QueryError> {
        let start = self.at;
        let selector = self.selector()?.unwrap_or(inherited);
        let exact = selector != FieldSelector::State && (selector != FieldSelector::Anywhere && self.eat('='));
        let value_start = self.at;
        let value = self.value()?;
        let span = value_start..self.at;
        if let Value::Text { text, quoted: false } = &value
            && text.is_empty()
        {
            let message = if value_start > start {
                format!("type a value after {}", self.text.get(start..value_start).unwrap_or_default())
            } else {
                "type a word on each side of |, or quote it to search for |".to_owned()
            };
            return error(start..self.at, message);
        }
        let pattern = match (selector, value) {
            (FieldSelector::State, Value::Text { text, .. }) => state(&text, span)?,
            (FieldSelector::State, Value::Regex(_)) => return error(span, states_message()),
            (FieldSelector::Has(_), Value::Regex(_)) => {
                return error(span, "type a value; regular expressions don't work here");
            }
            (FieldSelector::Has(facet), Value::Text { text, .. }) => Pattern::Has(facet, Needle::new(&text)),
            (_, Value::Regex(_)) if self.expressions == MOST_EXPRESSIONS => {
                return error(
                    span,
                    format!("at most {MOST_EXPRESSIONS} regular expressions: join some with | inside the slashes"),
                );
            }
            (_, Value::Regex(regex)) => {
                self.expressions += 1;
                Pattern::Matches(compile(&regex, span)?)
            }
            (_, Value::Text { text, .. }) if exact => Pattern::Exactly(Needle::new(&text)),
            (FieldSelector::Domain, Value::Text { text, quoted: false }) => within_domain(&text),
            (FieldSelector::Tld, Value::Text { text, .. }) => {
                Pattern::Suffix(Needle::new(text.trim_start_matches('.')))
            }
            (_, Value::Text { text, .. }) => Pattern::Contains(Needle::new(&text)),
        };
        Ok(Alternative { selector, pattern })
    }

    /// The name before a colon, if there is one.
    fn selector(&mut self) -> Result<Option<FieldSelector>, QueryError> {
        let name_len = self.rest().find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest().len());
        let (name, behind) = self.rest().split_at(name_len);
        // Addresses are words like any other.
        if name.is_empty() || !behind.starts_with(':') || behind.starts_with("://") {
            return Ok(None);
        }
        let Some(selector) = FieldSelector::from_name(name) else {
            let meant = suggestion(name, FIELD_NAMES);
            let names = FIELD_NAMES.join(": ");
            let stop = if meant.is_empty() { "." } else { "" };
            let message = format!("unknown field {OPEN}{name}{CLOSE}{meant}{stop} Fields: {names}: (or use quotes)");
            return error(self.at..self.at + name_len, message);
        };
        self.at += name_len + 1;
        Ok(Some(selector))
    }

    fn value(&mut self) -> Result<Value, QueryError> {
        let start = self.at;
        match self.peek() {
            Some('"') => {
                let text = self.delimited('"').ok_or_else(|| QueryError {
                    span: start..self.text.len(),
                    message: "missing closing quote".to_owned(),
                })?;
                self.expect_end("quote")?;
                Ok(Value::Text { text, quoted: true })
            }
            Some('/') => {
                let text = self.delimited('/').ok_or_else(|| QueryError {
                    span: start..self.text.len(),
                    message: "missing closing /; to search for a path, put it in quotes".to_owned(),
                })?;
                self.expect_end("/")?;
                Ok(Value::Regex(text))
            }
            _ => {
                let len = self.rest().find(|c: char| c.is_whitespace() || c == '|').unwrap_or(self.rest().len());
                let text = self.rest().split_at(len).0.to_owned();
                self.at += len;
                Ok(Value::Text { text, quoted: false })
            }
        }
    }

    /// The text up to the closing delimiter; `None` if that is missing. In quotes a backslash takes the meaning from a
    /// quote or a backslash; in a regular expression only from a slash, since all else is the expression's own.
    fn delimited(&mut self, delimiter: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((i, letter)) = letters.next() {
            if letter == delimiter {
                self.at += i + delimiter.len_utf8();
                return Some(text);
            }
            if letter != '\\' {
                text.push(letter);
                continue;
            }
            match letters.next() {
                Some((_, escaped)) if escaped == delimiter || (delimiter == '"' && escaped == '\\') => {
                    text.push(escaped);
                }
                Some((_, other)) => text.extend(['\\', other]),
                None => return None,
            }
        }
        None
    }

    fn expect_end(&self, closing: &str) -> Result<(), QueryError> {
        if self.at_end_of_value() {
            return Ok(());
        }
        let len = self.rest().find(char::is_whitespace).unwrap_or(self.rest().len());
        let message = format!("add a space after the closing {closing}, or put it all in quotes");
        error(self.at..self.at + len, message)
    }
}

fn error<T>(span: Range<usize>, message: impl Into<String>) -> Result<T, QueryError> {
    Err(QueryError { span, message: message.into() })
}

fn states_message() -> String {
    format!("type one of these after is: {}", STATE_NAMES.join(", "))
}

fn state(name: &str, span: Range<usize>) -> Result<Pattern, QueryError> {
    if let Some((diff_status, ..)) = DiffStatus::NAMES.iter().find(|(.., state)| *state == name) {
        return Ok(Pattern::DiffStatus(*diff_status));
    }
    match name {
        "marked" => Ok(Pattern::Marked),
        "noted" => Ok(Pattern::Noted),
        "empty" => Ok(Pattern::EmptyAnchor),
        "new-domain" => Ok(Pattern::DomainDiffStatus(DiffStatus::New)),
        "gone-domain" => Ok(Pattern::DomainDiffStatus(DiffStatus::Missing)),
        _ => error(span, states_message()),
    }
}

fn compile(regex: &str, span: Range<usize>) -> Result<Expression, QueryError> {
    let built = Expression::new(regex, has_upper_case(regex));
    built.map_err(|e| {
        // Its last line says what is wrong; the lines before draw the place, which the span does here.
        let why = e.to_string();
        let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        QueryError { span, message: format!("invalid regular expression: {why}") }
    })
}

/// Whether an upper-case letter stands for itself, not for a class as in `\S` or `\p{Lu}`.
fn has_upper_case(regex: &str) -> bool {
    let mut letters = regex.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            let class = letters.next();
            if matches!(class, Some('p' | 'P')) && letters.peek() == Some(&'{') {
                let _ = letters.by_ref().find(|c| *c == '}'); // Only to step over the name.
            }
        } else if letter.is_uppercase() {
            return true;
        }
    }
    false
}
