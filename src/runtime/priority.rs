//! Lowers the priority of worker threads, so that the event loop handles a key at once even while links are loaded or sorted.

/// Niceness of worker threads: they get little CPU time while the loop or another program needs the same core, and all
/// of it otherwise.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

/// Lowers the priority of the calling thread. This can't be undone: raising it again needs privileges.
///
/// Linux only. Elsewhere the niceness belongs to the whole process, including the loop.
pub(super) fn lower_priority() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        // The user may have started the program with a higher niceness.
        let is_nice = getpriority_process(None).is_ok_and(|niceness| niceness >= NICENESS);
        if !is_nice && let Err(error) = setpriority_process(None, NICENESS) {
            tracing::debug!(%error, "the priority of a worker thread was not lowered");
        }
    }
}

/// Lowers the priority of rayon's global pool. Call it before the pool is first used.
pub(super) fn lower_worker_priority() {
    if let Err(error) = rayon::ThreadPoolBuilder::new().start_handler(|_| lower_priority()).build_global() {
        tracing::debug!(%error, "the priority of the worker threads was not lowered");
    }
}
