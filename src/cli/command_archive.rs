//! The archive of a command, opened on first use: a command that does not need it works even if it can't be opened.

use std::io;
use std::sync::{Arc, OnceLock};

use super::environment::environment;
use super::error::{ARCHIVE, Code, CommandError, IO, USAGE, capitalize};
use crate::archive::{Archive, ArchiveError};
use crate::domain::note::Notebook;
use crate::domain::query::Query;
use crate::domain::{Response, Snapshot};
use crate::fetch::LazyArchive;
use crate::runtime::archive::{archive_in, temporary_archive};
use crate::runtime::bootstrap::{self, BootstrapError};
use crate::runtime::snapshot_links::{SnapshotLinksError, read_snapshot};

/// Clones share one archive.
#[derive(Clone)]
pub(super) struct CommandArchive(Arc<Inner>);

struct Inner {
    kind: ArchiveKind,
    archive: OnceLock<Arc<LazyArchive>>,
}

#[derive(Clone, Copy)]
enum ArchiveKind {
    User,
    Temporary,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum CommandArchiveError {
    #[error(transparent)]
    NoDataDirectory(#[from] BootstrapError),
    #[error(transparent)]
    NoTemporaryDirectory(#[from] io::Error),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Links(#[from] SnapshotLinksError),
}

impl CommandError for CommandArchiveError {
    fn code(&self) -> Code {
        match self {
            CommandArchiveError::NoDataDirectory(_) => USAGE,
            CommandArchiveError::NoTemporaryDirectory(_) => IO,
            CommandArchiveError::Archive(_) | CommandArchiveError::Links(_) => ARCHIVE,
        }
    }

    fn message(&self) -> String {
        capitalize(self)
    }
}

impl CommandArchive {
    pub(super) fn user() -> CommandArchive {
        CommandArchive::new(ArchiveKind::User)
    }

    /// Deleted when the command ends.
    pub(super) fn temporary() -> CommandArchive {
        CommandArchive::new(ArchiveKind::Temporary)
    }

    fn new(kind: ArchiveKind) -> CommandArchive {
        CommandArchive(Arc::new(Inner { kind, archive: OnceLock::new() }))
    }

    pub(super) async fn open(&self) -> Result<Archive, CommandArchiveError> {
        Ok(self.lazy()?.open().await?)
    }

    /// The same archive for a fetch, which opens it when it needs it.
    pub(super) fn lazy(&self) -> Result<&Arc<LazyArchive>, CommandArchiveError> {
        if let Some(archive) = self.0.archive.get() {
            return Ok(archive);
        }
        let archive = match self.0.kind {
            ArchiveKind::User => archive_in(bootstrap::data_dir(&environment)?),
            ArchiveKind::Temporary => temporary_archive()?,
        };
        Ok(self.0.archive.get_or_init(|| Arc::new(archive)))
    }

    pub(super) async fn close(&self) {
        if let Some(archive) = self.0.archive.get() {
            archive.close().await;
        }
    }

    /// Parses a stored response; if it is incomplete, recovers the links that it contains.
    pub(super) async fn response(&self, snapshot: &Snapshot) -> Result<Arc<Response>, CommandArchiveError> {
        Ok(read_snapshot(&self.open().await?, snapshot).await?)
    }

    /// The tags and notes, read only if the filter uses them.
    pub(super) async fn notebook(&self, filter: Option<&Query>) -> Result<Notebook, CommandArchiveError> {
        let mut notebook = Notebook::default();
        if filter.is_some_and(Query::uses_notes) {
            for (link, note) in self.open().await?.notes().await? {
                notebook.set(&link, note);
            }
        }
        Ok(notebook)
    }
}
