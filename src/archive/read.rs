//! Converts a store's records to domain types. Records of newer versions stay visible, and their cost counts.

use std::cmp::Reverse;

use super::record::{OutcomeRow, Readability, Record, RequestFate, Settlement};
use crate::domain::purchase::Charge;
use crate::domain::purchase::settlement::BalanceReadings;
use crate::domain::snapshot::{RequestLog, RequestStatus, UnreadableRecord};
use crate::domain::{Credits, LinkCount, Mode, Request, Scope, Snapshot, SnapshotId, Target, UnixTime};

/// Newest first.
pub(super) fn log(records: &[Record]) -> RequestLog {
    let mut records: Vec<&Record> = records.iter().collect();
    records.sort_unstable_by_key(|record| Reverse(sort_key(record)));
    let mut log = RequestLog::default();
    for record in records {
        match snapshot(record) {
            Some(snapshot) => log.snapshots.push(snapshot),
            None => log.unreadable.push(unreadable(record)),
        }
    }
    log
}

/// Sorts requests by time; see [`Snapshot::sort_key`].
pub(super) fn sort_key(record: &Record) -> (i64, SnapshotId) {
    (record.request.started_ms, record.id)
}

/// `None` for a record that this version can't read.
pub(super) fn snapshot(record: &Record) -> Option<Snapshot> {
    let request = &record.request;
    if record.readability == Readability::Unreadable {
        return None;
    }
    let scope = Scope::BOTH.into_iter().find(|scope| scope.name() == request.scope)?;
    let target = Target::parse_saved(&request.target, scope).ok()?;
    let (mode, count) = match &request.tool {
        // Nothing was requested.
        Some(_) => (Mode::AllLinks, LinkCount::MAX),
        None => {
            let mode = Mode::NAMES.iter().find(|(_, name)| *name == request.mode).map(|(mode, _)| *mode)?;
            (mode, LinkCount::new(request.count.try_into().ok()?).ok()?)
        }
    };
    let no_outcome = OutcomeRow::default();
    let (status, outcome) = match &record.fate {
        RequestFate::Ended(outcome) => (RequestStatus::from_name(&outcome.kind)?, outcome),
        RequestFate::Running => (RequestStatus::Running, &no_outcome),
        RequestFate::Abandoned => (RequestStatus::Failed, &no_outcome),
    };
    let settled = record.settlement.as_ref().and_then(|settlement| settlement.charged);
    Some(Snapshot {
        id: record.id,
        at: UnixTime(request.started_ms),
        request: Request { target, mode, count },
        tool: request.tool.clone(),
        maximum_cost: credits(request.quoted),
        status,
        charge: match request.tool {
            Some(_) => Charge::NotSent,
            None => Charge::recorded(status, outcome.charged.map(credits), settled.map(credits)),
        },
        links: capped_count(outcome.link_count.unwrap_or(0))?,
        skipped: capped_count(outcome.skipped)?,
        balance_readings: record.settlement.as_ref().map(balance_readings),
        failure: outcome.failure.clone(),
        has_response: record.has_response,
        annotations: record.annotations.clone(),
    })
}

fn balance_readings(settlement: &Settlement) -> BalanceReadings {
    let (before, after) = (credits(settlement.balance_before), credits(settlement.balance_after));
    BalanceReadings { before, after, shared: settlement.shared }
}

/// What is known about a record that can't be read.
fn unreadable(record: &Record) -> UnreadableRecord {
    let charged = match &record.fate {
        RequestFate::Ended(outcome) => outcome.charged.map(credits).map(Charge::Response),
        RequestFate::Running | RequestFate::Abandoned => None,
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

/// Stores use signed numbers; no account has that many credits.
pub(super) fn to_stored(credits: Credits) -> i64 {
    i64::try_from(credits.0).unwrap_or(i64::MAX)
}

pub(super) fn credits(stored: i64) -> Credits {
    Credits(stored.try_into().unwrap_or(0))
}

/// A number of links or entries, capped so that sums can't overflow.
fn capped_count(number: i64) -> Option<usize> {
    usize::try_from(number).ok().map(|number| number.min(u32::MAX as usize))
}
