//! `kew-tui open`: a session on files.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::given::code_of;
use super::refusal::{Refusal, USAGE};
use crate::formats::read::{ColumnMap, ReadError, probe};
use crate::runtime::load::Files;

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Saved API answers, CSV, TSV, JSON or JSON lines, or exports of Ahrefs, Semrush, Majestic, Moz, Search Console or
    /// DataForSEO; several are shown as one table. `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Which columns are which, where the header is not known: source=COLUMN,target=COLUMN,anchor=COLUMN, by names or numbers
    #[arg(long, value_name = "MAP", value_parser = ColumnMap::parse)]
    map: Option<ColumnMap>,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui open links.csv ahrefs.csv
  kew-tui open report.csv --map source=Page,target=3,anchor=Text
  zcat links.ndjson.gz | kew-tui open -";

impl Arguments {
    /// The files, each looked at as far as its beginning: what can't be opened is said before the screen is taken, where it
    /// would be a message that goes away.
    pub(super) fn into_files(self) -> Result<Files, Refusal> {
        let map = self.map.unwrap_or_default();
        let check = |path: &PathBuf| check(path, &map).err().map(|error| (path.display().to_string(), error));
        let failed: Vec<(String, ReadError)> = self.files.iter().filter_map(check).collect();
        refuse(&failed)?;
        Ok(Files { paths: self.files, map })
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

/// All that failed, each with its name. What is wrong with the command line comes before what is wrong with a file.
fn refuse(failed: &[(String, ReadError)]) -> Result<(), Refusal> {
    let outcomes = failed.iter().map(|(_, error)| match error {
        ReadError::Io(_) => (USAGE, "file"),
        error => code_of(error),
    });
    let Some((code, kind)) = outcomes.min_by_key(|(code, _)| *code) else { return Ok(()) };
    let lines: Vec<String> = failed.iter().map(|(name, error)| format!("{name}: {}", words(error))).collect();
    Err(Refusal::new(code, kind, lines.join("\n")))
}

/// In words of the user's, where the system has its own.
fn words(error: &ReadError) -> String {
    match error {
        ReadError::Io(error) => match error.kind() {
            io::ErrorKind::NotFound => "no such file".to_owned(),
            io::ErrorKind::IsADirectory => "a directory, not a file".to_owned(),
            io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
            _ => error.to_string(),
        },
        error => error.to_string(),
    }
}
