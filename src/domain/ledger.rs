//! The ledger: what was asked, what it could cost, what it cost, and what nobody knows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::credits::Credits;
use super::price::Money;
use super::snapshot::{Ending, Snapshot, UnixTime};

/// Sums over some requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many.
    pub requests: usize,
    /// The most that they could cost together.
    pub quoted: Credits,
    /// What their answers say they cost.
    pub charged: Credits,
    /// The most that those without an answer may have cost.
    pub unknown: Credits,
}

impl Sums {
    /// Adds one request.
    fn add(&mut self, snapshot: &Snapshot) {
        self.requests += 1;
        self.quoted += snapshot.quoted;
        self.charged += snapshot.charged.unwrap_or_default();
        if snapshot.charged.is_none() && matches!(snapshot.ending, Ending::Unknown | Ending::Partial) {
            self.unknown += snapshot.quoted;
        }
    }

    /// Over these requests.
    pub fn of<'a>(snapshots: impl IntoIterator<Item = &'a Snapshot>) -> Sums {
        let mut sums = Sums::default();
        for snapshot in snapshots {
            sums.add(snapshot);
        }
        sums
    }
}

/// A day as people write it, `2026-11-23`, at this distance from Greenwich in seconds.
pub fn day(at: UnixTime, utc_offset: i32) -> String {
    written(at, utc_offset, "%Y-%m-%d")
}

/// A day and a minute: `2026-11-23 14:05`.
pub fn minute(at: UnixTime, utc_offset: i32) -> String {
    written(at, utc_offset, "%Y-%m-%d %H:%M")
}

/// A moment as programs read it, in Greenwich's time: `2026-11-23T14:05:00Z` (RFC 3339).
pub fn rfc3339(at: UnixTime) -> String {
    written(at, 0, "%Y-%m-%dT%H:%M:%SZ")
}

fn written(at: UnixTime, utc_offset: i32, format: &str) -> String {
    let offset = Offset::from_seconds(utc_offset).unwrap_or(Offset::UTC);
    let moment = Timestamp::from_millisecond(at.0).map(|timestamp| offset.to_datetime(timestamp));
    moment.map_or_else(|_| "?".to_owned(), |moment| moment.strftime(format).to_string())
}

/// Sums for each day, newest first.
pub fn by_day(snapshots: &[Snapshot], utc_offset: i32) -> Vec<(String, Sums)> {
    let mut days: BTreeMap<String, Sums> = BTreeMap::new();
    for snapshot in snapshots {
        days.entry(day(snapshot.at, utc_offset)).or_default().add(snapshot);
    }
    days.into_iter().rev().collect()
}

/// Sums for each target, the dearest first.
pub fn by_target(snapshots: &[Snapshot]) -> Vec<(String, Sums)> {
    let mut targets: BTreeMap<String, Sums> = BTreeMap::new();
    for snapshot in snapshots {
        targets.entry(snapshot.request.target.as_str().to_owned()).or_default().add(snapshot);
    }
    let mut targets: Vec<_> = targets.into_iter().collect();
    targets.sort_by_key(|(_, sums)| std::cmp::Reverse((sums.charged, sums.unknown)));
    targets
}

/// What is to be said of one request of a ledger: how it ended, and what does not add up.
pub fn remark(snapshot: &Snapshot, ledger: &[Snapshot]) -> String {
    let fell = snapshot.balance_before.zip(snapshot.balance_after);
    match (snapshot.ending, snapshot.charged) {
        (Ending::Unknown, None) => match fell {
            Some((before, after)) if before > after => {
                format!("unknown: the balance fell by {}, it seems to have cost that", before.saturating_sub(after))
            }
            Some((before, after)) if before == after => {
                "unknown: the balance did not fall, nothing was charged".to_owned()
            }
            _ => "unknown: no balance from before and after tells".to_owned(),
        },
        (Ending::Running, _) => "under way".to_owned(),
        (Ending::Unsent, _) => "nothing was sent".to_owned(),
        (Ending::Refused, _) => format!("refused: {}", snapshot.failure.as_deref().unwrap_or("no reason given")),
        (Ending::Partial, _) => "a part of the answer was kept".to_owned(),
        (_, Some(charged)) => odd_charge(snapshot, charged, ledger),
        (_, None) => "the answer does not say what it cost".to_owned(),
    }
}

fn odd_charge(snapshot: &Snapshot, charged: Credits, ledger: &[Snapshot]) -> String {
    let price = Credits(snapshot.request.mode.price_per_link().0 * snapshot.links as u64);
    if charged != price {
        return format!("≠ {} links at the known price are {price}", snapshot.links);
    }
    let Some((before, after)) = snapshot.balance_before.zip(snapshot.balance_after) else { return String::new() };
    let fell = before.saturating_sub(after);
    // Two requests between the same readings fell together.
    let is_alone = || {
        let between = |other: &Snapshot| {
            other.balance_before == snapshot.balance_before || other.balance_after == snapshot.balance_after
        };
        ledger.iter().all(|other| other.id == snapshot.id || !between(other))
    };
    if fell != charged && is_alone() { format!("≠ the balance fell by {fell}") } else { String::new() }
}

/// An amount of credits in the user's money, with as many digits as it needs.
pub fn money(credits: Credits, price_per_credit: f64) -> String {
    Money::of(credits, price_per_credit).map_or_else(|| "?".to_owned(), |money| money.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::request::{LinkCount, Mode, Request};
    use super::super::snapshot::{Label, SnapshotId};
    use super::super::target::{Scope, Target};
    use super::*;

    fn snapshot(at: i64, target: &str, ending: Ending, charged: Option<u64>) -> Snapshot {
        let target = Target::parse(target, Scope::Page).unwrap();
        let request = Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(10).unwrap() };
        Snapshot {
            id: SnapshotId(at),
            at: UnixTime(at),
            quoted: request.quote(),
            request,
            ending,
            charged: charged.map(Credits),
            links: charged.unwrap_or(0) as usize / 5,
            balance_before: Some(Credits(100)),
            balance_after: Some(Credits(60)),
            failure: None,
            has_answer: true,
            label: Label::default(),
        }
    }

    #[test]
    fn day_by_day_and_by_target() {
        let all = [
            snapshot(0, "a.com", Ending::Answered, Some(25)),
            snapshot(80_000_000, "b.com", Ending::Unknown, None),
            snapshot(90_000_000, "a.com", Ending::Answered, Some(50)),
        ];
        let days = by_day(&all, 0);
        assert_eq!(days[0].0, "1970-01-02");
        assert_eq!(days[1].1, Sums { requests: 2, quoted: Credits(100), charged: Credits(25), unknown: Credits(50) });
        assert_eq!(by_day(&all, 7_200)[0].1.requests, 2, "further east it is the next day already");
        let targets = by_target(&all);
        assert_eq!((targets[0].0.as_str(), targets[0].1.charged), ("https://a.com/", Credits(75)));
        assert_eq!(Sums::of(&all).charged, Credits(75));
    }

    #[test]
    fn what_does_not_add_up_is_said() {
        assert!(remark(&snapshot(0, "a.com", Ending::Unknown, None), &[]).contains("fell by 40 cr"));
        let fell_by_40 = snapshot(0, "a.com", Ending::Answered, Some(25));
        assert_eq!(remark(&fell_by_40, &[]), "≠ the balance fell by 40 cr");
        let beside = snapshot(1, "b.com", Ending::Answered, Some(15));
        assert_eq!(remark(&fell_by_40, &[fell_by_40.clone(), beside]), "", "the two of them cost 40");
        let odd = Snapshot { links: 3, ..snapshot(0, "a.com", Ending::Answered, Some(25)) };
        assert_eq!(remark(&odd, &[]), "≠ 3 links at the known price are 15 cr");
        assert_eq!(money(Credits(1_000), 0.000_24), "0.24");
        assert_eq!(minute(UnixTime(60_000), 0), "1970-01-01 00:01");
        assert_eq!(rfc3339(UnixTime(61_000)), "1970-01-01T00:01:01Z");
    }
}
