//! The values of cells, of four kinds.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, Unit};

use crate::domain::number::Thousands;
use crate::domain::text::compare_folded;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Number,
    Date,
    Flag,
    Text,
}

/// The value of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Absent,
    /// Unsanitized. An empty text is absent.
    Text(&'a str),
    /// Finite.
    Number(f64),
    Date(Day),
    Flag(bool),
}

/// A date from the year -9999 to 9999, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i32);

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

impl Day {
    /// `None` if the date is out of range.
    pub fn from_days(days: i32) -> Option<Day> {
        Day(days).date().map(|_| Day(days))
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.0
    }

    /// Year, month and day.
    pub fn parts(self) -> (i16, u8, u8) {
        self.date().map_or((1970, 1, 1), |date| (date.year(), date.month() as u8, date.day() as u8))
    }

    fn date(self) -> Option<Date> {
        EPOCH.checked_add(Span::new().try_days(self.0).ok()?).ok()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().map_or(Ok(()), |date| fmt::Display::fmt(&date, f))
    }
}

/// The text is not a date of the form 2026-01-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date such as 2026-01-31")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Day, NotADay> {
        let date: Date = text.parse().map_err(|_| NotADay)?;
        let days = EPOCH.until((Unit::Day, date)).map_err(|_| NotADay)?.get_days();
        // Reject what jiff accepts beyond the date, such as a time of day, which would be lost.
        Some(Day(days)).filter(|day| day.to_string() == text).ok_or(NotADay)
    }
}

impl<'a> Value<'a> {
    /// Absent if `text` is empty.
    pub fn text(text: &'a str) -> Value<'a> {
        if text.is_empty() { Value::Absent } else { Value::Text(text) }
    }

    pub fn is_absent(self) -> bool {
        matches!(self, Value::Absent | Value::Text(""))
    }

    /// `None` if absent.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Value::Absent => None,
            Value::Text(_) => Some(Kind::Text),
            Value::Number(_) => Some(Kind::Number),
            Value::Date(_) => Some(Kind::Date),
            Value::Flag(_) => Some(Kind::Flag),
        }
    }

    /// The text for files and filters: numbers without separators, flags as `true` or `false`.
    pub fn plain_text(self) -> Cow<'a, str> {
        match self {
            Value::Absent => Cow::Borrowed(""),
            Value::Text(text) => Cow::Borrowed(text),
            Value::Number(number) => Cow::Owned(number.to_string()),
            Value::Date(day) => Cow::Owned(day.to_string()),
            Value::Flag(flag) => Cow::Borrowed(if flag { "true" } else { "false" }),
        }
    }

    /// The text for people: numbers with separators, flags as `yes` or `no`. Texts are unsanitized.
    pub fn display_text(self) -> Cow<'a, str> {
        match self {
            Value::Number(number) => Cow::Owned(with_separators(number)),
            Value::Flag(flag) => Cow::Borrowed(if flag { "yes" } else { "no" }),
            other => other.plain_text(),
        }
    }

    /// The number that stands for a value other than a text when it is sorted or counted.
    pub fn number(self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(number),
            Value::Date(day) => Some(f64::from(day.days())),
            Value::Flag(flag) => Some(f64::from(u8::from(flag))),
            Value::Absent | Value::Text(_) => None,
        }
    }

    /// Compares two values of a column; `None` if exactly one is absent, since absent values are sorted last in both
    /// directions. Mixed kinds are sorted by kind.
    pub fn compare(self, other: Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Value::Text(a), Value::Text(b)) => Some(compare_folded(a, b)),
            (Value::Number(a), Value::Number(b)) => Some(a.total_cmp(&b)),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(&b)),
            (Value::Flag(a), Value::Flag(b)) => Some(a.cmp(&b)),
            (Value::Absent, Value::Absent) => Some(Ordering::Equal),
            (a, b) => Some(a.kind()?.cmp(&b.kind()?)),
        }
    }
}

/// A number with thousands separators.
fn with_separators(number: f64) -> String {
    let plain = number.to_string();
    let (sign, rest) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, fraction) = rest.find('.').map_or((rest, ""), |dot| rest.split_at(dot));
    match whole.parse::<u64>() {
        Ok(whole) => format!("{sign}{}{fraction}", Thousands(whole)),
        Err(_) => plain,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formats_values_for_people_and_rejects_other_dates() {
        for (value, text) in [
            (Value::Number(1_234_567.5), "1,234,567.5"),
            (Value::Number(-1_000.0), "-1,000"),
            (Value::Number(0.25), "0.25"),
            (Value::Number(1e20), "100000000000000000000"),
            (Value::Date(Day(20_454)), "2026-01-01"),
            (Value::Flag(true), "yes"),
            (Value::Absent, ""),
        ] {
            assert_eq!(value.display_text(), text);
        }
        for not in ["2026-1-1", "2026-02-30", "2026-01-01T10:00", "", "20260101"] {
            assert!(not.parse::<Day>().is_err(), "{not}");
        }
        assert_eq!((Day::from_days(i32::MAX), Day(20_454).parts()), (None, (2026, 1, 1)));
    }

    proptest! {
        #[test]
        fn dates_parse_back(days in -4_371_000_i32..2_932_000) {
            let day = Day::from_days(days);
            prop_assert_eq!(day.and_then(|day| day.to_string().parse().ok()), day);
        }
    }
}
