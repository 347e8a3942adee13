//! How a tool writes dates, numbers and flags. A column's form is detected from its first values; then all its values
//! are rewritten as plain ones, such as `2026-01-31`, `1240.5` or `true`, which are sorted and filtered by value.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::domain::columns::Kind;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CellForm {
    /// Plain already, or text.
    #[default]
    Plain,
    Date(DateForm),
    /// With separators between thousands, or with a decimal comma.
    Number(NumberForm),
    Flag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateForm {
    YearFirst,
    DayFirst,
    MonthFirst,
    /// `31 Jan 2026` or `Jan 31, 2026`.
    Named,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberForm {
    /// `1,240.5`
    DecimalPoint,
    /// `1.240,5`
    DecimalComma,
}

impl CellForm {
    /// The form of a column by its first values. `is_semicolon` says that cells are separated by semicolons, as where the
    /// comma is the decimal separator.
    pub(super) fn detect<'a>(
        cells: impl Iterator<Item = &'a str> + Clone,
        kind: Option<Kind>,
        is_semicolon: bool,
    ) -> CellForm {
        let cells = cells.map(str::trim).filter(|cell| !cell.is_empty() && !is_placeholder(cell));
        if cells.clone().next().is_none() || kind == Some(Kind::Text) {
            return CellForm::Plain;
        }
        if kind == Some(Kind::Flag) {
            return if cells.clone().all(|cell| flag(cell).is_some()) { CellForm::Flag } else { CellForm::Plain };
        }
        let number = if is_semicolon { NumberForm::DecimalComma } else { NumberForm::DecimalPoint };
        if cells.clone().all(|cell| number.plain(cell).is_some()) {
            return CellForm::Number(number);
        }
        let matches = |form: &DateForm| cells.clone().all(|cell| form.plain(cell).is_some());
        let mut forms = [DateForm::YearFirst, DateForm::DayFirst, DateForm::MonthFirst, DateForm::Named]
            .into_iter()
            .filter(matches);
        match (forms.next(), forms.next()) {
            // 04/05/2026 is in April or in May, so it stays as it is.
            (Some(form), None) => CellForm::Date(form),
            (Some(DateForm::DayFirst), Some(DateForm::MonthFirst)) if cells.clone().all(|cell| cell.contains('.')) => {
                CellForm::Date(DateForm::DayFirst)
            }
            _ => CellForm::Plain,
        }
    }

    /// The plain form of a cell; the cell itself if it has another form.
    pub(super) fn plain(self, cell: &str) -> Cow<'_, str> {
        let trimmed = cell.trim();
        let is_plain_number = matches!(self, CellForm::Number(_)) && trimmed.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain_number {
            return Cow::Borrowed(trimmed);
        }
        if matches!(self, CellForm::Date(_) | CellForm::Number(_)) && is_placeholder(trimmed) {
            return Cow::Borrowed("");
        }
        let plain = match self {
            CellForm::Plain => None,
            CellForm::Date(form) => form.plain(trimmed),
            CellForm::Number(form) => form.plain(trimmed),
            CellForm::Flag => flag(trimmed).map(|flag| if flag { "true" } else { "false" }.to_owned()),
        };
        plain.map_or(Cow::Borrowed(cell), Cow::Owned)
    }
}

/// What tools write where a date or a number is not known.
fn is_placeholder(cell: &str) -> bool {
    ["-", "–", "—", "n/a", "na", "null", "none", "nan"].iter().any(|other| cell.eq_ignore_ascii_case(other))
}

fn flag(cell: &str) -> Option<bool> {
    const TRUE: [&str; 12] = ["true", "yes", "1", "+", "x", "ja", "oui", "sí", "si", "sim", "tak", "evet"];
    const FALSE: [&str; 11] = ["false", "no", "0", "-", "nein", "non", "não", "nee", "nie", "hayır", "✗"];
    let cell = cell.to_lowercase();
    if TRUE.contains(&cell.as_str()) { Some(true) } else { FALSE.contains(&cell.as_str()).then_some(false) }
}

impl NumberForm {
    fn plain(self, cell: &str) -> Option<String> {
        let (separator, decimal) = match self {
            NumberForm::DecimalPoint => (',', '.'),
            NumberForm::DecimalComma => ('.', ','),
        };
        let (sign, digits) = cell.strip_prefix('-').map_or(("", cell), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once(decimal).map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let mut groups = whole.split([separator, '\u{a0}', '\u{202f}', '\'']);
        let first = groups.next().filter(|first| are_digits(first))?;
        if first.len() > 1 && first.starts_with('0') {
            // An identifier.
            return None;
        }
        let is_grouped = whole.len() > first.len();
        let groups_fit = groups.all(|group| group.len() == 3 && are_digits(group)) && (!is_grouped || first.len() <= 3);
        let fraction_fits = fraction.is_none_or(are_digits);
        let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
        let fraction = fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default();
        (groups_fit && fraction_fits).then(|| format!("{sign}{whole}{fraction}"))
    }
}

impl DateForm {
    /// An ISO date, and the time of day if there is one.
    fn plain(self, cell: &str) -> Option<String> {
        let is_separator = |c: char| matches!(c, '-' | '/' | '.');
        if self == DateForm::Named {
            return named_date(cell);
        }
        let (date, time) = cell.split_once([' ', 'T']).map_or((cell, ""), |(date, time)| (date, time.trim()));
        let date = date.trim_end_matches(',');
        let mut parts = date.split(is_separator);
        let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (year, month, day) = match self {
            DateForm::YearFirst | DateForm::Named => (a, b, c),
            DateForm::DayFirst => (c, b, a),
            DateForm::MonthFirst => (c, a, b),
        };
        with_time(iso(year, month.parse().ok()?, day)?, time)
    }
}

fn iso(year: &str, month: i8, day: &str) -> Option<String> {
    if year.len() != 4 || !(1..=2).contains(&day.len()) {
        return None;
    }
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok().map(|date| date.to_string())
}

fn with_time(date: String, time: &str) -> Option<String> {
    if time.is_empty() || time.trim_end_matches(['0', ':', '.', 'Z']).is_empty() && time.starts_with("00:00") {
        return Some(date);
    }
    let is_time = time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':') && time.len() <= 20;
    is_time.then(|| format!("{date} {time}"))
}

/// English names of months, which most tools write.
fn named_date(cell: &str) -> Option<String> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut words = cell.split([' ', ',', '-']).filter(|word| !word.is_empty());
    let (a, b, year) = (words.next()?, words.next()?, words.next()?);
    let (name, day) = if a.starts_with(|c: char| c.is_ascii_digit()) { (b, a) } else { (a, b) };
    let start = name.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|month| *month == start)? as i8 + 1;
    if !name.trim_end_matches('.').bytes().all(|byte| byte.is_ascii_alphabetic()) || name.len() > 9 {
        return None;
    }
    with_time(iso(year, month, day)?, &words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(cells: &[&str], kind: Option<Kind>, is_semicolon: bool) -> Vec<String> {
        let form = CellForm::detect(cells.iter().copied(), kind, is_semicolon);
        cells.iter().map(|cell| form.plain(cell).into_owned()).collect()
    }

    #[test]
    fn dates_numbers_and_flags_become_plain() {
        for (cells, expected) in [
            (["31.01.2026", "01.02.2026"], ["2026-01-31", "2026-02-01"]),
            (["01.02.2026", "03.04.2026"], ["2026-02-01", "2026-04-03"]),
            (["31/01/2026", "1/2/2026"], ["2026-01-31", "2026-02-01"]),
            (["1/31/2026", "2/1/2026"], ["2026-01-31", "2026-02-01"]),
            (["04/05/2026", "03/04/2026"], ["04/05/2026", "03/04/2026"]),
            (["2026/01/31", ""], ["2026-01-31", ""]),
            (["2026-01-31 10:00:05", "2026-02-01T07:00:00Z"], ["2026-01-31 10:00:05", "2026-02-01 07:00:00Z"]),
            (["2026-01-31 00:00:00", "2026-02-01"], ["2026-01-31", "2026-02-01"]),
            (["Jan 31, 2026", "1 February 2026"], ["2026-01-31", "2026-02-01"]),
            (["1,240", "12"], ["1240", "12"]),
            (["1,240.5", "-0.25"], ["1240.5", "-0.25"]),
            (["1,24", "12"], ["1,24", "12"]),
            (["1.50", "2"], ["1.50", "2"]),
            (["12 links", "3"], ["12 links", "3"]),
            (["12", "n/a"], ["12", ""]),
            (["2026-01-31", "-"], ["2026-01-31", ""]),
            (["a", "-"], ["a", "-"]),
            (["007", "1"], ["007", "1"]),
            (["32.01.2026", "x"], ["32.01.2026", "x"]),
        ] {
            assert_eq!(plain(&cells, None, false), expected, "{cells:?}");
        }
        assert_eq!(plain(&["1.240,5", "3"], None, true), ["1240.5", "3"]);
        assert_eq!(plain(&["Yes", "no", ""], Some(Kind::Flag), false), ["true", "false", ""]);
        assert_eq!(plain(&["yes", "maybe"], Some(Kind::Flag), false), ["yes", "maybe"]);
        assert_eq!(plain(&["1,240"], Some(Kind::Text), false), ["1,240"]);
    }
}
