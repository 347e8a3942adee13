//! A process that holds a key leaves no image of its memory behind.

/// Asks the system to write no core dump of this process, and to let no other process of the same user look into its memory.
/// Where it does not offer that, or refuses, the program runs on.
pub(super) fn forbid() {
    #[cfg(target_os = "linux")]
    let refused = {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).err()
    };
    #[cfg(all(unix, not(target_os = "linux")))]
    let refused = {
        use rustix::process::{Resource, Rlimit, setrlimit};
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).err()
    };
    #[cfg(unix)]
    if let Some(error) = refused {
        tracing::info!(%error, "the system may write a core dump");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn none_is_written() {
        super::forbid();
        let behavior = rustix::process::dumpable_behavior().unwrap();
        assert_eq!(behavior, rustix::process::DumpableBehavior::NotDumpable);
    }
}
