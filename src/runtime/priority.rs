//! Threads that work beside the event loop step back for it: a key is answered first, however much there is to load, find or sort.

/// What `nice` counts of such a thread: its share is small while the loop, or another program, wants the same core. Where nobody
/// else wants the core, it has all of it.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

/// Lets the calling thread step back, for good.
///
/// Only Linux has a niceness for each thread: elsewhere it is one of the whole process, the loop with it.
pub(super) fn lower_priority() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        // Whoever starts the program may have asked for more.
        let is_nice = getpriority_process(None).is_ok_and(|niceness| niceness >= NICENESS);
        if !is_nice && let Err(error) = setpriority_process(None, NICENESS) {
            tracing::debug!(%error, "a thread beside the loop has the loop's own priority");
        }
    }
}

/// Lets all threads that share work out among themselves step back. To be called before the first of such work.
pub(super) fn lower_worker_priority() {
    if let Err(error) = rayon::ThreadPoolBuilder::new().start_handler(|_| lower_priority()).build_global() {
        tracing::debug!(%error, "the workers have the loop's own priority");
    }
}
