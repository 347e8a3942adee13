//! What is asked of a value whose kind its column decides: a comparison, a flag, a text.

use std::ops::{Bound, RangeBounds};

use super::expression::Expression;
use super::needle::Needle;
use crate::domain::columns::{Day, Kind, Value};

/// A range of numbers or days.
pub(super) type Range<T> = (Bound<T>, Bound<T>);

/// What stands before a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `<` `<=` `>` `>=`
    Below,
    UpTo,
    Above,
    From,
}

impl Sign {
    fn range<T>(self, value: T) -> Range<T> {
        match self {
            Sign::Below => (Bound::Unbounded, Bound::Excluded(value)),
            Sign::UpTo => (Bound::Unbounded, Bound::Included(value)),
            Sign::Above => (Bound::Excluded(value), Bound::Unbounded),
            Sign::From => (Bound::Included(value), Bound::Unbounded),
        }
    }
}

/// A condition in each of the meanings that it can have. A filter is read without knowing the links that it will be for, whose
/// segments may not agree on the kind of a column.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) number: Option<Range<f64>>,
    pub(super) day: Option<Range<i32>>,
    pub(super) flag: Option<bool>,
    pub(super) text: Option<TextTest>,
    /// Whether it asks for absent values.
    pub(super) absent: bool,
}

/// What is asked of a text.
#[derive(Clone, Debug)]
pub(super) enum TextTest {
    Contains(Needle),
    Exactly(Needle),
    Matches(Expression),
}

impl TextTest {
    pub(super) fn holds(&self, text: &str) -> bool {
        match self {
            TextTest::Contains(needle) => needle.is_in(text),
            TextTest::Exactly(needle) => needle.is(text),
            TextTest::Matches(regex) => regex.is_match(text),
        }
    }
}

impl Condition {
    /// Reads what stands after a name and its colon, and after `=` if it is exact.
    pub(super) fn new(sign: Option<Sign>, exact: bool, text: &str) -> Condition {
        let absent = exact && text.is_empty();
        let of_text =
            || if exact { TextTest::Exactly(Needle::new(text)) } else { TextTest::Contains(Needle::new(text)) };
        Condition {
            number: range(sign, text, number),
            day: range(sign, text, |text| text.parse().ok().map(Day::days)),
            flag: flag(text).filter(|_| sign.is_none()),
            text: (sign.is_none() && !absent).then(of_text),
            absent,
        }
    }

    pub(super) fn matching(regex: Expression) -> Condition {
        Condition { number: None, day: None, flag: None, text: Some(TextTest::Matches(regex)), absent: false }
    }

    /// Whether it means something for values of a kind.
    pub(super) fn fits(&self, kind: Kind) -> bool {
        self.absent
            || match kind {
                Kind::Number => self.number.is_some(),
                Kind::Date => self.day.is_some(),
                Kind::Flag => self.flag.is_some(),
                Kind::Text => self.text.is_some(),
            }
    }

    /// Whether a value fulfils it.
    pub(super) fn holds(&self, value: Value<'_>) -> bool {
        match value {
            Value::Absent => self.absent,
            Value::Number(number) => self.number.is_some_and(|range| range.contains(&number)),
            Value::Date(day) => self.day.is_some_and(|range| range.contains(&day.days())),
            Value::Flag(flag) => self.flag == Some(flag),
            Value::Text(text) => self.text.as_ref().is_some_and(|test| test.holds(text)),
        }
    }
}

/// A range as it is written: a value by itself or after a sign, `a..b` with both ends or one, or `a+`.
pub(super) fn range<T: Copy>(sign: Option<Sign>, text: &str, value: impl Fn(&str) -> Option<T>) -> Option<Range<T>> {
    if let Some(sign) = sign {
        return value(text).map(|value| sign.range(value));
    }
    if let Some(least) = text.strip_suffix('+') {
        return value(least).map(|value| Sign::From.range(value));
    }
    let Some((from, to)) = text.split_once("..") else {
        return value(text).map(|value| (Bound::Included(value), Bound::Included(value)));
    };
    match (from, to) {
        ("", "") => None,
        (from, "") => value(from).map(|from| Sign::From.range(from)),
        ("", to) => value(to).map(|to| Sign::UpTo.range(to)),
        (from, to) => Some((Bound::Included(value(from)?), Bound::Included(value(to)?))),
    }
}

/// A number, possibly with separators between thousands.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.,".contains(&byte));
    text.replace(',', "").parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

fn flag(text: &str) -> Option<bool> {
    let is = |names: [&str; 2]| names.iter().any(|name| text.eq_ignore_ascii_case(name));
    if is(["true", "yes"]) { Some(true) } else { is(["false", "no"]).then_some(false) }
}
