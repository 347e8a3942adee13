//! Errors of copying.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("there is no way")]
    NoWay,
    #[error("the display does not answer")]
    SilentDisplay,
    #[error(transparent)]
    System(#[from] arboard::Error),
    #[error("{program}: {error}")]
    Run { program: String, error: io::Error },
    #[error("{program}: {status}")]
    Failed { program: String, status: ExitStatus },
    #[error("{program}: it does not answer")]
    Silent { program: String },
    #[error("{}: {error}", .directory.display())]
    File { directory: PathBuf, error: io::Error },
}
