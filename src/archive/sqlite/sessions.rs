//! Which sessions are alive. Each holds a lock on a file of its own for as long as it runs; the system takes the lock away
//! when the program ends, whatever way it ends.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::files;

/// This session, for as long as it is kept.
#[derive(Debug)]
pub(super) struct Session {
    name: String,
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

impl Session {
    /// Registers a session in `directory`.
    pub(super) fn register(directory: &Path) -> io::Result<Session> {
        files::create_private_directory(directory)?;
        let file = tempfile::Builder::new().prefix("session-").suffix(".lock").tempfile_in(directory)?;
        let (file, path) = file.keep().map_err(|error| error.error)?;
        file.lock()?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Session { name, path, _file: file })
    }

    /// Its name in the archive.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // If it stays, the next session that looks at it sees that nobody holds it.
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the session's lock file was not deleted");
        }
    }
}

/// Whether the session of this name still runs.
pub(super) fn is_alive(directory: &Path, name: &str) -> bool {
    // A name from an archive is data: it must not lead to another place.
    if name.contains(['/', '\\']) || !name.starts_with("session-") {
        return false;
    }
    let Ok(file) = files::open(&directory.join(name)) else { return false };
    match file.try_lock() {
        Ok(()) => {
            // Nobody holds it: a session that ended without tidying up.
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
    fn a_session_is_alive_until_it_ends() {
        let directory = tempfile::tempdir().unwrap();
        let session = Session::register(directory.path()).unwrap();
        let name = session.name().to_owned();
        assert!(is_alive(directory.path(), &name));
        assert!(is_alive(directory.path(), &name), "looking changes nothing");
        drop(session);
        assert!(!is_alive(directory.path(), &name));
        assert!(!is_alive(directory.path(), "../session-x"));
        #[cfg(unix)]
        {
            let pipe = directory.path().join("session-pipe.lock");
            assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
            assert!(!is_alive(directory.path(), "session-pipe.lock"));
        }
    }
}
