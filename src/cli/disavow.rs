//! `kew-tui disavow`: a disavow file from links, merged into the one before.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::choice::{Known, parse_filter};
use super::given::{Given, Options};
use super::manner::Manner;
use super::office::{Shelf, run_with_shelf};
use super::output::Output;
use super::refusal::Refusal;
use crate::domain::LinkSet;
use crate::domain::disavow::{Merged, Protected, Wanted, merge};
use crate::domain::link_set::Segment;
use crate::domain::number::counted;
use crate::domain::query::Query;
use crate::formats::read::text;

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// What the links come from: files, `-`, numbers of answers in the archive, or targets, of which the newest answer is
    /// taken
    #[arg(value_name = "TARGET|NUMBER|FILE", required_unless_present = "merge")]
    given: Vec<String>,

    /// The disavow file to merge into: its comments and all that is not understood stay. It is only read
    #[arg(long, value_name = "OLD")]
    merge: Option<PathBuf>,

    /// Take only the links that this filter finds
    #[arg(long, value_name = "FILTER", value_parser = parse_filter, allow_hyphen_values = true)]
    filter: Option<Query>,

    /// A file of domains that are never disavowed, one a line
    #[arg(long, value_name = "FILE")]
    whitelist: Option<PathBuf>,

    /// Lines for the pages that link, not for their domains. The API lower-cases addresses, so such a line may not match
    #[arg(long)]
    urls: bool,

    #[command(flatten)]
    options: Options,

    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui disavow example.com --filter 'anchor:casino|pills' -o disavow.txt
                             who links with such words, from the newest answer in the archive
  kew-tui disavow --merge disavow.txt spam.csv --whitelist friends.txt -o new.txt
                             an export of another tool, merged into the list before
  kew-tui disavow --merge disavow.txt -o disavow.txt --force
                             the same list without duplicates and covered lines";

/// Refused entries that are named; the others are counted.
const MOST_NAMED: usize = 20;

pub(super) fn run_disavow(arguments: Arguments, manner: Manner) -> Result<(), Refusal> {
    run_with_shelf(|setup, shelf| async move {
        let old = arguments.merge.as_deref().map(read_text).transpose()?.unwrap_or_default();
        let mut protected = Protected::default();
        if let Some(path) = &arguments.whitelist {
            for (number, line) in protected.add_whitelist(&read_text(path)?) {
                manner.note(format!("{}: line {number} names no domain: {line}", path.display()));
            }
        }
        // Where it can't be written, nothing needs to be read.
        let mut out = arguments.output.open()?;
        let notebook = shelf.notebook(arguments.filter.as_ref()).await?;
        let known = Known { rules: &setup.config.settings.anchor_rules, notebook: &notebook };
        let wanted = collect(&arguments, known, &mut protected, &shelf, manner).await?;
        let merged = merge(&old, &wanted, &protected);
        out.write_all(merged.text.as_bytes())?;
        out.finish()?;
        tell(&merged, manner);
        Ok(())
    })
}

/// What shall be disavowed. The linked sites are the user's own.
async fn collect(
    arguments: &Arguments,
    known: Known<'_>,
    protected: &mut Protected,
    shelf: &Shelf,
    manner: Manner,
) -> Result<Wanted, Refusal> {
    let mut wanted = Wanted::default();
    for word in &arguments.given {
        let given = arguments.options.find(word, shelf, manner).await?;
        if let Given::Answer(snapshot) = &given {
            protected.add_own(snapshot.request.target.site());
        }
        let take = |segment: &Arc<Segment>| {
            let rows = known.find(arguments.filter.as_ref(), &LinkSet::of_segment(segment), &[]);
            for link in rows.iter().map(|row| segment.link(row as usize)) {
                protected.add_own(link.target_domain);
                if arguments.urls { wanted.add_page(&link) } else { wanted.add_domain(&link) }
            }
            Ok(())
        };
        arguments.options.read(&given, shelf, manner, take).await?;
    }
    Ok(wanted)
}

fn read_text(path: &Path) -> Result<String, Refusal> {
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|error| Refusal::usage(format!("{}: {error}", path.display())))?)
    };
    text(input).map_err(|error| Refusal::other(format!("{}: {error}", path.display())))
}

/// Says what became of it.
fn tell(merged: &Merged, manner: Manner) {
    for (what, objection) in merged.refused.iter().take(MOST_NAMED) {
        manner.note(format!("refused {what}: {objection}"));
    }
    let more = merged.refused.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        manner.note(format!("refused {} more", counted(more, "entry", "entries")));
    }
    for (number, line) in merged.unknown.iter().take(MOST_NAMED) {
        manner.note(format!("line {number} of the old file is not understood and stays: {line}"));
    }
    if let Some(why) = merged.too_large() {
        manner.note(why);
    }
    manner.note(merged);
}
