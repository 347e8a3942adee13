//! `kew-tui open`: an interactive session on link files.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use crate::cli::error::{CliError, Code, CommandError, OTHER};
use crate::cli::exit::Exit;
use crate::cli::session;
use crate::cli::source::ColumnArgs;
use crate::formats::read::{ColumnMap, ReadError, probe};
use crate::runtime::load::Files;
use crate::runtime::session::Options;

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Link files, or - for stdin
    ///
    /// Tables, Excel workbooks, JSON, lists of URLs and the exports of other tools, also compressed with zip or gzip.
    /// Files are recognized by their content, not their name. Several files are shown as one table. If the columns of a
    /// file are not known, kew-tui asks.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    columns: ColumnArgs,
}

const EXAMPLES: &str = "\
Examples:
  # Show two files as one table
  kew-tui open links.csv ahrefs.csv

  # Say which columns hold the links
  kew-tui open report.csv --map source=Page,target=3,anchor=Text

  # Read the output of another program
  curl -s https://example.com/links.json | kew-tui open -";

/// All files that can't be opened, with their errors.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(|(name, error)| format!("{name}: {}", describe(error))).collect::<Vec<_>>().join("\n"))]
struct OpenError(Vec<(String, ReadError)>);

impl CommandError for OpenError {
    /// The lowest exit code, so that a usage error takes precedence over an unreadable file.
    fn code(&self) -> Code {
        let codes = self.0.iter().map(|(_, error)| match error {
            ReadError::Io(_) => (Exit::Usage, "file"),
            error => error.code(),
        });
        codes.min_by_key(|(exit, _)| *exit).unwrap_or(OTHER)
    }
}

pub(super) fn run_open(arguments: Arguments) -> Result<(), CliError> {
    session::run(&Options { files: Some(arguments.into_files()?), ..Options::default() })
}

impl Arguments {
    /// Checks the start of each file, so that errors are printed before the session takes over the screen. On a terminal, the
    /// session asks about unknown columns.
    fn into_files(self) -> Result<Files, OpenError> {
        let map = self.columns.map();
        let can_ask = io::stdout().is_terminal();
        let is_asked = |error: &ReadError| can_ask && matches!(error, ReadError::UnknownColumns(_));
        let check = |path: &PathBuf| {
            let error = check(path, &map).err().filter(|error| !is_asked(error))?;
            Some((path.display().to_string(), error))
        };
        let failed: Vec<(String, ReadError)> = self.files.iter().filter_map(check).collect();
        if failed.is_empty() { Ok(Files { paths: self.files, map }) } else { Err(OpenError(failed)) }
    }
}

/// Checks regular files only: a pipe or stdin can be read just once.
fn check(path: &Path, map: &ColumnMap) -> Result<(), ReadError> {
    if path.as_os_str() == "-" {
        return Ok(());
    }
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    if metadata.is_file() { probe(File::open(path)?, map) } else { Ok(()) }
}

/// Replaces the messages of common system errors by shorter ones.
fn describe(error: &ReadError) -> String {
    match error {
        ReadError::Io(error) => match error.kind() {
            io::ErrorKind::NotFound => "no such file".to_owned(),
            io::ErrorKind::IsADirectory => "a directory, not a file".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        },
        error => error.to_string(),
    }
}
