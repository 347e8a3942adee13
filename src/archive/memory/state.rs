//! The contents of a simulated disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::error::StoreError;
use super::super::record::{
    ImportedRequest, NewReading, NewRequest, OutcomeRow, Readability, ReadingId, Record, RequestFate, RequestRow,
    SettleStep, Settlement, StoredReading, StoredResponse, SurroundingReadings,
};
use super::super::store::{ClaimResult, RecordSelector, SettleFn};
use crate::domain::SnapshotId;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::{Annotations, RequestStatus};

/// IDs of requests and readings start at 1; 0 means none.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) id: String,
    /// Sessions that are running.
    pub(super) sessions: BTreeSet<u64>,
    requests: Vec<RequestEntry>,
    readings: Vec<ReadingEntry>,
    notes: BTreeMap<LinkId, Note>,
}

#[derive(Clone, Debug)]
struct RequestEntry {
    request: RequestRow,
    account: String,
    reading: Option<ReadingId>,
    /// `None` if the request was imported.
    session: Option<u64>,
    outcome: Option<OutcomeRow>,
    response: Option<Arc<StoredResponse>>,
    settlement: Option<Settlement>,
    annotations: Annotations,
    is_unchecked: bool,
}

#[derive(Clone, Debug)]
struct ReadingEntry {
    stored: StoredReading,
    newest_before: i64,
    newest_after: i64,
}

/// The index of the item with this ID.
fn index(id: i64) -> Option<usize> {
    usize::try_from(id).ok()?.checked_sub(1)
}

fn id_at(index: usize) -> i64 {
    index as i64 + 1
}

impl State {
    pub(super) fn new(id: String) -> State {
        let (sessions, notes) = (BTreeSet::new(), BTreeMap::new());
        State { id, sessions, requests: Vec::new(), readings: Vec::new(), notes }
    }

    fn request(&self, id: SnapshotId) -> Option<&RequestEntry> {
        self.requests.get(index(id.0)?)
    }

    fn request_mut(&mut self, id: SnapshotId) -> Result<&mut RequestEntry, StoreError> {
        index(id.0).and_then(|index| self.requests.get_mut(index)).ok_or(StoreError::NotFound)
    }

    fn reading(&self, id: ReadingId) -> Option<&ReadingEntry> {
        self.readings.get(index(id.0)?)
    }

    fn record(&self, id: SnapshotId) -> Option<Record> {
        let request = self.request(id)?;
        let is_running = request.session.is_some_and(|session| self.sessions.contains(&session));
        let fate = match &request.outcome {
            Some(outcome) => RequestFate::Ended(outcome.clone()),
            None if is_running => RequestFate::Running,
            None => RequestFate::Abandoned,
        };
        Some(Record {
            id,
            request: request.request.clone(),
            fate,
            settlement: request.settlement.clone(),
            annotations: request.annotations.clone(),
            has_response: request.response.is_some(),
            readability: Readability::Complete,
        })
    }

    pub(super) fn records(&self, which: RecordSelector<'_>) -> Vec<Record> {
        let is_wanted = |id: SnapshotId, request: &RequestEntry| match which {
            RecordSelector::All => true,
            RecordSelector::One(wanted) => wanted == id,
            RecordSelector::OfTarget(target) => request.request.target == target,
            RecordSelector::Unchecked(account) => request.is_unchecked && request.account == account,
        };
        let with_ids = self.requests.iter().enumerate().map(|(index, request)| (SnapshotId(id_at(index)), request));
        with_ids.filter(|(id, request)| is_wanted(*id, request)).filter_map(|(id, _)| self.record(id)).collect()
    }

    pub(super) fn claim(&mut self, request: &NewRequest, session: u64) -> Result<ClaimResult, StoreError> {
        if request.reading.is_some_and(|reading| self.reading(reading).is_none()) {
            return Err(StoreError::NotFound);
        }
        self.requests.push(RequestEntry {
            request: request.request.clone(),
            account: request.account.clone(),
            reading: request.reading,
            session: Some(session),
            outcome: None,
            response: None,
            settlement: None,
            annotations: Annotations::default(),
            is_unchecked: true,
        });
        Ok(ClaimResult::Claimed(SnapshotId(self.newest_request())))
    }

    pub(super) fn finish(
        &mut self,
        id: SnapshotId,
        outcome: &OutcomeRow,
        response: Option<&StoredResponse>,
    ) -> Result<(), StoreError> {
        let request = self.request_mut(id)?;
        if request.outcome.is_some() {
            return Err(StoreError::AlreadyEnded);
        }
        request.outcome = Some(outcome.clone());
        request.response = response.cloned().map(Arc::new);
        Ok(())
    }

    pub(super) fn response(&self, id: SnapshotId) -> Result<StoredResponse, StoreError> {
        let response = self.request(id).and_then(|request| request.response.as_deref());
        response.cloned().ok_or(StoreError::NotFound)
    }

    pub(super) fn delete_response(&mut self, id: SnapshotId) {
        if let Ok(request) = self.request_mut(id) {
            request.response = None;
        }
    }

    pub(super) fn set_annotations(&mut self, id: SnapshotId, annotations: &Annotations) -> Result<(), StoreError> {
        self.request_mut(id)?.annotations = annotations.clone();
        Ok(())
    }

    pub(super) fn newest_request(&self) -> i64 {
        self.requests.len() as i64
    }

    pub(super) fn add_reading(
        &mut self,
        new: &NewReading,
        requests: &[SnapshotId],
        decide: SettleFn<'_>,
    ) -> Result<(ReadingId, Vec<SnapshotId>), StoreError> {
        if requests.iter().any(|id| self.request(*id).is_none()) {
            return Err(StoreError::NotFound);
        }
        let newest_after = self.newest_request();
        self.readings.push(ReadingEntry {
            stored: new.reading.clone(),
            newest_before: new.newest_before,
            newest_after,
        });
        let reading = ReadingId(self.readings.len() as i64);
        let mut settled = Vec::new();
        for &id in requests {
            if self.settle(id, reading, decide)? {
                settled.push(id);
            }
        }
        Ok((reading, settled))
    }

    /// Returns whether a settlement was stored.
    pub(super) fn settle(
        &mut self,
        id: SnapshotId,
        after: ReadingId,
        decide: SettleFn<'_>,
    ) -> Result<bool, StoreError> {
        let record = self.record(id).ok_or(StoreError::NotFound)?;
        let step = decide(&record, self.surrounding_readings(id, after).as_ref());
        let request = self.request_mut(id)?;
        request.is_unchecked &= step == SettleStep::Wait;
        let SettleStep::Settle(settlement) = step else { return Ok(false) };
        request.settlement = Some(settlement);
        Ok(true)
    }

    pub(super) fn surrounding_readings(&self, id: SnapshotId, after: ReadingId) -> Option<SurroundingReadings> {
        let request = self.request(id)?;
        let (before, after) = (self.reading(request.reading?)?, self.reading(after)?);
        let is_other = |(index, other): (usize, &RequestEntry)| {
            let was_sent = other.outcome.as_ref().is_none_or(|outcome| outcome.kind != RequestStatus::Unsent.name());
            let other_id = id_at(index);
            let is_between = other_id > before.newest_before && other_id <= after.newest_after;
            other_id != id.0 && is_between && other.account == request.account && was_sent
        };
        let has_others = self.requests.iter().enumerate().any(is_other);
        let (before, after) = (before.stored.clone(), after.stored.clone());
        Some(SurroundingReadings { account: request.account.clone(), before, after, has_others })
    }

    pub(super) fn notes(&self) -> Vec<Result<(LinkId, Note), StoreError>> {
        self.notes.iter().map(|(link, note)| Ok((link.clone(), note.clone()))).collect()
    }

    pub(super) fn set_notes(&mut self, notes: &[(LinkId, Note)]) {
        for (link, note) in notes {
            if note.is_empty() {
                self.notes.remove(link);
            } else {
                self.notes.insert(link.clone(), note.clone());
            }
        }
    }

    pub(super) fn import(&mut self, incoming: Vec<ImportedRequest>, notes: &[(LinkId, Note)]) -> usize {
        let before = self.requests.len();
        for incoming in incoming {
            let existing = self.requests.iter().filter(|request| is_same_request(request, &incoming));
            let sum = |request: &RequestEntry| request.response.as_ref().map(|response| response.sha256.clone());
            if incoming.is_known(&existing.map(sum).collect::<Vec<_>>()) {
                continue;
            }
            let ImportedRequest { request, outcome, settlement, annotations, response, .. } = incoming;
            self.requests.push(RequestEntry {
                request,
                account: String::new(),
                reading: None,
                session: None,
                outcome: Some(outcome),
                response: response.map(Arc::new),
                settlement,
                annotations,
                is_unchecked: false,
            });
        }
        for (link, note) in notes {
            self.notes.entry(link.clone()).or_insert_with(|| note.clone());
        }
        self.requests.len() - before
    }
}

/// Whether both requested the same, and started and ended at the same times.
fn is_same_request(existing: &RequestEntry, incoming: &ImportedRequest) -> bool {
    let identity = |request: &RequestRow| {
        (request.started_ms, request.target.clone(), request.scope.clone(), request.mode.clone(), request.count)
    };
    let finished = existing.outcome.as_ref().map_or(existing.request.started_ms, |outcome| outcome.finished_ms);
    identity(&existing.request) == identity(&incoming.request) && finished == incoming.outcome.finished_ms
}
