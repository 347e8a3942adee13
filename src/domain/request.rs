//! A request to the API, and its maximum cost.

use std::fmt;

use super::credits::Credits;
use super::target::Target;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    #[default]
    OnePerDomain,
    AllLinks,
}

impl Mode {
    /// Each mode with its name in the settings.
    pub const NAMES: [(Mode, &'static str); 2] =
        [(Mode::OnePerDomain, "one-per-domain"), (Mode::AllLinks, "all-links")];

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Mode::OnePerDomain => "1 link per domain",
            Mode::AllLinks => "all links",
        }
    }

    pub fn toggled(self) -> Mode {
        match self {
            Mode::OnePerDomain => Mode::AllLinks,
            Mode::AllLinks => Mode::OnePerDomain,
        }
    }

    /// Credits charged for each link returned (Keywords Everywhere API documentation, backlink calls).
    pub fn price_per_link(self) -> Credits {
        match self {
            Mode::OnePerDomain => Credits(5),
            Mode::AllLinks => Credits(1),
        }
    }
}

/// The number of links to request: 1 to 10,000, the limits of the API's `num`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkCount(u16);

/// The number of links is out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the number of links must be from 1 to 10,000")]
pub struct LinkCountError;

impl LinkCount {
    /// The API's limit.
    pub const MAX: LinkCount = LinkCount(10_000);

    /// # Errors
    /// Not from 1 to 10,000.
    pub fn new(count: u64) -> Result<LinkCount, LinkCountError> {
        match u16::try_from(count) {
            Ok(n) if (1..=Self::MAX.0).contains(&n) => Ok(LinkCount(n)),
            _ => Err(LinkCountError),
        }
    }

    /// Parses digits, with or without thousands separators.
    ///
    /// # Errors
    /// Not a number from 1 to 10,000.
    pub fn parse(text: &str) -> Result<LinkCount, LinkCountError> {
        let digits: String = text.trim().chars().filter(|c| !matches!(c, ',' | '_')).collect();
        digits.parse().map_err(|_| LinkCountError).and_then(LinkCount::new)
    }

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

/// A request for backlinks. Two equal requests would pay for the same links twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request {
    pub target: Target,
    pub mode: Mode,
    /// The maximum number of links.
    pub count: LinkCount,
}

impl Request {
    /// The maximum cost: the price of all requested links.
    pub fn quote(&self) -> Credits {
        quote(self.mode, self.count)
    }
}

/// The maximum cost of `count` links.
pub fn quote(mode: Mode, count: LinkCount) -> Credits {
    Credits(mode.price_per_link().0 * u64::from(count.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_counts_are_limited_to_what_the_api_accepts() {
        assert_eq!(LinkCount::parse("10,000").unwrap(), LinkCount::MAX);
        assert_eq!(LinkCount::parse(" 1 ").unwrap().get(), 1);
        for bad in ["0", "10001", "", "ten", "-1", "99999999999999999999"] {
            assert_eq!(LinkCount::parse(bad), Err(LinkCountError), "{bad}");
        }
    }

    #[test]
    fn the_quote_is_the_price_of_all_requested_links() {
        assert_eq!(quote(Mode::OnePerDomain, LinkCount::MAX), Credits(50_000));
        assert_eq!(quote(Mode::AllLinks, LinkCount::default()), Credits(100));
    }
}
