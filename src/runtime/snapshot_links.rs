//! Reads the links of a snapshot: those of an API response, or those that were added from a file.

use std::sync::Arc;

use crate::archive::{Archive, ArchiveError};
use crate::domain::{Response, Snapshot};
use crate::fetch::{ResponseError, read_response};
use crate::formats::read::ReadError;
use crate::formats::stored;
use crate::internal_error::InternalError;

#[derive(Debug, thiserror::Error)]
pub enum SnapshotLinksError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Response(#[from] ResponseError),
    #[error(transparent)]
    File(#[from] ReadError),
    #[error(transparent)]
    InternalError(#[from] InternalError),
}

/// # Errors
/// The archive does not have the links or can't read them.
pub async fn read_snapshot(archive: &Archive, snapshot: &Snapshot) -> Result<Arc<Response>, SnapshotLinksError> {
    if snapshot.tool.is_none() {
        return Ok(read_response(archive, snapshot).await?);
    }
    let raw = archive.response(snapshot.id).await?;
    let links = tokio::task::spawn_blocking(move || stored::read(&raw)).await.map_err(InternalError::from)??;
    Ok(Arc::new(Response { links: Arc::new(links), ..Response::default() }))
}
