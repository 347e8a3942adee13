//! Conditions on extra columns: a comparison, a flag or a text, depending on the kind of the column.

use std::ops::{Bound, RangeBounds};

use super::expression::Expression;
use super::needle::Needle;
use crate::domain::columns::{Day, Kind, Value};

pub(super) type Range<T> = (Bound<T>, Bound<T>);

/// The comparison operator before a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    fn range<T>(self, value: T) -> Range<T> {
        match self {
            Comparison::Less => (Bound::Unbounded, Bound::Excluded(value)),
            Comparison::AtMost => (Bound::Unbounded, Bound::Included(value)),
            Comparison::Greater => (Bound::Excluded(value), Bound::Unbounded),
            Comparison::AtLeast => (Bound::Included(value), Bound::Unbounded),
        }
    }
}

/// A condition in every interpretation that its text allows. The kind of the column is not known when the filter is
/// parsed: the filter is parsed independently of any links, and the segments of a set may disagree on the kind of a
/// column.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) number: Option<Range<f64>>,
    pub(super) day: Option<Range<i32>>,
    pub(super) flag: Option<bool>,
    pub(super) text: Option<TextTest>,
    /// Whether it matches absent values.
    pub(super) absent: bool,
}

#[derive(Clone, Debug)]
pub(super) enum TextTest {
    Contains(Needle),
    Exactly(Needle),
    Matches(Expression),
}

impl TextTest {
    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            TextTest::Contains(needle) => needle.is_in(text),
            TextTest::Exactly(needle) => needle.equals(text),
            TextTest::Matches(regex) => regex.is_match(text),
        }
    }
}

/// The length of `2026-01-31`.
const DATE_LEN: usize = 10;

impl Condition {
    /// `text` is the value without the column's name and the operator; `exact` if it followed a `=`.
    pub(super) fn new(comparison: Option<Comparison>, exact: bool, text: &str) -> Condition {
        let absent = exact && text.is_empty();
        let text_test =
            || if exact { TextTest::Exactly(Needle::new(text)) } else { TextTest::Contains(Needle::new(text)) };
        Condition {
            number: range(comparison, text, number),
            day: range(comparison, text, |text| text.parse().ok().map(Day::days)),
            flag: flag(text).filter(|_| comparison.is_none()),
            text: (comparison.is_none() && !absent).then(text_test),
            absent,
        }
    }

    pub(super) fn matching(regex: Expression) -> Condition {
        Condition { number: None, day: None, flag: None, text: Some(TextTest::Matches(regex)), absent: false }
    }

    /// Whether the condition has an interpretation for values of this kind.
    pub(super) fn applies_to(&self, kind: Kind) -> bool {
        self.absent
            || match kind {
                Kind::Number => self.number.is_some(),
                Kind::Date => self.day.is_some(),
                Kind::Flag => self.flag.is_some(),
                // A date with a time of day is a text, and one odd cell makes all cells around it texts.
                Kind::Text => self.text.is_some() || self.day.is_some() || self.number.is_some(),
            }
    }

    pub(super) fn matches(&self, value: Value<'_>) -> bool {
        match value {
            Value::Absent => self.absent,
            Value::Number(number) => self.number.is_some_and(|range| range.contains(&number)),
            Value::Date(day) => self.day.is_some_and(|range| range.contains(&day.days())),
            Value::Flag(flag) => self.flag == Some(flag),
            Value::Text(text) => match &self.text {
                Some(test) => test.matches(text),
                None => self.compares(text),
            },
        }
    }

    /// Whether a text is a number in the range, or begins with a date in the range, as `2026-01-31 10:00` does.
    pub(super) fn compares(&self, text: &str) -> bool {
        let day = || text.get(..DATE_LEN)?.parse().ok().map(Day::days);
        self.number.as_ref().is_some_and(|range| number(text).is_some_and(|number| range.contains(&number)))
            || self.day.as_ref().is_some_and(|range| day().is_some_and(|day| range.contains(&day)))
    }
}

/// Parses a range: a single value, with or without an operator; `a..b`, `a..` or `..b`; or `a+`.
pub(super) fn range<T: Copy>(
    comparison: Option<Comparison>,
    text: &str,
    value: impl Fn(&str) -> Option<T>,
) -> Option<Range<T>> {
    if let Some(comparison) = comparison {
        return value(text).map(|value| comparison.range(value));
    }
    if let Some(min) = text.strip_suffix('+') {
        return value(min).map(|value| Comparison::AtLeast.range(value));
    }
    let Some((from, to)) = text.split_once("..") else {
        return value(text).map(|value| (Bound::Included(value), Bound::Included(value)));
    };
    match (from, to) {
        ("", "") => None,
        (from, "") => value(from).map(|from| Comparison::AtLeast.range(from)),
        ("", to) => value(to).map(|to| Comparison::AtMost.range(to)),
        (from, to) => Some((Bound::Included(value(from)?), Bound::Included(value(to)?))),
    }
}

/// Parses a number, with or without thousands separators.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.,".contains(&byte));
    text.replace(',', "").parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

fn flag(text: &str) -> Option<bool> {
    let is = |names: [&str; 2]| names.iter().any(|name| text.eq_ignore_ascii_case(name));
    if is(["true", "yes"]) { Some(true) } else { is(["false", "no"]).then_some(false) }
}
