//! The ledger: what was asked, what it could cost, what it cost, and what nobody knows.

use crate::domain::signs::DIFFERS;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::Offset;

use super::credits::Credits;
use super::number::pluralize;
use super::price::Money;
use super::purchase::charge::{Charge, Sums};
use super::request::Request;
use super::snapshot::{RequestLog, RequestStatus, Snapshot, UnixTime};

/// Sums over everything that is recorded.
pub fn total(log: &RequestLog) -> Sums {
    entries(log).map(|entry| (entry.maximum, entry.charge)).collect()
}

/// A request as far as sums are concerned.
struct LedgerEntry<'a> {
    at: UnixTime,
    target: &'a str,
    maximum: Credits,
    charge: Charge,
}

fn entries(log: &RequestLog) -> impl Iterator<Item = LedgerEntry<'_>> {
    let readable = log.snapshots.iter().map(|snapshot| LedgerEntry {
        at: snapshot.at,
        target: snapshot.request.target.as_str(),
        maximum: snapshot.quoted,
        charge: snapshot.charge,
    });
    let unreadable = log.unreadable.iter().map(|record| LedgerEntry {
        at: record.at,
        target: &record.target,
        maximum: record.maximum,
        charge: record.charge,
    });
    readable.chain(unreadable)
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
pub fn by_day(log: &RequestLog, utc_offset: i32) -> Vec<(String, Sums)> {
    // By its number first: writing out the date of each of 10,000 requests takes longer than a key may.
    let number = |at: UnixTime| at.0.saturating_add(i64::from(utc_offset) * 1_000).div_euclid(86_400_000);
    let mut days: BTreeMap<i64, (UnixTime, Sums)> = BTreeMap::new();
    for entry in entries(log) {
        let (_, sums) = days.entry(number(entry.at)).or_insert_with(|| (entry.at, Sums::default()));
        sums.add(entry.maximum, entry.charge);
    }
    days.into_values().rev().map(|(at, sums)| (day(at, utc_offset), sums)).collect()
}

/// Sums for each target, the dearest first.
pub fn by_target(log: &RequestLog) -> Vec<(String, Sums)> {
    let mut targets: HashMap<&str, Sums> = HashMap::new();
    for entry in entries(log) {
        targets.entry(entry.target).or_default().add(entry.maximum, entry.charge);
    }
    let mut targets: Vec<_> = targets.into_iter().map(|(target, sums)| (target.to_owned(), sums)).collect();
    targets.sort_by(|(a, x), (b, y)| (y.charged, y.unknown).cmp(&(x.charged, x.unknown)).then_with(|| a.cmp(b)));
    targets
}

/// What is to be said of one request of a ledger: how it ended, what its charge rests on, and what does not add up.
pub fn audit_note(snapshot: &Snapshot) -> String {
    match (snapshot.status, snapshot.charge) {
        (RequestStatus::Running, _) => "running".to_owned(),
        (RequestStatus::Unsent, _) => "not sent".to_owned(),
        (RequestStatus::Rejected, _) => {
            format!("rejected: {}", snapshot.failure.as_deref().unwrap_or("no reason given"))
        }
        (RequestStatus::Failed, charge) => format!("no usable response{}", charge_note(snapshot, charge)),
        (RequestStatus::Partial, charge) => format!("{}{}", snapshot.arrived(), charge_note(snapshot, charge)),
        (RequestStatus::Completed, Charge::Response(charged)) => odd_charge(snapshot, charged).unwrap_or_default(),
        (RequestStatus::Completed, charge) => {
            format!("the response does not report a charge{}", charge_note(snapshot, charge))
        }
    }
}

fn charge_note(snapshot: &Snapshot, charge: Charge) -> String {
    match (charge, snapshot.seen) {
        (Charge::Balance(Credits::ZERO), _) => "; balance unchanged, so nothing was charged".to_owned(),
        (Charge::Balance(_), _) => "; charge taken from the balance".to_owned(),
        (Charge::Unknown, Some(seen)) => match seen.fell() {
            _ if seen.shared => "; the balance can't tell, another request was running".to_owned(),
            Some(Credits::ZERO) => "; balance unchanged so far".to_owned(),
            Some(fell) => format!("; the balance fell by {}, more than this request can cost", fell.in_words()),
            None => "; the balance rose in the meantime".to_owned(),
        },
        (Charge::Unknown, None) => "; balance before and after unknown".to_owned(),
        _ => String::new(),
    }
}

/// Where a response's own charge does not add up: against the known price, or against the balance.
pub fn odd_charge(snapshot: &Snapshot, charged: Credits) -> Option<String> {
    if let Some(odd) = odd_price(&snapshot.request, snapshot.links + snapshot.skipped, charged) {
        return Some(odd);
    }
    let fell = snapshot.seen.filter(|seen| !seen.shared)?.fell()?;
    (fell != charged).then(|| format!("{DIFFERS} the balance fell by {}", fell.in_words()))
}

/// What is odd about a response that says it cost this much for so many entries, readable or not.
pub fn odd_price(request: &Request, entries: usize, charged: Credits) -> Option<String> {
    let price = Credits(request.mode.price_per_link().0.saturating_mul(entries as u64));
    let links = pluralize(entries, "link", "links");
    (charged != price)
        .then(|| format!("{DIFFERS} charged {}, but {links} should cost {}", charged.in_words(), price.in_words()))
}

/// An amount of credits in the user's money, with as many digits as it needs.
pub fn money(credits: Credits, price_per_credit: f64) -> String {
    Money::of(credits, price_per_credit).map_or_else(|| "?".to_owned(), |money| money.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::purchase::settlement::Seen;
    use super::super::request::{LinkCount, Mode, Request};
    use super::super::snapshot::{Annotations, SnapshotId, UnreadableRecord};
    use super::super::target::{Scope, Target};
    use super::*;

    fn snapshot(at: i64, target: &str, status: RequestStatus, charge: Charge) -> Snapshot {
        let target = Target::parse(target, Scope::Page).unwrap();
        let request = Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(10).unwrap() };
        Snapshot {
            id: SnapshotId(at),
            at: UnixTime(at),
            quoted: request.quote(),
            request,
            status,
            charge,
            links: charge.credits().unwrap_or_default().0 as usize / 5,
            skipped: 0,
            seen: None,
            failure: None,
            has_response: true,
            annotations: Annotations::default(),
        }
    }

    fn seen(before: u64, after: u64, shared: bool) -> Option<Seen> {
        Some(Seen { before: Credits(before), after: Credits(after), shared })
    }

    #[test]
    fn by_day_and_by_target() {
        let snapshots = vec![
            snapshot(0, "a.com", RequestStatus::Completed, Charge::Response(Credits(25))),
            snapshot(80_000_000, "b.com", RequestStatus::Failed, Charge::Unknown),
            snapshot(90_000_000, "a.com", RequestStatus::Completed, Charge::Response(Credits(50))),
        ];
        let newer = UnreadableRecord {
            id: SnapshotId(9),
            at: UnixTime(90_000_000),
            target: "c.com".to_owned(),
            maximum: Credits(7),
            charge: Charge::Unknown,
        };
        let log = RequestLog { snapshots, unreadable: vec![newer] };
        let days = by_day(&log, 0);
        assert_eq!(days[0].0, "1970-01-02");
        assert_eq!((days[0].1.charged, days[0].1.unknown), (Credits(50), Credits(7)), "of a newer version too");
        assert_eq!((days[1].1.requests, days[1].1.charged, days[1].1.unknown), (2, Credits(25), Credits(50)));
        assert_eq!(by_day(&log, 7_200)[0].1.requests, 3, "further east it is the next day already");
        let targets = by_target(&log);
        assert_eq!((targets[0].0.as_str(), targets[0].1.charged), ("https://a.com/", Credits(75)));
        assert_eq!((total(&log).charged, total(&log).unknown), (Credits(75), Credits(57)));
    }

    #[test]
    fn what_does_not_add_up_is_said() {
        let failed = |charge, seen| Snapshot { seen, ..snapshot(0, "a.com", RequestStatus::Failed, charge) };
        assert_eq!(
            audit_note(&failed(Charge::Unknown, seen(100, 10, false))),
            "no usable response; the balance fell by 90 credits, more than this request can cost"
        );
        assert!(audit_note(&failed(Charge::Unknown, seen(100, 100, true))).contains("another request was running"));
        assert!(
            audit_note(&failed(Charge::Balance(Credits::ZERO), seen(100, 100, false))).contains("nothing was charged")
        );
        let answered = snapshot(0, "a.com", RequestStatus::Completed, Charge::Response(Credits(25)));
        assert_eq!(audit_note(&answered), "");
        let differs = Snapshot { seen: seen(100, 60, false), ..answered.clone() };
        assert_eq!(audit_note(&differs), "≠ the balance fell by 40 credits");
        let shared = Snapshot { seen: seen(100, 60, true), ..answered.clone() };
        assert_eq!(audit_note(&shared), "", "two requests fell together");
        let odd = Snapshot { links: 3, ..answered.clone() };
        assert_eq!(audit_note(&odd), "≠ charged 25 credits, but 3 links should cost 15 credits");
        let skipped = Snapshot { links: 3, skipped: 2, ..answered };
        assert_eq!(audit_note(&skipped), "", "entries that can't be read are charged too");
        assert_eq!(money(Credits(1_000), 0.000_24), "0.24");
        assert_eq!(minute(UnixTime(60_000), 0), "1970-01-01 00:01");
        assert_eq!(rfc3339(UnixTime(61_000)), "1970-01-01T00:01:01Z");
    }
}
