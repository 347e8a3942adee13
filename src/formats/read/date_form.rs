//! How a tool writes dates.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::text::fold;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateForm {
    /// Also `2026年1月31日`.
    YearFirst,
    DayFirst,
    MonthFirst,
    /// `31 Jan 2026` or `Jan 31, 2026`, in any of the languages of [`MONTHS`].
    Named,
    /// `20260131`
    Compact,
    /// In seconds or milliseconds.
    Unix,
}

/// In English, German, French, Spanish, Italian, Portuguese, Dutch, Polish (as in dates, too), Turkish and Hebrew; folded.
/// Three letters are enough, if they begin the names of one month only.
const MONTHS: [&str; 12] = [
    "january januar jänner janvier enero gennaio janeiro januari styczeń stycznia ocak ינואר",
    "february februar février febrero febbraio fevereiro februari luty lutego şubat פברואר",
    "march märz mrz mars marzo março maart mrt marzec marca mart מרץ",
    "april avril abril aprile kwiecień kwietnia nisan אפריל",
    "may mai mayo maggio maio mei maj maja mayis מאי",
    "june juni juin junio giugno junho czerwiec czerwca haziran יוני",
    "july juli juillet julio luglio julho lipiec lipca temmuz יולי",
    "august août agosto augustus sierpień sierpnia ağustos אוגוסט",
    "september septembre septiembre settembre setembro wrzesień września eylül ספטמבר",
    "october oktober octobre octubre ottobre outubro październik października ekim אוקטובר",
    "november novembre noviembre novembro listopad listopada kasim נובמבר",
    "december dezember décembre diciembre dicembre dezembro grudzień grudnia aralik דצמבר",
];

impl DateForm {
    pub(super) const ALL: [DateForm; 4] =
        [DateForm::YearFirst, DateForm::DayFirst, DateForm::MonthFirst, DateForm::Named];
    /// Those that could be any number.
    pub(super) const OF_DIGITS: [DateForm; 2] = [DateForm::Compact, DateForm::Unix];

    /// An ISO date, and the time of day if there is one.
    pub(super) fn plain(self, cell: &str) -> Option<String> {
        let is_separator = |c: char| matches!(c, '-' | '/' | '.' | '年' | '月');
        match self {
            DateForm::Named => return named_date(cell),
            DateForm::Unix => return unix_time(cell),
            DateForm::Compact => {
                let is_date = cell.len() == 8 && cell.bytes().all(|byte| byte.is_ascii_digit());
                return is_date.then(|| iso(cell.get(..4)?, cell.get(4..6)?.parse().ok()?, cell.get(6..)?)).flatten();
            }
            DateForm::YearFirst | DateForm::DayFirst | DateForm::MonthFirst => {}
        }
        let (date, time) = cell.split_once([' ', 'T']).map_or((cell, ""), |(date, time)| (date, time.trim()));
        let date = date.trim_end_matches([',', '日']);
        let mut parts = date.split(is_separator);
        let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (year, month, day) = match self {
            DateForm::DayFirst => (c, b, a),
            DateForm::MonthFirst => (c, a, b),
            _ => (a, b, c),
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

fn unix_time(cell: &str) -> Option<String> {
    let is_number = cell.bytes().all(|byte| byte.is_ascii_digit());
    let time = match cell.len() {
        10 if is_number => Timestamp::from_second(cell.parse().ok()?),
        13 if is_number => Timestamp::from_millisecond(cell.parse().ok()?),
        _ => return None,
    };
    let time = TimeZone::UTC.to_datetime(time.ok()?);
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    with_time(time.date().to_string(), &format!("{hour:02}:{minute:02}:{second:02}"))
}

fn named_date(cell: &str) -> Option<String> {
    const BETWEEN: [&str; 4] = ["de", "del", "di", "of"];
    let mut words = cell.split([' ', ',', '-', '\u{a0}']).filter(|word| !word.is_empty() && !BETWEEN.contains(word));
    let (a, b, year) = (words.next()?, words.next()?, words.next()?);
    let (name, day) = if a.starts_with(|c: char| c.is_ascii_digit()) { (b, a) } else { (a, b) };
    let day = day.trim_end_matches('.').trim_end_matches("er");
    with_time(iso(year, month(name)?, day)?, &words.collect::<Vec<_>>().join(" "))
}

fn month(name: &str) -> Option<i8> {
    let name = fold(name.trim_end_matches('.')).replace('\u{307}', "");
    if name.chars().count() < 3 {
        return None;
    }
    let begins = |names: &str, name: &str| names.split(' ').any(|full| full.starts_with(name));
    // In Hebrew, "in" is part of the word.
    let in_month = name.strip_prefix('ב').unwrap_or(&name);
    let mut months = (1..).zip(MONTHS).filter(|(_, names)| begins(names, &name) || begins(names, in_month));
    let (month, _) = months.next()?;
    months.next().is_none().then_some(month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_names_in_many_languages() {
        for (cell, date) in [
            ("Jan 31, 2026", "2026-01-31"),
            ("1 February 2026", "2026-02-01"),
            ("2. März 2026", "2026-03-02"),
            ("31. Dez. 2025", "2025-12-31"),
            ("4 févr. 2026", "2026-02-04"),
            ("1er août 2025", "2025-08-01"),
            ("2 de enero de 2026", "2026-01-02"),
            ("5 gen 2026", "2026-01-05"),
            ("3 de março de 2026", "2026-03-03"),
            ("7 mrt. 2026", "2026-03-07"),
            ("8 października 2025", "2025-10-08"),
            ("9 ŞUBAT 2026", "2026-02-09"),
            ("10 Kasım 2025", "2025-11-10"),
            ("11 במרץ 2026", "2026-03-11"),
        ] {
            assert_eq!(DateForm::Named.plain(cell).as_deref(), Some(date), "{cell}");
        }
        for cell in ["3 jui 2026", "3 ma 2026", "3 marketing 2026", "3 of 2026", "Jan 2026"] {
            assert_eq!(DateForm::Named.plain(cell), None, "{cell}");
        }
        assert_eq!(DateForm::YearFirst.plain("2026年1月2日").as_deref(), Some("2026-01-02"));
    }
}
