//! `kew-tui archive`: looking after the archive.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::api::response;
use crate::archive::Archive;
use crate::cli::context::run;
use crate::cli::error::{CliError, Code, EndsCommand};
use crate::cli::exit::Exit;
use crate::cli::global_args::GlobalArgs;
use crate::cli::print::{print, print_path};
use crate::domain::number::{Thousands, pluralize};

/// What to do with the archive.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Task {
    /// Verify every stored answer: check sum, links, counts
    Check,
    /// Give room that deleted answers took back to the system
    Vacuum,
    /// Say where the archive is
    Path,
    /// Write every answer as plain JSON files with a manifest
    Export {
        /// The directory to write into
        directory: PathBuf,
    },
    /// Take over what was exported; what is known already is left alone
    Import {
        /// The directory with the manifest
        directory: PathBuf,
    },
}

pub(super) const EXAMPLES: &str = "\
Examples:
  kew-tui archive check                  verifies every answer
  kew-tui archive export ~/backlinks     plain JSON files, for a backup or another machine";

/// Some answers are not as they came.
#[derive(Debug, thiserror::Error)]
#[error("{damaged} of {} are damaged; nothing was changed", pluralize(*.responses, "answer", "answers"))]
struct Damaged {
    damaged: usize,
    responses: usize,
}

impl EndsCommand for Damaged {
    fn code(&self) -> Code {
        (Exit::Unreadable, "damaged")
    }
}

pub(super) fn run_task(task: Task, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        let archive = context.archive.open().await?;
        match task {
            Task::Path => print_path(Path::new(archive.location()))?,
            Task::Check => return check(&archive).await,
            Task::Vacuum => {
                let before = archive.size().await?;
                archive.compact().await?;
                if let Some((before, after)) = before.zip(archive.size().await?) {
                    print(format_args!("{} bytes before, {} after", Thousands(before), Thousands(after)))?;
                }
            }
            Task::Export { directory } => {
                let moved = archive.export(&directory).await?;
                let responses = pluralize(moved.requests, "answer", "answers");
                print(format_args!("{responses} written, {} there already", Thousands(moved.known as u64)))?;
            }
            Task::Import { directory } => {
                let moved = archive.import(&directory).await?;
                let requests = pluralize(moved.requests, "request", "requests");
                print(format_args!("{requests} taken over, {} known already", Thousands(moved.known as u64)))?;
            }
        }
        Ok(())
    })
}

async fn check(archive: &Archive) -> Result<(), CliError> {
    let read = |raw: &[u8]| {
        let whole = response::read(raw).map(|response| response.links.len()).ok();
        whole.or_else(|| Some(response::recover(raw).links.len()).filter(|links| *links > 0))
    };
    let checked = archive.check(read).await?;
    for damage in &checked.damaged {
        print(format_args!("snapshot {}: {}", damage.id.0, damage.what))?;
    }
    if !checked.damaged.is_empty() {
        return Err(Damaged { damaged: checked.damaged.len(), responses: checked.responses }.into());
    }
    Ok(print(format_args!("{}, all whole", pluralize(checked.responses, "answer", "answers")))?)
}
