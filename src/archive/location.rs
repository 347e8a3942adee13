//! Where an archive is stored, and which store opens it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base::Archive;
use super::error::ArchiveError;
use super::memory::{Disk, MemoryStore};
use super::sqlite::{SqliteStore, archive_file};

/// A directory on this machine, or memory for tests. With memory, the directory holds spooled responses only.
#[derive(Clone, Debug)]
pub struct ArchiveLocation {
    directory: PathBuf,
    disk: Option<Arc<Disk>>,
}

impl ArchiveLocation {
    pub fn directory(directory: impl Into<PathBuf>) -> ArchiveLocation {
        ArchiveLocation { directory: directory.into(), disk: None }
    }

    /// Partially received responses are spooled to `local`.
    pub fn memory(disk: Arc<Disk>, local: impl Into<PathBuf>) -> ArchiveLocation {
        ArchiveLocation { directory: local.into(), disk: Some(disk) }
    }

    /// The directory on this machine for files next to the archive.
    pub fn local(&self) -> &Path {
        &self.directory
    }

    /// Whether an archive exists here. Does not create one.
    pub fn exists(&self) -> bool {
        self.disk.is_some() || archive_file(&self.directory).exists()
    }

    /// Opens the archive, or creates one that only the user can access.
    ///
    /// # Errors
    /// On any error, nothing has been deleted or overwritten.
    pub async fn open(&self) -> Result<Archive, ArchiveError> {
        if let Some(disk) = &self.disk {
            let store = MemoryStore::open(disk).map_err(|error| ArchiveError::from_store(error, "memory".as_ref()))?;
            return Ok(Archive::new(Arc::new(store), &self.directory));
        }
        let store = SqliteStore::open(&self.directory).await;
        let store =
            store.map_err(|error| ArchiveError::from_store(error, archive_file(&self.directory).as_os_str()))?;
        Ok(Archive::new(Arc::new(store), &self.directory))
    }
}
