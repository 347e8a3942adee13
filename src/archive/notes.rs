//! What the user says of links.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use super::error::ArchiveError;
use super::store::Archive;
use crate::domain::note::{LinkId, Note};

impl Archive {
    /// Everything that is said of links.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn notes(&self) -> Result<Vec<(LinkId, Note)>, ArchiveError> {
        self.each_note().await?.into_iter().collect()
    }

    /// The same, each for itself: of a damaged archive some may be readable.
    pub(super) async fn each_note(&self) -> Result<Vec<Result<(LinkId, Note), ArchiveError>>, ArchiveError> {
        let rows =
            sqlx::query("SELECT source_url, target_url, note, tag FROM link_notes ORDER BY source_url, target_url");
        let rows = rows.fetch_all(&self.pool).await.map_err(|e| self.error(&e))?;
        Ok(rows.iter().map(|row| read(row).map_err(|e| self.error(&e))).collect())
    }

    /// Takes over what is said of links now; an empty note takes away what was said. All of it is on the disk when this
    /// returns, or nothing.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn set_notes(&self, notes: &[(LinkId, Note)]) -> Result<(), ArchiveError> {
        self.try_set_notes(notes).await.map_err(|e| self.error(&e))
    }

    async fn try_set_notes(&self, notes: &[(LinkId, Note)]) -> sqlx::Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for (link, note) in notes {
            set_note(&mut transaction, link, note).await?;
        }
        transaction.commit().await
    }
}

async fn set_note(transaction: &mut Transaction<'_, Sqlite>, link: &LinkId, note: &Note) -> sqlx::Result<()> {
    if note.is_empty() {
        let gone = sqlx::query("DELETE FROM link_notes WHERE source_url = ? AND target_url = ?");
        gone.bind(&link.source_url).bind(&link.target_url).execute(&mut **transaction).await?;
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO link_notes (source_url, target_url, note, tag) VALUES (?, ?, ?, ?)
         ON CONFLICT (source_url, target_url) DO UPDATE SET note = excluded.note, tag = excluded.tag",
    )
    .bind(&link.source_url)
    .bind(&link.target_url)
    .bind(&note.text)
    .bind(&note.tag)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn read(row: &SqliteRow) -> sqlx::Result<(LinkId, Note)> {
    let link = LinkId { source_url: row.try_get("source_url")?, target_url: row.try_get("target_url")? };
    Ok((link, Note { text: row.try_get("note")?, tag: row.try_get("tag")? }))
}
