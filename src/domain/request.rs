//! One question to the API, and the most that its answer can cost.

use std::fmt;

use super::credits::Credits;
use super::target::Target;

/// One link for each referring domain, or every link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// The best link of each referring domain.
    #[default]
    OnePerDomain,
    /// Every link.
    AllLinks,
}

impl Mode {
    /// Both with their names in the settings.
    pub const NAMES: [(Mode, &'static str); 2] =
        [(Mode::OnePerDomain, "one-per-domain"), (Mode::AllLinks, "all-links")];

    /// The words for it on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Mode::OnePerDomain => "1 link per domain",
            Mode::AllLinks => "all links",
        }
    }

    /// The other one.
    pub fn toggled(self) -> Mode {
        match self {
            Mode::OnePerDomain => Mode::AllLinks,
            Mode::AllLinks => Mode::OnePerDomain,
        }
    }

    /// Credits for each link that comes back (Keywords Everywhere API documentation, backlink calls).
    pub fn price_per_link(self) -> Credits {
        match self {
            Mode::OnePerDomain => Credits(5),
            Mode::AllLinks => Credits(1),
        }
    }
}

/// How many links to ask for: 1 to 10,000, the bounds of the API's `num`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkCount(u16);

/// A number of links outside what the API takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the number of links must be from 1 to 10,000")]
pub struct LinkCountError;

impl LinkCount {
    /// The most links that one request can bring.
    pub const MAX: LinkCount = LinkCount(10_000);

    /// # Errors
    /// Outside of 1 to 10,000.
    pub fn new(count: u64) -> Result<LinkCount, LinkCountError> {
        match u16::try_from(count) {
            Ok(n) if (1..=Self::MAX.0).contains(&n) => Ok(LinkCount(n)),
            _ => Err(LinkCountError),
        }
    }

    /// Reads what a person typed: digits, with or without thousands separators.
    ///
    /// # Errors
    /// Not a number, or outside of 1 to 10,000.
    pub fn parse(typed: &str) -> Result<LinkCount, LinkCountError> {
        let digits: String = typed.trim().chars().filter(|c| !matches!(c, ',' | '_')).collect();
        digits.parse().map_err(|_| LinkCountError).and_then(LinkCount::new)
    }

    /// As a plain number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl Default for LinkCount {
    fn default() -> Self {
        LinkCount(100)
    }
}

impl fmt::Display for LinkCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One question to the API. Two equal requests would buy the same links twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request {
    /// The page or domain.
    pub target: Target,
    /// One link for each domain, or all.
    pub mode: Mode,
    /// The most links wanted.
    pub count: LinkCount,
}

impl Request {
    /// The most that the answer can cost: the price of every link that was asked for.
    pub fn quote(&self) -> Credits {
        quote(self.mode, self.count)
    }
}

/// The most that `count` links of this mode can cost.
pub fn quote(mode: Mode, count: LinkCount) -> Credits {
    Credits(mode.price_per_link().0 * u64::from(count.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_within_what_the_api_takes() {
        assert_eq!(LinkCount::parse("10,000").unwrap(), LinkCount::MAX);
        assert_eq!(LinkCount::parse(" 1 ").unwrap().get(), 1);
        for bad in ["0", "10001", "", "ten", "-1", "99999999999999999999"] {
            assert_eq!(LinkCount::parse(bad), Err(LinkCountError), "{bad}");
        }
    }

    #[test]
    fn the_quote_is_the_price_of_all() {
        assert_eq!(quote(Mode::OnePerDomain, LinkCount::MAX), Credits(50_000));
        assert_eq!(quote(Mode::AllLinks, LinkCount::default()), Credits(100));
    }
}
