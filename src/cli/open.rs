//! `kew-tui open`: a session on files.

use std::path::PathBuf;

use crate::formats::read::ColumnMap;
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
    pub(super) fn into_files(self) -> Files {
        Files { paths: self.files, map: self.map.unwrap_or_default() }
    }
}
