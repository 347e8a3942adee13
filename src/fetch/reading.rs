//! Reading responses without holding up whoever waits for the network, and without losing what was paid for to a fault.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::api::response;
use crate::archive::{Archive, ArchiveError};
use crate::domain::{Response, Snapshot};
use crate::internal_error::InternalError;

/// A shorter response is read sooner than a thread that helps wakes up.
const SHORT: usize = 32 * 1024;

/// Why an answer that is kept can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ResponseError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    InternalError(#[from] InternalError),
}

/// The links of a snapshot, read anew from the answer as it came, so that a better reader mends old ones.
///
/// # Errors
/// The archive does not have the answer, or a fault of the program.
pub async fn read_response(archive: &Archive, snapshot: &Snapshot) -> Result<Arc<Response>, ResponseError> {
    let raw = archive.response(snapshot.id).await?;
    let read = |raw: &[u8]| response::read(raw).unwrap_or_else(|_| response::recover(raw));
    Ok(Arc::new(read_aside(&Arc::new(raw), read).await?))
}

/// Reads bytes, which takes milliseconds of pure CPU for 10,000 links: not on the thread that waits for the network.
///
/// # Errors
/// A fault of the program.
pub(super) async fn read_aside<T: Send + 'static>(
    raw: &Arc<Vec<u8>>,
    read: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> Result<T, InternalError> {
    if raw.len() <= SHORT {
        return catch_unwind(AssertUnwindSafe(|| read(raw)))
            .map_err(|payload| InternalError::of_panic(payload.as_ref()));
    }
    let raw = Arc::clone(raw);
    Ok(tokio::task::spawn_blocking(move || read(&raw)).await?)
}
