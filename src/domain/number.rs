//! Formats numbers for people.

use std::fmt;

/// Displays an integer with thousands separators, independent of the locale: `1,234`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thousands(pub u64);

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        f.pad(&out)
    }
}

/// `1 link`, `2 links`, `1,234 links`.
pub fn pluralize(count: usize, singular: &str, plural: &str) -> String {
    let word = if count == 1 { singular } else { plural };
    format!("{} {word}", Thousands(count as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_groups_of_three_digits() {
        for (n, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (99_975, "99,975"), (1_234_567, "1,234,567")] {
            assert_eq!(Thousands(n).to_string(), text);
        }
        assert_eq!(format!("{:>6}", Thousands(1_000)), " 1,000");
    }

    #[test]
    fn only_one_is_singular() {
        assert_eq!(pluralize(1, "link", "links"), "1 link");
        assert_eq!(pluralize(5_000, "link", "links"), "5,000 links");
    }
}
