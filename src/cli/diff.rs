//! `kew-tui diff`: what changed between two snapshots of a target.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};

use super::choice::{Choice, Known};
use super::links::LinkOutput;
use super::manner::Manner;
use super::mode::ModeArgs;
use super::office::{notebook, read, run};
use super::refusal::Refusal;
use crate::archive::Archive;
use crate::config::Settings;
use crate::domain::compare::{Comparison, Side, Standing, compare};
use crate::domain::paste::paste_safe_url;
use crate::domain::text::safe;
use crate::domain::{Field, Scope, Snapshot, SnapshotId, Target};

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The target
    target: String,

    /// The earlier snapshot, by its number in `history`; the one before the newest if left out
    old: Option<i64>,

    /// The later snapshot
    #[arg(requires = "old")]
    new: Option<i64>,

    /// Links to one page, or to a whole domain
    #[arg(long, value_name = "page|domain", value_parser = super::parse_scope)]
    scope: Option<Scope>,

    #[command(flatten)]
    mode: ModeArgs,

    /// Count and list referring domains instead of links
    #[arg(long)]
    by_domain: bool,

    /// Which links
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Which::New, Which::Gone])]
    only: Vec<Which>,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    output: LinkOutput,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui diff example.com                          the newest answer against the one before, a line for each link
  kew-tui diff example.com --only new -f urls       what is new, one address a line
  kew-tui diff example.com 12 34 --by-domain        two answers by their numbers in kew-tui history";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    New,
    Gone,
    Kept,
    Beyond,
}

impl Which {
    fn covers(self, standing: Standing) -> bool {
        standing
            == match self {
                Which::New => Standing::New,
                Which::Gone => Standing::NotSeen,
                Which::Kept => Standing::Kept,
                Which::Beyond => Standing::BeyondCut,
            }
    }
}

pub(super) fn run_diff(arguments: Arguments, manner: Manner) -> Result<(), Refusal> {
    run(|setup, archive| async move {
        let sink = arguments.output.is_asked_for().then(|| arguments.output.open()).transpose()?;
        let (later, earlier) = choose(&archive, &arguments, &setup.config.settings).await?;
        let (new, old) = (read(&archive, &later).await?, read(&archive, &earlier).await?);
        let comparison =
            compare(Side { links: &new.links, asked: later.cut() }, Side { links: &old.links, asked: earlier.cut() })
                .map_err(Refusal::other)?;
        let counts = if arguments.by_domain { comparison.by_domain } else { comparison.by_link };
        let notebook = notebook(&archive, arguments.choice.filter()).await?;
        let known = Known { rules: &setup.config.settings.anchor_rules, notebook: &notebook };
        let rows = rows(&comparison, &arguments, known);
        match sink {
            Some(sink) => {
                manner.note(counts);
                sink.write(manner, async |writer| Ok(writer.add(&comparison.links, &rows)?)).await.map(|_| ())
            }
            None => write_lines(&comparison, &counts, &rows, &arguments, manner),
        }
    })
}

/// The two snapshots to compare, the later one first.
async fn choose(
    archive: &Archive,
    arguments: &Arguments,
    settings: &Settings,
) -> Result<(Snapshot, Snapshot), Refusal> {
    let scope = arguments.scope.unwrap_or(settings.scope);
    let target = Target::parse(&arguments.target, scope).map_err(Refusal::usage)?;
    let mode = arguments.mode.said().unwrap_or(settings.mode);
    let all = archive.snapshots().await?;
    let fits = |s: &&Snapshot| {
        let same = s.request.target == target && s.request.mode == mode;
        same && s.can_open()
    };
    let mine: Vec<&Snapshot> = all.iter().filter(fits).collect();
    let numbered = |id: i64| {
        let found = mine.iter().find(|s| s.id == SnapshotId(id)).copied();
        found.ok_or_else(|| Refusal::usage(format!("the archive has no answer {id} for {target}")))
    };
    let later = match arguments.new {
        Some(id) => numbered(id)?,
        None => {
            mine.first().copied().ok_or_else(|| Refusal::usage(format!("the archive has no answer for {target}")))?
        }
    };
    let earlier = match arguments.old {
        Some(id) => numbered(id)?,
        None => mine.iter().find(|s| s.is_before(later)).copied().ok_or_else(|| {
            Refusal::usage(format!("the archive has only one answer for {target}: ask again later to compare"))
        })?,
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
) -> Result<(), Refusal> {
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
    Ok(out.flush()?)
}

fn standing(comparison: &Comparison, arguments: &Arguments, row: u32) -> Option<Standing> {
    let verdict = comparison.verdicts.get(row as usize)?;
    Some(if arguments.by_domain { verdict.domain } else { verdict.link })
}

/// The rows that are wanted; by domain, the first one of each.
fn rows(comparison: &Comparison, arguments: &Arguments, known: Known<'_>) -> Vec<u32> {
    let wanted = |row| {
        let standing = standing(comparison, arguments, row);
        standing.is_some_and(|standing| arguments.only.iter().any(|which| which.covers(standing)))
    };
    let mut rows = arguments.choice.rows_of(&comparison.links, &comparison.verdicts, known, wanted);
    let mut seen = HashSet::new();
    rows.retain(|&row| !arguments.by_domain || seen.insert(comparison.links.folded(row, Field::SourceDomain)));
    rows
}
