//! Responses while they arrive. Each chunk is written to a file at once, so that a program that is killed loses nothing
//! it has received. File names contain the archive's ID: an archive that was deleted and created again numbers its
//! requests from 1 again, and must not adopt the files of the old one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::ArchiveError;
use super::handle::RequestHandle;
use crate::domain::SnapshotId;
use crate::files;

#[derive(Debug)]
pub struct Spool {
    file: Option<File>,
}

impl Spool {
    /// If this fails, the response is still kept in memory.
    pub fn add(&mut self, chunk: &[u8]) {
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(chunk)
        {
            tracing::warn!(%error, "the rest of a response is kept in memory only");
            self.file = None;
        }
    }
}

const SUFFIX: &str = ".part";

/// The spool files of one archive.
#[derive(Clone, Debug)]
pub(super) struct Spools {
    directory: PathBuf,
    /// The archive's ID.
    archive: Arc<str>,
}

impl Spools {
    pub(super) fn new(local: &Path, archive: &str) -> Spools {
        Spools { directory: local.join("arriving"), archive: archive.into() }
    }

    pub(super) fn path(&self, handle: RequestHandle) -> PathBuf {
        self.directory.join(format!("{}-{}{SUFFIX}", self.archive, handle.id.0))
    }

    /// `None` if the file does not belong to this archive.
    pub(super) fn handle_of(&self, path: &Path) -> Option<RequestHandle> {
        let name = path.file_name()?.to_str()?;
        let number = name.strip_suffix(SUFFIX)?.strip_prefix(&*self.archive)?.strip_prefix('-')?;
        let handle = RequestHandle { id: SnapshotId(number.parse().ok()?) };
        // The same number can be written in several ways, but we write only one.
        (self.path(handle) == path).then_some(handle)
    }

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
            result => result,
        }
    }

    /// Renames a file so that it matches no request. An archive that was restored from a backup reuses request IDs,
    /// so the file belongs to an earlier request with the same ID.
    fn set_aside(&self, path: &Path) -> io::Result<()> {
        let aside =
            tempfile::Builder::new().prefix("earlier-").suffix(SUFFIX).tempfile_in(&self.directory)?.into_temp_path();
        fs::rename(path, &aside)?;
        aside.keep().map(|_| ()).map_err(|error| error.error)
    }

    /// Deletes the file once its response is recorded.
    pub(super) fn remove(&self, handle: RequestHandle) {
        match fs::remove_file(self.path(handle)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "the temporary file of a saved response was not deleted");
            }
            _ => {}
        }
    }

    /// Sorted, so that the order is the same on every machine.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, ArchiveError> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => {
                let (directory, reason) = (self.directory.clone(), error.to_string());
                return Err(ArchiveError::UnreadableSpools { directory, reason });
            }
        };
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        files.sort();
        Ok(files)
    }
}
