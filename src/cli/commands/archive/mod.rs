//! `kew-tui archive`: checks, compacts, exports and imports the archive.

mod add;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::api::response;
use crate::archive::Archive;
use crate::cli::context::run;
use crate::cli::error::{CliError, Code, CommandError};
use crate::cli::exit::Exit;
use crate::cli::global_args::GlobalArgs;
use crate::cli::print::{print, print_path};
use crate::domain::Snapshot;
use crate::domain::number::{Thousands, pluralize};
use crate::formats::stored;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Task {
    /// Add link files from other tools as snapshots (free)
    ///
    /// They cost nothing and are never used instead of an API response. They work with history, diff, gap, export,
    /// notes and tags.
    Add(add::Arguments),
    /// Verify every snapshot: checksum, links, counts
    Check,
    /// Reclaim the disk space of deleted snapshots
    Vacuum,
    /// Print the path of the archive
    Path,
    /// Export every snapshot as plain JSON, with a manifest
    Export {
        /// Directory to write to
        directory: PathBuf,
    },
    /// Import an exported archive; snapshots you already have are left alone
    Import {
        /// Directory that kew-tui archive export wrote
        directory: PathBuf,
    },
}

pub(super) const EXAMPLES: &str = "\
Examples:
  # Keep an export of another tool, to compare it with the next one
  kew-tui archive add ahrefs.csv --tool Ahrefs

  # Verify every snapshot
  kew-tui archive check

  # Back up the archive as plain JSON, then import it on another computer
  kew-tui archive export ~/backlinks
  kew-tui archive import ~/backlinks";

#[derive(Debug, thiserror::Error)]
#[error("{damaged} of {} damaged; nothing was changed", pluralize(*.snapshots, "snapshot", "snapshots"))]
struct DamagedSnapshots {
    damaged: usize,
    snapshots: usize,
}

impl CommandError for DamagedSnapshots {
    fn code(&self) -> Code {
        (Exit::Unreadable, "damaged")
    }
}

pub(super) fn run_task(task: Task, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        let archive = context.archive.open().await?;
        match task {
            Task::Path => print_path(Path::new(archive.location()))?,
            Task::Add(arguments) => return add::add(&arguments, &archive, global).await,
            Task::Check => return check(&archive).await,
            Task::Vacuum => {
                let before = archive.size().await?;
                archive.compact().await?;
                if let Some((before, after)) = before.zip(archive.size().await?) {
                    print(format_args!("{} bytes before, {} after", Thousands(before), Thousands(after)))?;
                }
            }
            Task::Export { directory } => {
                let exported = archive.export(&directory).await?;
                let snapshots = pluralize(exported.requests, "snapshot", "snapshots");
                print(format_args!("{snapshots} exported, {} already there", Thousands(exported.known as u64)))?;
            }
            Task::Import { directory } => {
                let imported = archive.import(&directory).await?;
                let requests = pluralize(imported.requests, "request", "requests");
                print(format_args!(
                    "{requests} imported, {} already in the archive",
                    Thousands(imported.known as u64)
                ))?;
            }
        }
        Ok(())
    })
}

async fn check(archive: &Archive) -> Result<(), CliError> {
    let count_links = |snapshot: &Snapshot, raw: &[u8]| {
        if snapshot.tool.is_some() {
            return stored::read(raw).map(|links| links.len()).ok();
        }
        let complete = response::read(raw).map(|response| response.links.len()).ok();
        complete.or_else(|| Some(response::recover(raw).links.len()).filter(|links| *links > 0))
    };
    let checked = archive.check(count_links).await?;
    for damage in &checked.damaged {
        print(format_args!("snapshot {}: {}", damage.id.0, damage.what))?;
    }
    if !checked.damaged.is_empty() {
        return Err(DamagedSnapshots { damaged: checked.damaged.len(), snapshots: checked.responses }.into());
    }
    Ok(print(format_args!("{}, all OK", pluralize(checked.responses, "snapshot", "snapshots")))?)
}
