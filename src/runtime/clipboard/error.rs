//! Why a copy does not arrive.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why a copy does not arrive.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("no clipboard is available")]
    NoWay,
    #[error("the display does not respond")]
    SilentDisplay,
    #[error(transparent)]
    System(#[from] arboard::Error),
    /// Another program can't be started or spoken to.
    #[error("{program}: {error}")]
    NotAsked { program: String, error: io::Error },
    #[error("{program}: {status}")]
    Failed { program: String, status: ExitStatus },
    #[error("{program} does not respond")]
    Silent { program: String },
    #[error("{}: {error}", .directory.display())]
    ArchiveFailure { directory: PathBuf, error: io::Error },
}
