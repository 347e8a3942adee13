//! Reads responses without blocking the network, and without losing a paid response to a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::api::response;
use crate::archive::{Archive, ArchiveError};
use crate::domain::{Response, Snapshot};
use crate::internal_error::InternalError;

/// A shorter response is read faster than another thread wakes up.
const INLINE_BYTES: usize = 32 * 1024;

/// Why a saved response can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ResponseError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    InternalError(#[from] InternalError),
}

/// Reads the links of a snapshot from the original response, so that a better reader also improves old snapshots.
///
/// # Errors
/// The archive does not have the response, or the reader panicked.
pub async fn read_response(archive: &Archive, snapshot: &Snapshot) -> Result<Arc<Response>, ResponseError> {
    let raw = archive.response(snapshot.id).await?;
    let read = |raw: &[u8]| response::read(raw).unwrap_or_else(|_| response::recover(raw));
    Ok(Arc::new(read_off_thread(&Arc::new(raw), read).await?))
}

/// Reading 10,000 links takes milliseconds of CPU time, so it does not run on the thread that waits for the network.
///
/// # Errors
/// The reader panicked.
pub(super) async fn read_off_thread<T: Send + 'static>(
    raw: &Arc<Vec<u8>>,
    read: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> Result<T, InternalError> {
    if raw.len() <= INLINE_BYTES {
        return catch_unwind(AssertUnwindSafe(|| read(raw)))
            .map_err(|payload| InternalError::of_panic(payload.as_ref()));
    }
    let raw = Arc::clone(raw);
    Ok(tokio::task::spawn_blocking(move || read(&raw)).await?)
}
