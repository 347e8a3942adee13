//! From rows of the database to snapshots.

use std::path::Path;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqliteConnection, SqlitePool, Transaction};

use super::owner::is_alive;
use crate::domain::snapshot::{Ending, Label};
use crate::domain::{Credits, LinkCount, Mode, Request, Scope, Snapshot, SnapshotId, Target, UnixTime};

/// Everything that a snapshot is made of. The balance after is the first one read once the request had ended; of one without
/// an end, the first one read later than it began, since one of the same moment may be the balance before it.
const SELECT: &str = "
    SELECT r.id, r.started_ms, r.scope, r.mode, r.target, r.num, r.quoted, r.balance_before, r.owner,
           o.kind, o.charged, o.link_count, o.failure,
           (SELECT b.credits FROM balances b WHERE b.read_ms >= COALESCE(o.finished_ms, r.started_ms + 1) ORDER BY b.read_ms LIMIT 1)
               AS balance_after,
           EXISTS (SELECT 1 FROM answers a WHERE a.request_id = r.id) AS has_answer,
           l.name, l.note, l.tag, l.pinned
    FROM requests r
    LEFT JOIN outcomes o ON o.request_id = r.id
    LEFT JOIN labels l ON l.request_id = r.id";

/// All requests, newest first.
pub(super) async fn all(pool: &SqlitePool, sessions: &Path) -> sqlx::Result<Vec<Snapshot>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY r.id DESC"))).fetch_all(pool).await?;
    Ok(rows.iter().filter_map(|row| snapshot(row, sessions)).collect())
}

/// One request.
pub(super) async fn by_id(pool: &SqlitePool, id: i64, sessions: &Path) -> sqlx::Result<Snapshot> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE r.id = ?"))).bind(id).fetch_one(pool).await?;
    snapshot(&row, sessions).ok_or(sqlx::Error::RowNotFound)
}

/// The requests for the same target, scope and mode, newest first.
pub(super) async fn of_target(
    transaction: &mut Transaction<'_, Sqlite>,
    request: &Request,
    sessions: &Path,
) -> sqlx::Result<Vec<Snapshot>> {
    let connection: &mut SqliteConnection = transaction;
    let sql = format!("{SELECT} WHERE r.target = ? AND r.scope = ? AND r.mode = ? ORDER BY r.id DESC");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(request.target.as_str())
        .bind(request.target.scope().name())
        .bind(mode_name(request.mode))
        .fetch_all(connection)
        .await?;
    Ok(rows.iter().filter_map(|row| snapshot(row, sessions)).collect())
}

pub(super) fn mode_name(mode: Mode) -> &'static str {
    Mode::NAMES.iter().find(|(m, _)| *m == mode).map_or("one-per-domain", |(_, name)| name)
}

/// SQLite counts in signed numbers; no account has so many credits.
pub(super) fn to_database(credits: Credits) -> i64 {
    i64::try_from(credits.0).unwrap_or(i64::MAX)
}

pub(super) fn from_database(credits: i64) -> Credits {
    Credits(credits.try_into().unwrap_or(0))
}

/// `None` for a row that this version can't read.
fn snapshot(row: &SqliteRow, sessions: &Path) -> Option<Snapshot> {
    let scope_name: String = row.try_get("scope").ok()?;
    let scope = Scope::BOTH.into_iter().find(|scope| scope.name() == scope_name)?;
    let mode_name: String = row.try_get("mode").ok()?;
    let mode = Mode::NAMES.iter().find(|(_, name)| *name == mode_name).map(|(mode, _)| *mode)?;
    let target = Target::parse(&row.try_get::<String, _>("target").ok()?, scope).ok()?;
    let count = LinkCount::new(row.try_get::<i64, _>("num").ok()?.try_into().ok()?).ok()?;
    let kind: Option<String> = row.try_get("kind").ok()?;
    let ending = match kind {
        Some(kind) => Ending::from_name(&kind),
        None if is_alive(sessions, &row.try_get::<String, _>("owner").ok()?) => Ending::Running,
        None => Ending::Unknown,
    };
    let credits = |name| row.try_get::<Option<i64>, _>(name).ok().flatten().map(from_database);
    let text = |name| row.try_get::<Option<String>, _>(name).ok().flatten();
    Some(Snapshot {
        id: SnapshotId(row.try_get("id").ok()?),
        at: UnixTime(row.try_get("started_ms").ok()?),
        request: Request { target, mode, count },
        quoted: credits("quoted")?,
        ending,
        charged: credits("charged"),
        links: row.try_get::<Option<i64>, _>("link_count").ok()?.unwrap_or(0).try_into().ok()?,
        balance_before: credits("balance_before"),
        balance_after: credits("balance_after"),
        failure: text("failure"),
        has_answer: row.try_get("has_answer").ok()?,
        label: Label {
            name: text("name").unwrap_or_default(),
            note: text("note").unwrap_or_default(),
            tag: text("tag").unwrap_or_default(),
            pinned: row.try_get::<Option<bool>, _>("pinned").ok().flatten().unwrap_or(false),
        },
    })
}
