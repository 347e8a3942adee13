//! The ledger: sums over all requests, by day and by target, and notes on charges that do not add up.

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

/// Sums over all requests.
pub fn total(log: &RequestLog) -> Sums {
    entries(log).map(|entry| (entry.maximum, entry.charge)).collect()
}

/// What the sums need of a request.
struct LedgerEntry<'a> {
    at: UnixTime,
    target: &'a str,
    maximum: Credits,
    charge: Charge,
}

fn entries(log: &RequestLog) -> impl Iterator<Item = LedgerEntry<'_>> {
    let readable = log.requests().map(|snapshot| LedgerEntry {
        at: snapshot.at,
        target: snapshot.request.target.as_str(),
        maximum: snapshot.maximum_cost,
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

/// A date such as `2026-11-23`. `utc_offset` is in seconds.
pub fn day(at: UnixTime, utc_offset: i32) -> String {
    formatted(at, utc_offset, "%Y-%m-%d")
}

/// A date and time such as `2026-11-23 14:05`. `utc_offset` is in seconds.
pub fn minute(at: UnixTime, utc_offset: i32) -> String {
    formatted(at, utc_offset, "%Y-%m-%d %H:%M")
}

/// A date and time for programs, in UTC: `2026-11-23T14:05:00Z` (RFC 3339).
pub fn rfc3339(at: UnixTime) -> String {
    formatted(at, 0, "%Y-%m-%dT%H:%M:%SZ")
}

fn formatted(at: UnixTime, utc_offset: i32, format: &str) -> String {
    let offset = Offset::from_seconds(utc_offset).unwrap_or(Offset::UTC);
    let datetime = Timestamp::from_millisecond(at.0).map(|timestamp| offset.to_datetime(timestamp));
    datetime.map_or_else(|_| "?".to_owned(), |datetime| datetime.strftime(format).to_string())
}

/// Sums by day, newest first.
pub fn by_day(log: &RequestLog, utc_offset: i32) -> Vec<(String, Sums)> {
    // Groups by day number, not by formatted date: formatting the dates of 10,000 requests would make a key press lag.
    let day_number = |at: UnixTime| at.0.saturating_add(i64::from(utc_offset) * 1_000).div_euclid(86_400_000);
    let mut days: BTreeMap<i64, (UnixTime, Sums)> = BTreeMap::new();
    for entry in entries(log) {
        let (_, sums) = days.entry(day_number(entry.at)).or_insert_with(|| (entry.at, Sums::default()));
        sums.add(entry.maximum, entry.charge);
    }
    days.into_values().rev().map(|(at, sums)| (day(at, utc_offset), sums)).collect()
}

/// Sums by target, the highest charge first.
pub fn by_target(log: &RequestLog) -> Vec<(String, Sums)> {
    let mut targets: HashMap<&str, Sums> = HashMap::new();
    for entry in entries(log) {
        targets.entry(entry.target).or_default().add(entry.maximum, entry.charge);
    }
    let mut targets: Vec<_> = targets.into_iter().map(|(target, sums)| (target.to_owned(), sums)).collect();
    targets.sort_by(|(a, x), (b, y)| (y.charged, y.unknown).cmp(&(x.charged, x.unknown)).then_with(|| a.cmp(b)));
    targets
}

/// The note on a request in the ledger: its status, the evidence for its charge, and any mismatch. Empty if all is as
/// expected.
pub fn audit_note(snapshot: &Snapshot) -> String {
    match (snapshot.status, snapshot.charge) {
        (RequestStatus::Running, _) => "running".to_owned(),
        (RequestStatus::Unsent, _) => "not sent".to_owned(),
        (RequestStatus::Rejected, _) => {
            format!("rejected: {}", snapshot.failure.as_deref().unwrap_or("no reason given"))
        }
        (RequestStatus::Failed, charge) => format!("no usable response{}", charge_note(snapshot, charge)),
        (RequestStatus::Partial, charge) => format!("{}{}", snapshot.arrived(), charge_note(snapshot, charge)),
        (RequestStatus::Completed, Charge::Response(charged)) => charge_mismatch(snapshot, charged).unwrap_or_default(),
        (RequestStatus::Completed, charge) => {
            format!("the response does not report a charge{}", charge_note(snapshot, charge))
        }
    }
}

fn charge_note(snapshot: &Snapshot, charge: Charge) -> String {
    match (charge, snapshot.balance_readings) {
        (Charge::Balance(Credits::ZERO), _) => "; balance unchanged, so nothing was charged".to_owned(),
        (Charge::Balance(_), _) => "; charge taken from the balance".to_owned(),
        (Charge::Unknown, Some(readings)) => match readings.decrease() {
            _ if readings.shared => "; the balance can't tell, another request was running".to_owned(),
            Some(Credits::ZERO) => "; balance unchanged so far".to_owned(),
            Some(fell) => format!("; the balance fell by {}, more than this request can cost", fell.in_words()),
            None => "; the balance rose in the meantime".to_owned(),
        },
        (Charge::Unknown, None) => "; balance before and after unknown".to_owned(),
        _ => String::new(),
    }
}

/// A note if the charge that a response states differs from the known price or from the change of the balance.
pub fn charge_mismatch(snapshot: &Snapshot, charged: Credits) -> Option<String> {
    if let Some(mismatch) = price_mismatch(&snapshot.request, snapshot.links + snapshot.skipped, charged) {
        return Some(mismatch);
    }
    let fell = snapshot.balance_readings.filter(|readings| !readings.shared)?.decrease()?;
    (fell != charged).then(|| format!("{DIFFERS} the balance fell by {}", fell.in_words()))
}

/// A note if `charged` is not the price of this many entries. Unreadable entries count too, since they are charged.
pub fn price_mismatch(request: &Request, entries: usize, charged: Credits) -> Option<String> {
    let price = Credits(request.mode.price_per_link().0.saturating_mul(entries as u64));
    let links = pluralize(entries, "link", "links");
    (charged != price)
        .then(|| format!("{DIFFERS} charged {}, but {links} should cost {}", charged.in_words(), price.in_words()))
}

/// The price of `credits` in the user's currency.
pub fn money(credits: Credits, price_per_credit: f64) -> String {
    Money::of(credits, price_per_credit).map_or_else(|| "?".to_owned(), |money| money.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::purchase::settlement::BalanceReadings;
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
            maximum_cost: request.quote(),
            request,
            tool: None,
            status,
            charge,
            links: charge.credits().unwrap_or_default().0 as usize / 5,
            skipped: 0,
            balance_readings: None,
            failure: None,
            has_response: true,
            annotations: Annotations::default(),
        }
    }

    fn readings(before: u64, after: u64, shared: bool) -> Option<BalanceReadings> {
        Some(BalanceReadings { before: Credits(before), after: Credits(after), shared })
    }

    #[test]
    fn sums_by_day_and_by_target() {
        let snapshots = vec![
            snapshot(0, "a.com", RequestStatus::Completed, Charge::Response(Credits(25))),
            snapshot(80_000_000, "b.com", RequestStatus::Failed, Charge::Unknown),
            snapshot(90_000_000, "a.com", RequestStatus::Completed, Charge::Response(Credits(50))),
        ];
        let unreadable = UnreadableRecord {
            id: SnapshotId(9),
            at: UnixTime(90_000_000),
            target: "c.com".to_owned(),
            maximum: Credits(7),
            charge: Charge::Unknown,
        };
        let log = RequestLog { snapshots, unreadable: vec![unreadable] };
        let days = by_day(&log, 0);
        assert_eq!(days[0].0, "1970-01-02");
        assert_eq!(
            (days[0].1.charged, days[0].1.unknown),
            (Credits(50), Credits(7)),
            "records of a newer version count too"
        );
        assert_eq!((days[1].1.requests, days[1].1.charged, days[1].1.unknown), (2, Credits(25), Credits(50)));
        assert_eq!(by_day(&log, 7_200)[0].1.requests, 3, "further east it is already the next day");
        let targets = by_target(&log);
        assert_eq!((targets[0].0.as_str(), targets[0].1.charged), ("https://a.com/", Credits(75)));
        assert_eq!((total(&log).charged, total(&log).unknown), (Credits(75), Credits(57)));
    }

    #[test]
    fn audit_notes_report_mismatches() {
        let failed = |charge, readings| Snapshot {
            balance_readings: readings,
            ..snapshot(0, "a.com", RequestStatus::Failed, charge)
        };
        assert_eq!(
            audit_note(&failed(Charge::Unknown, readings(100, 10, false))),
            "no usable response; the balance fell by 90 credits, more than this request can cost"
        );
        assert!(audit_note(&failed(Charge::Unknown, readings(100, 100, true))).contains("another request was running"));
        assert!(
            audit_note(&failed(Charge::Balance(Credits::ZERO), readings(100, 100, false)))
                .contains("nothing was charged")
        );
        let completed = snapshot(0, "a.com", RequestStatus::Completed, Charge::Response(Credits(25)));
        assert_eq!(audit_note(&completed), "");
        let differs = Snapshot { balance_readings: readings(100, 60, false), ..completed.clone() };
        assert_eq!(audit_note(&differs), "≠ the balance fell by 40 credits");
        let shared = Snapshot { balance_readings: readings(100, 60, true), ..completed.clone() };
        assert_eq!(audit_note(&shared), "", "the balance fell by two requests");
        let odd = Snapshot { links: 3, ..completed.clone() };
        assert_eq!(audit_note(&odd), "≠ charged 25 credits, but 3 links should cost 15 credits");
        let skipped = Snapshot { links: 3, skipped: 2, ..completed };
        assert_eq!(audit_note(&skipped), "", "entries that can't be read are charged too");
        assert_eq!(money(Credits(1_000), 0.000_24), "0.24");
        assert_eq!(minute(UnixTime(60_000), 0), "1970-01-01 00:01");
        assert_eq!(rfc3339(UnixTime(61_000)), "1970-01-01T00:01:01Z");
    }
}
