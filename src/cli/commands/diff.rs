//! `kew-tui diff`: what changed between two snapshots of a target.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};

use crate::cli::command_archive::CommandArchive;
use crate::cli::context::run;
use crate::cli::error::{CliError, Code, EndsCommand, LIST_SNAPSHOTS, USAGE};
use crate::cli::links::LinkOutput;
use crate::cli::manner::Manner;
use crate::cli::request_args::{KindArgs, means, whole_number};
use crate::cli::row_filter::{LinkFilter, RowFilterArgs};
use crate::config::Settings;
use crate::domain::compare::{Comparison, Side, Standing, compare};
use crate::domain::paste::paste_safe_url;
use crate::domain::text::safe;
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
    fn covers(self, standing: Standing) -> bool {
        standing
            == match self {
                Which::New => Standing::New,
                Which::Missing => Standing::NotSeen,
                Which::Both => Standing::Kept,
                Which::Outside => Standing::BeyondCut,
            }
    }
}

/// What the archive has nothing to compare of.
#[derive(Debug, thiserror::Error)]
enum DiffError {
    #[error("No saved snapshots of {0}. Fetch it first with kew-tui fetch")]
    NoAnswer(Target),
    #[error("No snapshot {number} of {target}. {LIST_SNAPSHOTS}")]
    NoSuchAnswer { number: i64, target: Target },
    #[error("Only one saved snapshot of {0}. Fetch it again later to compare")]
    OnlyOne(Target),
}

impl EndsCommand for DiffError {
    fn code(&self) -> Code {
        USAGE
    }
}

pub(super) fn run_diff(arguments: &Arguments, manner: Manner) -> Result<(), CliError> {
    run(manner, async |context| {
        let settings = context.settings();
        let archive = &context.archive;
        archive.open().await?;
        let sink = arguments.output.is_asked_for().then(|| arguments.output.open()).transpose()?;
        let (later, earlier) = choose(archive, arguments, &settings).await?;
        let (new, old) = (archive.answer(&later).await?, archive.answer(&earlier).await?);
        let comparison =
            compare(Side { links: &new.links, asked: later.cut() }, Side { links: &old.links, asked: earlier.cut() })?;
        let counts = if arguments.by_domain { comparison.by_domain } else { comparison.by_link };
        let filter = arguments.rows.filter.prepare(archive, &settings).await?;
        let rows = rows(&comparison, arguments, &filter);
        match sink {
            Some(sink) => {
                manner.note(counts);
                sink.write(manner, async |writer| Ok(writer.add(&comparison.links, &rows)?)).await.map(|_| ())
            }
            None => Ok(write_lines(&comparison, &counts, &rows, arguments, manner)?),
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
        found.ok_or_else(|| DiffError::NoSuchAnswer { number, target: target.clone() })
    };
    let later = match arguments.new {
        Some(number) => numbered(number)?,
        None => mine.first().ok_or_else(|| DiffError::NoAnswer(target.clone()))?,
    };
    let earlier = match arguments.old {
        Some(number) => numbered(number)?,
        None => mine.iter().find(|s| s.is_before(later)).ok_or_else(|| DiffError::OnlyOne(target.clone()))?,
    };
    Ok((later.clone(), earlier.clone()))
}

/// For people: what a link is, as in the output of other programs that compare.
fn write_lines(
    comparison: &Comparison,
    counts: &impl Display,
    rows: &[u32],
    arguments: &Arguments,
    manner: Manner,
) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{}", safe(&counts.to_string()))?;
    let field = if arguments.by_domain { Field::SourceDomain } else { Field::SourceUrl };
    for &row in rows {
        let (sign, color) = match standing(comparison, arguments, row) {
            Some(Standing::New) => ('+', AnsiColor::Green.on_default()),
            Some(Standing::NotSeen) => ('-', AnsiColor::Red.on_default()),
            Some(Standing::BeyondCut) => ('~', AnsiColor::Yellow.on_default()),
            Some(Standing::Kept) | None => (' ', Style::new()),
        };
        let color = if manner.has_colors() { color } else { Style::new() };
        writeln!(out, "{color}{sign} {}{color:#}", paste_safe_url(comparison.links.text(row, field)))?;
    }
    out.flush()
}

fn standing(comparison: &Comparison, arguments: &Arguments, row: u32) -> Option<Standing> {
    let verdict = comparison.verdicts.get(row as usize)?;
    Some(if arguments.by_domain { verdict.domain } else { verdict.link })
}

/// The rows that are wanted; by domain, the first one of each.
fn rows(comparison: &Comparison, arguments: &Arguments, filter: &LinkFilter<'_>) -> Vec<u32> {
    let wanted = |row| {
        let standing = standing(comparison, arguments, row);
        standing.is_some_and(|standing| arguments.only.iter().any(|which| which.covers(standing)))
    };
    let mut rows = arguments.rows.rows_where(&comparison.links, &comparison.verdicts, filter, wanted);
    let mut seen = HashSet::new();
    rows.retain(|&row| !arguments.by_domain || seen.insert(comparison.links.folded(row, Field::SourceDomain)));
    rows
}
