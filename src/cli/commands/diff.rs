//! `kew-tui diff`: what changed between two snapshots of a target.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};

use crate::cli::command_archive::CommandArchive;
use crate::cli::context::run;
use crate::cli::error::{CliError, Code, EndsCommand, LIST_SNAPSHOTS, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::cli::links::LinkOutput;
use crate::cli::request_args::{KindArgs, means, whole_number};
use crate::cli::row_filter::{LinkFilter, RowFilterArgs};
use crate::config::Settings;
use crate::domain::diff::{Diff, DiffInput, DiffStatus, diff};
use crate::domain::paste::paste_safe_url;
use crate::domain::text::sanitize;
use crate::domain::{Field, Snapshot, SnapshotId, Target};

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = EXAMPLES,
    mut_args = means(&[
        ("scope", "Compare snapshots of the page, or of the whole domain"),
        ("all_links", "Compare snapshots of all links"),
        ("one_per_domain", "Compare snapshots with 1 link per domain"),
    ]),
)]
pub(in crate::cli) struct Arguments {
    /// Page or domain to compare
    target: String,

    /// Number of the earlier snapshot, as in kew-tui history [default: the one before the later]
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
    #[arg(long, value_name = "WHICH", value_enum, value_delimiter = ',', default_values_t = [Which::New, Which::Missing])]
    only: Vec<Which>,

    #[command(flatten)]
    rows: RowFilterArgs,

    #[command(flatten)]
    output: LinkOutput,
}

const EXAMPLES: &str = "\
Examples:
  # Compare the newest snapshot with the one before
  kew-tui diff example.com

  # Print new referring pages, one per line
  kew-tui diff example.com --only new -f urls

  # Compare the referring domains of snapshots 12 and 34
  kew-tui diff example.com 12 34 --by-domain";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
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

impl Which {
    fn covers(self, diff_status: DiffStatus) -> bool {
        diff_status
            == match self {
                Which::New => DiffStatus::New,
                Which::Missing => DiffStatus::Missing,
                Which::Both => DiffStatus::InBoth,
                Which::Outside => DiffStatus::OutsideLimit,
            }
    }
}

/// What the archive has nothing to compare of.
#[derive(Debug, thiserror::Error)]
enum DiffError {
    #[error("No saved snapshots of {0}. Fetch it first with kew-tui fetch")]
    NoResponse(Target),
    #[error("No snapshot {number} of {target}. {LIST_SNAPSHOTS}")]
    NoSuchResponse { number: i64, target: Target },
    #[error("Only one saved snapshot of {0}. Fetch it again later to compare")]
    OnlyOne(Target),
}

impl EndsCommand for DiffError {
    fn code(&self) -> Code {
        USAGE
    }
}

pub(super) fn run_diff(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        let settings = context.settings();
        let archive = &context.archive;
        archive.open().await?;
        let sink = arguments.output.is_asked_for().then(|| arguments.output.open()).transpose()?;
        let (later, earlier) = choose(archive, arguments, &settings).await?;
        let (new, old) = (archive.response(&later).await?, archive.response(&earlier).await?);
        let comparison = diff(
            DiffInput { links: &new.links, limit: later.limit() },
            DiffInput { links: &old.links, limit: earlier.limit() },
        )?;
        let counts = if arguments.by_domain { comparison.by_domain } else { comparison.by_link };
        let filter = arguments.rows.filter.prepare(archive, &settings).await?;
        let rows = rows(&comparison, arguments, &filter);
        match sink {
            Some(sink) => {
                global.note(counts);
                sink.write(global, async |writer| Ok(writer.add(&comparison.links, &rows)?)).await.map(|_| ())
            }
            None => Ok(write_lines(&comparison, &counts, &rows, arguments, global)?),
        }
    })
}

/// The two snapshots to compare, the later one first.
async fn choose(
    archive: &CommandArchive,
    arguments: &Arguments,
    settings: &Settings,
) -> Result<(Snapshot, Snapshot), CliError> {
    let target = Target::parse(&arguments.target, arguments.kind.scope_or(settings))?;
    let mode = arguments.kind.mode_or(settings);
    let mut mine = archive.open().await?.snapshots().await?;
    mine.retain(|s| s.request.target == target && s.request.mode == mode && s.can_open());
    let numbered = |number: i64| {
        let found = mine.iter().find(|s| s.id == SnapshotId(number));
        found.ok_or_else(|| DiffError::NoSuchResponse { number, target: target.clone() })
    };
    let later = match arguments.new {
        Some(number) => numbered(number)?,
        None => mine.first().ok_or_else(|| DiffError::NoResponse(target.clone()))?,
    };
    let earlier = match arguments.old {
        Some(number) => numbered(number)?,
        None => mine.iter().find(|s| s.is_before(later)).ok_or_else(|| DiffError::OnlyOne(target.clone()))?,
    };
    Ok((later.clone(), earlier.clone()))
}

/// For people: what a link is, as in the output of other programs that compare.
fn write_lines(
    comparison: &Diff,
    counts: &impl Display,
    rows: &[u32],
    arguments: &Arguments,
    global: GlobalArgs,
) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{}", sanitize(&counts.to_string()))?;
    let field = if arguments.by_domain { Field::SourceDomain } else { Field::SourceUrl };
    for &row in rows {
        let (sign, color) = match diff_status(comparison, arguments, row) {
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

fn diff_status(comparison: &Diff, arguments: &Arguments, row: u32) -> Option<DiffStatus> {
    let row_diff = comparison.row_diffs.get(row as usize)?;
    Some(if arguments.by_domain { row_diff.domain } else { row_diff.link })
}

/// The rows that are wanted; by domain, the first one of each.
fn rows(comparison: &Diff, arguments: &Arguments, filter: &LinkFilter<'_>) -> Vec<u32> {
    let wanted = |row| {
        let diff_status = diff_status(comparison, arguments, row);
        diff_status.is_some_and(|diff_status| arguments.only.iter().any(|which| which.covers(diff_status)))
    };
    let mut rows = arguments.rows.rows_where(&comparison.links, &comparison.row_diffs, filter, wanted);
    let mut seen = HashSet::new();
    rows.retain(|&row| !arguments.by_domain || seen.insert(comparison.links.folded(row, Field::SourceDomain)));
    rows
}
