//! The parser of the filter language.

use crate::domain::signs::{CLOSE, OPEN};
use std::ops::Range;

use super::condition::{Comparison, Condition, number, range};
use super::expression::Expression;
use super::needle::Needle;
use super::term::{
    Alternative, FIELD_NAMES, FieldSelector, Pattern, STATES, Term, exactly_domain, is_name_char, is_plain_name,
    state_names, value_is, within_domain,
};
use crate::domain::columns::{ExtraName, Kind, Match, Schema};
use crate::domain::nearest::suggestion;

/// A syntax error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// In bytes.
    pub span: Range<usize>,
    /// What is wrong, or what to type instead.
    pub message: String,
}

/// The extra columns that a filter can name.
#[derive(Clone, Copy, Debug)]
pub enum Extras<'a> {
    /// For links from the API, which have none.
    None,
    /// The extra columns of a link set.
    Of(&'a Schema),
    /// Any name, since the links are not known yet. A name that looks like a misspelled field is still an error.
    Any,
}

pub(super) fn parse(text: &str, extras: Extras<'_>) -> Result<Vec<Term>, QueryError> {
    let mut parser = Parser { text, at: 0, expressions: 0, extras };
    let mut terms = Vec::new();
    loop {
        parser.skip_whitespace();
        if parser.at == text.len() {
            return Ok(terms);
        }
        terms.push(parser.term()?);
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Number of regular expressions so far.
    expressions: usize,
    extras: Extras<'a>,
}

/// The maximum number of regular expressions in a filter. They are compiled on each key press, so that errors can be
/// shown while typing; more of them would make typing lag.
const MAX_EXPRESSIONS: usize = 8;

/// A value as it is in the source.
enum Value {
    Text { text: String, quoted: bool },
    Regex(String),
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let is_next = self.peek() == Some(expected);
        if is_next {
            self.at += expected.len_utf8();
        }
        is_next
    }

    fn skip_whitespace(&mut self) {
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
            let alternative = self.alternative(&selector)?;
            selector = alternative.selector.clone();
            alternatives.push(alternative);
            if !self.eat('|') {
                break;
            }
        }
        Ok(Term::new(exclude, alternatives, self.text.get(start..self.at).unwrap_or_default()))
    }

    /// One pattern; `inherited` is the selector of the previous one in the same term.
    fn alternative(&mut self, inherited: &FieldSelector) -> Result<Alternative, QueryError> {
        let start = self.at;
        let selector = self.selector()?.unwrap_or_else(|| inherited.clone());
        let comparison = if is_comparable(&selector) { self.comparison() } else { None };
        let exact = comparison.is_none()
            && !matches!(selector, FieldSelector::State | FieldSelector::Anywhere)
            && self.eat('=');
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
        let pattern = match (&selector, value) {
            (FieldSelector::State, Value::Text { text, .. }) => state(&text, span)?,
            (FieldSelector::State, Value::Regex(_)) => return error(span, states_message()),
            (FieldSelector::Column(_, Match::Exactly | Match::Number), Value::Regex(_)) => {
                return error(span, "type a value; regular expressions don't work here");
            }
            (FieldSelector::Column(def, Match::Exactly), Value::Text { text, .. }) => value_is(def, &text),
            (FieldSelector::Column(_, Match::Number), Value::Text { text, .. }) => {
                match range(comparison, &text, number) {
                    Some(range) => Pattern::InRange(range),
                    None => return error(span, expected_message(Kind::Number)),
                }
            }
            (FieldSelector::Extra(name), value) => {
                let name = name.clone();
                self.condition(&name, comparison, exact, value, span)?
            }
            (_, Value::Regex(regex)) => Pattern::Matches(self.regex(&regex, span)?),
            (FieldSelector::Column(_, Match::Domain), Value::Text { text, .. }) if exact => exactly_domain(&text),
            (_, Value::Text { text, .. }) if exact => Pattern::Exactly(Needle::new(&text)),
            (FieldSelector::Column(_, Match::Domain), Value::Text { text, quoted: false }) => within_domain(&text),
            (FieldSelector::Column(_, Match::Suffix), Value::Text { text, .. }) => {
                Pattern::Suffix(Needle::new(text.trim_start_matches('.')))
            }
            (_, Value::Text { text, .. }) => Pattern::Contains(Needle::new(&text)),
        };
        Ok(Alternative { selector, pattern })
    }

    fn regex(&mut self, regex: &str, span: Range<usize>) -> Result<Expression, QueryError> {
        if self.expressions == MAX_EXPRESSIONS {
            let message = format!("at most {MAX_EXPRESSIONS} regular expressions: join some with | inside the slashes");
            return error(span, message);
        }
        self.expressions += 1;
        compile(regex, span)
    }

    /// The condition on an extra column. If the column's kind is known, the condition has to apply to it.
    fn condition(
        &mut self,
        name: &str,
        comparison: Option<Comparison>,
        exact: bool,
        value: Value,
        span: Range<usize>,
    ) -> Result<Pattern, QueryError> {
        let condition = match value {
            Value::Regex(regex) => Condition::matching(self.regex(&regex, span.clone())?),
            Value::Text { text, .. } => Condition::new(comparison, exact, &text),
        };
        let kind = match self.extras {
            Extras::Of(schema) => schema.by_key(name).and_then(|id| schema.kind(id)),
            Extras::None | Extras::Any => None,
        };
        match kind {
            Some(kind) if !condition.applies_to(kind) => error(span, expected_message(kind)),
            _ => Ok(Pattern::MeetsCondition(Box::new(condition))),
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        if self.eat('<') {
            Some(if self.eat('=') { Comparison::AtMost } else { Comparison::Less })
        } else if self.eat('>') {
            Some(if self.eat('=') { Comparison::AtLeast } else { Comparison::Greater })
        } else {
            None
        }
    }

    /// The name before a colon, quoted or not, if there is one.
    fn selector(&mut self) -> Result<Option<FieldSelector>, QueryError> {
        let start = self.at;
        let quoted = (self.peek() == Some('"')).then(|| self.delimited('"')).flatten();
        let name = quoted.clone().unwrap_or_else(|| {
            let len = self.rest().find(|ch| !is_name_char(ch)).unwrap_or(self.rest().len());
            let name = self.rest().get(..len).unwrap_or_default().to_owned();
            self.at += len;
            name
        });
        let end = self.at;
        // A URL is a word like any other, not a field with a value.
        let is_name = self.rest().starts_with(':') && !self.rest().starts_with("://");
        if !is_name || quoted.is_none() && !is_plain_name(&name) {
            self.at = start;
            return Ok(None);
        }
        self.at += 1;
        match self.selector_by_name(&name, quoted.is_some()) {
            Some(selector) => Ok(Some(selector)),
            None => error(start..end, self.unknown_field_message(&name)),
        }
    }

    fn selector_by_name(&self, name: &str, quoted: bool) -> Option<FieldSelector> {
        // A quoted name always means an extra column.
        let built_in = if quoted { None } else { FieldSelector::from_name(name) };
        let extra = || {
            let extra = ExtraName::new(name);
            let exists = match self.extras {
                Extras::None => false,
                Extras::Of(schema) => schema.by_key(extra.key()).is_some(),
                Extras::Any => quoted || suggestion(name, FIELD_NAMES.iter().copied()).is_empty(),
            };
            exists.then(|| FieldSelector::Extra(extra.key().into()))
        };
        built_in.or_else(extra)
    }

    fn unknown_field_message(&self, name: &str) -> String {
        let mut names: Vec<String> = FIELD_NAMES.iter().map(|name| (*name).to_owned()).collect();
        if let Extras::Of(schema) = self.extras {
            names.extend(schema.keys().map(str::to_owned));
        }
        let meant = suggestion(name, names.iter().map(String::as_str));
        format!("Unknown field {OPEN}{name}{CLOSE}{meant}. Fields: {} (or quote the whole term)", names.join(" "))
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

    /// The text up to the closing delimiter; `None` if that is missing. In quotes, a backslash escapes a quote or a
    /// backslash; in a regular expression only a slash, since every other escape belongs to the expression.
    fn delimited(&mut self, delimiter: char) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((i, ch)) = chars.next() {
            if ch == delimiter {
                self.at += i + delimiter.len_utf8();
                return Some(text);
            }
            if ch != '\\' {
                text.push(ch);
                continue;
            }
            match chars.next() {
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

/// Whether `<` and `>` after the field's name are operators.
fn is_comparable(selector: &FieldSelector) -> bool {
    matches!(selector, FieldSelector::Extra(_) | FieldSelector::Column(_, Match::Number))
}

/// What to type after the name of a column of this kind.
fn expected_message(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "type a number, such as 50, >50, <=50 or 10..50",
        Kind::Date => "type a date, such as 2026-01-31, >2026-01-31 or 2026-01-01..2026-01-31",
        Kind::Flag => "type true or false",
        Kind::Text => "type a text; < and > compare numbers and dates",
    }
}

fn states_message() -> String {
    format!("type one of these after is: {}", state_names().collect::<Vec<_>>().join(", "))
}

fn state(name: &str, span: Range<usize>) -> Result<Pattern, QueryError> {
    let state = STATES.into_iter().find(|(state, alias, _)| *state == name || *alias == Some(name));
    state.map_or_else(|| error(span, states_message()), |(.., pattern)| Ok(pattern))
}

fn compile(regex: &str, span: Range<usize>) -> Result<Expression, QueryError> {
    Expression::new(regex, has_upper_case(regex)).map_err(|e| {
        // The last line is the message; the lines before it draw the position, which `span` already shows.
        let text = e.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        QueryError { span, message: format!("invalid regular expression: {reason}") }
    })
}

/// Whether there is a literal uppercase letter, not just a class such as `\S` or `\p{Lu}`.
fn has_upper_case(regex: &str) -> bool {
    let mut chars = regex.chars().peekable();
    while let Some(ch) = chars.next() {
        if ch == '\\' {
            let class = chars.next();
            if matches!(class, Some('p' | 'P')) && chars.peek() == Some(&'{') {
                let _ = chars.by_ref().find(|c| *c == '}'); // Skip the name of the class.
            }
        } else if ch.is_uppercase() {
            return true;
        }
    }
    false
}
