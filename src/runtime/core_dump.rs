//! A process that may hold a key leaves no image of its memory behind.

/// Asks the system to write no core dump of this process, and to let no other process of the same user look into its memory.
/// To be called first of all, before anything is read. Where the system does not offer that, or refuses, the program runs on.
///
/// Two ways, since neither is enough: a limit of nothing does not hold where dumps go to a program (core(5)), and systems
/// other than Linux know only the limit. Programs that are started from here may raise it again for themselves.
pub fn forbid() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        told(set_dumpable_behavior(DumpableBehavior::NotDumpable));
    }
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { maximum, .. } = getrlimit(Resource::Core);
        told(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum }));
    }
}

#[cfg(unix)]
fn told(done: rustix::io::Result<()>) {
    if let Err(error) = done {
        tracing::info!(%error, "the system may write a core dump");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn none_is_written() {
        super::forbid();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
    }
}
