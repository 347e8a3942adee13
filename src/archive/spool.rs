//! An answer while it arrives. Each piece is in a file as soon as it is here, so that a program that is killed half way has
//! lost nothing that it had received. The file's name carries the archive's own: one that was made anew counts its requests
//! from 1 again, and must not take another one's files for its own.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::ArchiveError;
use super::handle::RequestHandle;
use crate::domain::SnapshotId;
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
            tracing::warn!(%error, "the rest of a response is kept in memory only");
            self.file = None;
        }
    }
}

/// The end of the file names.
const END: &str = ".part";

/// The files of one archive's answers that are arriving.
#[derive(Clone, Debug)]
pub(super) struct Spools {
    directory: PathBuf,
    /// The archive's own name.
    archive: Arc<str>,
}

impl Spools {
    pub(super) fn new(local: &Path, archive: &str) -> Spools {
        Spools { directory: local.join("arriving"), archive: archive.into() }
    }

    pub(super) fn path(&self, handle: RequestHandle) -> PathBuf {
        self.directory.join(format!("{}-{}{END}", self.archive, handle.id.0))
    }

    /// The request that a file belongs to, if it is one of this archive.
    pub(super) fn handle_of(&self, path: &Path) -> Option<RequestHandle> {
        let name = path.file_name()?.to_str()?;
        let number = name.strip_suffix(END)?.strip_prefix(&*self.archive)?.strip_prefix('-')?;
        let handle = RequestHandle { id: SnapshotId(number.parse().ok()?) };
        // A number may be written in many ways, but only one of them is ours.
        (self.path(handle) == path).then_some(handle)
    }

    /// The file for the answer to a request while it arrives.
    pub(super) fn open(&self, handle: RequestHandle) -> Spool {
        let file = self.create(handle);
        if let Err(error) = &file {
            tracing::warn!(%error, "a response is kept in memory only while it arrives");
        }
        Spool { file: file.ok() }
    }

    fn create(&self, handle: RequestHandle) -> io::Result<File> {
        files::create_private_directory(&self.directory)?;
        let path = self.path(handle);
        match files::create_private(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.set_aside(&path)?;
                files::create_private(&path)
            }
            created => created,
        }
    }

    /// Gives a file another name that fits no request: an archive that was brought back from a copy counts on from there, and
    /// what arrived after the copy was made is not of the request that has the number now.
    fn set_aside(&self, path: &Path) -> io::Result<()> {
        let aside =
            tempfile::Builder::new().prefix("earlier-").suffix(END).tempfile_in(&self.directory)?.into_temp_path();
        fs::rename(path, &aside)?;
        aside.keep().map(|_| ()).map_err(|error| error.error)
    }

    /// Takes the file of an answer away that is in the log now.
    pub(super) fn remove(&self, handle: RequestHandle) {
        match fs::remove_file(self.path(handle)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "the temporary file of a saved response was not deleted");
            }
            _ => {}
        }
    }

    /// Every file that is there, in the same order on every machine.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, ArchiveError> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => {
                let (directory, reason) = (self.directory.clone(), error.to_string());
                return Err(ArchiveError::NoSpools { directory, reason });
            }
        };
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        files.sort();
        Ok(files)
    }
}
