//! Infers the kind of an extra column from its texts. A kind applies only if every text is a value of it. The value is
//! kept, but not how it was written: `1.50` is written as `1.5`.

use super::packed::{Dates, Flags, Numbers};
use super::stored::ExtraValues;
use super::value::Day;
use crate::domain::string_column::{DictColumn, StringColumn};

/// `None` if all texts are empty.
pub(super) fn infer(texts: &StringColumn) -> Option<ExtraValues> {
    if texts.text().is_empty() {
        return None;
    }
    let flags = || Some(ExtraValues::Flag(Flags::pack(&parse_all(texts, flag)?)));
    let numbers = || {
        let numbers: Vec<f64> =
            parse_all(texts, number)?.into_iter().map(|number| number.unwrap_or(f64::NAN)).collect();
        Some(ExtraValues::Number(Numbers::pack(&numbers)))
    };
    let dates = || Some(ExtraValues::Date(Dates::pack(&parse_all(texts, |text| text.parse::<Day>().ok())?)));
    let typed = flags().or_else(numbers).or_else(dates);
    Some(typed.unwrap_or_else(|| ExtraValues::Text(DictColumn::copy_of(texts))))
}

/// Parses every text, with `None` for empty ones; `None` if any text can't be parsed.
fn parse_all<T>(texts: &StringColumn, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
    texts.iter().map(|text| if text.is_empty() { Some(None) } else { parse(text).map(Some) }).collect()
}

fn flag(text: &str) -> Option<bool> {
    let is = |name: &str| text.eq_ignore_ascii_case(name);
    if is("true") { Some(true) } else { is("false").then_some(false) }
}

/// Decimal digits that an `f64` represents exactly.
const EXACT_DIGITS: usize = 15;

/// A plain decimal number. `007` is not one: it is an identifier, and would be written again as `7`.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, "0"), |parts| parts);
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = whole == "0" || !whole.starts_with('0');
    let is_number = are_digits(whole) && are_digits(fraction) && is_plain && digits.len() <= EXACT_DIGITS;
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::value::{Kind, Value};
    use super::*;

    fn kind(texts: &[&str]) -> Option<Kind> {
        let mut column = StringColumn::default();
        texts.iter().for_each(|text| column.push(text).unwrap());
        let values = infer(&column)?;
        assert_eq!(values.len(), texts.len());
        assert!(texts.iter().enumerate().all(|(row, text)| text.is_empty() == (values.get(row) == Value::Absent)));
        Some(values.kind())
    }

    #[test]
    fn a_kind_applies_only_if_every_text_is_of_that_kind() {
        for (texts, expected) in [
            (["", ""], None),
            (["5", "-0.25"], Some(Kind::Number)),
            (["5", ""], Some(Kind::Number)),
            (["5", "n/a"], Some(Kind::Text)),
            (["007", "1"], Some(Kind::Text)),
            (["1e5", "1"], Some(Kind::Text)),
            (["12345678901234567", "1"], Some(Kind::Text)),
            (["2026-01-31", "2025-12-01"], Some(Kind::Date)),
            (["2026-01-31", "2026-01-31 10:00"], Some(Kind::Text)),
            (["TRUE", "false"], Some(Kind::Flag)),
            (["true", "1"], Some(Kind::Text)),
        ] {
            assert_eq!(kind(&texts), expected, "{texts:?}");
        }
    }
}
