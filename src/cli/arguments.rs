//! The command line as a whole: the options of a session, and the commands.

use clap::{Parser, Subcommand};

use super::manner::Manner;
use super::request_args::{AccountArgs, ArchiveArgs, BudgetArgs, RequestArgs, means};
use super::{archive, config, credits, demo_api, diff, disavow, doctor, export, fetch, gap, history, manual, open};

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
    pub(super) manner: Manner,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Browse files: saved answers, CSV, JSON, and the exports of other tools
    Open(open::Arguments),
    /// Get the links of targets: from the archive for nothing, or bought within a limit
    Fetch(Box<fetch::Arguments>),
    /// Write links of the archive or of files in another format; it never buys
    Export(export::Arguments),
    /// List the answers in the archive
    History(history::Arguments),
    /// Say what the account has, and what was spent on what
    Credits(credits::Arguments),
    /// Say what changed between two snapshots of a target; from the archive, for nothing
    Diff(diff::Arguments),
    /// List the referring domains that link to others and not to you; from the archive or files, for nothing
    Gap(gap::Arguments),
    /// Make a disavow file of links, or merge them into one; from the archive or files, for nothing
    Disavow(disavow::Arguments),
    /// Look after the archive
    #[command(after_help = archive::EXAMPLES)]
    Archive {
        #[command(subcommand)]
        task: archive::Task,
    },
    /// Say where the settings are, what is in force and why
    #[command(after_help = config::EXAMPLES)]
    Config {
        #[command(subcommand)]
        task: config::Task,
    },
    /// Say what works and what does not: key, account, archive, clipboard, terminal; costs nothing
    Doctor(doctor::Arguments),
    /// Print a script that completes commands and options in a shell
    Completions(manual::CompletionArguments),
    /// Print the manual page
    Man(manual::ManualArguments),
    /// Run the embedded API for other programs, until Ctrl-C
    DemoApi(demo_api::Arguments),
}

const EXAMPLES: &str = "\
Examples:
  kew-tui --demo                         try it: nothing is charged
  kew-tui https://example.com/ -n 500    with the target filled in; Enter asks

The API key comes from --api-key-file, KEYWORDS_EVERYWHERE_API_KEY, or api_key_command or api_key in the settings.";
