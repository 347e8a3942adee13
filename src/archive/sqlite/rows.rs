//! From rows to records. A column of SQLite may hold a value of any type, whatever the layout says.

use std::path::Path;

use futures_util::TryStreamExt;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Decode, Row, SqliteConnection, Type};

use super::super::record::{OutcomeRow, Readability, Record, RequestFate, RequestRow, Settlement};
use super::super::store::RecordSelector;
use super::sessions::is_alive;
use crate::domain::SnapshotId;
use crate::domain::snapshot::Annotations;

const SELECT: &str = "
    SELECT r.id, r.started_ms, r.scope, r.mode, r.target, r.num, r.quoted, r.balance_before, r.version, r.owner,
           o.finished_ms, o.kind, o.status, o.charged, o.link_count, o.skipped, o.server_finished, o.failure,
           s.settled_ms, s.balance_before AS seen_before, s.balance_after AS seen_after, s.shared, s.charged AS settled,
           EXISTS (SELECT 1 FROM answers a WHERE a.request_id = r.id) AS has_response,
           l.name, l.note, l.tag, l.pinned
    FROM requests r
    LEFT JOIN outcomes o ON o.request_id = r.id
    LEFT JOIN settlements s ON s.request_id = r.id
    LEFT JOIN labels l ON l.request_id = r.id";

pub(super) async fn records(
    connection: &mut SqliteConnection,
    which: RecordSelector<'_>,
    sessions: &Path,
) -> sqlx::Result<Vec<Record>> {
    let wanted = match which {
        RecordSelector::All => "",
        RecordSelector::One(_) => "WHERE r.id = ?",
        RecordSelector::OfTarget(_) => "WHERE r.target = ?",
        RecordSelector::Unchecked(_) => "JOIN unchecked u ON u.request_id = r.id WHERE r.account = ?",
    };
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} {wanted}")));
    let query = match which {
        RecordSelector::All => query,
        RecordSelector::One(id) => query.bind(id.0),
        RecordSelector::OfTarget(text) | RecordSelector::Unchecked(text) => query.bind(text.to_owned()),
    };
    // One row at a time: the copies that the driver makes of thousands would all have to be in memory at once.
    let mut rows = query.fetch(connection);
    let mut records = Vec::new();
    while let Some(row) = rows.try_next().await? {
        records.push(Columns { row: &row, legible: Readability::Whole }.record(sessions));
    }
    Ok(records)
}

/// The columns of a row, and how much of them could be read so far.
struct Columns<'r> {
    row: &'r SqliteRow,
    legible: Readability,
}

impl<'r> Columns<'r> {
    fn get<T: Decode<'r, Sqlite> + Type<Sqlite> + Default>(&mut self, name: &str, without: Readability) -> T {
        self.row.try_get(name).unwrap_or_else(|_| {
            self.legible = self.legible.max(without);
            T::default()
        })
    }

    /// Without it nobody knows what the request was.
    fn needed<T: Decode<'r, Sqlite> + Type<Sqlite> + Default>(&mut self, name: &str) -> T {
        self.get(name, Readability::Hardly)
    }

    fn detail<T: Decode<'r, Sqlite> + Type<Sqlite> + Default>(&mut self, name: &str) -> T {
        self.get(name, Readability::WithoutDetails)
    }

    fn record(mut self, sessions: &Path) -> Record {
        let record = Record {
            id: SnapshotId(self.needed("id")),
            request: self.request(),
            fate: self.fate(sessions),
            settlement: self.settlement(),
            annotations: self.annotations(),
            has_response: self.needed("has_response"),
            legible: Readability::Whole,
        };
        Record { legible: self.legible, ..record }
    }

    fn request(&mut self) -> RequestRow {
        RequestRow {
            started_ms: self.needed("started_ms"),
            scope: self.needed("scope"),
            mode: self.needed("mode"),
            target: self.needed("target"),
            count: self.needed("num"),
            quoted: self.needed("quoted"),
            balance_before: self.detail("balance_before"),
            version: self.detail("version"),
        }
    }

    fn fate(&mut self, sessions: &Path) -> RequestFate {
        match self.row.try_get::<Option<String>, _>("kind") {
            Ok(Some(kind)) => RequestFate::Ended(self.end(kind)),
            Ok(None) if is_alive(sessions, &self.needed::<String>("owner")) => RequestFate::Running,
            Ok(None) => RequestFate::Gone,
            Err(_) => {
                self.legible = Readability::Hardly;
                RequestFate::Ended(self.end(String::new()))
            }
        }
    }

    fn end(&mut self, kind: String) -> OutcomeRow {
        OutcomeRow {
            finished_ms: self.detail("finished_ms"),
            kind,
            status: self.detail("status"),
            charged: self.detail("charged"),
            link_count: self.needed("link_count"),
            skipped: self.needed("skipped"),
            server_finished: self.detail("server_finished"),
            failure: self.detail("failure"),
        }
    }

    /// All of it or nothing: a part would prove what it does not.
    fn settlement(&mut self) -> Option<Settlement> {
        let settled_ms = self.detail::<Option<i64>>("settled_ms")?;
        let mut columns = Columns { row: self.row, legible: Readability::Whole };
        let settlement = Settlement {
            settled_ms,
            balance_before: columns.detail("seen_before"),
            balance_after: columns.detail("seen_after"),
            shared: columns.detail("shared"),
            charged: columns.detail("settled"),
        };
        self.legible = self.legible.max(columns.legible);
        (columns.legible == Readability::Whole).then_some(settlement)
    }

    /// A request without one has empty columns.
    fn annotations(&mut self) -> Annotations {
        let mut text = |name| self.detail::<Option<String>>(name).unwrap_or_default();
        let (name, note, tag) = (text("name"), text("note"), text("tag"));
        Annotations { name, note, tag, pinned: self.detail::<Option<bool>>("pinned").unwrap_or_default() }
    }
}
