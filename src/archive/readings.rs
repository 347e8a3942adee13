//! Readings of the balance, and what they prove about requests between them.
//!
//! A request is between two readings; whether it is alone there is told by the numbers of the requests that each reading
//! notes, not by clocks. The newest one when the first reading began and the newest one when the second ended bound all that
//! began in between, and a reading that began while another was running says so.

use super::base::Archive;
use super::error::ArchiveError;
use super::handle::RequestHandle;
use super::read;
use super::record::{Neighbors, NewReading, ReadingId, Record, RequestFate, SettleStep, Settlement, StoredReading};
use super::store::RecordSelector;
use crate::domain::purchase::Charge;
use crate::domain::purchase::settlement::{BalanceReadings, STILL_WORKING, may_still_charge, zero_is_proof};
use crate::domain::snapshot::RequestStatus;
use crate::domain::{Credits, Snapshot, SnapshotId, UnixTime};

/// A balance that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub(super) id: ReadingId,
    pub credits: Credits,
    /// Whether no request of the account was running when it began. Only then can it be the one before another request.
    pub is_quiet: bool,
}

/// A reading that has begun: what was going on at that moment.
#[derive(Clone, Debug)]
pub struct OpenReading {
    account: String,
    newest: i64,
    busy: bool,
    /// Requests that had ended by then and were not checked yet.
    ended: Vec<SnapshotId>,
    awaited: bool,
}

impl OpenReading {
    /// Whether it may tell what a request has cost whose charge is not known.
    pub fn is_awaited(&self) -> bool {
        self.awaited
    }

    /// Counts in a request that no reading has been held against.
    fn count(&mut self, record: &Record, now: UnixTime) {
        let end = match &record.fate {
            RequestFate::Running => {
                self.busy = true;
                return;
            }
            RequestFate::Gone => None,
            RequestFate::Ended(end) => Some(end),
        };
        let since = now.since(UnixTime(record.request.started_ms));
        let is_unknown = end.is_none_or(|end| end.charged.is_none());
        // The server may charge for it while this reading is on its way.
        self.busy |= is_unknown && !server_finished(record) && since < STILL_WORKING;
        self.awaited |= is_unknown;
        self.ended.push(record.id);
    }
}

impl Archive {
    /// Notes that a balance is about to be read.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn begin_reading(&self, account: &str, now: UnixTime) -> Result<OpenReading, ArchiveError> {
        // In this order: what is claimed meanwhile counts as running between this reading and the next.
        let newest = self.told(self.store.newest().await)?;
        let mut records = self.records(RecordSelector::Unchecked(account)).await?;
        records.sort_unstable_by_key(read::when);
        let account = account.to_owned();
        let mut open = OpenReading { account, newest, busy: false, ended: Vec::new(), awaited: false };
        records.iter().for_each(|record| open.count(record, now));
        Ok(open)
    }

    /// Records a balance, and settles by it what had ended before it began, except for one request that is still being
    /// looked into. Returns the requests of which more is known now.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn end_reading(
        &self,
        open: OpenReading,
        now: UnixTime,
        credits: Credits,
        except: Option<RequestHandle>,
    ) -> Result<(Reading, Vec<Snapshot>), ArchiveError> {
        let OpenReading { account, newest, busy, mut ended, .. } = open;
        ended.retain(|id| except.is_none_or(|except| except.id != *id));
        let reading = StoredReading { account, credits: read::to_stored(credits), busy };
        let reading = NewReading { read_ms: now.0, reading, newest_before: newest };
        let decide = |record: &Record, around: Option<&Neighbors>| step(record, around, now, false);
        let (id, settled) = self.told(self.store.add_reading(&reading, &ended, &decide).await)?;
        let mut snapshots = Vec::new();
        for id in settled {
            snapshots.push(self.snapshot(id).await?);
        }
        Ok((Reading { id, credits, is_quiet: !busy }, snapshots))
    }

    /// What the readings before and after a request show; `None` where the one before it is not known.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn seen(&self, handle: RequestHandle, after: Reading) -> Result<Option<BalanceReadings>, ArchiveError> {
        let around = self.told(self.store.around(handle.id, after.id).await)?;
        Ok(around.as_ref().map(seen))
    }

    /// Settles a request that has ended by a reading after it. `is_final` where an unchanged balance was read often enough.
    /// Returns it as it is now.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn settle(
        &self,
        handle: RequestHandle,
        after: Reading,
        now: UnixTime,
        is_final: bool,
    ) -> Result<Snapshot, ArchiveError> {
        let decide = |record: &Record, around: Option<&Neighbors>| step(record, around, now, is_final);
        self.told(self.store.settle(handle.id, after.id, &decide).await)?;
        self.snapshot(handle.id).await
    }
}

fn seen(around: &Neighbors) -> BalanceReadings {
    let Neighbors { account, before, after, others } = around;
    let shared = before.busy || before.account != *account || after.account != *account || *others;
    BalanceReadings { before: read::credits(before.credits), after: read::credits(after.credits), shared }
}

fn server_finished(record: &Record) -> bool {
    matches!(&record.fate, RequestFate::Ended(end) if end.server_finished)
}

/// What a reading does to a request. What it does not prove yet waits for a later one, and so does what only a newer version
/// can read. What is proved stays so, unless this reading shows that more was charged.
fn step(record: &Record, around: Option<&Neighbors>, now: UnixTime, is_final: bool) -> SettleStep {
    let Some(snapshot) = read::snapshot(record) else { return SettleStep::Wait };
    let (status, is_finished, since) = (snapshot.status, server_finished(record), now.since(snapshot.at));
    let is_unknown = snapshot.charge == Charge::Unknown;
    let may_still_charge = is_unknown && may_still_charge(status, is_finished, since);
    let is_charged = matches!(status, RequestStatus::Completed | RequestStatus::Partial | RequestStatus::Failed);
    let Some(seen) = around.map(seen).filter(|_| is_charged) else {
        return if may_still_charge { SettleStep::Wait } else { SettleStep::CheckOff };
    };
    let proof = match snapshot.charge {
        Charge::Unknown => seen.charge(snapshot.quoted),
        Charge::Balance(known) => match seen.charge(snapshot.quoted).filter(|proof| *proof > known) {
            Some(more) => Some(more),
            None => return SettleStep::CheckOff,
        },
        _ => None,
    };
    let waits = match proof {
        Some(Credits::ZERO) => !zero_is_proof(status, is_finished, since, is_final),
        Some(_) => false,
        None => may_still_charge,
    };
    if waits {
        return SettleStep::Wait;
    }
    SettleStep::Settle(Settlement {
        settled_ms: now.0,
        balance_before: read::to_stored(seen.before),
        balance_after: read::to_stored(seen.after),
        shared: seen.shared,
        charged: proof.map(read::to_stored),
    })
}
