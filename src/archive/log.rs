//! The log: a request before it goes out, its outcome with its answer.

use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::{Sqlite, Transaction};

use super::error::ArchiveError;
use super::row;
use super::store::Archive;
use crate::domain::snapshot::Ending;
use crate::domain::{Credits, Request, Snapshot, UnixTime};

/// A tenth of the raw size is left of 10,000 links, in a few milliseconds; higher levels take much longer for little.
const COMPRESSION: i32 = 3;

/// A request that is about to be sent.
#[derive(Clone, Debug)]
pub struct Intent {
    /// What is asked.
    pub request: Request,
    /// The balance, if it is known.
    pub balance_before: Option<Credits>,
    /// Whether it is asked again though the archive may hold an answer.
    pub refresh: bool,
    /// An older answer does not count.
    pub max_age: Option<Duration>,
    /// Now.
    pub now: UnixTime,
}

/// A request that is written down and may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub(super) id: i64,
}

/// What became of an intent.
#[derive(Clone, Debug)]
pub enum Begun {
    /// It is written down: it may go out.
    Send(Ticket),
    /// The archive holds the answer already: it must not go out.
    Held(Box<Snapshot>),
    /// An equal request of another session is under way: its answer will do.
    UnderWay(Ticket),
}

/// How a request ended, and what came.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How.
    pub ending: Ending,
    /// The HTTP status, if it came to one.
    pub status: Option<u16>,
    /// What the answer says that it consumed.
    pub charged: Option<Credits>,
    /// How many links can be read.
    pub links: usize,
    /// Why it brought no whole answer.
    pub failure: Option<String>,
    /// The body as it came; empty if nothing did.
    pub raw: Vec<u8>,
}

impl Archive {
    /// Writes down that a request is about to be sent, unless that would buy something twice. It is on the disk when
    /// this returns.
    ///
    /// # Errors
    /// It could not be written; the request must not go out.
    pub async fn begin(&self, intent: &Intent) -> Result<Begun, ArchiveError> {
        self.try_begin(intent).await.map_err(|e| self.error(&e))
    }

    async fn try_begin(&self, intent: &Intent) -> sqlx::Result<Begun> {
        // Two programs that ask the same at the same moment must see each other: the first takes the write lock.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let same = row::of_target(&mut transaction, &intent.request, &self.sessions()).await?;
        if !intent.refresh
            && let Some(held) = same.iter().find(|s| s.answers(&intent.request, intent.now, intent.max_age))
        {
            return Ok(Begun::Held(Box::new(held.clone())));
        }
        if let Some(running) = same.iter().find(|s| s.ending == Ending::Running && s.request == intent.request) {
            return Ok(Begun::UnderWay(Ticket { id: running.id.0 }));
        }
        let id = self.insert(&mut transaction, intent).await?;
        transaction.commit().await?;
        Ok(Begun::Send(Ticket { id }))
    }

    async fn insert(&self, transaction: &mut Transaction<'_, Sqlite>, intent: &Intent) -> sqlx::Result<i64> {
        let request = &intent.request;
        let inserted = sqlx::query(
            "INSERT INTO requests (started_ms, scope, mode, target, num, quoted, balance_before, version, owner)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(intent.now.0)
        .bind(request.target.scope().name())
        .bind(row::mode_name(request.mode))
        .bind(request.target.as_str())
        .bind(i64::from(request.count.get()))
        .bind(row::to_database(request.quote()))
        .bind(intent.balance_before.map(row::to_database))
        .bind(env!("CARGO_PKG_VERSION"))
        .bind(self.owner.name())
        .execute(&mut **transaction)
        .await?;
        Ok(inserted.last_insert_rowid())
    }

    /// Writes down how a request ended, with its answer. Both are on the disk when this returns, or neither is.
    ///
    /// # Errors
    /// It could not be written; the answer has to go elsewhere ([`super::rescue()`]).
    pub async fn finish(&self, ticket: Ticket, now: UnixTime, outcome: &Outcome) -> Result<(), ArchiveError> {
        self.try_finish(ticket, now, outcome).await.map_err(|e| self.error(&e))?;
        self.drop_spool(ticket);
        Ok(())
    }

    async fn try_finish(&self, ticket: Ticket, now: UnixTime, outcome: &Outcome) -> sqlx::Result<()> {
        // Before the lock is taken: nobody else shall wait for this.
        let packed = pack(&outcome.raw)?;
        let sum = Sha256::digest(&outcome.raw).to_vec();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO outcomes (request_id, finished_ms, kind, status, charged, link_count, failure) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(ticket.id)
        .bind(now.0)
        .bind(outcome.ending.name())
        .bind(outcome.status.map(i64::from))
        .bind(outcome.charged.map(row::to_database))
        .bind(outcome.links as i64)
        .bind(&outcome.failure)
        .execute(&mut *transaction)
        .await?;
        if !outcome.raw.is_empty() {
            sqlx::query("INSERT INTO answers (request_id, raw_bytes, sha256, zstd) VALUES (?, ?, ?, ?)")
                .bind(ticket.id)
                .bind(outcome.raw.len() as i64)
                .bind(sum)
                .bind(packed)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }

    /// What became of a request of another session: `None` while it is under way.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn ended(&self, ticket: Ticket) -> Result<Option<Snapshot>, ArchiveError> {
        let snapshot = row::by_id(&self.pool, ticket.id, &self.sessions()).await.map_err(|e| self.error(&e))?;
        Ok(Some(snapshot).filter(|snapshot| snapshot.ending != Ending::Running))
    }

    /// Writes down what the account has.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn note_balance(&self, now: UnixTime, balance: Credits) -> Result<(), ArchiveError> {
        let noted = sqlx::query("INSERT INTO balances (read_ms, credits) VALUES (?, ?)")
            .bind(now.0)
            .bind(row::to_database(balance))
            .execute(&self.pool)
            .await;
        noted.map(|_| ()).map_err(|e| self.error(&e))
    }
}

pub(super) fn pack(raw: &[u8]) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(raw, COMPRESSION)
}

pub(super) fn unpack(packed: &[u8], raw_bytes: usize) -> std::io::Result<Vec<u8>> {
    zstd::bulk::decompress(packed, raw_bytes)
}
