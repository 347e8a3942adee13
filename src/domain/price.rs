//! The price of credits in the user's currency, exact to the last digit.

use std::fmt;

use super::credits::Credits;

/// An exact amount: `digits` × 10^`exponent`. A price such as 0.1 has no exact binary representation, so a product in
/// `f64` may end in spurious digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    digits: u128,
    exponent: i32,
}

impl Money {
    /// The price of `credits`; `None` if the price per credit is negative, infinite or NaN, or if the amount overflows.
    pub fn of(credits: Credits, price_per_credit: f64) -> Option<Money> {
        // The shortest digits that parse back to this float, at most 17, are the ones that the user wrote: 2.4e-4.
        let shortest = format!("{price_per_credit:e}");
        let (digits, exponent) = shortest.split_once('e')?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let price: u128 = format!("{whole}{fraction}").parse().ok()?;
        let exponent = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
        Some(Money { digits: price.checked_mul(u128::from(credits.0))?, exponent })
    }
}

/// With two decimals, or as many as needed.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
        let decimals = usize::try_from(-self.exponent).unwrap_or(0);
        let digits = format!("{}{}", self.digits, if self.digits == 0 { String::new() } else { zeros(self.exponent) });
        let digits = format!("{digits:0>width$}", width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        write!(f, "{whole}.{:0<2}", fraction.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (credits, price, money) in [
            (1_000, 0.000_24, "0.24"),
            (25, 0.000_84, "0.021"),
            (1, 0.000_84, "0.00084"),
            (3, 0.1, "0.30"),
            (100, 0.1, "10.00"),
            (1_000, 0.000_123_456_789, "0.123456789"),
            (0, 0.1, "0.00"),
            (7, 2.0, "14.00"),
            (5, 1e21, "5000000000000000000000.00"),
            (10, 1.5e-8, "0.00000015"),
            (0, 1e21, "0.00"),
            // In f64 the product is 0.5700000000000001.
            (57, 0.01, "0.57"),
            (u64::MAX, 0.000_84, "15495265021916023.3566"),
        ] {
            assert_eq!(Money::of(Credits(credits), price).unwrap().to_string(), money, "{credits} × {price}");
        }
        for price in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(Money::of(Credits(1), price), None, "{price}");
        }
    }
}
