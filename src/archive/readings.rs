//! Balance readings, and what they prove about the requests between them.
//!
//! Whether a request is alone between two readings is decided by request IDs, not by clocks: every request that started
//! in between has an ID above the newest one at the start of the first reading, and at most the newest one at the end
//! of the second. A reading that started while another request was running is marked as busy.

use super::base::Archive;
use super::error::ArchiveError;
use super::handle::RequestHandle;
use super::read;
use super::record::{
    NewReading, ReadingId, Record, RequestFate, SettleStep, Settlement, StoredReading, SurroundingReadings,
};
use super::store::RecordSelector;
use crate::domain::purchase::Charge;
use crate::domain::purchase::settlement::{BalanceReadings, STILL_WORKING, may_still_charge, zero_is_proof};
use crate::domain::snapshot::RequestStatus;
use crate::domain::{Credits, Snapshot, SnapshotId, UnixTime};

/// A recorded balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub(super) id: ReadingId,
    pub credits: Credits,
    /// Whether no request of the account was running when it started. Otherwise it can't serve as the reading before a
    /// request.
    pub is_quiet: bool,
}

/// A reading in progress, with the state of the account when it started.
#[derive(Clone, Debug)]
pub struct OpenReading {
    account: String,
    newest: i64,
    busy: bool,
    /// Unchecked requests that had ended by then.
    ended: Vec<SnapshotId>,
    may_settle: bool,
}

impl OpenReading {
    /// Whether it may settle a request whose charge is unknown.
    pub fn may_settle_charge(&self) -> bool {
        self.may_settle
    }

    /// Takes an unchecked request into account.
    fn add(&mut self, record: &Record, now: UnixTime) {
        let outcome = match &record.fate {
            RequestFate::Running => {
                self.busy = true;
                return;
            }
            RequestFate::Abandoned => None,
            RequestFate::Ended(outcome) => Some(outcome),
        };
        let since = now.since(UnixTime(record.request.started_ms));
        let is_unknown = outcome.is_none_or(|outcome| outcome.charged.is_none());
        // The server may charge for it during this reading.
        self.busy |= is_unknown && !server_finished(record) && since < STILL_WORKING;
        self.may_settle |= is_unknown;
        self.ended.push(record.id);
    }
}

impl Archive {
    /// Call this before the balance is requested.
    pub async fn begin_reading(&self, account: &str, now: UnixTime) -> Result<OpenReading, ArchiveError> {
        // In this order, a request claimed in between counts as running between this reading and the next.
        let newest = self.with_location(self.store.newest_request().await)?;
        let mut records = self.records(RecordSelector::Unchecked(account)).await?;
        records.sort_unstable_by_key(read::sort_key);
        let account = account.to_owned();
        let mut open = OpenReading { account, newest, busy: false, ended: Vec::new(), may_settle: false };
        records.iter().for_each(|record| open.add(record, now));
        Ok(open)
    }

    /// Records the balance, and settles the requests that had ended when the reading started, except `except`, which is
    /// still being checked. Returns the snapshots that changed.
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
        let decide =
            |record: &Record, surrounding: Option<&SurroundingReadings>| settle_step(record, surrounding, now, false);
        let (id, settled) = self.with_location(self.store.add_reading(&reading, &ended, &decide).await)?;
        let mut snapshots = Vec::new();
        for id in settled {
            snapshots.push(self.snapshot(id).await?);
        }
        Ok((Reading { id, credits, is_quiet: !busy }, snapshots))
    }

    /// The readings before and after a request; `None` if the one before is unknown.
    pub async fn balance_readings(
        &self,
        handle: RequestHandle,
        after: Reading,
    ) -> Result<Option<BalanceReadings>, ArchiveError> {
        let surrounding = self.with_location(self.store.surrounding_readings(handle.id, after.id).await)?;
        Ok(surrounding.as_ref().map(balance_readings))
    }

    /// Settles an ended request with a later reading. `is_final` says that an unchanged balance has been read
    /// often enough to prove that nothing was charged. Returns the updated snapshot.
    pub async fn settle(
        &self,
        handle: RequestHandle,
        after: Reading,
        now: UnixTime,
        is_final: bool,
    ) -> Result<Snapshot, ArchiveError> {
        let decide = |record: &Record, surrounding: Option<&SurroundingReadings>| {
            settle_step(record, surrounding, now, is_final)
        };
        self.with_location(self.store.settle(handle.id, after.id, &decide).await)?;
        self.snapshot(handle.id).await
    }
}

fn balance_readings(surrounding: &SurroundingReadings) -> BalanceReadings {
    let SurroundingReadings { account, before, after, has_others } = surrounding;
    let shared = before.busy || before.account != *account || after.account != *account || *has_others;
    BalanceReadings { before: read::credits(before.credits), after: read::credits(after.credits), shared }
}

fn server_finished(record: &Record) -> bool {
    matches!(&record.fate, RequestFate::Ended(outcome) if outcome.server_finished)
}

/// What a reading proves about a request. If nothing is proved yet, or only a newer version can read the record, a
/// later reading decides. A settled charge changes only if this reading shows a higher one.
fn settle_step(
    record: &Record,
    surrounding: Option<&SurroundingReadings>,
    now: UnixTime,
    is_final: bool,
) -> SettleStep {
    let Some(snapshot) = read::snapshot(record) else { return SettleStep::Wait };
    let (status, is_finished, since) = (snapshot.status, server_finished(record), now.since(snapshot.at));
    let is_unknown = snapshot.charge == Charge::Unknown;
    let may_still_charge = is_unknown && may_still_charge(status, is_finished, since);
    let is_charged = matches!(status, RequestStatus::Completed | RequestStatus::Partial | RequestStatus::Failed);
    let Some(readings) = surrounding.map(balance_readings).filter(|_| is_charged) else {
        return if may_still_charge { SettleStep::Wait } else { SettleStep::CheckOff };
    };
    let proof = match snapshot.charge {
        Charge::Unknown => readings.charge(snapshot.maximum_cost),
        Charge::Balance(known) => match readings.charge(snapshot.maximum_cost).filter(|proof| *proof > known) {
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
        balance_before: read::to_stored(readings.before),
        balance_after: read::to_stored(readings.after),
        shared: readings.shared,
        charged: proof.map(read::to_stored),
    })
}
