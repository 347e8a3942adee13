//! Errors of copying.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("no clipboard is available")]
    NoRoute,
    #[error("the display does not respond")]
    DisplayTimeout,
    #[error(transparent)]
    System(#[from] arboard::Error),
    #[error("{program}: {error}")]
    Run { program: String, error: io::Error },
    #[error("{program}: {status}")]
    Failed { program: String, status: ExitStatus },
    #[error("{program} does not respond")]
    Timeout { program: String },
    #[error("{}: {error}", .directory.display())]
    File { directory: PathBuf, error: io::Error },
}
