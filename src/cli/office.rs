//! What the commands need to begin: the settings, the archive, the environment.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

use super::refusal::{OTHER, Refusal};
use crate::api::{ApiKey, Origin, response};
use crate::archive::Archive;
use crate::domain::note::Notebook;
use crate::domain::query::Query;
use crate::domain::{Answer, Failure, Snapshot};
use crate::fetch::LazyArchive;
use crate::runtime::archive::archive_in;
use crate::runtime::setup::{self, Setup, find_key};

/// Runs a command that needs the settings and the archive.
pub(super) fn run<F>(command: impl FnOnce(Setup, Archive) -> F) -> Result<(), Refusal>
where
    F: Future<Output = Result<(), Refusal>>,
{
    let setup = setup::read(&environment).map_err(Refusal::usage)?;
    let directory = setup::data_dir(&environment).map_err(Refusal::usage)?;
    runtime()?.block_on(async {
        let lazy_archive = archive_in(directory);
        let archive = lazy_archive.open().await.map_err(no_archive)?;
        let result = command(setup, archive.clone()).await;
        archive.close().await;
        result
    })
}

/// Runs a command that may do without the archive: it is opened when it is asked for.
pub(super) fn run_with_shelf<F>(command: impl FnOnce(Setup, Shelf) -> F) -> Result<(), Refusal>
where
    F: Future<Output = Result<(), Refusal>>,
{
    let setup = setup::read(&environment).map_err(Refusal::usage)?;
    runtime()?.block_on(async {
        let shelf = Shelf::default();
        let result = command(setup, shelf.clone()).await;
        if let Some(archive) = shelf.archive.get() {
            archive.close().await;
        }
        result
    })
}

/// The archive, once somebody has asked for it. Copies of it are the same one.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    lazy_archive: Arc<OnceLock<Arc<LazyArchive>>>,
    archive: Arc<OnceCell<Archive>>,
}

impl Shelf {
    pub(super) async fn archive(&self) -> Result<&Archive, Refusal> {
        let open = || async { self.lazy_archive()?.open().await.map_err(no_archive) };
        self.archive.get_or_try_init(open).await
    }

    /// What opens the archive, for whoever spends through it: that way it is the same one, opened once.
    pub(super) fn lazy_archive(&self) -> Result<&Arc<LazyArchive>, Refusal> {
        let directory = setup::data_dir(&environment).map_err(Refusal::usage)?;
        Ok(self.lazy_archive.get_or_init(|| Arc::new(archive_in(directory))))
    }
}

impl Shelf {
    /// What the user says of links, where the filter asks for it.
    pub(super) async fn notebook(&self, filter: Option<&Query>) -> Result<Notebook, Refusal> {
        match filter {
            Some(query) if query.asks_for_notes() => notebook(self.archive().await?, filter).await,
            _ => Ok(Notebook::default()),
        }
    }
}

/// What the user says of links, where the filter asks for it.
pub(super) async fn notebook(archive: &Archive, filter: Option<&Query>) -> Result<Notebook, Refusal> {
    let mut notebook = Notebook::default();
    if filter.is_some_and(Query::asks_for_notes) {
        for (link, note) in archive.notes().await? {
            notebook.set(&link, note);
        }
    }
    Ok(notebook)
}

/// Where to ask and with which key; `without_one` is what a person should know where there is no key.
pub(super) fn access(key_file: Option<&Path>, setup: Setup, without_one: &str) -> Result<(Origin, ApiKey), Refusal> {
    let origin = setup::origin(&environment).map_err(Refusal::usage)?;
    let key = find_key(key_file, &environment, setup.config.key, setup.settings_file);
    let key = key.map_err(|why| {
        let failure = Failure::NoKey { reason: why.to_string().trim_end_matches('.').to_owned() };
        Refusal::from(failure).and(without_one)
    })?;
    Ok((origin, key))
}

/// The archive can't be opened.
pub(super) fn no_archive(why: String) -> Refusal {
    Refusal::new(OTHER, "archive", why)
}

pub(super) fn runtime() -> Result<Runtime, Refusal> {
    Ok(Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

pub(super) fn environment(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

/// The links of a snapshot, read from the answer as it came.
pub(super) async fn read(archive: &Archive, snapshot: &Snapshot) -> Result<Answer, Refusal> {
    let raw = archive.answer(snapshot.id).await?;
    Ok(response::read(&raw).unwrap_or_else(|_| response::recover(&raw)))
}
