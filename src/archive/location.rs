//! Where an archive is, and which store serves it there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base::Archive;
use super::error::ArchiveError;
use super::memory::{Disk, MemoryStore};
use super::sqlite::{SqliteStore, file_in};

/// Where an archive is: in a directory of this machine, or in memory with a directory beside it.
#[derive(Clone, Debug)]
pub struct ArchiveLocation {
    directory: PathBuf,
    disk: Option<Arc<Disk>>,
}

impl ArchiveLocation {
    pub fn directory(directory: impl Into<PathBuf>) -> ArchiveLocation {
        ArchiveLocation { directory: directory.into(), disk: None }
    }

    /// In memory. What arrives for it is kept in `local` meanwhile.
    pub fn memory(disk: Arc<Disk>, local: impl Into<PathBuf>) -> ArchiveLocation {
        ArchiveLocation { directory: local.into(), disk: Some(disk) }
    }

    /// The directory of this machine for what is kept beside the archive.
    pub fn local(&self) -> &Path {
        &self.directory
    }

    /// Whether an archive has been begun there. Looking begins none.
    pub fn is_begun(&self) -> bool {
        self.disk.is_some() || file_in(&self.directory).exists()
    }

    /// Opens the archive, or begins one. What is made for it is the user's alone.
    ///
    /// # Errors
    /// Whatever it is, nothing was deleted or overwritten.
    pub async fn open(&self) -> Result<Archive, ArchiveError> {
        if let Some(disk) = &self.disk {
            let store = MemoryStore::open(disk).map_err(|error| ArchiveError::of(error, "memory".as_ref()))?;
            return Ok(Archive::over(Arc::new(store), &self.directory));
        }
        let store = SqliteStore::open(&self.directory).await;
        let store = store.map_err(|error| ArchiveError::of(error, file_in(&self.directory).as_os_str()))?;
        Ok(Archive::over(Arc::new(store), &self.directory))
    }
}
