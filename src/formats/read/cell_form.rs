//! How a tool writes dates, numbers and flags. A column's form is detected from its first values; then all its values
//! are rewritten as plain ones, such as `2026-01-31`, `1240.5` or `true`, which are sorted and filtered by value.

use std::borrow::Cow;

use super::date_form::DateForm;
use super::flag_form::FlagForm;
use super::number_form::NumberForm;
use crate::domain::columns::Kind;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CellForm {
    /// Plain already, or text.
    #[default]
    Plain,
    Date(DateForm),
    /// With separators between thousands, or with a decimal comma.
    Number(NumberForm),
    Flag(FlagForm),
}

/// The share of the cells of a column that must have a form, in percent. The others stay as they are.
const MOST: usize = 80;

impl CellForm {
    /// The form of a column by its first values. `known` is what its header says: its kind and its name. `is_semicolon`
    /// says that cells are separated by semicolons, as where the comma is the decimal separator.
    pub(super) fn detect<'a>(
        cells: impl Iterator<Item = &'a str> + Clone,
        known: Option<(Kind, &str)>,
        is_semicolon: bool,
    ) -> CellForm {
        let kind = known.map(|(kind, _)| kind);
        let cells = cells.map(str::trim).filter(|cell| !cell.is_empty());
        let values = cells.clone().filter(|cell| !is_placeholder(cell));
        let count = values.clone().count();
        let are_most = |matching: usize| matching > 0 && matching * 100 >= count * MOST;
        match known {
            Some((Kind::Text, _)) => return CellForm::Plain,
            Some((Kind::Flag, name)) => {
                let form = FlagForm::of(name);
                // A minus is "false" in some tools.
                let flags = cells.filter(|cell| form.value(cell).is_some()).count();
                let others = values.filter(|cell| form.value(cell).is_none()).count();
                return if flags * (100 - MOST) >= others * MOST { CellForm::Flag(form) } else { CellForm::Plain };
            }
            // The first rows have no value; later ones may.
            Some((Kind::Number, _)) if count == 0 => return CellForm::Number(NumberForm::any(is_semicolon)),
            Some((Kind::Date, _)) if count == 0 => return CellForm::Date(DateForm::YearFirst),
            _ => {}
        }
        let matching = |form: &DateForm| values.clone().filter(|cell| form.plain(cell).is_some()).count();
        if kind == Some(Kind::Date)
            && let Some(form) = DateForm::OF_DIGITS.into_iter().find(|form| are_most(matching(form)))
        {
            return CellForm::Date(form);
        }
        let numbers = |form: NumberForm| values.clone().filter(|cell| form.plain(cell).is_some()).count();
        let (point, comma) = (numbers(NumberForm::DecimalPoint), numbers(NumberForm::DecimalComma));
        if are_most(point.max(comma)) {
            return CellForm::Number(match point.cmp(&comma) {
                std::cmp::Ordering::Greater => NumberForm::DecimalPoint,
                std::cmp::Ordering::Less => NumberForm::DecimalComma,
                std::cmp::Ordering::Equal => NumberForm::any(is_semicolon),
            });
        }
        let forms = DateForm::ALL.map(|form| (matching(&form), form));
        let Some(&(most, form)) = forms.iter().rev().max_by_key(|(count, _)| *count).filter(|best| are_most(best.0))
        else {
            return CellForm::Plain;
        };
        // 04/05/2026 is in April or in May, so it stays as it is; 04.05.2026 is in May.
        let is_unclear = forms.iter().filter(|(count, _)| *count == most).count() > 1;
        let has_dots = |cell: &&str| cell.split(' ').next().is_some_and(|date| date.contains('.'));
        let is_clear = !is_unclear || are_most(values.filter(has_dots).count());
        if is_clear { CellForm::Date(form) } else { CellForm::Plain }
    }

    /// The plain form of a cell; the cell itself if it has another form.
    pub(super) fn plain(self, cell: &str) -> Cow<'_, str> {
        let trimmed = cell.trim();
        let is_plain_number = matches!(self, CellForm::Number(_)) && trimmed.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain_number {
            return Cow::Borrowed(trimmed);
        }
        let plain = match self {
            CellForm::Plain => None,
            CellForm::Date(form) => form.plain(trimmed).map(Cow::Owned),
            CellForm::Number(form) => form.plain(trimmed).map(Cow::Owned),
            CellForm::Flag(form) => form.value(trimmed).map(|flag| Cow::Borrowed(if flag { "true" } else { "false" })),
        };
        let is_absent = || self != CellForm::Plain && is_placeholder(trimmed);
        plain.unwrap_or_else(|| Cow::Borrowed(if is_absent() { "" } else { cell }))
    }
}

/// What tools write where a date or a number is not known.
fn is_placeholder(cell: &str) -> bool {
    ["-", "–", "—", "n/a", "n.a.", "na", "null", "none", "nan"].iter().any(|other| cell.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(cells: &[&str], known: Option<(Kind, &str)>, is_semicolon: bool) -> Vec<String> {
        let form = CellForm::detect(cells.iter().copied(), known, is_semicolon);
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
            (["04/05/2026 1:02:03.4", "03/04/2026"], ["04/05/2026 1:02:03.4", "03/04/2026"]),
            (["192.168.100.200", "192.168.100.201"], ["192.168.100.200", "192.168.100.201"]),
            (["2026/01/31", ""], ["2026-01-31", ""]),
            (["2026-01-31 10:00:05", "2026-02-01T07:00:00Z"], ["2026-01-31 10:00:05", "2026-02-01 07:00:00Z"]),
            (["2026-01-31 00:00:00", "2026-02-01"], ["2026-01-31", "2026-02-01"]),
            (["Jan 31, 2026", "1 February 2026"], ["2026-01-31", "2026-02-01"]),
            (["1,240", "12"], ["1240", "12"]),
            (["1,240.5", "-0.25"], ["1240.5", "-0.25"]),
            (["1,24", "12"], ["1.24", "12"]),
            (["1,240", "0,250"], ["1.240", "0.250"]),
            (["1.240,5", "12,50"], ["1240.5", "12.50"]),
            (["12.345", "0.125"], ["12.345", "0.125"]),
            (["1.240.000", "1.240"], ["1240000", "1240"]),
            (["20260102", "20251231"], ["20260102", "20251231"]),
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
        for (cells, expected) in [
            (["1.240,5", "3"], ["1240.5", "3"]),
            (["12.345", "1.500"], ["12.345", "1.500"]),
            (["0.125", "1.240"], ["0.125", "1.240"]),
            (["9,5", "1.240"], ["9.5", "1240"]),
            (["1.240.000", "1.240"], ["1240000", "1240"]),
        ] {
            assert_eq!(plain(&cells, None, true), expected, "{cells:?}");
        }
        let undecided = CellForm::detect(["1", "2"].into_iter(), None, true);
        assert_eq!(
            ["3.125", "3,5", "1.240,5", "1.240.000"].map(|cell| undecided.plain(cell)),
            ["3.125", "3.5", "1240.5", "1240000"]
        );
    }

    #[test]
    fn the_header_decides_what_cells_may_be() {
        let date = (Kind::Date, "First seen");
        let flag = (Kind::Flag, "Frame");
        let number = (Kind::Number, "DR");
        for (known, cells, expected) in [
            (flag, ["Yes", "no", ""], ["true", "false", ""]),
            (flag, ["-", "-", "-"], ["false", "false", "false"]),
            (flag, ["WAHR", "FALSCH", "HAYIR"], ["true", "false", "false"]),
            (flag, ["yes", "maybe", "no"], ["yes", "maybe", "no"]),
            (flag, ["yes", "n/a", "no"], ["true", "", "false"]),
            ((Kind::Flag, "Nofollow"), ["follow", "NoFollow", "dofollow"], ["false", "true", "false"]),
            ((Kind::Flag, "Dofollow"), ["follow", "nofollow", "1"], ["true", "false", "true"]),
            (date, ["1609459200", "1712345678", ""], ["2021-01-01", "2024-04-05 19:34:38", ""]),
            (date, ["1609459200000", "1609459200000", "-"], ["2021-01-01", "2021-01-01", ""]),
            (date, ["20260102", "20251231", "n.a."], ["2026-01-02", "2025-12-31", ""]),
            (date, ["-", "", ""], ["", "", ""]),
            (number, ["-", "", ""], ["", "", ""]),
            ((Kind::Text, "Title"), ["1,240", "1,240", ""], ["1,240", "1,240", ""]),
        ] {
            assert_eq!(plain(&cells, Some(known), false), expected, "{cells:?}");
        }
    }

    #[test]
    fn an_odd_cell_stays_as_it_is() {
        let odd = |cell: &'static str, odd: &'static str| [cell, cell, cell, cell, odd];
        for (known, cells, expected) in [
            (None, odd("1,000", ">1000"), odd("1000", ">1000")),
            (None, odd("1/20/2025", "unknown"), odd("2025-01-20", "unknown")),
            (Some((Kind::Flag, "Frame")), odd("yes", "perhaps"), odd("true", "perhaps")),
            (None, odd("a", "1,000"), odd("a", "1,000")),
        ] {
            assert_eq!(plain(&cells, known, false), expected);
        }
    }
}
