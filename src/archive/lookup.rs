//! Reading the archive.

use sqlx::Row;

use super::error::ArchiveError;
use super::packed::unpack;
use super::row;
use super::store::Archive;
use crate::domain::snapshot::RequestLog;
use crate::domain::{Snapshot, SnapshotId};

impl Archive {
    /// Everything that is recorded of requests, newest first.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn log(&self) -> Result<RequestLog, ArchiveError> {
        let mut connection = self.pool.acquire().await.map_err(|e| self.error(&e))?;
        row::all(&mut connection, &self.sessions()).await.map_err(|e| self.error(&e))
    }

    /// Every request that this version can read, newest first.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, ArchiveError> {
        Ok(self.log().await?.snapshots)
    }

    /// The answer to a request, as it came.
    ///
    /// # Errors
    /// There is none, or it can't be unpacked.
    pub async fn answer(&self, id: SnapshotId) -> Result<Vec<u8>, ArchiveError> {
        let row = sqlx::query("SELECT raw_bytes, zstd FROM answers WHERE request_id = ?")
            .bind(id.0)
            .fetch_optional(&self.pool)
            .await
            .map_err(|e| self.error(&e))?
            .ok_or(ArchiveError::NoSuchSnapshot)?;
        let damaged = |reason: String| ArchiveError::DamagedResponse { id: id.0, reason };
        // A file that others wrote may have anything in its columns.
        let raw_bytes: i64 = row.try_get("raw_bytes").map_err(|e| damaged(e.to_string()))?;
        let packed: &[u8] = row.try_get("zstd").map_err(|e| damaged(e.to_string()))?;
        unpack(packed, raw_bytes).map_err(|e| damaged(e.to_string()))
    }

    /// One snapshot, as it is now.
    ///
    /// # Errors
    /// There is none, or the archive can't be read.
    pub async fn snapshot(&self, id: SnapshotId) -> Result<Snapshot, ArchiveError> {
        let mut connection = self.pool.acquire().await.map_err(|e| self.error(&e))?;
        row::by_id(&mut connection, id.0, &self.sessions()).await.map_err(|e| self.error(&e))
    }
}
