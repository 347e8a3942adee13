//! `kew-tui disavow`: creates a disavow file from links, or merges them into an existing one.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::cli::context::run;
use crate::cli::error::{CliError, Code, CommandError, OTHER, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::cli::link_inputs::LinkInputs;
use crate::cli::output::OutputArgs;
use crate::cli::request_args::help_overrides;
use crate::cli::row_filter::{FilterArgs, LINKS, LinkFilter};
use crate::cli::source::{INPUTS, LinkSource, SourceArgs};
use crate::domain::Link;
use crate::domain::disavow::{BadLine, Merged, Protected, Wanted, merge};
use crate::domain::encoding::{Encoding, decode};
use crate::domain::number::Thousands;

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, mut_args = help_overrides(&[("filter", "Disavow only links that match this filter")]))]
pub(in crate::cli) struct Arguments {
    #[arg(value_name = "TARGET|NUMBER|FILE", required_unless_present = "merge", help = INPUTS)]
    words: Vec<String>,

    /// Start from this disavow file
    ///
    /// Its comments and unrecognized lines are kept; a comment after an entry becomes a line above it. The file itself is not changed, unless it is also the output. A file that
    /// is overwritten is kept as FILE.bak.
    #[arg(long, value_name = "OLD")]
    merge: Option<PathBuf>,

    #[command(flatten)]
    filter: FilterArgs,

    /// Never disavow the domains in this file, one per line
    ///
    /// # at the start of a line or after a space starts a comment. Nothing is written if a line can't be read.
    #[arg(long, value_name = "FILE", help_heading = LINKS)]
    whitelist: Option<PathBuf>,

    /// Disavow referring pages instead of domains
    ///
    /// The API returns URLs in lower case, so the line of a page may not match its real URL.
    #[arg(long, help_heading = LINKS)]
    urls: bool,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  # Disavow domains that link with these anchor texts, from the newest snapshot
  kew-tui disavow example.com --filter 'anchor:casino|pills' -o disavow.txt

  # Add the export of another tool to an existing list
  kew-tui disavow --merge old.txt spam.csv --whitelist friends.txt -o new.txt

  # Remove duplicates and redundant lines from a list
  kew-tui disavow --merge disavow.txt -o disavow.txt --force";

/// Entries and lines beyond this number are only counted.
const MAX_LISTED: usize = 20;

#[derive(Debug, thiserror::Error)]
enum ListError {
    #[error("{}: {error}", .path.display())]
    Unopened { path: PathBuf, error: io::Error },
    #[error("{}: {error}", .path.display())]
    Unread { path: PathBuf, error: io::Error },
    /// Its domains must never be disavowed, so no line may be ignored.
    #[error("{0}")]
    Whitelist(String),
}

impl CommandError for ListError {
    fn code(&self) -> Code {
        match self {
            ListError::Unopened { .. } | ListError::Whitelist(_) => USAGE,
            ListError::Unread { .. } => OTHER,
        }
    }
}

pub(super) fn run_disavow(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        let read_old = |path: &Path| read_text(path, global);
        let old = arguments.merge.as_deref().map(read_old).transpose()?.unwrap_or_default();
        let mut protected = Protected::default();
        if let Some(path) = &arguments.whitelist {
            let unknown = protected.add_whitelist(&read_text(path, global)?);
            if !unknown.is_empty() {
                return Err(ListError::Whitelist(unreadable(path, &unknown)).into());
            }
        }
        // Opened before reading, so that an unwritable output fails early.
        let mut out = arguments.output.open()?;
        let settings = context.settings();
        let filter = arguments.filter.prepare(&context.archive, &settings).await?;
        let inputs = LinkInputs { source_args: &arguments.source, archive: &context.archive, global };
        let wanted = collect_entries(arguments, &inputs, &filter, &mut protected).await?;
        let merged = merge(&old, &wanted, &protected);
        out.write_all(merged.text.as_bytes())?;
        if let Some(backup) = out.finish_with_backup()? {
            global.note(format!("The previous list is kept as {}", backup.display()));
        }
        print_summary(&merged, global);
        Ok(())
    })
}

/// Also protects the linked sites, which are the user's own.
async fn collect_entries(
    arguments: &Arguments,
    inputs: &LinkInputs<'_>,
    filter: &LinkFilter<'_>,
    protected: &mut Protected,
) -> Result<Wanted, CliError> {
    let mut wanted = Wanted::default();
    let sources = inputs.find_all(&arguments.words).await?;
    sources.iter().filter_map(LinkSource::target).for_each(|target| protected.add_own(target.site()));
    let add = |link: &Link<'_>| {
        protected.add_own(link.target_domain);
        if arguments.urls {
            wanted.add_page(link);
        } else {
            wanted.add_domain(link);
        }
        Ok(())
    };
    inputs.for_each(&sources, filter, add).await?;
    Ok(wanted)
}

/// Reads a text file in any encoding, and says which one it is unless it is UTF-8.
fn read_text(path: &Path, global: GlobalArgs) -> Result<String, ListError> {
    let mut input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|error| ListError::Unopened { path: path.to_owned(), error })?)
    };
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| ListError::Unread { path: path.to_owned(), error })?;
    let (text, encoding) = decode(&bytes);
    if encoding != Encoding::Utf8 {
        global.note(format!("{}: read as {}", path.display(), encoding.name()));
    }
    Ok(text.into_owned())
}

fn print_summary(merged: &Merged, global: GlobalArgs) {
    note_each(&merged.refused, global, |(entry, reason)| format!("Not added: {entry}: {reason}"));
    note_each(&merged.unparsed, global, |BadLine { number, text, why }| {
        format!("Line {number} of the old file was not recognized, kept unchanged: {text} ({why})")
    });
    merged.exceeded_limits().into_iter().for_each(|limit| global.note(limit));
    global.note(merged);
}

/// The lines of a whitelist that can't be read, each with its number.
fn unreadable(path: &Path, lines: &[BadLine]) -> String {
    let line =
        |BadLine { number, text, .. }: &BadLine| format!("{}:{number}: not a domain or URL: {text}", path.display());
    list(lines, line).collect::<Vec<_>>().join("\n")
}

fn note_each<T>(items: &[T], global: GlobalArgs, note: impl Fn(&T) -> String) {
    list(items, note).for_each(|note| global.note(note));
}

/// A line for each of the first items, and the number of the others.
fn list<T>(items: &[T], line: impl Fn(&T) -> String) -> impl Iterator<Item = String> {
    let more = items.len().saturating_sub(MAX_LISTED);
    let rest = (more > 0).then(|| format!("and {} more", Thousands(more as u64)));
    items.iter().take(MAX_LISTED).map(line).chain(rest)
}
