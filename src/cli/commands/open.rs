//! `kew-tui open`: a session on files.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::error::{CliError, Code, EndsCommand, OTHER};
use crate::cli::exit::Exit;
use crate::cli::session;
use crate::cli::source::ColumnArgs;
use crate::formats::read::{ColumnMap, ReadError, probe};
use crate::runtime::load::Files;
use crate::runtime::session::Options;

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Link files, or - for stdin
    ///
    /// CSV, TSV, JSON, JSON Lines, saved API responses, and exports of Ahrefs, Semrush, Majestic, Moz, Search Console and
    /// DataForSEO. Several files are shown as one table.
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

  # Read a compressed file
  zcat links.ndjson.gz | kew-tui open -";

/// What can't be opened, each with its name.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(|(name, error)| format!("{name}: {}", words(error))).collect::<Vec<_>>().join("\n"))]
struct OpenError(Vec<(String, ReadError)>);

impl EndsCommand for OpenError {
    /// What is wrong with the command line comes before what is wrong with a file.
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
    /// The files, each looked at as far as its beginning: what can't be opened is said before the screen is taken, where it
    /// would be a message that goes away.
    fn into_files(self) -> Result<Files, OpenError> {
        let map = self.columns.map();
        let check = |path: &PathBuf| check(path, &map).err().map(|error| (path.display().to_string(), error));
        let failed: Vec<(String, ReadError)> = self.files.iter().filter_map(check).collect();
        if failed.is_empty() { Ok(Files { paths: self.files, map }) } else { Err(OpenError(failed)) }
    }
}

/// Looks at one file. What is no plain file (a pipe, the standard input) has a beginning once only, and is left alone.
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

/// In words of the user's, where the system has its own.
fn words(error: &ReadError) -> String {
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
