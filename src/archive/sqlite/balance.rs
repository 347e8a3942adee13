//! Balance readings, as rows.

use sqlx::{Row, SqliteConnection};

use super::super::record::{NewReading, ReadingId, StoredReading, SurroundingReadings};
use crate::domain::SnapshotId;

pub(super) async fn newest_request(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM requests").fetch_one(connection).await
}

pub(super) async fn insert(connection: &mut SqliteConnection, new: &NewReading) -> sqlx::Result<ReadingId> {
    let newest_after = newest_request(connection).await?;
    let inserted = sqlx::query(
        "INSERT INTO readings (read_ms, account, credits, newest_before, newest_after, busy) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(new.read_ms)
    .bind(&new.reading.account)
    .bind(new.reading.credits)
    .bind(new.newest_before)
    .bind(newest_after)
    .bind(new.reading.busy)
    .execute(connection)
    .await?;
    Ok(ReadingId(inserted.last_insert_rowid()))
}

/// No later reading can tell more about this request.
pub(super) async fn check_off(connection: &mut SqliteConnection, id: SnapshotId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM unchecked WHERE request_id = ?").bind(id.0).execute(connection).await.map(|_| ())
}

pub(super) async fn surrounding_readings(
    connection: &mut SqliteConnection,
    id: SnapshotId,
    after: ReadingId,
) -> sqlx::Result<Option<SurroundingReadings>> {
    let row = sqlx::query(
        "SELECT r.account, b.account AS b_account, b.credits AS b_credits, b.busy AS b_busy,
                a.account AS a_account, a.credits AS a_credits, a.busy AS a_busy,
                EXISTS (
                    SELECT 1 FROM requests other LEFT JOIN outcomes o ON o.request_id = other.id
                    WHERE other.id > b.newest_before AND other.id <= a.newest_after AND other.id <> r.id
                          AND other.account = r.account AND COALESCE(o.kind, '') <> 'unsent'
                ) AS others
         FROM requests r JOIN readings b ON b.id = r.reading JOIN readings a ON a.id = ?
         WHERE r.id = ?",
    )
    .bind(after.0)
    .bind(id.0)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let reading = |account, credits, busy| -> sqlx::Result<StoredReading> {
        let (account, credits) = (row.try_get(account)?, row.try_get(credits)?);
        Ok(StoredReading { account, credits, busy: row.try_get(busy)? })
    };
    Ok(Some(SurroundingReadings {
        account: row.try_get("account")?,
        before: reading("b_account", "b_credits", "b_busy")?,
        after: reading("a_account", "a_credits", "a_busy")?,
        has_others: row.try_get("others")?,
    }))
}
