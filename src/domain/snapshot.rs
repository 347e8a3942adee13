//! What the archive knows of the requests that went out: answers that can be opened again, and what they cost.

use std::time::Duration;

use super::credits::Credits;
use super::request::Request;

/// The number of a request in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotId(pub i64);

/// A moment as milliseconds since 1970 (Unix time).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// How long after `earlier` it is; nothing if the clock was turned back.
    pub fn since(self, earlier: UnixTime) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0).try_into().unwrap_or(0))
    }

    /// The moment so much later.
    #[must_use]
    pub fn plus(self, later: Duration) -> UnixTime {
        UnixTime(self.0.saturating_add(i64::try_from(later.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// With a whole answer.
    Answered,
    /// With an answer of which only a part can be read.
    Partial,
    /// The server refused.
    Refused,
    /// Nothing was sent.
    Unsent,
    /// Nobody knows: no answer came, or the program ended before it did.
    Unknown,
    /// It is under way.
    Running,
}

impl Ending {
    /// Every ending with its name in the archive.
    pub const NAMES: [(Ending, &'static str); 6] = [
        (Ending::Answered, "answered"),
        (Ending::Partial, "partial"),
        (Ending::Refused, "refused"),
        (Ending::Unsent, "unsent"),
        (Ending::Unknown, "unknown"),
        (Ending::Running, "running"),
    ];

    /// Its name in the archive.
    pub fn name(self) -> &'static str {
        Ending::NAMES.iter().find(|(ending, _)| *ending == self).map_or("unknown", |(_, name)| name)
    }

    /// The ending of this name; unknown for one that a newer version may have written.
    pub fn from_name(name: &str) -> Ending {
        Ending::NAMES.iter().find(|(_, n)| *n == name).map_or(Ending::Unknown, |(ending, _)| *ending)
    }
}

/// A request that went out, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its number.
    pub id: SnapshotId,
    /// When it was sent.
    pub at: UnixTime,
    /// What was asked.
    pub request: Request,
    /// The most that it could cost.
    pub quoted: Credits,
    /// How it ended.
    pub ending: Ending,
    /// What the answer says that it consumed.
    pub charged: Option<Credits>,
    /// How many links came.
    pub links: usize,
    /// The balance before it, if it was known.
    pub balance_before: Option<Credits>,
    /// The first balance read after it ended.
    pub balance_after: Option<Credits>,
    /// Why it brought no answer.
    pub failure: Option<String>,
    /// Whether the archive still has its answer.
    pub has_answer: bool,
    /// What the user says of it.
    pub label: Label,
}

/// What the user says of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// A name.
    pub name: String,
    /// A note.
    pub note: String,
    /// A tag.
    pub tag: String,
    /// Whether it stands above the others.
    pub pinned: bool,
}

impl Snapshot {
    /// How many links the answer has room for: as many as were asked for, or as arrived where it was cut off on its way.
    pub fn cut(&self) -> usize {
        match self.ending {
            Ending::Partial => self.links,
            _ => usize::from(self.request.count.get()),
        }
    }

    /// Whether it holds all that `request` could bring, and is not older than `max_age`.
    pub fn answers(&self, request: &Request, now: UnixTime, max_age: Option<Duration>) -> bool {
        self.ending == Ending::Answered
            && self.has_answer
            && request.is_answered_by(&self.request, self.links)
            && max_age.is_none_or(|most| now.since(self.at) <= most)
    }

    /// Whether it may have been charged though no whole answer came.
    pub fn is_unsettled(&self) -> bool {
        self.ending == Ending::Unknown
    }
}

/// How long ago, in the largest unit that fits: `3 days ago`.
pub fn ago(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let (count, one, many) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3_600 => (seconds / 60, "minute", "minutes"),
        3_600..86_400 => (seconds / 3_600, "hour", "hours"),
        86_400..2_592_000 => (seconds / 86_400, "day", "days"),
        2_592_000..31_536_000 => (seconds / 2_592_000, "month", "months"),
        _ => (seconds / 31_536_000, "year", "years"),
    };
    format!("{} ago", super::number::counted(count as usize, one, many))
}

/// Reads an age such as `30d`, `12h`, `90m` or `2w`.
///
/// # Errors
/// It is no number with one of these units.
pub fn parse_age(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(format!("“{text}” is no age: a number with m, h, d or w is, such as 30d")),
    };
    let count: u64 = digits.parse().map_err(|_| format!("“{text}” is no age: 30d is"))?;
    Ok(Duration::from_secs(count.saturating_mul(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_in_the_largest_unit() {
        for (seconds, text) in [
            (5, "just now"),
            (60, "1 minute ago"),
            (7_300, "2 hours ago"),
            (259_200, "3 days ago"),
            (40_000_000, "1 year ago"),
        ] {
            assert_eq!(ago(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn ages_are_read() {
        assert_eq!(parse_age("30d"), Ok(Duration::from_secs(2_592_000)));
        assert_eq!(parse_age(" 90m "), Ok(Duration::from_secs(5_400)));
        for bad in ["", "30", "d", "3 days", "-1d"] {
            assert!(parse_age(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_clock_that_was_turned_back_makes_nothing_old() {
        assert_eq!(UnixTime(1_000).since(UnixTime(5_000)), Duration::ZERO);
        assert_eq!(UnixTime(1_000).plus(Duration::from_secs(1)), UnixTime(2_000));
    }
}
