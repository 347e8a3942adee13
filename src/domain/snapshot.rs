//! Snapshots: the requests recorded in the archive, their responses and what they cost.

use crate::domain::signs::{CLOSE, OPEN};
use std::time::Duration;

use super::credits::Credits;
use super::number::{Thousands, pluralize};
use super::purchase::charge::Charge;
use super::purchase::settlement::BalanceReadings;
use super::request::Request;

pub use super::request_status::RequestStatus;

/// The number of a request in the archive. A higher number does not mean a later request, since requests imported
/// from another archive get new numbers, whatever their date. Compare [`Snapshot::sort_key`] instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotId(pub i64);

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// The time since `earlier`; zero if the clock was set back.
    pub fn since(self, earlier: UnixTime) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0).try_into().unwrap_or(0))
    }

    #[must_use]
    pub fn plus(self, later: Duration) -> UnixTime {
        UnixTime(self.0.saturating_add(i64::try_from(later.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// A request in the archive with its result, or links that were added from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub id: SnapshotId,
    pub at: UnixTime,
    /// Only its target means anything if the links were added from a file.
    pub request: Request,
    /// The tool that the links were exported from, such as Ahrefs; `None` for a request to the API. Such a snapshot costs
    /// nothing, is complete, and never takes the place of a request.
    pub tool: Option<String>,
    pub maximum_cost: Credits,
    pub status: RequestStatus,
    pub charge: Charge,
    /// The number of links received.
    pub links: usize,
    /// Entries of the response that could not be read but were charged like links.
    pub skipped: usize,
    /// The balance before and after the request, once both are known.
    pub balance_readings: Option<BalanceReadings>,
    /// Why there is no complete response.
    pub failure: Option<String>,
    /// Whether the archive still has the response.
    pub has_response: bool,
    pub annotations: Annotations,
}

/// The user's annotations on a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    pub name: String,
    pub note: String,
    pub tag: String,
    /// Whether it is listed above the others.
    pub pinned: bool,
}

impl Snapshot {
    /// Sorts snapshots by time; the number only decides between snapshots of the same millisecond.
    pub fn sort_key(&self) -> (UnixTime, SnapshotId) {
        (self.at, self.id)
    }

    pub fn is_before(&self, later: &Snapshot) -> bool {
        self.sort_key() < later.sort_key()
    }

    /// The number of links at which the response was cut off: the number requested, or for a partial response the
    /// number received. Files are complete.
    pub fn limit(&self) -> usize {
        match self.status {
            _ if self.tool.is_some() => usize::MAX,
            RequestStatus::Partial => self.links,
            _ => usize::from(self.request.count.get()),
        }
    }

    /// The tool that the links come from, or the mode of the request.
    pub fn kind(&self) -> &str {
        self.tool.as_deref().unwrap_or_else(|| self.request.mode.name())
    }

    /// Whether both have the same target and come from the same tool, or from requests in the same mode.
    pub fn is_like(&self, other: &Snapshot) -> bool {
        let is_same_kind = self.tool == other.tool && (self.tool.is_some() || self.request.mode == other.request.mode);
        is_same_kind && self.request.target == other.request.target
    }

    /// `33 of 50 links`, or `33 links` if the number was not limited.
    pub fn link_count(&self) -> String {
        if self.tool.is_some() {
            return pluralize(self.links, "link", "links");
        }
        let requested = pluralize(usize::from(self.request.count.get()), "link", "links");
        format!("{} of {requested}", Thousands(self.links as u64))
    }

    /// Whether it can be opened: it has a complete response, even if that has no links, or a partial one. Other
    /// requests only appear in the ledger.
    pub fn can_open(&self) -> bool {
        self.has_response && matches!(self.status, RequestStatus::Completed | RequestStatus::Partial)
    }

    /// Whether its charge is still unknown.
    pub fn is_unsettled(&self) -> bool {
        self.charge == Charge::Unknown
    }

    /// `33 of 50 links received`.
    pub fn arrived(&self) -> String {
        format!("{} received", self.link_count())
    }
}

/// A record written by a newer version that this version can't read. It stays visible, and budgets count its maximum
/// cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableRecord {
    pub id: SnapshotId,
    pub at: UnixTime,
    /// As stored in the archive.
    pub target: String,
    pub maximum: Credits,
    pub charge: Charge,
}

/// A warning about response files that belong to no request in the archive; `None` if there are none.
pub fn unmatched_files_note(paths: &[String]) -> Option<String> {
    let files = pluralize(paths.len(), "file", "files");
    let first = paths.first()?;
    Some(format!("{files} of received links can't be matched to a request, such as {first}; view it with kew-tui open"))
}

/// All records of requests, newest first.
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

    /// The snapshots that are requests to the API, newest first. The ledger counts only these.
    pub fn requests(&self) -> impl Iterator<Item = &Snapshot> {
        self.snapshots.iter().filter(|snapshot| snapshot.tool.is_none())
    }

    /// A warning about records of a newer version; `None` if there are none.
    pub fn unreadable_note(&self) -> Option<String> {
        let records = pluralize(self.unreadable.len(), "record", "records");
        (!self.unreadable.is_empty()).then(|| format!("{records} can't be read: written by a newer version of kew-tui"))
    }
}

/// The elapsed time in the largest unit that fits: `3 days ago`.
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

/// The text is not an age.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    #[error("{OPEN}{0}{CLOSE} is not an age: use a number with m, h, d or w, such as 30d")]
    Unit(String),
    #[error("{OPEN}{0}{CLOSE} is not an age: use a number with m, h, d or w, such as 30d")]
    Number(String),
}

/// Parses an age such as `30d`, `12h`, `90m` or `2w`.
///
/// # Errors
/// Not a number with one of these units.
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
    fn elapsed_time_is_in_the_largest_unit() {
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
    fn parses_ages() {
        assert_eq!(parse_age("30d"), Ok(Duration::from_secs(2_592_000)));
        assert_eq!(parse_age(" 90m "), Ok(Duration::from_secs(5_400)));
        for bad in ["", "30", "d", "3 days", "-1d"] {
            assert!(parse_age(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_time_has_passed_if_the_clock_was_set_back() {
        assert_eq!(UnixTime(1_000).since(UnixTime(5_000)), Duration::ZERO);
        assert_eq!(UnixTime(1_000).plus(Duration::from_secs(1)), UnixTime(2_000));
    }
}
