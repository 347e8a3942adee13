//! What the archive knows of the requests that went out: answers that can be opened again, and what they cost.

use crate::domain::signs::{CLOSE, OPEN};
use std::time::Duration;

use super::credits::Credits;
use super::number::{Thousands, pluralize};
use super::purchase::charge::Charge;
use super::purchase::settlement::Seen;
use super::request::Request;

pub use super::request_status::RequestStatus;

/// The number of a request in the archive. A larger one is not a later one: what another archive had gets the next number
/// here, however old it is. [`Snapshot::when`] tells what is later.
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
    pub status: RequestStatus,
    /// What it cost.
    pub charge: Charge,
    /// How many links came.
    pub links: usize,
    /// Entries of the response that could not be read, and were charged like links.
    pub skipped: usize,
    /// What the balance showed before and after it, once it was read again.
    pub seen: Option<Seen>,
    /// Why it brought no answer.
    pub failure: Option<String>,
    /// Whether the archive still has the response as it came.
    pub has_response: bool,
    /// What the user says of it.
    pub annotations: Annotations,
}

/// What the user says of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
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
    /// What sorts snapshots by time: a later one has a larger one. Its number decides only between those of one moment.
    pub fn when(&self) -> (UnixTime, SnapshotId) {
        (self.at, self.id)
    }

    /// Whether it was sent before another one.
    pub fn is_before(&self, later: &Snapshot) -> bool {
        self.when() < later.when()
    }

    /// How many links the answer has room for: as many as were asked for, or as arrived where it was cut off on its way.
    pub fn cut(&self) -> usize {
        match self.status {
            RequestStatus::Partial => self.links,
            _ => usize::from(self.request.count.get()),
        }
    }

    /// Whether it can be opened: a whole response, also one without links, or a part of one. A request that brought no
    /// links it can stand for is in the ledger only.
    pub fn can_open(&self) -> bool {
        self.has_response && matches!(self.status, RequestStatus::Completed | RequestStatus::Partial)
    }

    /// Whether what it cost is still to be found out.
    pub fn is_unsettled(&self) -> bool {
        self.charge == Charge::Unknown
    }

    /// What arrived of what was asked for: `33 of 50 links received`.
    pub fn arrived(&self) -> String {
        let links = Thousands(self.links as u64);
        format!("{links} of {} received", pluralize(usize::from(self.request.count.get()), "link", "links"))
    }
}

/// A record that a newer version wrote and this one can't read. It stays visible, and counts at what it may have cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableRecord {
    pub id: SnapshotId,
    pub at: UnixTime,
    /// As it stands in the archive.
    pub target: String,
    pub maximum: Credits,
    pub charge: Charge,
}

/// What is to be said of files of received responses that belong to no request of the archive; `None` where there are none.
pub fn strays_note(paths: &[String]) -> Option<String> {
    let files = pluralize(paths.len(), "file", "files");
    let first = paths.first()?;
    Some(format!("{files} of received links can't be matched to a request, such as {first}; view it with kew-tui open"))
}

/// Everything that is recorded of requests, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestLog {
    pub snapshots: Vec<Snapshot>,
    pub unreadable: Vec<UnreadableRecord>,
}

impl From<Vec<Snapshot>> for RequestLog {
    fn from(snapshots: Vec<Snapshot>) -> RequestLog {
        RequestLog { snapshots, unreadable: Vec::new() }
    }
}

impl RequestLog {
    pub fn is_empty(&self) -> bool {
        self.snapshots.is_empty() && self.unreadable.is_empty()
    }

    /// What is to be said of records of a newer version; `None` where there are none.
    pub fn unreadable_note(&self) -> Option<String> {
        let records = pluralize(self.unreadable.len(), "record", "records");
        (!self.unreadable.is_empty()).then(|| format!("{records} can't be read: written by a newer version of kew-tui"))
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
    format!("{} ago", pluralize(count as usize, one, many))
}

/// What is no age.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    #[error("{OPEN}{0}{CLOSE} is not an age: use a number with m, h, d or w, such as 30d")]
    Unit(String),
    #[error("{OPEN}{0}{CLOSE} is not an age: use a number with m, h, d or w, such as 30d")]
    Number(String),
}

/// Reads an age such as `30d`, `12h`, `90m` or `2w`.
///
/// # Errors
/// It is no number with one of these units.
pub fn parse_age(text: &str) -> Result<Duration, AgeError> {
    let text = text.trim();
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(AgeError::Unit(text.to_owned())),
    };
    let count: u64 = digits.parse().map_err(|_| AgeError::Number(text.to_owned()))?;
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
