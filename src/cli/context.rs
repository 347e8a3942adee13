//! What every command stands on: the settings, the archive, and the manner in which it speaks.

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::command_archive::CommandArchive;
use super::environment::environment;
use super::error::{CliError, Code, EndsCommand, USAGE, sentences};
use super::global_args::GlobalArgs;
use super::request_args::KeyArgs;
use crate::api::{ApiKey, Origin};
use crate::config::Settings;
use crate::domain::FetchError;
use crate::runtime::bootstrap::{self, Bootstrap, BootstrapError, find_key};

/// What a command is given.
pub(super) struct Context {
    pub(super) bootstrap: Bootstrap,
    pub(super) archive: CommandArchive,
    pub(super) global: GlobalArgs,
}

/// What keeps a command from beginning, or from asking the API.
#[derive(Debug, thiserror::Error)]
pub(super) enum ContextError {
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    #[error("{}", sentences(&[&.failure.message(), .without_one]))]
    NoKey { failure: FetchError, without_one: &'static str },
}

impl EndsCommand for ContextError {
    fn code(&self) -> Code {
        match self {
            ContextError::Bootstrap(_) => USAGE,
            ContextError::NoKey { failure, .. } => failure.code(),
        }
    }
}

/// Runs a command on the user's archive.
pub(super) fn run(
    global: GlobalArgs,
    command: impl AsyncFnOnce(Context) -> Result<(), CliError>,
) -> Result<(), CliError> {
    run_on(&CommandArchive::users(), global, command)
}

/// Runs a command on an archive.
pub(super) fn run_on(
    archive: &CommandArchive,
    global: GlobalArgs,
    command: impl AsyncFnOnce(Context) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let bootstrap = bootstrap::read(&environment).map_err(ContextError::from)?;
    let tokio = runtime()?;
    let result = tokio.block_on(async {
        let result = command(Context { bootstrap, archive: archive.clone(), global }).await;
        if !result.as_ref().is_err_and(CliError::is_interrupted) {
            archive.close().await;
        }
        result
    });
    // A request that was abandoned is not waited for.
    tokio.shutdown_background();
    result
}

impl Context {
    pub(super) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.bootstrap.config.settings)
    }
}

/// Where to ask and with which key; `without_one` is what a person should know where there is no key.
pub(super) fn access(
    key: &KeyArgs,
    bootstrap: Bootstrap,
    without_one: &'static str,
) -> Result<(Origin, ApiKey), ContextError> {
    let origin = bootstrap::origin(&environment)?;
    let key = find_key(key.api_key_file.as_deref(), &environment, bootstrap.config.key, bootstrap.settings_file);
    let key = key.map_err(|why| {
        let failure = FetchError::NoKey { reason: why.to_string().trim_end_matches('.').to_owned() };
        ContextError::NoKey { failure, without_one }
    })?;
    Ok((origin, key))
}

pub(super) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build()
}
