//! Converts rows to records. A SQLite column can hold a value of any type, whatever the schema says.

use std::path::Path;

use futures_util::TryStreamExt;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Decode, Row, SqliteConnection, Type};

use super::super::record::{OutcomeRow, Readability, Record, RequestFate, RequestRow, Settlement};
use super::super::store::RecordSelector;
use super::sessions::is_running;
use crate::domain::SnapshotId;
use crate::domain::snapshot::Annotations;

const SELECT: &str = "
    SELECT r.id, r.started_ms, r.scope, r.mode, r.target, r.tool, r.num, r.quoted, r.balance_before, r.version, r.owner,
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
    let filter = match which {
        RecordSelector::All => "",
        RecordSelector::One(_) => "WHERE r.id = ?",
        RecordSelector::OfTarget(_) => "WHERE r.target = ?",
        RecordSelector::Unchecked(_) => "JOIN unchecked u ON u.request_id = r.id WHERE r.account = ?",
    };
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} {filter}")));
    let query = match which {
        RecordSelector::All => query,
        RecordSelector::One(id) => query.bind(id.0),
        RecordSelector::OfTarget(text) | RecordSelector::Unchecked(text) => query.bind(text.to_owned()),
    };
    // One row at a time: the driver copies each row, and thousands of copies would be in memory at once.
    let mut rows = query.fetch(connection);
    let mut records = Vec::new();
    while let Some(row) = rows.try_next().await? {
        records.push(RowReader { row: &row, readability: Readability::Complete }.record(sessions));
    }
    Ok(records)
}

/// The columns of a row, and how much of them could be read so far.
struct RowReader<'r> {
    row: &'r SqliteRow,
    readability: Readability,
}

impl<'r> RowReader<'r> {
    fn get<T: Decode<'r, Sqlite> + Type<Sqlite> + Default>(&mut self, name: &str, if_unreadable: Readability) -> T {
        self.row.try_get(name).unwrap_or_else(|_| {
            self.readability = self.readability.max(if_unreadable);
            T::default()
        })
    }

    /// A record is unreadable without this column.
    fn required<T: Decode<'r, Sqlite> + Type<Sqlite> + Default>(&mut self, name: &str) -> T {
        self.get(name, Readability::Unreadable)
    }

    fn detail<T: Decode<'r, Sqlite> + Type<Sqlite> + Default>(&mut self, name: &str) -> T {
        self.get(name, Readability::WithoutDetails)
    }

    fn record(mut self, sessions: &Path) -> Record {
        let record = Record {
            id: SnapshotId(self.required("id")),
            request: self.request(),
            fate: self.fate(sessions),
            settlement: self.settlement(),
            annotations: self.annotations(),
            has_response: self.required("has_response"),
            readability: Readability::Complete,
        };
        Record { readability: self.readability, ..record }
    }

    fn request(&mut self) -> RequestRow {
        RequestRow {
            started_ms: self.required("started_ms"),
            scope: self.required("scope"),
            mode: self.required("mode"),
            target: self.required("target"),
            tool: self.required("tool"),
            count: self.required("num"),
            quoted: self.required("quoted"),
            balance_before: self.detail("balance_before"),
            version: self.detail("version"),
        }
    }

    fn fate(&mut self, sessions: &Path) -> RequestFate {
        match self.row.try_get::<Option<String>, _>("kind") {
            Ok(Some(kind)) => RequestFate::Ended(self.outcome(kind)),
            Ok(None) if is_running(sessions, &self.required::<String>("owner")) => RequestFate::Running,
            Ok(None) => RequestFate::Abandoned,
            Err(_) => {
                self.readability = Readability::Unreadable;
                RequestFate::Ended(self.outcome(String::new()))
            }
        }
    }

    fn outcome(&mut self, kind: String) -> OutcomeRow {
        OutcomeRow {
            finished_ms: self.detail("finished_ms"),
            kind,
            status: self.detail("status"),
            charged: self.detail("charged"),
            link_count: self.required("link_count"),
            skipped: self.required("skipped"),
            server_finished: self.detail("server_finished"),
            failure: self.detail("failure"),
        }
    }

    /// All or nothing: part of a settlement would prove something wrong.
    fn settlement(&mut self) -> Option<Settlement> {
        let settled_ms = self.detail::<Option<i64>>("settled_ms")?;
        let mut columns = RowReader { row: self.row, readability: Readability::Complete };
        let settlement = Settlement {
            settled_ms,
            balance_before: columns.detail("seen_before"),
            balance_after: columns.detail("seen_after"),
            shared: columns.detail("shared"),
            charged: columns.detail("settled"),
        };
        self.readability = self.readability.max(columns.readability);
        (columns.readability == Readability::Complete).then_some(settlement)
    }

    /// The columns are NULL if the request has no annotations.
    fn annotations(&mut self) -> Annotations {
        let mut text = |name| self.detail::<Option<String>>(name).unwrap_or_default();
        let (name, note, tag) = (text("name"), text("note"), text("tag"));
        Annotations { name, note, tag, pinned: self.detail::<Option<bool>>("pinned").unwrap_or_default() }
    }
}
