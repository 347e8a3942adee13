//! Requests, outcomes and responses, as rows.

use sqlx::{Row, SqliteConnection, SqlitePool};

use super::super::error::StoreError;
use super::super::record::{
    ImportedRequest, NewRequest, OutcomeRow, ReadingId, RequestRow, Settlement, StoredResponse,
};
use crate::domain::SnapshotId;
use crate::domain::snapshot::Annotations;

/// The owner of imported requests: no session has this name.
const IMPORTED: &str = "imported";

pub(super) async fn claim(
    connection: &mut SqliteConnection,
    request: &NewRequest,
    session: &str,
) -> sqlx::Result<SnapshotId> {
    let id = insert(connection, &request.request, session, &request.account, request.reading).await?;
    sqlx::query("INSERT INTO unchecked (request_id) VALUES (?)").bind(id.0).execute(connection).await?;
    Ok(id)
}

async fn insert(
    connection: &mut SqliteConnection,
    request: &RequestRow,
    owner: &str,
    account: &str,
    reading: Option<ReadingId>,
) -> sqlx::Result<SnapshotId> {
    let inserted = sqlx::query(
        "INSERT INTO requests
             (started_ms, scope, mode, target, tool, num, quoted, balance_before, version, owner, account, reading)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(request.started_ms)
    .bind(&request.scope)
    .bind(&request.mode)
    .bind(&request.target)
    .bind(&request.tool)
    .bind(request.count)
    .bind(request.quoted)
    .bind(request.balance_before)
    .bind(&request.version)
    .bind(owner)
    .bind(account)
    .bind(reading.map(|reading| reading.0))
    .execute(connection)
    .await?;
    Ok(SnapshotId(inserted.last_insert_rowid()))
}

pub(super) async fn insert_outcome(
    connection: &mut SqliteConnection,
    id: SnapshotId,
    outcome: &OutcomeRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO outcomes (request_id, finished_ms, kind, status, charged, link_count, skipped, server_finished, failure)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.0)
    .bind(outcome.finished_ms)
    .bind(&outcome.kind)
    .bind(outcome.status)
    .bind(outcome.charged)
    .bind(outcome.link_count)
    .bind(outcome.skipped)
    .bind(outcome.server_finished)
    .bind(&outcome.failure)
    .execute(connection)
    .await
    .map(|_| ())
}

pub(super) async fn insert_response(
    connection: &mut SqliteConnection,
    id: SnapshotId,
    response: &StoredResponse,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO answers (request_id, raw_bytes, sha256, zstd) VALUES (?, ?, ?, ?)")
        .bind(id.0)
        .bind(response.raw_bytes)
        .bind(&response.sha256)
        .bind(&response.packed)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Replaces an earlier settlement.
pub(super) async fn put_settlement(
    connection: &mut SqliteConnection,
    id: SnapshotId,
    settlement: &Settlement,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO settlements (request_id, settled_ms, balance_before, balance_after, shared, charged)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(id.0)
    .bind(settlement.settled_ms)
    .bind(settlement.balance_before)
    .bind(settlement.balance_after)
    .bind(settlement.shared)
    .bind(settlement.charged)
    .execute(connection)
    .await
    .map(|_| ())
}

pub(super) async fn set_annotations(
    connection: &mut SqliteConnection,
    id: SnapshotId,
    annotations: &Annotations,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO labels (request_id, name, note, tag, pinned) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (request_id) DO UPDATE SET name = excluded.name, note = excluded.note, tag = excluded.tag,
                                                pinned = excluded.pinned",
    )
    .bind(id.0)
    .bind(&annotations.name)
    .bind(&annotations.note)
    .bind(&annotations.tag)
    .bind(annotations.pinned)
    .execute(connection)
    .await
    .map(|_| ())
}

pub(super) async fn response(pool: &SqlitePool, id: SnapshotId) -> Result<StoredResponse, StoreError> {
    let select = sqlx::query("SELECT raw_bytes, sha256, zstd FROM answers WHERE request_id = ?");
    let row = select.bind(id.0).fetch_optional(pool).await?.ok_or(StoreError::NotFound)?;
    // In a file from elsewhere, a column may hold anything.
    let damaged = |error: sqlx::Error| StoreError::DamagedResponse { id: id.0, reason: error.to_string() };
    Ok(StoredResponse {
        raw_bytes: row.try_get("raw_bytes").map_err(damaged)?,
        // An unreadable checksum becomes an empty one, which matches no response.
        sha256: row.try_get("sha256").unwrap_or_default(),
        packed: row.try_get("zstd").map_err(damaged)?,
    })
}

/// Adds a request, unless it is known. Returns whether it was new.
pub(super) async fn import(connection: &mut SqliteConnection, incoming: &ImportedRequest) -> sqlx::Result<bool> {
    let ImportedRequest { request, outcome, settlement, annotations, response, .. } = incoming;
    let sums: Vec<Option<Vec<u8>>> = sqlx::query_scalar(
        "SELECT a.sha256 FROM requests r LEFT JOIN outcomes o ON o.request_id = r.id
                                         LEFT JOIN answers a ON a.request_id = r.id
         WHERE r.started_ms = ? AND r.target = ? AND r.scope = ? AND r.mode = ? AND r.num = ?
           AND COALESCE(o.finished_ms, r.started_ms) = ?",
    )
    .bind(request.started_ms)
    .bind(&request.target)
    .bind(&request.scope)
    .bind(&request.mode)
    .bind(request.count)
    .bind(outcome.finished_ms)
    .fetch_all(&mut *connection)
    .await?;
    if incoming.is_known(&sums) {
        return Ok(false);
    }
    let id = insert(connection, request, IMPORTED, "", None).await?;
    insert_outcome(connection, id, outcome).await?;
    if let Some(settlement) = settlement {
        put_settlement(connection, id, settlement).await?;
    }
    set_annotations(connection, id, annotations).await?;
    if let Some(response) = response {
        insert_response(connection, id, response).await?;
    }
    Ok(true)
}
