//! `kew-tui archive`: looking after the archive.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::office::run;
use super::print::{print, print_path};
use super::refusal::{Refusal, UNREADABLE};
use crate::api::response;
use crate::domain::number::{Grouped, counted};

/// What to do with the archive.
#[derive(Debug, Subcommand)]
pub(super) enum Task {
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

pub(super) fn run_task(task: Task) -> Result<(), Refusal> {
    run(|_, archive| async move {
        match task {
            Task::Path => print_path(Path::new(archive.location()))?,
            Task::Check => {
                let read = |raw: &[u8]| {
                    let whole = response::read(raw).map(|answer| answer.links.len()).ok();
                    whole.or_else(|| Some(response::recover(raw).links.len()).filter(|links| *links > 0))
                };
                let checked = archive.check(read).await?;
                for damage in &checked.damaged {
                    print(format_args!("snapshot {}: {}", damage.id.0, damage.what))?;
                }
                let answers = counted(checked.answers, "answer", "answers");
                if !checked.damaged.is_empty() {
                    let damaged = checked.damaged.len();
                    let message = format!("{damaged} of {answers} are damaged; nothing was changed");
                    return Err(Refusal::new(UNREADABLE, "damaged", message));
                }
                print(format_args!("{answers}, all whole"))?;
            }
            Task::Vacuum => {
                let before = archive.size().await?;
                archive.compact().await?;
                if let Some((before, after)) = before.zip(archive.size().await?) {
                    print(format_args!("{} bytes before, {} after", Grouped(before), Grouped(after)))?;
                }
            }
            Task::Export { directory } => {
                let moved = archive.export(&directory).await?;
                print(format_args!(
                    "{} written, {} there already",
                    counted(moved.requests, "answer", "answers"),
                    Grouped(moved.known as u64)
                ))?;
            }
            Task::Import { directory } => {
                let moved = archive.import(&directory).await?;
                print(format_args!(
                    "{} taken over, {} known already",
                    counted(moved.requests, "request", "requests"),
                    Grouped(moved.known as u64)
                ))?;
            }
        }
        Ok(())
    })
}
