//! An answer while it arrives. Each piece is in a file as soon as it is here, so that a program that is killed half way has
//! lost nothing that it had received. The file's name carries the archive's own: one that was made anew counts its requests
//! from 1 again, and must not take another one's files for its own.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::ArchiveError;
use super::handle::RequestHandle;
use super::store::{Archive, create_private_directory};
use crate::domain::snapshot::Ending;
use crate::files;

/// The file of an answer that is arriving.
#[derive(Debug)]
pub struct Spool {
    file: Option<File>,
}

impl Spool {
    /// Adds a piece. Where that fails, the answer still goes on in memory.
    pub fn add(&mut self, piece: &[u8]) {
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(piece)
        {
            tracing::warn!(%error, "an arriving answer is in memory only from here on");
            self.file = None;
        }
    }
}

/// What killed sessions left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orphans {
    pub adoptable: Vec<Orphan>,
    /// Files that belong to no request of this archive, or can't be read. They are kept.
    pub strays: Vec<PathBuf>,
}

/// More than this is no response: none fits in a row of the database.
const LARGEST: u64 = 1 << 30;

/// The end of the file names.
const END: &str = ".part";

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
        let file = self.create_spool(handle);
        if let Err(error) = &file {
            tracing::warn!(%error, "an arriving answer is in memory only");
        }
        Spool { file: file.ok() }
    }

    /// What has arrived of an answer so far.
    pub fn arrived(&self, handle: RequestHandle) -> Vec<u8> {
        files::read(&self.spool_path(handle), LARGEST).unwrap_or_else(|error| {
            tracing::warn!(%error, "what had arrived of an answer can't be read");
            Vec::new()
        })
    }

    fn create_spool(&self, handle: RequestHandle) -> io::Result<File> {
        create_private_directory(&self.spools())?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.spool_path(handle))
    }

    /// Takes the file of an answer away that is in the log now.
    pub(super) fn drop_spool(&self, handle: RequestHandle) {
        match fs::remove_file(self.spool_path(handle)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "the file of an answer that is kept stays");
            }
            _ => {}
        }
    }

    /// What sessions that were killed had received and could not write into the log any more. A file that can't be read or
    /// attributed stays where it is, and keeps no other from being adopted.
    ///
    /// # Errors
    /// The directory can't be read.
    pub async fn orphans(&self) -> Result<Orphans, ArchiveError> {
        let directory = self.spools();
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Orphans::default()),
            Err(error) => return Err(ArchiveError::of_io(&directory, &error)),
        };
        let mut orphans = Orphans::default();
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            let Some(handle) = self.handle_of(&path) else {
                orphans.strays.push(path);
                continue;
            };
            match self.ended(handle).await {
                Ok(None) => {}
                Ok(Some(snapshot)) if snapshot.has_answer || is_empty(&path) => self.drop_spool(handle),
                // Without an outcome, since the session that was to write it is gone.
                Ok(Some(snapshot)) if snapshot.ending == Ending::Failed && snapshot.failure.is_none() => {
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
                    tracing::warn!(%error, path = %path.display(), "a file of an arriving answer fits no request");
                    orphans.strays.push(path);
                }
            }
        }
        orphans.strays.sort();
        Ok(orphans)
    }

    /// The request that a file belongs to, if it is one of this archive.
    fn handle_of(&self, path: &Path) -> Option<RequestHandle> {
        let name = path.file_name()?.to_str()?;
        let number = name.strip_suffix(END)?.strip_prefix(&*self.name)?.strip_prefix('-')?;
        number.parse().ok().map(|id| RequestHandle { id })
    }

    fn spools(&self) -> PathBuf {
        self.directory.join("arriving")
    }

    fn spool_path(&self, handle: RequestHandle) -> PathBuf {
        self.spools().join(format!("{}-{}{END}", self.name, handle.id))
    }
}

fn is_empty(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() == 0)
}
