//! The archive of a command, opened when it is first asked for: what needs none is not held up by one that can't be opened.

use std::io;
use std::sync::{Arc, OnceLock};

use super::environment::environment;
use super::error::{ARCHIVE, Code, EndsCommand, IO, USAGE, sentence};
use crate::api::response;
use crate::archive::{Archive, ArchiveError};
use crate::domain::note::Notebook;
use crate::domain::query::Query;
use crate::domain::{Response, Snapshot};
use crate::fetch::LazyArchive;
use crate::runtime::archive::{archive_in, temporary_archive};
use crate::runtime::bootstrap::{self, BootstrapError};

/// The archive, once somebody has asked for it. Copies of it are the same one.
#[derive(Clone)]
pub(super) struct CommandArchive(Arc<Inner>);

struct Inner {
    place: ArchiveLocation,
    archive: OnceLock<Arc<LazyArchive>>,
}

#[derive(Clone, Copy)]
enum ArchiveLocation {
    Users,
    Temporary,
}

/// Why there is no archive, or nothing from it.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoArchive {
    #[error(transparent)]
    NoPlace(#[from] BootstrapError),
    #[error(transparent)]
    NoTemporaryPlace(#[from] io::Error),
    #[error(transparent)]
    Failed(#[from] ArchiveError),
}

impl EndsCommand for NoArchive {
    fn code(&self) -> Code {
        match self {
            NoArchive::NoPlace(_) => USAGE,
            NoArchive::NoTemporaryPlace(_) => IO,
            NoArchive::Failed(_) => ARCHIVE,
        }
    }

    fn message(&self) -> String {
        sentence(self)
    }
}

impl CommandArchive {
    /// The user's own.
    pub(super) fn users() -> CommandArchive {
        CommandArchive::at(ArchiveLocation::Users)
    }

    /// One that is thrown away in the end.
    pub(super) fn temporary() -> CommandArchive {
        CommandArchive::at(ArchiveLocation::Temporary)
    }

    fn at(place: ArchiveLocation) -> CommandArchive {
        CommandArchive(Arc::new(Inner { place, archive: OnceLock::new() }))
    }

    /// Opens it.
    pub(super) async fn open(&self) -> Result<Archive, NoArchive> {
        Ok(self.shared()?.open().await?)
    }

    /// What opens the archive, for whoever spends through it: that way it is the same one, opened once.
    pub(super) fn shared(&self) -> Result<&Arc<LazyArchive>, NoArchive> {
        if let Some(archive) = self.0.archive.get() {
            return Ok(archive);
        }
        let archive = match self.0.place {
            ArchiveLocation::Users => archive_in(bootstrap::data_dir(&environment)?),
            ArchiveLocation::Temporary => temporary_archive()?,
        };
        Ok(self.0.archive.get_or_init(|| Arc::new(archive)))
    }

    /// Ends the use of it, whoever opened it.
    pub(super) async fn close(&self) {
        if let Some(archive) = self.0.archive.get() {
            archive.close().await;
        }
    }

    /// The links of a snapshot, read from the answer as it came.
    pub(super) async fn response(&self, snapshot: &Snapshot) -> Result<Response, NoArchive> {
        let raw = self.open().await?.response(snapshot.id).await?;
        Ok(response::read(&raw).unwrap_or_else(|_| response::recover(&raw)))
    }

    /// What the user says of links, where the filter asks for it.
    pub(super) async fn notebook(&self, filter: Option<&Query>) -> Result<Notebook, NoArchive> {
        let mut notebook = Notebook::default();
        if filter.is_some_and(Query::uses_notes) {
            for (link, note) in self.open().await?.notes().await? {
                notebook.set(&link, note);
            }
        }
        Ok(notebook)
    }
}
