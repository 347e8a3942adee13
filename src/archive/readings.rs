//! Readings of the balance, and what they prove about requests between them.
//!
//! A request is between two readings; whether it is alone there is told by the numbers of the requests that each reading
//! notes, not by clocks. The newest one when the first reading began and the newest one when the second ended bound all that
//! began in between, and a reading that began while another was running says so.

use sqlx::{Row, SqliteConnection};

use super::error::ArchiveError;
use super::handle::RequestHandle;
use super::owner::is_alive;
use super::row;
use super::store::Archive;
use crate::domain::purchase::Charge;
use crate::domain::purchase::settlement::{STILL_WORKING, Seen, zero_is_proof};
use crate::domain::snapshot::Ending;
use crate::domain::{Credits, Snapshot, SnapshotId, UnixTime};

/// The number of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingId(pub(super) i64);

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
    ended: Vec<i64>,
    awaited: bool,
}

impl OpenReading {
    /// Whether it may tell what a request has cost whose charge is not known.
    pub fn is_awaited(&self) -> bool {
        self.awaited
    }
}

impl Archive {
    /// Notes that a balance is about to be read.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn begin_reading(&self, account: &str, now: UnixTime) -> Result<OpenReading, ArchiveError> {
        self.try_begin_reading(account, now).await.map_err(|e| self.error(&e))
    }

    async fn try_begin_reading(&self, account: &str, now: UnixTime) -> sqlx::Result<OpenReading> {
        let mut connection = self.pool.acquire().await?;
        let newest = newest(&mut connection).await?;
        let rows = sqlx::query(
            "SELECT r.id, r.started_ms, r.owner, o.kind, o.charged, o.server_finished
             FROM unchecked u JOIN requests r ON r.id = u.request_id LEFT JOIN outcomes o ON o.request_id = r.id
             WHERE r.account = ?",
        )
        .bind(account)
        .fetch_all(&mut *connection)
        .await?;
        let (mut busy, mut awaited, mut ended) = (false, false, Vec::new());
        for row in &rows {
            let kind: Option<String> = row.try_get("kind")?;
            if kind.is_none() && is_alive(&self.sessions(), &row.try_get::<String, _>("owner")?) {
                busy = true;
                continue;
            }
            let since = now.since(UnixTime(row.try_get("started_ms")?));
            let finished = row.try_get::<Option<bool>, _>("server_finished")?.unwrap_or(false);
            let is_unknown = row.try_get::<Option<i64>, _>("charged")?.is_none();
            // The server may charge for it while this reading is on its way.
            busy |= is_unknown && !finished && since < STILL_WORKING;
            awaited |= is_unknown;
            ended.push(row.try_get("id")?);
        }
        Ok(OpenReading { account: account.to_owned(), newest, busy, ended, awaited })
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
        let (reading, settled) = self.try_end_reading(&open, now, credits, except).await.map_err(|e| self.error(&e))?;
        let mut snapshots = Vec::new();
        for id in settled {
            snapshots.push(self.snapshot(SnapshotId(id)).await?);
        }
        Ok((reading, snapshots))
    }

    async fn try_end_reading(
        &self,
        open: &OpenReading,
        now: UnixTime,
        credits: Credits,
        except: Option<RequestHandle>,
    ) -> sqlx::Result<(Reading, Vec<i64>)> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let newest_after = newest(&mut transaction).await?;
        let inserted = sqlx::query(
            "INSERT INTO readings (read_ms, account, credits, newest_before, newest_after, busy) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(now.0)
        .bind(&open.account)
        .bind(row::to_database(credits))
        .bind(open.newest)
        .bind(newest_after)
        .bind(open.busy)
        .execute(&mut *transaction)
        .await?;
        let id = ReadingId(inserted.last_insert_rowid());
        let mut settled = Vec::new();
        for &request in open.ended.iter().filter(|request| except.is_none_or(|except| except.id != **request)) {
            if self.settle_one(&mut transaction, request, id, now, false).await? {
                settled.push(request);
            }
        }
        transaction.commit().await?;
        Ok((Reading { id, credits, is_quiet: !open.busy }, settled))
    }

    /// What the readings before and after a request show; `None` where the one before it is not known.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn seen(&self, handle: RequestHandle, after: Reading) -> Result<Option<Seen>, ArchiveError> {
        let mut connection = self.pool.acquire().await.map_err(|e| self.error(&e))?;
        seen(&mut connection, handle.id, after.id).await.map_err(|e| self.error(&e))
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
        let settled = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            self.settle_one(&mut transaction, handle.id, after.id, now, is_final).await?;
            transaction.commit().await
        };
        settled.await.map_err(|e| self.error(&e))?;
        self.snapshot(SnapshotId(handle.id)).await
    }

    /// Returns whether anything was written. What an unchanged balance does not prove yet waits for a later reading.
    async fn settle_one(
        &self,
        connection: &mut SqliteConnection,
        id: i64,
        after: ReadingId,
        now: UnixTime,
        is_final: bool,
    ) -> sqlx::Result<bool> {
        let snapshot = row::by_id(connection, id, &self.sessions()).await?;
        let is_charged = matches!(snapshot.ending, Ending::Answered | Ending::Partial | Ending::Failed);
        let Some(seen) = seen(connection, id, after).await?.filter(|_| is_charged) else {
            check_off(connection, id).await?;
            return Ok(false);
        };
        let unknown = snapshot.charge == Charge::Unknown;
        let proof = if unknown { seen.charge(snapshot.quoted) } else { None };
        if proof == Some(Credits::ZERO) {
            let finished = server_finished(connection, id).await?;
            let since = now.since(snapshot.at);
            if !zero_is_proof(snapshot.ending, finished, since, is_final) {
                return Ok(false);
            }
        }
        sqlx::query(
            "INSERT OR REPLACE INTO settlements (request_id, settled_ms, balance_before, balance_after, shared, charged)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(now.0)
        .bind(row::to_database(seen.before))
        .bind(row::to_database(seen.after))
        .bind(seen.shared)
        .bind(proof.map(row::to_database))
        .execute(&mut *connection)
        .await?;
        check_off(connection, id).await?;
        Ok(true)
    }
}

async fn newest(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM requests").fetch_one(connection).await
}

async fn check_off(connection: &mut SqliteConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM unchecked WHERE request_id = ?").bind(id).execute(connection).await.map(|_| ())
}

async fn server_finished(connection: &mut SqliteConnection, id: i64) -> sqlx::Result<bool> {
    let finished = sqlx::query_scalar("SELECT server_finished FROM outcomes WHERE request_id = ?");
    Ok(finished.bind(id).fetch_optional(connection).await?.unwrap_or(false))
}

async fn seen(connection: &mut SqliteConnection, id: i64, after: ReadingId) -> sqlx::Result<Option<Seen>> {
    let row = sqlx::query(
        "SELECT b.credits AS before, a.credits AS after,
                b.busy OR a.account <> r.account OR b.account <> r.account OR EXISTS (
                    SELECT 1 FROM requests other LEFT JOIN outcomes o ON o.request_id = other.id
                    WHERE other.id > b.newest_before AND other.id <= a.newest_after AND other.id <> r.id
                          AND other.account = r.account AND COALESCE(o.kind, '') <> 'unsent'
                ) AS shared
         FROM requests r JOIN readings b ON b.id = r.reading JOIN readings a ON a.id = ?
         WHERE r.id = ?",
    )
    .bind(after.0)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let credits = |name| row.try_get::<i64, _>(name).map(row::from_database);
    Ok(Some(Seen { before: credits("before")?, after: credits("after")?, shared: row.try_get("shared")? }))
}
