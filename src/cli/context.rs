//! What every command gets: the settings, the archive, and the global options.

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::command_archive::CommandArchive;
use super::environment::environment;
use super::error::{CliError, Code, CommandError, USAGE, join_sentences};
use super::global_args::GlobalArgs;
use super::request_args::KeyArgs;
use crate::api::{ApiKey, Origin};
use crate::config::Settings;
use crate::domain::FetchError;
use crate::runtime::bootstrap::{self, Bootstrap, BootstrapError, find_key};

pub(super) struct Context {
    pub(super) bootstrap: Bootstrap,
    pub(super) archive: CommandArchive,
    pub(super) global: GlobalArgs,
}

/// Why a command can't start, or can't use the API.
#[derive(Debug, thiserror::Error)]
pub(super) enum ContextError {
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    #[error("{}", join_sentences(&[&.failure.message(), .hint]))]
    ApiKeyError { failure: FetchError, hint: &'static str },
}

impl CommandError for ContextError {
    fn code(&self) -> Code {
        match self {
            ContextError::Bootstrap(_) => USAGE,
            ContextError::ApiKeyError { failure, .. } => failure.code(),
        }
    }
}

pub(super) fn run(
    global: GlobalArgs,
    command: impl AsyncFnOnce(Context) -> Result<(), CliError>,
) -> Result<(), CliError> {
    run_on(&CommandArchive::user(), global, command)
}

pub(super) fn run_on(
    archive: &CommandArchive,
    global: GlobalArgs,
    command: impl AsyncFnOnce(Context) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let bootstrap = bootstrap::read(&environment).map_err(ContextError::from)?;
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let result = command(Context { bootstrap, archive: archive.clone(), global }).await;
        if !result.as_ref().is_err_and(CliError::is_interrupted) {
            archive.close().await;
        }
        result
    });
    // Does not wait for an abandoned request.
    runtime.shutdown_background();
    result
}

impl Context {
    pub(super) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.bootstrap.config.settings)
    }
}

/// The API's origin and the key; `hint` is added to the message if there is no key.
pub(super) fn access(
    key: &KeyArgs,
    bootstrap: Bootstrap,
    hint: &'static str,
) -> Result<(Origin, ApiKey), ContextError> {
    let origin = bootstrap::origin(&environment)?;
    let key = find_key(key.api_key_file.as_deref(), &environment, bootstrap.config.key, bootstrap.settings_file);
    let key = key.map_err(|why| {
        let failure = FetchError::NoKey { reason: why.to_string().trim_end_matches('.').to_owned() };
        ContextError::ApiKeyError { failure, hint }
    })?;
    Ok((origin, key))
}

pub(super) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build()
}
