//! The command line as a whole: the options of a session, and the commands.

use clap::Parser;

use super::commands::Command;
use super::global_args::GlobalArgs;
use super::request_args::{AccountArgs, ArchiveArgs, BudgetArgs, RequestArgs, means};

/// Read, filter and take away the backlinks of a page, in the terminal.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = EXAMPLES,
    mut_args = means(&[
        ("max_credits", "What the session may spend at most, in credits; what would go over it is refused"),
        ("max_age", "An answer in the archive that is older than this asks whether to buy a new one, such as 30d or 12h"),
        ("no_archive", "Keep no answers on the disk: what is bought is gone when the session ends"),
    ]),
)]
pub(super) struct Arguments {
    /// The page or domain whose backlinks are wanted. It is put into the target box; nothing is asked before Enter
    #[arg(value_name = "TARGET")]
    pub(super) target: Option<String>,

    #[command(flatten)]
    pub(super) request: RequestArgs,

    #[command(flatten)]
    pub(super) account: AccountArgs,

    #[command(flatten)]
    pub(super) budget: BudgetArgs,

    #[command(flatten)]
    pub(super) archive: ArchiveArgs,

    #[command(flatten)]
    pub(super) global: GlobalArgs,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui --demo                         try it: nothing is charged
  kew-tui https://example.com/ -n 500    with the target filled in; Enter asks

The API key comes from --api-key-file, KEYWORDS_EVERYWHERE_API_KEY, or api_key_command or api_key in the settings.";
