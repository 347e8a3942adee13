//! From what a store has to what it means. What a newer version wrote stays visible, and counts.

use std::cmp::Reverse;

use super::record::{OutcomeRow, Readability, Record, RequestFate, Settlement};
use crate::domain::purchase::Charge;
use crate::domain::purchase::settlement::BalanceReadings;
use crate::domain::snapshot::{RequestLog, RequestStatus, UnreadableRecord};
use crate::domain::{Credits, LinkCount, Mode, Request, Scope, Snapshot, SnapshotId, Target, UnixTime};

/// Everything that is recorded of these requests, newest first.
pub(super) fn log(records: &[Record]) -> RequestLog {
    let mut records: Vec<&Record> = records.iter().collect();
    records.sort_unstable_by_key(|record| Reverse(when(record)));
    let mut log = RequestLog::default();
    for record in records {
        match snapshot(record) {
            Some(snapshot) => log.snapshots.push(snapshot),
            None => log.unreadable.push(unreadable(record)),
        }
    }
    log
}

/// What sorts requests by time; see [`Snapshot::when`].
pub(super) fn when(record: &Record) -> (i64, SnapshotId) {
    (record.request.started_ms, record.id)
}

/// `None` for a record that this version can't read.
pub(super) fn snapshot(record: &Record) -> Option<Snapshot> {
    let request = &record.request;
    if record.legible == Readability::Hardly {
        return None;
    }
    let scope = Scope::BOTH.into_iter().find(|scope| scope.name() == request.scope)?;
    let mode = Mode::NAMES.iter().find(|(_, name)| *name == request.mode).map(|(mode, _)| *mode)?;
    let target = Target::parse(&request.target, scope).ok()?;
    let count = LinkCount::new(request.count.try_into().ok()?).ok()?;
    let nothing = OutcomeRow::default();
    let (status, end) = match &record.fate {
        RequestFate::Ended(end) => (RequestStatus::from_name(&end.kind)?, end),
        RequestFate::Running => (RequestStatus::Running, &nothing),
        RequestFate::Gone => (RequestStatus::Failed, &nothing),
    };
    let settled = record.settlement.as_ref().and_then(|settlement| settlement.charged);
    Some(Snapshot {
        id: record.id,
        at: UnixTime(request.started_ms),
        request: Request { target, mode, count },
        quoted: credits(request.quoted),
        status,
        charge: Charge::recorded(status, end.charged.map(credits), settled.map(credits)),
        links: size(end.link_count.unwrap_or(0))?,
        skipped: size(end.skipped)?,
        balance_readings: record.settlement.as_ref().map(seen),
        failure: end.failure.clone(),
        has_response: record.has_response,
        annotations: record.annotations.clone(),
    })
}

fn seen(settlement: &Settlement) -> BalanceReadings {
    let (before, after) = (credits(settlement.balance_before), credits(settlement.balance_after));
    BalanceReadings { before, after, shared: settlement.shared }
}

/// What can be said of such a record all the same.
fn unreadable(record: &Record) -> UnreadableRecord {
    let charged = match &record.fate {
        RequestFate::Ended(end) => end.charged.map(credits).map(Charge::Response),
        RequestFate::Running | RequestFate::Gone => None,
    };
    let settled = record.settlement.as_ref().and_then(|settlement| settlement.charged).map(credits);
    UnreadableRecord {
        id: record.id,
        at: UnixTime(record.request.started_ms),
        target: record.request.target.clone(),
        maximum: credits(record.request.quoted),
        charge: charged.or(settled.map(Charge::Balance)).unwrap_or(Charge::Unknown),
    }
}

pub(super) fn mode_name(mode: Mode) -> &'static str {
    Mode::NAMES.iter().find(|(m, _)| *m == mode).map_or("one-per-domain", |(_, name)| name)
}

/// Stores count in signed numbers; no account has so many credits.
pub(super) fn to_stored(credits: Credits) -> i64 {
    i64::try_from(credits.0).unwrap_or(i64::MAX)
}

pub(super) fn credits(stored: i64) -> Credits {
    Credits(stored.try_into().unwrap_or(0))
}

/// A number of links or entries. One that no response can have is told as the largest that one can: sums of it never wrap.
fn size(number: i64) -> Option<usize> {
    usize::try_from(number).ok().map(|number| number.min(u32::MAX as usize))
}
