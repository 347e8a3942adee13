//! The top-level arguments: the options of an interactive session, and the subcommands.

use clap::Parser;

use super::commands::Command;
use super::global_args::GlobalArgs;
use super::request_args::{AccountArgs, ArchiveArgs, BudgetArgs, RequestArgs, help_overrides};

/// Explore, filter and export the backlinks of any page or domain
#[derive(Debug, Parser)]
#[command(
    version,
    after_long_help = EXAMPLES,
    mut_args = help_overrides(&[
        ("max_credits", "Maximum credits to spend in this session"),
        ("max_age", "Offer to re-fetch snapshots older than this, such as 30d"),
        ("no_archive", "Save nothing to disk; links are gone when you quit"),
    ]),
)]
pub(super) struct Arguments {
    /// Page or domain to look up
    ///
    /// It is filled in as the target. No credits are spent until you press Enter.
    #[arg(value_name = "TARGET")]
    pub(super) target: Option<String>,

    #[command(flatten)]
    pub(super) request: RequestArgs,

    #[command(flatten)]
    pub(super) budget: BudgetArgs,

    #[command(flatten)]
    pub(super) archive: ArchiveArgs,

    #[command(flatten)]
    pub(super) account: AccountArgs,

    #[command(flatten)]
    pub(super) global: GlobalArgs,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  # Try it with demo data: free and offline
  kew-tui --demo

  # Start with a target filled in; Enter fetches its links
  kew-tui https://example.com/ -n 500

The API key is read from the first of these that is set: --api-key-file, the environment variable \
KEYWORDS_EVERYWHERE_API_KEY, then api_key_command and api_key in the settings file.";
