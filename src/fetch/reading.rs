//! Reading responses without holding up whoever waits for the network, and without losing what was paid for to a fault.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::api::response;
use crate::archive::Archive;
use crate::domain::{Answer, Snapshot};
use crate::fault;

/// A shorter response is read sooner than a thread that helps wakes up.
const SHORT: usize = 32 * 1024;

/// The links of a snapshot, read anew from the answer as it came, so that a better reader mends old ones.
///
/// # Errors
/// The archive does not have the answer, or a fault of the program.
pub async fn read_answer(archive: &Archive, snapshot: &Snapshot) -> Result<Arc<Answer>, String> {
    let raw = archive.answer(snapshot.id).await.map_err(|error| error.to_string())?;
    let read = |raw: &[u8]| response::read(raw).unwrap_or_else(|_| response::recover(raw));
    read_aside(&Arc::new(raw), read).await.map(Arc::new)
}

/// Reads bytes, which takes milliseconds of pure CPU for 10,000 links: not on the thread that waits for the network.
///
/// # Errors
/// A fault of the program, in words for the user.
pub(super) async fn read_aside<T: Send + 'static>(
    raw: &Arc<Vec<u8>>,
    read: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> Result<T, String> {
    if raw.len() <= SHORT {
        return catch_unwind(AssertUnwindSafe(|| read(raw))).map_err(|payload| fault::of_panic(payload.as_ref()));
    }
    let raw = Arc::clone(raw);
    tokio::task::spawn_blocking(move || read(&raw)).await.map_err(fault::of_task)
}
