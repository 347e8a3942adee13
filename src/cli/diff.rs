//! `kew-tui diff`: what changed between two snapshots of a target.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};

use super::manner::Manner;
use super::office::{read, run};
use super::refusal::Refusal;
use crate::archive::Archive;
use crate::domain::compare::{Comparison, Side, Standing, compare};
use crate::domain::text::paste_safe_url;
use crate::domain::{Field, Mode, Scope, Snapshot, SnapshotId, Target};
use crate::formats::{self, Format, Formulas};

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
    #[arg(long, value_name = "page|domain", value_parser = super::parse_scope, default_value = "page")]
    scope: Scope,

    /// Snapshots of all links, not of one for each domain
    #[arg(long)]
    all_links: bool,

    /// Write the links in this format instead of one line each
    #[arg(short, long, value_parser = Format::parse)]
    format: Option<Format>,

    /// Count and list referring domains instead of links
    #[arg(long)]
    by_domain: bool,

    /// Which links
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Which::New, Which::Gone])]
    only: Vec<Which>,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui diff example.com                          the newest answer against the one before
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
    run(|_, archive| async move {
        let (later, earlier) = choose(&archive, &arguments).await?;
        let (new, old) = (read(&archive, &later).await?, read(&archive, &earlier).await?);
        let comparison =
            compare(Side { links: &new.links, asked: later.cut() }, Side { links: &old.links, asked: earlier.cut() })
                .map_err(Refusal::other)?;
        write(&comparison, &arguments, manner)
    })
}

/// The two snapshots to compare, the later one first.
async fn choose(archive: &Archive, arguments: &Arguments) -> Result<(Snapshot, Snapshot), Refusal> {
    let target = Target::parse(&arguments.target, arguments.scope).map_err(Refusal::usage)?;
    let mode = if arguments.all_links { Mode::AllLinks } else { Mode::OnePerDomain };
    let all = archive.snapshots().await?;
    let fits = |s: &&Snapshot| {
        let same = s.request.target == target && s.request.mode == mode;
        same && s.has_answer
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
        None => mine.iter().find(|s| s.id < later.id).copied().ok_or_else(|| {
            Refusal::usage(format!("the archive has only one answer for {target}: ask again later to compare"))
        })?,
    };
    Ok((later.clone(), earlier.clone()))
}

fn write(comparison: &Comparison, arguments: &Arguments, manner: Manner) -> Result<(), Refusal> {
    let counts = if arguments.by_domain { comparison.by_domain } else { comparison.by_link };
    let rows = rows(comparison, arguments);
    let mut out = BufWriter::new(io::stdout().lock());
    if let Some(format) = arguments.format {
        manner.note(counts);
        let rows: Vec<u32> = rows.into_iter().map(|(_, row)| row).collect();
        formats::write(format, &comparison.links, &rows, Formulas::Guarded, &mut out)?;
        return Ok(out.flush()?);
    }
    writeln!(out, "{counts}")?;
    for (standing, row) in rows {
        let (sign, color) = match standing {
            Standing::New => ('+', AnsiColor::Green.on_default()),
            Standing::NotSeen => ('-', AnsiColor::Red.on_default()),
            Standing::BeyondCut => ('~', AnsiColor::Yellow.on_default()),
            Standing::Kept => (' ', Style::new()),
        };
        let color = if manner.has_colors() { color } else { Style::new() };
        let field = if arguments.by_domain { Field::SourceDomain } else { Field::SourceUrl };
        writeln!(out, "{color}{sign} {}{color:#}", paste_safe_url(comparison.links.text(row, field)))?;
    }
    Ok(out.flush()?)
}

/// The rows that are wanted; by domain, the first one of each.
fn rows(comparison: &Comparison, arguments: &Arguments) -> Vec<(Standing, u32)> {
    let mut seen = HashSet::new();
    let standings = comparison.verdicts.iter().map(|v| if arguments.by_domain { v.domain } else { v.link });
    let wanted = |standing: Standing| arguments.only.iter().any(|which| which.covers(standing));
    let mut first = |row: u32| !arguments.by_domain || seen.insert(comparison.links.folded(row, Field::SourceDomain));
    standings.zip(0_u32..).filter(|(standing, row)| wanted(*standing) && first(*row)).collect()
}
