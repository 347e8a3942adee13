//! `kew-tui disavow`: a disavow file from links, merged into the one before.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::cli::context::run;
use crate::cli::error::{CliError, Code, EndsCommand, OTHER, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::cli::link_inputs::LinkInputs;
use crate::cli::output::Output;
use crate::cli::request_args::means;
use crate::cli::row_filter::{FilterArgs, LinkFilter};
use crate::cli::source::{LinkSource, SourceArgs};
use crate::domain::Link;
use crate::domain::disavow::{Merged, Protected, Wanted, merge};
use crate::domain::number::pluralize;
use crate::formats::read::text;

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, mut_args = means(&[("filter", "Take only the links that this filter finds")]))]
pub(in crate::cli) struct Arguments {
    /// What the links come from: files, `-`, numbers of answers in the archive, or targets, of which the newest answer is
    /// taken
    #[arg(value_name = "TARGET|NUMBER|FILE", required_unless_present = "merge")]
    words: Vec<String>,

    /// The disavow file to merge into: its comments and all that is not understood stay. It is only read
    #[arg(long, value_name = "OLD")]
    merge: Option<PathBuf>,

    #[command(flatten)]
    filter: FilterArgs,

    /// A file of domains that are never disavowed, one a line
    #[arg(long, value_name = "FILE")]
    whitelist: Option<PathBuf>,

    /// Lines for the pages that link, not for their domains. The API lower-cases addresses, so such a line may not match
    #[arg(long)]
    urls: bool,

    #[command(flatten)]
    source: SourceArgs,

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

/// A list that can't be read.
#[derive(Debug, thiserror::Error)]
enum ListError {
    #[error("{}: {error}", .path.display())]
    Unopened { path: PathBuf, error: io::Error },
    #[error("{}: {error}", .path.display())]
    Unread { path: PathBuf, error: io::Error },
}

impl EndsCommand for ListError {
    fn code(&self) -> Code {
        match self {
            ListError::Unopened { .. } => USAGE,
            ListError::Unread { .. } => OTHER,
        }
    }
}

pub(super) fn run_disavow(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        let old = arguments.merge.as_deref().map(read_text).transpose()?.unwrap_or_default();
        let mut protected = Protected::default();
        if let Some(path) = &arguments.whitelist {
            for (number, line) in protected.add_whitelist(&read_text(path)?) {
                global.note(format!("{}: line {number} names no domain: {line}", path.display()));
            }
        }
        // Where it can't be written, nothing needs to be read.
        let mut out = arguments.output.open()?;
        let settings = context.settings();
        let filter = arguments.filter.prepare(&context.archive, &settings).await?;
        let inputs = LinkInputs { args: &arguments.source, archive: &context.archive, global };
        let wanted = collect(arguments, &inputs, &filter, &mut protected).await?;
        let merged = merge(&old, &wanted, &protected);
        out.write_all(merged.text.as_bytes())?;
        out.finish()?;
        report(&merged, global);
        Ok(())
    })
}

/// What shall be disavowed. The linked sites are the user's own.
async fn collect(
    arguments: &Arguments,
    inputs: &LinkInputs<'_>,
    filter: &LinkFilter<'_>,
    protected: &mut Protected,
) -> Result<Wanted, CliError> {
    let mut wanted = Wanted::default();
    let sources = inputs.find_all(&arguments.words).await?;
    sources.iter().filter_map(LinkSource::target).for_each(|target| protected.add_own(target.site()));
    let take = |link: &Link<'_>| {
        protected.add_own(link.target_domain);
        if arguments.urls {
            wanted.add_page(link);
        } else {
            wanted.add_domain(link);
        }
        Ok(())
    };
    inputs.for_each(&sources, filter, take).await?;
    Ok(wanted)
}

fn read_text(path: &Path) -> Result<String, ListError> {
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|error| ListError::Unopened { path: path.to_owned(), error })?)
    };
    text(input).map_err(|error| ListError::Unread { path: path.to_owned(), error })
}

/// Says what became of it.
fn report(merged: &Merged, global: GlobalArgs) {
    for (what, objection) in merged.refused.iter().take(MOST_NAMED) {
        global.note(format!("refused {what}: {objection}"));
    }
    let more = merged.refused.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        global.note(format!("refused {} more", pluralize(more, "entry", "entries")));
    }
    for (number, line) in merged.unknown.iter().take(MOST_NAMED) {
        global.note(format!("line {number} of the old file is not understood and stays: {line}"));
    }
    if let Some(why) = merged.too_large() {
        global.note(why);
    }
    global.note(merged);
}
