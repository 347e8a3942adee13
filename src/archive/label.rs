//! What the user says of snapshots, and taking one away.

use super::error::ArchiveError;
use super::store::Archive;
use crate::domain::snapshot::Label;
use crate::domain::{Snapshot, SnapshotId};

impl Archive {
    /// Sets a snapshot's name, note, tag and pin, and returns it as it is now.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn set_label(&self, id: SnapshotId, label: &Label) -> Result<Snapshot, ArchiveError> {
        let set = sqlx::query(
            "INSERT INTO labels (request_id, name, note, tag, pinned) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (request_id) DO UPDATE SET name = excluded.name, note = excluded.note, tag = excluded.tag,
                                                    pinned = excluded.pinned",
        )
        .bind(id.0)
        .bind(&label.name)
        .bind(&label.note)
        .bind(&label.tag)
        .bind(label.pinned)
        .execute(&self.pool)
        .await;
        set.map_err(|e| self.error(&e))?;
        self.snapshot(id).await
    }

    /// Takes an answer away, and returns what is left: what it cost stays in the ledger.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn delete_answer(&self, id: SnapshotId) -> Result<Snapshot, ArchiveError> {
        let deleted = sqlx::query("DELETE FROM answers WHERE request_id = ?").bind(id.0).execute(&self.pool).await;
        deleted.map_err(|e| self.error(&e))?;
        self.snapshot(id).await
    }
}
