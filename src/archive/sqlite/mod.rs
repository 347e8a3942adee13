//! The archive in a SQLite file, for one machine. All SQL is in this module.

mod balance;
mod error;
mod migrations;
mod notes;
mod open;
mod requests;
mod rows;
mod schema;
mod sessions;

use std::ffi::OsStr;
use std::path::PathBuf;

use sqlx::sqlite::SqliteConnection;
use sqlx::{Sqlite, SqlitePool, Transaction};

use super::error::StoreError;
use super::record::{
    NewReading, NewRequest, OutcomeRow, ReadingId, Record, SettleStep, StoredResponse, SurroundingReadings,
};
use super::store::{AdmitFn, CheckDepth, ClaimResult, ImportFn, RecordSelector, SettleFn, Store, StoreFuture};
use crate::domain::SnapshotId;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Annotations;
use sessions::Session;

pub use open::archive_file;

#[derive(Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
    path: PathBuf,
    /// The directory of the sessions' lock files.
    sessions: PathBuf,
    session: Session,
    id: String,
}

impl SqliteStore {
    /// Takes the write lock at once, so that programs that claim at the same time see each other.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    async fn execute(&self, statement: &'static str) -> Result<(), StoreError> {
        sqlx::query(statement).execute(&self.pool).await?;
        Ok(())
    }

    async fn verify_with(&self, pragma: &'static str) -> Result<(), StoreError> {
        let response: String = sqlx::query_scalar(pragma).fetch_one(&self.pool).await?;
        if response == "ok" { Ok(()) } else { Err(StoreError::Damaged(response)) }
    }

    async fn records_in(
        &self,
        connection: &mut SqliteConnection,
        which: RecordSelector<'_>,
    ) -> Result<Vec<Record>, StoreError> {
        Ok(rows::records(connection, which, &self.sessions).await?)
    }

    /// Applies `decide` to a request. Returns whether a settlement was stored.
    async fn settle_in(
        &self,
        connection: &mut SqliteConnection,
        id: SnapshotId,
        after: ReadingId,
        decide: SettleFn<'_>,
    ) -> Result<bool, StoreError> {
        let records = self.records_in(connection, RecordSelector::One(id)).await?;
        let record = records.first().ok_or(StoreError::NotFound)?;
        let surrounding = balance::surrounding_readings(connection, id, after).await?;
        let settlement = match decide(record, surrounding.as_ref()) {
            SettleStep::Wait => return Ok(false),
            SettleStep::CheckOff => None,
            SettleStep::Settle(settlement) => Some(settlement),
        };
        if let Some(settlement) = &settlement {
            requests::put_settlement(connection, id, settlement).await?;
        }
        balance::check_off(connection, id).await?;
        Ok(settlement.is_some())
    }
}

impl Store for SqliteStore {
    fn id(&self) -> &str {
        &self.id
    }

    fn location(&self) -> &OsStr {
        self.path.as_os_str()
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async {
            self.pool.close().await;
            Ok(())
        })
    }

    fn size(&self) -> StoreFuture<'_, Option<u64>> {
        Box::pin(async { Ok(self.path.metadata().ok().map(|file| file.len())) })
    }

    fn verify(&self, depth: CheckDepth) -> StoreFuture<'_, ()> {
        Box::pin(self.verify_with(match depth {
            CheckDepth::Quick => "PRAGMA quick_check",
            CheckDepth::Full => "PRAGMA integrity_check",
        }))
    }

    fn compact(&self) -> StoreFuture<'_, ()> {
        Box::pin(async {
            self.execute("VACUUM").await?;
            self.execute("PRAGMA wal_checkpoint(TRUNCATE)").await
        })
    }

    fn records<'a>(&'a self, which: RecordSelector<'a>) -> StoreFuture<'a, Vec<Record>> {
        Box::pin(async move {
            let mut connection = self.pool.acquire().await?;
            self.records_in(&mut connection, which).await
        })
    }

    fn claim<'a>(&'a self, request: &'a NewRequest, may_send: AdmitFn<'a>) -> StoreFuture<'a, ClaimResult> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            let records = self.records_in(&mut transaction, RecordSelector::OfTarget(&request.request.target)).await?;
            if !may_send(&records) {
                return Ok(ClaimResult::Blocked(records));
            }
            let id = requests::claim(&mut transaction, request, self.session.name()).await?;
            transaction.commit().await?;
            Ok(ClaimResult::Claimed(id))
        })
    }

    fn finish<'a>(
        &'a self,
        id: SnapshotId,
        outcome: &'a OutcomeRow,
        response: Option<&'a StoredResponse>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            requests::insert_outcome(&mut transaction, id, outcome).await?;
            if let Some(response) = response {
                requests::insert_response(&mut transaction, id, response).await?;
            }
            Ok(transaction.commit().await?)
        })
    }

    fn response(&self, id: SnapshotId) -> StoreFuture<'_, StoredResponse> {
        Box::pin(requests::response(&self.pool, id))
    }

    fn delete_response(&self, id: SnapshotId) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            sqlx::query("DELETE FROM answers WHERE request_id = ?").bind(id.0).execute(&self.pool).await?;
            Ok(())
        })
    }

    fn set_annotations<'a>(&'a self, id: SnapshotId, annotations: &'a Annotations) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut connection = self.pool.acquire().await?;
            Ok(requests::set_annotations(&mut connection, id, annotations).await?)
        })
    }

    fn newest_request(&self) -> StoreFuture<'_, i64> {
        Box::pin(async {
            let mut connection = self.pool.acquire().await?;
            Ok(balance::newest_request(&mut connection).await?)
        })
    }

    fn add_reading<'a>(
        &'a self,
        reading: &'a NewReading,
        requests: &'a [SnapshotId],
        decide: SettleFn<'a>,
    ) -> StoreFuture<'a, (ReadingId, Vec<SnapshotId>)> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            let id = balance::insert(&mut transaction, reading).await?;
            let mut settled = Vec::new();
            for &request in requests {
                if self.settle_in(&mut transaction, request, id, decide).await? {
                    settled.push(request);
                }
            }
            transaction.commit().await?;
            Ok((id, settled))
        })
    }

    fn settle<'a>(&'a self, id: SnapshotId, after: ReadingId, decide: SettleFn<'a>) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            self.settle_in(&mut transaction, id, after, decide).await?;
            Ok(transaction.commit().await?)
        })
    }

    fn surrounding_readings(&self, id: SnapshotId, after: ReadingId) -> StoreFuture<'_, Option<SurroundingReadings>> {
        Box::pin(async move {
            let mut connection = self.pool.acquire().await?;
            Ok(balance::surrounding_readings(&mut connection, id, after).await?)
        })
    }

    fn notes(&self) -> StoreFuture<'_, Vec<Result<(LinkId, Note), StoreError>>> {
        Box::pin(notes::all(&self.pool))
    }

    fn set_notes<'a>(&'a self, notes: &'a [(LinkId, Note)]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            for (link, note) in notes {
                notes::set(&mut transaction, link, note).await?;
            }
            Ok(transaction.commit().await?)
        })
    }

    fn import<'a>(&'a self, count: usize, load: ImportFn<'a>, notes: &'a [(LinkId, Note)]) -> StoreFuture<'a, usize> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            let mut new = 0;
            for index in 0..count {
                new += usize::from(requests::import(&mut transaction, &load(index)?).await?);
            }
            for (link, note) in notes {
                notes::add(&mut transaction, link, note).await?;
            }
            transaction.commit().await?;
            Ok(new)
        })
    }
}
