//! The archive of a command, opened when it is first asked for: what needs none is not held up by one that can't be opened.

use std::io;
use std::sync::{Arc, OnceLock};

use super::environment::environment;
use super::error::{ARCHIVE, Code, EndsCommand, IO, USAGE};
use crate::api::response;
use crate::archive::{Archive, ArchiveError};
use crate::domain::note::Notebook;
use crate::domain::query::Query;
use crate::domain::{Answer, Snapshot};
use crate::runtime::setup;
use crate::runtime::vault::Vault;

/// The archive, once somebody has asked for it. Copies of it are the same one.
#[derive(Clone)]
pub(super) struct LazyArchive(Arc<Inner>);

struct Inner {
    place: Place,
    vault: OnceLock<Arc<Vault>>,
}

#[derive(Clone, Copy)]
enum Place {
    Users,
    Temporary,
}

/// Why there is no archive, or nothing from it.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoArchive {
    #[error("{0}")]
    NoPlace(String),
    #[error(transparent)]
    NoTemporaryPlace(#[from] io::Error),
    #[error("{0}")]
    Unopened(String),
    #[error(transparent)]
    Failed(#[from] ArchiveError),
}

impl EndsCommand for NoArchive {
    fn code(&self) -> Code {
        match self {
            NoArchive::NoPlace(_) => USAGE,
            NoArchive::NoTemporaryPlace(_) => IO,
            NoArchive::Unopened(_) | NoArchive::Failed(_) => ARCHIVE,
        }
    }
}

impl LazyArchive {
    /// The user's own.
    pub(super) fn users() -> LazyArchive {
        LazyArchive::at(Place::Users)
    }

    /// One that is thrown away in the end.
    pub(super) fn temporary() -> LazyArchive {
        LazyArchive::at(Place::Temporary)
    }

    fn at(place: Place) -> LazyArchive {
        LazyArchive(Arc::new(Inner { place, vault: OnceLock::new() }))
    }

    /// Opens it.
    pub(super) async fn open(&self) -> Result<Archive, NoArchive> {
        self.vault()?.open().await.map_err(NoArchive::Unopened)
    }

    /// What opens the archive, for whoever spends through it: that way it is the same one, opened once.
    pub(super) fn vault(&self) -> Result<&Arc<Vault>, NoArchive> {
        if let Some(vault) = self.0.vault.get() {
            return Ok(vault);
        }
        let vault = match self.0.place {
            Place::Users => Vault::new(setup::data_dir(&environment).map_err(NoArchive::NoPlace)?),
            Place::Temporary => Vault::temporary()?,
        };
        Ok(self.0.vault.get_or_init(|| Arc::new(vault)))
    }

    /// Ends the use of it, whoever opened it.
    pub(super) async fn close(&self) {
        if let Some(vault) = self.0.vault.get() {
            vault.close().await;
        }
    }

    /// The links of a snapshot, read from the answer as it came.
    pub(super) async fn answer(&self, snapshot: &Snapshot) -> Result<Answer, NoArchive> {
        let raw = self.open().await?.answer(snapshot.id).await?;
        Ok(response::read(&raw).unwrap_or_else(|_| response::recover(&raw)))
    }

    /// What the user says of links, where the filter asks for it.
    pub(super) async fn notebook(&self, filter: Option<&Query>) -> Result<Notebook, NoArchive> {
        let mut notebook = Notebook::default();
        if filter.is_some_and(Query::asks_for_notes) {
            for (link, note) in self.open().await?.notes().await? {
                notebook.set(&link, note);
            }
        }
        Ok(notebook)
    }
}
