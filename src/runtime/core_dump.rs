//! Keeps the API key out of core dumps.

/// Disables core dumps, and on Linux also access to this process's memory by the user's other processes. Call it before anything
/// is read. If the system does not support it or refuses, the program runs on.
///
/// Both ways are needed: a core limit of zero has no effect where dumps are piped to a program (core(5)), and other
/// systems only have the limit. A child process can raise the soft limit again for itself.
pub fn forbid() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        log_failure(set_dumpable_behavior(DumpableBehavior::NotDumpable));
    }
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { maximum, .. } = getrlimit(Resource::Core);
        log_failure(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum }));
    }
}

#[cfg(unix)]
fn log_failure(done: rustix::io::Result<()>) {
    if let Err(error) = done {
        tracing::info!(%error, "the system may write a core dump");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn core_dumps_are_disabled() {
        super::forbid();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
    }
}
