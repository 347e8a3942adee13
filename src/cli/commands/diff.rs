//! `kew-tui diff`: what changed between two snapshots of a target.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};

use crate::cli::command_archive::CommandArchive;
use crate::cli::context::run;
use crate::cli::error::{CliError, Code, CommandError, LIST_SNAPSHOTS, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::cli::link_output::LinkOutput;
use crate::cli::request_args::{KindArgs, help_overrides, whole_number};
use crate::cli::row_filter::{LinkFilter, NoColumn, RowFilterArgs};
use crate::config::Settings;
use crate::domain::diff::{Diff, DiffInput, DiffStatus, diff};
use crate::domain::paste::paste_safe_url;
use crate::domain::text::sanitize;
use crate::domain::{Field, Row, Snapshot, SnapshotId, Target};

#[derive(Debug, clap::Args)]
#[command(
    after_long_help = EXAMPLES,
    mut_args = help_overrides(&[
        ("scope", "Compare snapshots of the page, or of the whole domain"),
        ("all_links", "Compare snapshots of all links"),
        ("one_per_domain", "Compare snapshots with 1 link per domain"),
    ]),
)]
pub(in crate::cli) struct Arguments {
    /// Page or domain to compare
    target: String,

    /// Number of the earlier snapshot, as in kew-tui history [default: the previous one]
    #[arg(value_parser = whole_number::<i64>)]
    old: Option<i64>,

    /// Number of the later snapshot [default: the newest]
    #[arg(requires = "old", value_parser = whole_number::<i64>)]
    new: Option<i64>,

    #[command(flatten)]
    kind: KindArgs,

    /// Compare referring domains instead of links
    #[arg(long)]
    by_domain: bool,

    /// Which links to list
    #[arg(long, value_name = "WHICH", value_enum, value_delimiter = ',', default_values_t = [ListedStatus::New, ListedStatus::Missing])]
    only: Vec<ListedStatus>,

    #[command(flatten)]
    rows: RowFilterArgs,

    #[command(flatten)]
    output: LinkOutput,
}

const EXAMPLES: &str = "\
Examples:
  # Compare the newest snapshot with the previous one
  kew-tui diff example.com

  # Print new referring pages, one per line
  kew-tui diff example.com --only new -f urls

  # Compare the referring domains of snapshots 12 and 34
  kew-tui diff example.com 12 34 --by-domain";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListedStatus {
    /// Only in the later snapshot
    New,
    /// Only in the earlier snapshot
    #[value(alias = "gone")]
    Missing,
    /// In both snapshots
    #[value(alias = "kept")]
    Both,
    /// Can't be judged: the later snapshot was cut off by its limit
    #[value(alias = "beyond")]
    Outside,
}

impl ListedStatus {
    fn matches(self, diff_status: DiffStatus) -> bool {
        diff_status
            == match self {
                ListedStatus::New => DiffStatus::New,
                ListedStatus::Missing => DiffStatus::Missing,
                ListedStatus::Both => DiffStatus::InBoth,
                ListedStatus::Outside => DiffStatus::OutsideLimit,
            }
    }
}

#[derive(Debug, thiserror::Error)]
enum DiffError {
    #[error("No saved snapshots of {0}. Fetch it first with kew-tui fetch")]
    NoSnapshots(Target),
    #[error("No snapshot {number} of {target}. {LIST_SNAPSHOTS}")]
    UnknownSnapshot { number: i64, target: Target },
    #[error("Only one saved snapshot of {0}. Fetch it again later to compare")]
    SingleSnapshot(Target),
}

impl CommandError for DiffError {
    fn code(&self) -> Code {
        USAGE
    }
}

pub(super) fn run_diff(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        let settings = context.settings();
        let archive = &context.archive;
        archive.open().await?;
        let sink = arguments.output.is_explicit().then(|| arguments.output.open()).transpose()?;
        let (later, earlier) = choose_snapshots(archive, arguments, &settings).await?;
        let (new, old) = (archive.response(&later).await?, archive.response(&earlier).await?);
        let comparison = diff(
            DiffInput { links: &new.links, limit: later.limit() },
            DiffInput { links: &old.links, limit: earlier.limit() },
        )?;
        let counts = if arguments.by_domain { comparison.by_domain } else { comparison.by_link };
        let filter = arguments.rows.filter.prepare(archive, &settings).await?;
        let rows = listed_rows(&comparison, arguments, &filter)?;
        match sink {
            Some(sink) => {
                global.note(counts);
                let extras = comparison.links.schema().names().cloned().collect();
                sink.write(global, extras, async |writer| Ok(writer.add(&comparison.links, &rows)?)).await.map(|_| ())
            }
            None => Ok(write_lines(&comparison, &counts, &rows, arguments, global)?),
        }
    })
}

/// The two snapshots to compare, the later one first.
async fn choose_snapshots(
    archive: &CommandArchive,
    arguments: &Arguments,
    settings: &Settings,
) -> Result<(Snapshot, Snapshot), CliError> {
    let target = Target::parse(&arguments.target, arguments.kind.scope_or(settings))?;
    let mode = arguments.kind.mode_or(settings);
    let mut snapshots = archive.open().await?.snapshots().await?;
    snapshots.retain(|s| s.request.target == target && s.request.mode == mode && s.can_open());
    let by_number = |number: i64| {
        let found = snapshots.iter().find(|s| s.id == SnapshotId(number));
        found.ok_or_else(|| DiffError::UnknownSnapshot { number, target: target.clone() })
    };
    let later = match arguments.new {
        Some(number) => by_number(number)?,
        None => snapshots.first().ok_or_else(|| DiffError::NoSnapshots(target.clone()))?,
    };
    let earlier = match arguments.old {
        Some(number) => by_number(number)?,
        None => {
            snapshots.iter().find(|s| s.is_before(later)).ok_or_else(|| DiffError::SingleSnapshot(target.clone()))?
        }
    };
    Ok((later.clone(), earlier.clone()))
}

/// Prints one line per link with a sign, as `diff` does.
fn write_lines(
    comparison: &Diff,
    counts: &impl Display,
    rows: &[Row],
    arguments: &Arguments,
    global: GlobalArgs,
) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{}", sanitize(&counts.to_string()))?;
    let field = if arguments.by_domain { Field::SourceDomain } else { Field::SourceUrl };
    for &row in rows {
        let (sign, color) = match status_of(comparison, arguments, row) {
            Some(DiffStatus::New) => ('+', AnsiColor::Green.on_default()),
            Some(DiffStatus::Missing) => ('-', AnsiColor::Red.on_default()),
            Some(DiffStatus::OutsideLimit) => ('~', AnsiColor::Yellow.on_default()),
            Some(DiffStatus::InBoth) | None => (' ', Style::new()),
        };
        let color = if global.has_colors() { color } else { Style::new() };
        writeln!(out, "{color}{sign} {}{color:#}", paste_safe_url(comparison.links.text(row, field)))?;
    }
    out.flush()
}

fn status_of(comparison: &Diff, arguments: &Arguments, row: Row) -> Option<DiffStatus> {
    let row_diff = comparison.row_diffs.get(row.index())?;
    Some(if arguments.by_domain { row_diff.domain } else { row_diff.link })
}

/// By domain, lists only the first row of each.
fn listed_rows(comparison: &Diff, arguments: &Arguments, filter: &LinkFilter<'_>) -> Result<Vec<Row>, NoColumn> {
    let is_listed = |row| {
        let diff_status = status_of(comparison, arguments, row);
        diff_status.is_some_and(|diff_status| arguments.only.iter().any(|listed| listed.matches(diff_status)))
    };
    let mut rows = arguments.rows.rows_where(&comparison.links, &comparison.row_diffs, filter, is_listed)?;
    let mut seen = HashSet::new();
    rows.retain(|&row| !arguments.by_domain || seen.insert(comparison.links.folded(row, Field::SourceDomain)));
    Ok(rows)
}
