//! `kew-tui diff`: what changed between two snapshots of a target, or between any two link lists.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};

use crate::cli::command_archive::CommandArchive;
use crate::cli::context::run;
use crate::cli::error::{CliError, Code, CommandError, LIST_SNAPSHOTS, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::cli::link_inputs::LinkInputs;
use crate::cli::link_output::LinkOutput;
use crate::cli::request_args::{help_overrides, whole_number};
use crate::cli::row_filter::{LinkFilter, NoColumn, RowFilterArgs};
use crate::cli::snapshots::both_scopes;
use crate::cli::source::{Input, LinkSource, SourceArgs, file_note, is_file_name};
use crate::config::Settings;
use crate::domain::diff::{Diff, DiffInput, DiffStatus, diff};
use crate::domain::domain_name::site;
use crate::domain::paste::paste_safe_url;
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::text::sanitize;
use crate::domain::{Field, Row, Snapshot, SnapshotId, Target};

#[derive(Debug, clap::Args)]
#[command(
    after_long_help = EXAMPLES,
    override_usage = "kew-tui diff [OPTIONS] TARGET [OLD [NEW]]\n       kew-tui diff [OPTIONS] OLD NEW",
    mut_args = help_overrides(&[
        ("scope", "Compare snapshots of the page, or of the whole domain"),
        ("all_links", "Compare snapshots of all links"),
        ("one_per_domain", "Compare snapshots with 1 link per domain"),
    ]),
)]
pub(in crate::cli) struct Arguments {
    /// A target and the numbers of two of its snapshots, or any two lists
    ///
    /// After a target, OLD and NEW are snapshot numbers, as in kew-tui history. By default, NEW is the newest snapshot and
    /// OLD the one before.
    ///
    /// Without a target, OLD and NEW are files, - for stdin, snapshot numbers or targets (their newest snapshot). Two
    /// arguments are read this way if the first is -, a file or a number, or if the second is not a number.
    #[arg(value_name = "TARGET|OLD|NEW", required = true, num_args = 1..=3)]
    words: Vec<String>,

    /// Compare referring domains instead of links
    #[arg(long)]
    by_domain: bool,

    /// Which links to list
    #[arg(long, value_name = "WHICH", value_enum, value_delimiter = ',', default_values_t = [ListedStatus::New, ListedStatus::Missing])]
    only: Vec<ListedStatus>,

    #[command(flatten)]
    rows: RowFilterArgs,

    #[command(flatten)]
    source: SourceArgs,

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
  kew-tui diff example.com 12 34 --by-domain

  # Compare two exports of another tool
  kew-tui diff january.csv february.csv

  # Compare snapshot 12 with a file
  kew-tui diff 12 links.csv";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListedStatus {
    /// Only in the later list
    New,
    /// Only in the earlier list
    #[value(alias = "gone")]
    Missing,
    /// In both lists
    #[value(alias = "kept")]
    Both,
    /// Can't tell: one snapshot was cut off by its limit
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
    #[error("{OPEN}{0}{CLOSE} is not a snapshot number: expected a whole number. {LIST_SNAPSHOTS}")]
    NotANumber(String),
    #[error("Nothing to compare {0} with: add a file, a snapshot number or a target")]
    OnlyOne(String),
    #[error("Only one of the lists can come from stdin")]
    StdinTwice,
}

impl CommandError for DiffError {
    fn code(&self) -> Code {
        USAGE
    }
}

/// What the words of the command line mean.
enum Comparison<'a> {
    /// Two snapshots of a target.
    Snapshots {
        target: &'a str,
        old: Option<i64>,
        new: Option<i64>,
    },
    Lists {
        old: &'a str,
        new: &'a str,
    },
}

impl<'a> Comparison<'a> {
    fn parse(words: &'a [String]) -> Result<Comparison<'a>, DiffError> {
        let number = |word: &String| whole_number(word).map_err(|_| DiffError::NotANumber(word.clone()));
        match words {
            [old, new] if old == "-" && new == "-" => Err(DiffError::StdinTwice),
            [old, new] if is_list(old) || number(new).is_err() => Ok(Comparison::Lists { old, new }),
            [only] if is_list(only) => Err(DiffError::OnlyOne(only.clone())),
            [target, numbers @ ..] => {
                let (old, new) = (numbers.first().map(number).transpose()?, numbers.get(1).map(number).transpose()?);
                Ok(Comparison::Snapshots { target, old, new })
            }
            [] => Err(DiffError::OnlyOne(String::new())),
        }
    }
}

/// Whether a word can only be a list, not a target. A target stays a target if somebody puts a file with its name into the
/// directory.
fn is_list(word: &str) -> bool {
    match Input::parse(word) {
        Ok(Input::Source(LinkSource::File(_))) => file_note(word).is_none(),
        Ok(Input::Source(_) | Input::Snapshot(_)) => true,
        Ok(Input::Targets(_)) => is_file_name(word),
        Err(_) => false,
    }
}

pub(super) fn run_diff(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        let settings = context.settings();
        let archive = &context.archive;
        let inputs = LinkInputs { source_args: &arguments.source, archive, global };
        let sources = match Comparison::parse(&arguments.words)? {
            Comparison::Snapshots { target, old, new } => {
                choose_snapshots(archive, arguments, &settings, (target, old, new)).await?
            }
            Comparison::Lists { old, new } => (inputs.find(old).await?, inputs.find(new).await?),
        };
        let sink = arguments.output.is_explicit().then(|| arguments.output.open()).transpose()?;
        let (old, new) = (inputs.load(&sources.0).await?, inputs.load(&sources.1).await?);
        let comparison = diff(
            DiffInput { links: &new, limit: sources.1.limit() },
            DiffInput { links: &old, limit: sources.0.limit() },
        )?;
        let counts = if arguments.by_domain { comparison.by_domain } else { comparison.by_link };
        let filter = arguments.rows.filter.prepare(archive, &settings).await?;
        arguments.rows.shadow_notes(&comparison.links).into_iter().for_each(|note| global.note(note));
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

/// The two snapshots to compare, the earlier one first.
async fn choose_snapshots(
    archive: &CommandArchive,
    arguments: &Arguments,
    settings: &Settings,
    (target, old, new): (&str, Option<i64>, Option<i64>),
) -> Result<(LinkSource, LinkSource), CliError> {
    let kind = &arguments.source.snapshots;
    let both_scopes = both_scopes(target)?;
    let target = Target::parse(target, kind.scope().unwrap_or(settings.scope))?;
    let mode = kind.mode().unwrap_or(settings.mode);
    // The settings say what is fetched, so they do not apply to links of other tools.
    let is_candidate = |s: &Snapshot| match &s.tool {
        Some(_) if kind.scope().is_none() => both_scopes.contains(&s.request.target),
        tool => s.request.target == target && (tool.is_some() || s.request.mode == mode),
    };
    let mut snapshots = archive.open().await?.snapshots().await?;
    snapshots.retain(|s| is_candidate(s) && s.can_open() && kind.matches_tool(s));
    let by_number = |number: i64| {
        let found = snapshots.iter().find(|s| s.id == SnapshotId(number));
        found.ok_or_else(|| DiffError::UnknownSnapshot { number, target: target.clone() })
    };
    let old = old.map(by_number).transpose()?;
    let later = match (new, old) {
        (Some(number), _) => by_number(number)?,
        (None, Some(old)) => snapshots.iter().find(|s| s.is_like(old)).unwrap_or(old),
        (None, None) => {
            let response = snapshots.iter().find(|s| s.tool.is_none());
            response.or(snapshots.first()).ok_or_else(|| DiffError::NoSnapshots(target.clone()))?
        }
    };
    let earlier = match old {
        Some(old) => old,
        None => {
            let earlier = snapshots.iter().find(|s| s.is_before(later) && s.is_like(later));
            earlier.ok_or_else(|| DiffError::SingleSnapshot(target.clone()))?
        }
    };
    let source = |snapshot: &Snapshot| LinkSource::Snapshot(Box::new(snapshot.clone()));
    Ok((source(earlier), source(later)))
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
    let name = |row| match arguments.by_domain {
        true => site(comparison.links.text(row, Field::SourceDomain)),
        false => comparison.links.text(row, Field::SourceUrl),
    };
    for &row in rows {
        let (sign, color) = match status_of(comparison, arguments, row) {
            Some(DiffStatus::New) => ('+', AnsiColor::Green.on_default()),
            Some(DiffStatus::Missing) => ('-', AnsiColor::Red.on_default()),
            Some(DiffStatus::OutsideLimit) => ('~', AnsiColor::Yellow.on_default()),
            Some(DiffStatus::InBoth) | None => (' ', Style::new()),
        };
        let color = if global.has_colors() { color } else { Style::new() };
        writeln!(out, "{color}{sign} {}{color:#}", paste_safe_url(name(row)))?;
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
    rows.retain(|&row| !arguments.by_domain || seen.insert(site(comparison.links.text(row, Field::SourceDomain))));
    Ok(rows)
}
