//! Partially received responses, and the ones that killed sessions left in the spool directory.

use std::path::{Path, PathBuf};

use super::base::Archive;
use super::error::ArchiveError;
use super::handle::RequestHandle;
use super::packed::MAX_RESPONSE_BYTES;
use super::spool::Spool;
use crate::domain::snapshot::RequestStatus;
use crate::files;

/// What killed sessions left in the spool directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orphans {
    pub adoptable: Vec<Orphan>,
    /// Files that belong to no request of this archive, or can't be read. They are kept.
    pub recovered_files: Vec<PathBuf>,
}

/// What a killed session had received of a response, possibly all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    pub handle: RequestHandle,
    pub raw: Vec<u8>,
}

impl Archive {
    /// Where a response is written while it arrives.
    pub fn spool(&self, handle: RequestHandle) -> Spool {
        self.spools.open(handle)
    }

    /// The part of a response that has arrived so far.
    pub fn spooled(&self, handle: RequestHandle) -> Vec<u8> {
        files::read(&self.spools.path(handle), MAX_RESPONSE_BYTES).unwrap_or_else(|error| {
            tracing::warn!(%error, "a partly received response can't be read");
            Vec::new()
        })
    }

    /// The responses that killed sessions received and did not record. A file that can't be read or belongs to no
    /// request is kept, and does not prevent the others from being adopted.
    pub async fn orphans(&self) -> Result<Orphans, ArchiveError> {
        let mut orphans = Orphans::default();
        for path in self.spools.files()? {
            let Some(handle) = self.spools.handle_of(&path) else {
                orphans.recovered_files.push(path);
                continue;
            };
            match self.final_snapshot(handle).await {
                Ok(None) => {}
                Ok(Some(snapshot)) if snapshot.has_response || is_empty(&path) => self.spools.remove(handle),
                // Without an outcome: the session that should have recorded it is gone.
                Ok(Some(snapshot)) if snapshot.status == RequestStatus::Failed && snapshot.failure.is_none() => {
                    match files::read(&path, MAX_RESPONSE_BYTES) {
                        Ok(raw) => orphans.adoptable.push(Orphan { handle, raw }),
                        Err(error) => {
                            tracing::warn!(%error, path = %path.display(), "what a killed session received can't be read");
                            orphans.recovered_files.push(path);
                        }
                    }
                }
                Ok(Some(_)) => {}
                Err(error) => {
                    tracing::warn!(%error, path = %path.display(), "a partly received response matches no request");
                    orphans.recovered_files.push(path);
                }
            }
        }
        Ok(orphans)
    }
}

fn is_empty(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() == 0)
}
