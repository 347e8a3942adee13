//! How a tool separates thousands and decimals.

use std::net::Ipv4Addr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberForm {
    /// `1,240.5`
    DecimalPoint,
    /// `1.240,5`
    DecimalComma,
    /// No cell tells whether `1.240` has a decimal point or a separator between thousands, so it stays as it is.
    Undecided,
}

impl NumberForm {
    /// The form of numbers that may have either.
    pub(super) fn any(is_semicolon: bool) -> NumberForm {
        if is_semicolon { NumberForm::Undecided } else { NumberForm::DecimalPoint }
    }

    pub(super) fn plain(self, cell: &str) -> Option<String> {
        let (separator, decimal) = match self {
            NumberForm::DecimalPoint => (',', '.'),
            NumberForm::DecimalComma => ('.', ','),
            NumberForm::Undecided => {
                let point = if cell.contains(',') { None } else { NumberForm::DecimalPoint.plain(cell) };
                return point.or_else(|| NumberForm::DecimalComma.plain(cell));
            }
        };
        let (sign, digits) = cell.strip_prefix('-').map_or(("", cell), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once(decimal).map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let mut groups = whole.split([separator, '\u{a0}', '\u{202f}', '\'']);
        let first = groups.next().filter(|first| are_digits(first))?;
        // 007 is an identifier, and 0.250 has no thousands.
        if whole.len() > 1 && first.starts_with('0') {
            return None;
        }
        let is_grouped = whole.len() > first.len();
        let groups_fit = groups.all(|group| group.len() == 3 && are_digits(group)) && (!is_grouped || first.len() <= 3);
        let fraction_fits = fraction.is_none_or(are_digits);
        let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
        let fraction = fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default();
        let is_ip = || is_grouped && digits.parse::<Ipv4Addr>().is_ok();
        (groups_fit && fraction_fits && !is_ip()).then(|| format!("{sign}{whole}{fraction}"))
    }
}
