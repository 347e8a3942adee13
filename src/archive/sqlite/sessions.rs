//! Which sessions are running. Each holds a lock on a file of its own; the system releases the lock when the program
//! ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::files;

/// A running session. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Session {
    name: String,
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

impl Session {
    pub(super) fn register(directory: &Path) -> io::Result<Session> {
        files::create_private_directory(directory)?;
        let file = tempfile::Builder::new().prefix("session-").suffix(".lock").tempfile_in(directory)?;
        let (file, path) = file.keep().map_err(|error| error.error)?;
        file.lock()?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Session { name, path, _file: file })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A leftover file is harmless: its lock is free, and the next check deletes it.
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the session's lock file was not deleted");
        }
    }
}

pub(super) fn is_running(directory: &Path, name: &str) -> bool {
    // The name comes from the archive: it must not lead to another directory.
    if name.contains(['/', '\\']) || !name.starts_with("session-") {
        return false;
    }
    let Ok(file) = files::open(&directory.join(name)) else { return false };
    match file.try_lock() {
        Ok(()) => {
            // The lock was free: the session ended without deleting its file.
            drop(fs::remove_file(directory.join(name)));
            false
        }
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, name, "a session's lock can't be read");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_is_running_until_it_is_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let session = Session::register(directory.path()).unwrap();
        let name = session.name().to_owned();
        assert!(is_running(directory.path(), &name));
        assert!(is_running(directory.path(), &name), "checking changes nothing");
        drop(session);
        assert!(!is_running(directory.path(), &name));
        assert!(!is_running(directory.path(), "../session-x"));
        #[cfg(unix)]
        {
            let pipe = directory.path().join("session-pipe.lock");
            assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
            assert!(!is_running(directory.path(), "session-pipe.lock"));
        }
    }
}
