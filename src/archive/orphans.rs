//! Answers that arrive, and what is left of them where a session was killed.

use std::path::{Path, PathBuf};

use super::base::Archive;
use super::error::ArchiveError;
use super::handle::RequestHandle;
use super::spool::Spool;
use crate::domain::snapshot::RequestStatus;
use crate::files;

/// More than this is no response: none fits in a row of the database.
const LARGEST: u64 = 1 << 30;

/// What killed sessions left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orphans {
    pub adoptable: Vec<Orphan>,
    /// Files that belong to no request of this archive, or can't be read. They are kept.
    pub strays: Vec<PathBuf>,
}

/// What a session that was killed had received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Of which request.
    pub handle: RequestHandle,
    /// The beginning of its answer, or all of it.
    pub raw: Vec<u8>,
}

impl Archive {
    /// Where the answer to a request shall be kept while it arrives.
    pub fn spool(&self, handle: RequestHandle) -> Spool {
        self.spools.open(handle)
    }

    /// What has arrived of an answer so far.
    pub fn arrived(&self, handle: RequestHandle) -> Vec<u8> {
        files::read(&self.spools.path(handle), LARGEST).unwrap_or_else(|error| {
            tracing::warn!(%error, "a partly received response can't be read");
            Vec::new()
        })
    }

    /// What sessions that were killed had received and could not write into the log any more. A file that can't be read or
    /// attributed stays where it is, and keeps no other from being adopted.
    ///
    /// # Errors
    /// The directory can't be read.
    pub async fn orphans(&self) -> Result<Orphans, ArchiveError> {
        let mut orphans = Orphans::default();
        for path in self.spools.files()? {
            let Some(handle) = self.spools.handle_of(&path) else {
                orphans.strays.push(path);
                continue;
            };
            match self.ended(handle).await {
                Ok(None) => {}
                Ok(Some(snapshot)) if snapshot.has_response || is_empty(&path) => self.spools.remove(handle),
                // Without an outcome, since the session that was to write it is gone.
                Ok(Some(snapshot)) if snapshot.status == RequestStatus::Failed && snapshot.failure.is_none() => {
                    match files::read(&path, LARGEST) {
                        Ok(raw) => orphans.adoptable.push(Orphan { handle, raw }),
                        Err(error) => {
                            tracing::warn!(%error, path = %path.display(), "what a killed session received can't be read");
                            orphans.strays.push(path);
                        }
                    }
                }
                Ok(Some(_)) => {}
                Err(error) => {
                    tracing::warn!(%error, path = %path.display(), "a partly received response matches no request");
                    orphans.strays.push(path);
                }
            }
        }
        Ok(orphans)
    }
}

fn is_empty(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() == 0)
}
