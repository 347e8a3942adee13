//! The archive in a file of SQLite, for one machine. All of its language is in here.

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
use super::record::{Around, End, NewReading, NewRequest, ReadingId, Record, Step, StoredResponse};
use super::store::{Claimed, Decide, Doing, Load, MayGo, Store, Thorough, Which};
use crate::domain::SnapshotId;
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Annotations;
use sessions::Session;

pub use open::file_in;

/// The archive in a file of this machine.
#[derive(Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
    path: PathBuf,
    /// Where the lock files of sessions are.
    sessions: PathBuf,
    session: Session,
    id: String,
}

impl SqliteStore {
    /// A transaction that has the lock for writing from its first moment: two programs must see each other.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Runs a statement that is not a question about data.
    async fn run(&self, statement: &'static str) -> Result<(), StoreError> {
        sqlx::query(statement).execute(&self.pool).await?;
        Ok(())
    }

    async fn verify_with(&self, question: &'static str) -> Result<(), StoreError> {
        let response: String = sqlx::query_scalar(question).fetch_one(&self.pool).await?;
        if response == "ok" { Ok(()) } else { Err(StoreError::Damaged(response)) }
    }

    async fn records_in(&self, connection: &mut SqliteConnection, which: Which<'_>) -> Result<Vec<Record>, StoreError> {
        Ok(rows::records(connection, which, &self.sessions).await?)
    }

    /// Does what `decide` says about a request. Returns whether it was settled.
    async fn settle_in(
        &self,
        connection: &mut SqliteConnection,
        id: SnapshotId,
        after: ReadingId,
        decide: Decide<'_>,
    ) -> Result<bool, StoreError> {
        let records = self.records_in(connection, Which::One(id)).await?;
        let record = records.first().ok_or(StoreError::NotFound)?;
        let around = balance::around(connection, id, after).await?;
        let settlement = match decide(record, around.as_ref()) {
            Step::Wait => return Ok(false),
            Step::CheckOff => None,
            Step::Settle(settlement) => Some(settlement),
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

    fn close(&self) -> Doing<'_, ()> {
        Box::pin(async {
            self.pool.close().await;
            Ok(())
        })
    }

    fn size(&self) -> Doing<'_, Option<u64>> {
        Box::pin(async { Ok(self.path.metadata().ok().map(|file| file.len())) })
    }

    fn verify(&self, thorough: Thorough) -> Doing<'_, ()> {
        Box::pin(self.verify_with(match thorough {
            Thorough::Quickly => "PRAGMA quick_check",
            Thorough::Fully => "PRAGMA integrity_check",
        }))
    }

    fn compact(&self) -> Doing<'_, ()> {
        Box::pin(async {
            self.run("VACUUM").await?;
            self.run("PRAGMA wal_checkpoint(TRUNCATE)").await
        })
    }

    fn records<'a>(&'a self, which: Which<'a>) -> Doing<'a, Vec<Record>> {
        Box::pin(async move {
            let mut connection = self.pool.acquire().await?;
            self.records_in(&mut connection, which).await
        })
    }

    fn claim<'a>(&'a self, request: &'a NewRequest, may_go: MayGo<'a>) -> Doing<'a, Claimed> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            let records = self.records_in(&mut transaction, Which::OfTarget(&request.asked.target)).await?;
            if !may_go(&records) {
                return Ok(Claimed::Refused(records));
            }
            let id = requests::claim(&mut transaction, request, self.session.name()).await?;
            transaction.commit().await?;
            Ok(Claimed::New(id))
        })
    }

    fn finish<'a>(&'a self, id: SnapshotId, end: &'a End, response: Option<&'a StoredResponse>) -> Doing<'a, ()> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            requests::insert_end(&mut transaction, id, end).await?;
            if let Some(response) = response {
                requests::insert_response(&mut transaction, id, response).await?;
            }
            Ok(transaction.commit().await?)
        })
    }

    fn response(&self, id: SnapshotId) -> Doing<'_, StoredResponse> {
        Box::pin(requests::response(&self.pool, id))
    }

    fn delete_response(&self, id: SnapshotId) -> Doing<'_, ()> {
        Box::pin(async move {
            sqlx::query("DELETE FROM answers WHERE request_id = ?").bind(id.0).execute(&self.pool).await?;
            Ok(())
        })
    }

    fn set_label<'a>(&'a self, id: SnapshotId, label: &'a Annotations) -> Doing<'a, ()> {
        Box::pin(async move {
            let mut connection = self.pool.acquire().await?;
            Ok(requests::set_label(&mut connection, id, label).await?)
        })
    }

    fn newest(&self) -> Doing<'_, i64> {
        Box::pin(async {
            let mut connection = self.pool.acquire().await?;
            Ok(balance::newest(&mut connection).await?)
        })
    }

    fn add_reading<'a>(
        &'a self,
        reading: &'a NewReading,
        requests: &'a [SnapshotId],
        decide: Decide<'a>,
    ) -> Doing<'a, (ReadingId, Vec<SnapshotId>)> {
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

    fn settle<'a>(&'a self, id: SnapshotId, after: ReadingId, decide: Decide<'a>) -> Doing<'a, ()> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            self.settle_in(&mut transaction, id, after, decide).await?;
            Ok(transaction.commit().await?)
        })
    }

    fn around(&self, id: SnapshotId, after: ReadingId) -> Doing<'_, Option<Around>> {
        Box::pin(async move {
            let mut connection = self.pool.acquire().await?;
            Ok(balance::around(&mut connection, id, after).await?)
        })
    }

    fn notes(&self) -> Doing<'_, Vec<Result<(LinkId, Note), StoreError>>> {
        Box::pin(notes::all(&self.pool))
    }

    fn set_notes<'a>(&'a self, notes: &'a [(LinkId, Note)]) -> Doing<'a, ()> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            for (link, note) in notes {
                notes::set(&mut transaction, link, note).await?;
            }
            Ok(transaction.commit().await?)
        })
    }

    fn import<'a>(&'a self, count: usize, load: Load<'a>, notes: &'a [(LinkId, Note)]) -> Doing<'a, usize> {
        Box::pin(async move {
            let mut transaction = self.begin().await?;
            let mut new = 0;
            for place in 0..count {
                new += usize::from(requests::import(&mut transaction, &load(place)?).await?);
            }
            for (link, note) in notes {
                notes::add(&mut transaction, link, note).await?;
            }
            transaction.commit().await?;
            Ok(new)
        })
    }
}
