//! Credits, the unit in which the API charges.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use super::number::Thousands;

/// An amount of API credits. Arithmetic saturates, so that it never wraps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credits(pub u64);

impl Credits {
    pub const ZERO: Credits = Credits(0);

    pub fn saturating_sub(self, other: Credits) -> Credits {
        Credits(self.0.saturating_sub(other.0))
    }

    /// For sentences: `99,975 credits`.
    pub fn in_words(self) -> String {
        let word = if self.0 == 1 { "credit" } else { "credits" };
        format!("{} {word}", Thousands(self.0))
    }
}

impl Add for Credits {
    type Output = Credits;
    fn add(self, other: Credits) -> Credits {
        Credits(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Credits {
    fn add_assign(&mut self, other: Credits) {
        *self = *self + other;
    }
}

impl Sum for Credits {
    fn sum<I: Iterator<Item = Credits>>(amounts: I) -> Credits {
        amounts.fold(Credits::ZERO, Add::add)
    }
}

/// For the screen: `99,975 cr`.
impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} cr", Thousands(self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_with_separators_and_saturates() {
        assert_eq!(Credits(99_975).to_string(), "99,975 cr");
        assert_eq!([Credits(1), Credits(99_975)].map(Credits::in_words), ["1 credit", "99,975 credits"]);
        assert_eq!(Credits(u64::MAX) + Credits(1), Credits(u64::MAX));
        assert_eq!([Credits(u64::MAX), Credits(1)].into_iter().sum::<Credits>(), Credits(u64::MAX));
        assert_eq!(Credits(5).saturating_sub(Credits(9)), Credits::ZERO);
    }
}
