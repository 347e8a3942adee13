//! Where an archive is, and which store serves it there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base::Archive;
use super::error::ArchiveError;
use super::sqlite::{SqliteStore, file_in};

/// Where an archive is: in a directory of this machine.
#[derive(Clone, Debug)]
pub struct Place {
    directory: PathBuf,
}

impl Place {
    pub fn directory(directory: impl Into<PathBuf>) -> Place {
        Place { directory: directory.into() }
    }

    /// The directory of this machine for what is kept beside the archive.
    pub fn local(&self) -> &Path {
        &self.directory
    }

    /// Whether an archive has been begun there. Looking begins none.
    pub fn is_begun(&self) -> bool {
        file_in(&self.directory).exists()
    }

    /// Opens the archive, or begins one. What is made for it is the user's alone.
    ///
    /// # Errors
    /// Whatever it is, nothing was deleted or overwritten.
    pub async fn open(&self) -> Result<Archive, ArchiveError> {
        let store = SqliteStore::open(&self.directory).await;
        let store = store.map_err(|error| ArchiveError::of(error, file_in(&self.directory).as_os_str()))?;
        Ok(Archive::over(Arc::new(store), &self.directory))
    }
}
