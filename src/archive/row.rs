//! From rows of the database to what is recorded of requests.

use std::path::Path;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::owner::is_alive;
use crate::domain::purchase::Charge;
use crate::domain::purchase::settlement::Seen;
use crate::domain::snapshot::{Ending, Label, RequestLog, UnreadableRecord};
use crate::domain::{Credits, LinkCount, Mode, Request, Scope, Snapshot, SnapshotId, Target, UnixTime};

/// Everything that is known of a request.
const SELECT: &str = "
    SELECT r.id, r.started_ms, r.scope, r.mode, r.target, r.num, r.quoted, r.owner,
           o.kind, o.charged, o.link_count, o.skipped, o.failure,
           s.balance_before AS seen_before, s.balance_after AS seen_after, s.shared, s.charged AS settled,
           EXISTS (SELECT 1 FROM answers a WHERE a.request_id = r.id) AS has_answer,
           l.name, l.note, l.tag, l.pinned
    FROM requests r
    LEFT JOIN outcomes o ON o.request_id = r.id
    LEFT JOIN settlements s ON s.request_id = r.id
    LEFT JOIN labels l ON l.request_id = r.id";

/// All requests, newest first.
pub(super) async fn all(connection: &mut SqliteConnection, sessions: &Path) -> sqlx::Result<RequestLog> {
    let sql = format!("{SELECT} ORDER BY r.id DESC");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await?;
    Ok(log(&rows, sessions))
}

/// One request.
pub(super) async fn by_id(connection: &mut SqliteConnection, id: i64, sessions: &Path) -> sqlx::Result<Snapshot> {
    let sql = format!("{SELECT} WHERE r.id = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_one(connection).await?;
    snapshot(&row, sessions).ok_or(sqlx::Error::RowNotFound)
}

/// The requests for the same target, newest first.
pub(super) async fn of_target(
    connection: &mut SqliteConnection,
    request: &Request,
    sessions: &Path,
) -> sqlx::Result<RequestLog> {
    let sql = format!("{SELECT} WHERE r.target = ? ORDER BY r.id DESC");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(request.target.as_str()).fetch_all(connection).await?;
    Ok(log(&rows, sessions))
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

/// A number of links or entries. One that no response can have is told as the largest that one can: sums of it never wrap.
fn size(number: i64) -> Option<usize> {
    usize::try_from(number).ok().map(|number| number.min(u32::MAX as usize))
}

fn log(rows: &[SqliteRow], sessions: &Path) -> RequestLog {
    let mut log = RequestLog::default();
    for row in rows {
        match snapshot(row, sessions) {
            Some(snapshot) => log.snapshots.push(snapshot),
            None => log.unreadable.push(unreadable(row)),
        }
    }
    log
}

fn credits(row: &SqliteRow, name: &str) -> Option<Credits> {
    row.try_get::<Option<i64>, _>(name).ok().flatten().map(from_database)
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
        Some(kind) => Ending::from_name(&kind)?,
        None if is_alive(sessions, &row.try_get::<String, _>("owner").ok()?) => Ending::Running,
        None => Ending::Failed,
    };
    let text = |name| row.try_get::<Option<String>, _>(name).ok().flatten();
    let number = |name| row.try_get::<Option<i64>, _>(name).ok().map(Option::unwrap_or_default).and_then(size);
    Some(Snapshot {
        id: SnapshotId(row.try_get("id").ok()?),
        at: UnixTime(row.try_get("started_ms").ok()?),
        request: Request { target, mode, count },
        quoted: credits(row, "quoted")?,
        ending,
        charge: Charge::recorded(ending, credits(row, "charged"), credits(row, "settled")),
        links: number("link_count")?,
        skipped: number("skipped")?,
        seen: seen(row),
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

fn seen(row: &SqliteRow) -> Option<Seen> {
    let (before, after) = credits(row, "seen_before").zip(credits(row, "seen_after"))?;
    Some(Seen { before, after, shared: row.try_get("shared").ok()? })
}

/// What can be said of such a row all the same.
fn unreadable(row: &SqliteRow) -> UnreadableRecord {
    let charge = credits(row, "charged").map(Charge::Response);
    UnreadableRecord {
        id: SnapshotId(row.try_get("id").unwrap_or_default()),
        at: UnixTime(row.try_get("started_ms").unwrap_or_default()),
        target: row.try_get("target").unwrap_or_default(),
        maximum: credits(row, "quoted").unwrap_or_default(),
        charge: charge.or_else(|| credits(row, "settled").map(Charge::Balance)).unwrap_or(Charge::Unknown),
    }
}
