//! The log: a request before it goes out, its outcome with its response.

use sha2::{Digest, Sha256};
use sqlx::{Sqlite, Transaction};

use super::error::ArchiveError;
use super::handle::RequestHandle;
use super::packed::pack;
use super::readings::Reading;
use super::row;
use super::store::Archive;
use crate::domain::purchase::{Admission, Terms, admit};
use crate::domain::snapshot::{Ending, UnreadableRecord};
use crate::domain::{Credits, Request, Snapshot, UnixTime};

/// A request that is about to be made.
#[derive(Clone, Debug)]
pub struct PendingRequest {
    pub request: Request,
    pub terms: Terms,
}

/// What becomes of a request that is about to be made.
#[derive(Clone, Debug)]
pub enum Claim {
    /// It is written down: it may go out.
    Proceed(RequestHandle),
    /// It must not go out.
    Blocked(Blocked),
}

/// What keeps a request from going out; see [`Admission`].
#[derive(Clone, Debug)]
pub enum Blocked {
    /// The archive holds all that it could bring.
    Held(Box<Snapshot>),
    /// The same request is running, here or elsewhere: its response will do.
    InFlight(RequestHandle),
    /// It may be paid for already, and the user has not agreed to pay again.
    Undelivered(Box<Snapshot>),
    /// A newer version recorded something about its target.
    Unreadable(UnreadableRecord),
}

/// How a request ended, and what came.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub ending: Ending,
    /// The HTTP status, if it came to one.
    pub status: Option<u16>,
    /// What the response says that it consumed.
    pub charged: Option<Credits>,
    /// How many links can be read.
    pub links: usize,
    /// How many entries can't.
    pub skipped: usize,
    /// Whether the server is done with it, so that it will not charge for it later.
    pub server_finished: bool,
    /// Why it brought no whole response.
    pub failure: Option<String>,
    /// The body as it came; empty where it is not worth keeping.
    pub raw: Vec<u8>,
}

impl Archive {
    /// Says what would become of a request, without writing anything down. `None` where it may go out.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn look_up(&self, pending: &PendingRequest) -> Result<Option<Blocked>, ArchiveError> {
        let mut connection = self.pool.acquire().await.map_err(|e| self.error(&e))?;
        let log = row::of_target(&mut connection, &pending.request, &self.sessions()).await;
        let log = log.map_err(|e| self.error(&e))?;
        Ok(blocked(admit(&log, &pending.request, &pending.terms)))
    }

    /// Writes down that a request is about to be sent, unless that would pay for something twice. It is on the disk when
    /// this returns. `before` is the reading of the balance before it, and `account` whose it is.
    ///
    /// # Errors
    /// It could not be written; the request must not go out.
    pub async fn begin(
        &self,
        pending: &PendingRequest,
        account: &str,
        before: Option<Reading>,
    ) -> Result<Claim, ArchiveError> {
        self.try_begin(pending, account, before).await.map_err(|e| self.error(&e))
    }

    async fn try_begin(&self, pending: &PendingRequest, account: &str, before: Option<Reading>) -> sqlx::Result<Claim> {
        // Two programs that fetch the same at the same moment must see each other: the first takes the write lock.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let log = row::of_target(&mut transaction, &pending.request, &self.sessions()).await?;
        if let Some(blocked) = blocked(admit(&log, &pending.request, &pending.terms)) {
            return Ok(Claim::Blocked(blocked));
        }
        let id = self.insert(&mut transaction, pending, account, before).await?;
        transaction.commit().await?;
        Ok(Claim::Proceed(RequestHandle { id }))
    }

    async fn insert(
        &self,
        transaction: &mut Transaction<'_, Sqlite>,
        pending: &PendingRequest,
        account: &str,
        before: Option<Reading>,
    ) -> sqlx::Result<i64> {
        let request = &pending.request;
        let inserted = sqlx::query(
            "INSERT INTO requests (started_ms, scope, mode, target, num, quoted, balance_before, version, owner, account, reading)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(pending.terms.now.0)
        .bind(request.target.scope().name())
        .bind(row::mode_name(request.mode))
        .bind(request.target.as_str())
        .bind(i64::from(request.count.get()))
        .bind(row::to_database(request.quote()))
        .bind(before.map(|reading| row::to_database(reading.credits)))
        .bind(env!("CARGO_PKG_VERSION"))
        .bind(self.owner.name())
        .bind(account)
        .bind(before.map(|reading| reading.id.0))
        .execute(&mut **transaction)
        .await?;
        let id = inserted.last_insert_rowid();
        sqlx::query("INSERT INTO unchecked (request_id) VALUES (?)").bind(id).execute(&mut **transaction).await?;
        Ok(id)
    }

    /// Writes down how a request ended, with its response. Both are on the disk when this returns, or neither is.
    ///
    /// # Errors
    /// It could not be written; the response has to go elsewhere ([`super::rescue()`]).
    pub async fn finish(&self, handle: RequestHandle, now: UnixTime, outcome: &Outcome) -> Result<(), ArchiveError> {
        self.try_finish(handle, now, outcome).await.map_err(|e| self.error(&e))?;
        self.drop_spool(handle);
        Ok(())
    }

    async fn try_finish(&self, handle: RequestHandle, now: UnixTime, outcome: &Outcome) -> sqlx::Result<()> {
        // Before the lock is taken: nobody else shall wait for this.
        let packed = pack(&outcome.raw)?;
        let sum = Sha256::digest(&outcome.raw).to_vec();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO outcomes (request_id, finished_ms, kind, status, charged, link_count, skipped, server_finished, failure)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(handle.id)
        .bind(now.0)
        .bind(outcome.ending.name())
        .bind(outcome.status.map(i64::from))
        .bind(outcome.charged.map(row::to_database))
        .bind(outcome.links as i64)
        .bind(outcome.skipped as i64)
        .bind(outcome.server_finished)
        .bind(&outcome.failure)
        .execute(&mut *transaction)
        .await?;
        if !outcome.raw.is_empty() {
            sqlx::query("INSERT INTO answers (request_id, raw_bytes, sha256, zstd) VALUES (?, ?, ?, ?)")
                .bind(handle.id)
                .bind(outcome.raw.len() as i64)
                .bind(sum)
                .bind(packed)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }

    /// What became of a request: `None` while it is running.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn ended(&self, handle: RequestHandle) -> Result<Option<Snapshot>, ArchiveError> {
        let snapshot = self.snapshot(crate::domain::SnapshotId(handle.id)).await?;
        Ok(Some(snapshot).filter(|snapshot| snapshot.ending != Ending::Running))
    }
}

/// What keeps a request from going out.
fn blocked(admission: Admission<'_>) -> Option<Blocked> {
    Some(match admission {
        Admission::Proceed => return None,
        Admission::Held(snapshot) => Blocked::Held(Box::new(snapshot.clone())),
        Admission::InFlight(running) => Blocked::InFlight(RequestHandle { id: running.id.0 }),
        Admission::Undelivered(failed) => Blocked::Undelivered(Box::new(failed.clone())),
        Admission::Unreadable(record) => Blocked::Unreadable(record.clone()),
    })
}
