//! The commands, one file each. They use the shared files of the command line but not each other.

mod archive;
mod completions;
mod config;
mod credits;
mod demo_api;
mod diff;
mod disavow;
mod doctor;
mod export;
mod fetch;
mod gap;
mod history;
mod man;
mod open;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::global_args::GlobalArgs;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Browse link files: CSV, JSON, exports of other tools
    Open(open::Arguments),
    /// Fetch backlinks of one or more targets
    Fetch(Box<fetch::Arguments>),
    /// Export saved snapshots or link files to another format (free)
    Export(export::Arguments),
    /// List saved snapshots
    History(history::Arguments),
    /// Show balance and spending
    Credits(credits::Arguments),
    /// Compare two snapshots of a target, or any two link lists (free)
    Diff(diff::Arguments),
    /// Find the link gap: domains linking to competitors but not to you
    Gap(gap::Arguments),
    /// Create or update a Google disavow file
    Disavow(disavow::Arguments),
    /// Manage the archive
    #[command(after_long_help = archive::EXAMPLES)]
    Archive {
        #[command(subcommand)]
        task: archive::Task,
    },
    /// Show or create the settings file
    #[command(after_long_help = config::EXAMPLES)]
    Config {
        #[command(subcommand)]
        task: config::Task,
    },
    /// Check key, account, archive, clipboard, terminal
    Doctor(doctor::Arguments),
    /// Generate shell completions
    Completions(completions::Arguments),
    /// Generate man pages
    Man(man::Arguments),
    /// Run the demo API for other programs
    DemoApi(demo_api::Arguments),
}

impl Command {
    /// `program` is the definition of the command line, for completions and man pages.
    pub(super) fn run(self, program: clap::Command, global: GlobalArgs) -> Result<(), CliError> {
        match self {
            Command::Open(arguments) => open::run_open(arguments),
            Command::Fetch(arguments) => fetch::run_fetch(&arguments, global),
            Command::Export(arguments) => export::run_export(&arguments, global),
            Command::History(arguments) => history::run_history(&arguments, global),
            Command::Credits(arguments) => credits::run_credits(&arguments, global),
            Command::Diff(arguments) => diff::run_diff(&arguments, global),
            Command::Gap(arguments) => gap::run_gap(&arguments, global),
            Command::Disavow(arguments) => disavow::run_disavow(&arguments, global),
            Command::Archive { task } => archive::run_task(task, global),
            Command::Config { task } => config::run_task(task, global),
            Command::Doctor(arguments) => doctor::run_doctor(&arguments, global),
            Command::Completions(arguments) => completions::run_completions(&arguments, program),
            Command::Man(arguments) => man::run_man(&arguments, program, global),
            Command::DemoApi(arguments) => demo_api::run_demo_api(&arguments, global),
        }
    }
}
