//! An in-memory store for tests and simulations, on a disk that can lose writes, fail and crash.

mod disk;
mod state;

use std::ffi::OsStr;
use std::sync::Arc;

use super::error::StoreError;
use super::record::{NewReading, NewRequest, OutcomeRow, ReadingId, Record, StoredResponse, SurroundingReadings};
use super::store::{AdmitFn, CheckDepth, ClaimResult, ImportFn, RecordSelector, SettleFn, Store, StoreFuture};
use crate::domain::SnapshotId;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Annotations;
use state::State;

pub use disk::{CommitOnCrash, Disk};

#[derive(Debug)]
pub struct MemoryStore {
    disk: Arc<Disk>,
    session: u64,
    id: String,
}

impl MemoryStore {
    pub fn open(disk: &Arc<Disk>) -> Result<MemoryStore, StoreError> {
        let (session, id) = disk.begin_session()?;
        Ok(MemoryStore { disk: Arc::clone(disk), session, id })
    }

    fn read<'a, T: Send + 'a>(
        &'a self,
        read: impl FnOnce(&State) -> Result<T, StoreError> + Send + 'a,
    ) -> StoreFuture<'a, T> {
        Box::pin(self.disk.run(move || self.disk.read(self.session, read)))
    }

    fn write<'a, T: Send + 'a>(
        &'a self,
        write: impl FnOnce(&mut State) -> Result<T, StoreError> + Send + 'a,
    ) -> StoreFuture<'a, T> {
        Box::pin(self.disk.run(move || self.disk.write(self.session, write)))
    }
}

impl Drop for MemoryStore {
    fn drop(&mut self) {
        self.disk.end_session(self.session);
    }
}

impl Store for MemoryStore {
    fn id(&self) -> &str {
        &self.id
    }

    fn location(&self) -> &OsStr {
        OsStr::new("in memory")
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn size(&self) -> StoreFuture<'_, Option<u64>> {
        Box::pin(async { Ok(None) })
    }

    fn verify(&self, _: CheckDepth) -> StoreFuture<'_, ()> {
        self.read(|_| Ok(()))
    }

    fn compact(&self) -> StoreFuture<'_, ()> {
        self.read(|_| Ok(()))
    }

    fn records<'a>(&'a self, which: RecordSelector<'a>) -> StoreFuture<'a, Vec<Record>> {
        self.read(move |state| Ok(state.records(which)))
    }

    fn claim<'a>(&'a self, request: &'a NewRequest, may_send: AdmitFn<'a>) -> StoreFuture<'a, ClaimResult> {
        self.write(move |state| {
            let records = state.records(RecordSelector::OfTarget(&request.request.target));
            if may_send(&records) { state.claim(request, self.session) } else { Ok(ClaimResult::Blocked(records)) }
        })
    }

    fn finish<'a>(
        &'a self,
        id: SnapshotId,
        outcome: &'a OutcomeRow,
        response: Option<&'a StoredResponse>,
    ) -> StoreFuture<'a, ()> {
        self.write(move |state| state.finish(id, outcome, response))
    }

    fn response(&self, id: SnapshotId) -> StoreFuture<'_, StoredResponse> {
        self.read(move |state| state.response(id))
    }

    fn delete_response(&self, id: SnapshotId) -> StoreFuture<'_, ()> {
        self.write(move |state| {
            state.delete_response(id);
            Ok(())
        })
    }

    fn set_annotations<'a>(&'a self, id: SnapshotId, annotations: &'a Annotations) -> StoreFuture<'a, ()> {
        self.write(move |state| state.set_annotations(id, annotations))
    }

    fn newest_request(&self) -> StoreFuture<'_, i64> {
        self.read(|state| Ok(state.newest_request()))
    }

    fn add_reading<'a>(
        &'a self,
        reading: &'a NewReading,
        requests: &'a [SnapshotId],
        decide: SettleFn<'a>,
    ) -> StoreFuture<'a, (ReadingId, Vec<SnapshotId>)> {
        self.write(move |state| state.add_reading(reading, requests, decide))
    }

    fn settle<'a>(&'a self, id: SnapshotId, after: ReadingId, decide: SettleFn<'a>) -> StoreFuture<'a, ()> {
        self.write(move |state| state.settle(id, after, decide).map(|_| ()))
    }

    fn surrounding_readings(&self, id: SnapshotId, after: ReadingId) -> StoreFuture<'_, Option<SurroundingReadings>> {
        self.read(move |state| Ok(state.surrounding_readings(id, after)))
    }

    fn notes(&self) -> StoreFuture<'_, Vec<Result<(LinkId, Note), StoreError>>> {
        self.read(|state| Ok(state.notes()))
    }

    fn set_notes<'a>(&'a self, notes: &'a [(LinkId, Note)]) -> StoreFuture<'a, ()> {
        self.write(move |state| {
            state.set_notes(notes);
            Ok(())
        })
    }

    fn import<'a>(&'a self, count: usize, load: ImportFn<'a>, notes: &'a [(LinkId, Note)]) -> StoreFuture<'a, usize> {
        self.write(move |state| {
            let incoming = (0..count).map(load).collect::<Result<Vec<_>, _>>()?;
            Ok(state.import(incoming, notes))
        })
    }
}
