//! What the commands share: the settings, the archive, and how an error becomes an exit code.

use std::process::ExitCode;

use crate::api::response;
use crate::archive::Archive;
use crate::domain::{Answer, Failure, Snapshot};
use crate::runtime::setup::{self, Setup};

/// Why a command did not do what it was to do: the exit code and the words for the user.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: u8,
    pub(super) message: String,
}

impl Refusal {
    /// Anything that has no code of its own.
    pub(super) fn other(error: impl std::fmt::Display) -> Refusal {
        Refusal { code: 1, message: error.to_string() }
    }

    /// Usage or settings.
    pub(super) fn usage(error: impl std::fmt::Display) -> Refusal {
        Refusal { code: super::USAGE, message: error.to_string() }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        let message = format!("{}: {failure}. {}", failure.title(), failure.next_step());
        Refusal { code: failure.exit_code(), message }
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Refusal {
        // Whoever reads our output has seen enough (`| head`): that is no error of ours.
        let code = if error.kind() == std::io::ErrorKind::BrokenPipe { 0 } else { 1 };
        Refusal { code, message: error.to_string() }
    }
}

/// Runs a command that needs the settings and the archive.
pub(super) fn run<F>(command: impl FnOnce(Setup, Archive) -> F) -> ExitCode
where
    F: Future<Output = Result<(), Refusal>>,
{
    let result = begin().and_then(|(setup, tokio)| {
        tokio.block_on(async {
            let directory = setup::data_dir(&environment).map_err(Refusal::usage)?;
            let archive = Archive::open(&directory).await.map_err(Refusal::other)?;
            let result = command(setup, archive.clone()).await;
            archive.close().await;
            result
        })
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Refusal { code: 0, .. }) => ExitCode::SUCCESS,
        Err(Refusal { code, message }) => {
            eprintln!("{message}");
            ExitCode::from(code)
        }
    }
}

fn begin() -> Result<(Setup, tokio::runtime::Runtime), Refusal> {
    let setup = setup::read(&environment).map_err(Refusal::usage)?;
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    Ok((setup, tokio))
}

pub(super) fn environment(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

/// The links of a snapshot, read from the answer as it came.
pub(super) async fn read(archive: &Archive, snapshot: &Snapshot) -> Result<Answer, Refusal> {
    let raw = archive.answer(snapshot.id).await.map_err(Refusal::other)?;
    Ok(response::read(&raw).unwrap_or_else(|_| response::recover(&raw)))
}
