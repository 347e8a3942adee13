//! Notes on links, as rows.

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, SqlitePool};

use super::super::error::StoreError;
use crate::domain::note::{LinkId, Note};

pub(super) async fn all(pool: &SqlitePool) -> Result<Vec<Result<(LinkId, Note), StoreError>>, StoreError> {
    let rows = sqlx::query("SELECT source_url, target_url, note, tag FROM link_notes ORDER BY source_url, target_url");
    let rows = rows.fetch_all(pool).await?;
    Ok(rows.iter().map(|row| Ok(read(row)?)).collect())
}

fn read(row: &SqliteRow) -> sqlx::Result<(LinkId, Note)> {
    let link = LinkId { source_url: row.try_get("source_url")?, target_url: row.try_get("target_url")? };
    Ok((link, Note { text: row.try_get("note")?, tag: row.try_get("tag")? }))
}

/// An empty note deletes the row.
pub(super) async fn set(connection: &mut SqliteConnection, link: &LinkId, note: &Note) -> sqlx::Result<()> {
    if note.is_empty() {
        let delete = sqlx::query("DELETE FROM link_notes WHERE source_url = ? AND target_url = ?");
        return delete.bind(&link.source_url).bind(&link.target_url).execute(connection).await.map(|_| ());
    }
    insert(
        connection,
        "INSERT INTO link_notes (source_url, target_url, note, tag) VALUES (?, ?, ?, ?)
         ON CONFLICT (source_url, target_url) DO UPDATE SET note = excluded.note, tag = excluded.tag",
        link,
        note,
    )
    .await
}

/// Keeps an existing note.
pub(super) async fn add(connection: &mut SqliteConnection, link: &LinkId, note: &Note) -> sqlx::Result<()> {
    insert(
        connection,
        "INSERT INTO link_notes (source_url, target_url, note, tag) VALUES (?, ?, ?, ?)
         ON CONFLICT (source_url, target_url) DO NOTHING",
        link,
        note,
    )
    .await
}

async fn insert(connection: &mut SqliteConnection, sql: &'static str, link: &LinkId, note: &Note) -> sqlx::Result<()> {
    let insert = sqlx::query(sql).bind(&link.source_url).bind(&link.target_url).bind(&note.text).bind(&note.tag);
    insert.execute(connection).await.map(|_| ())
}
