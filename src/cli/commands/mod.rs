//! The commands, one file each. They stand on the other files of the command line, and on nothing of each other.

mod archive;
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
mod manual;
mod open;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::global_args::GlobalArgs;

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
    Man(manual::ManArguments),
    /// Run the embedded API for other programs, until Ctrl-C
    DemoApi(demo_api::Arguments),
}

impl Command {
    /// Runs it; `program` is the whole command line, for those that describe it.
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
            Command::Completions(arguments) => manual::run_completions(&arguments, program),
            Command::Man(arguments) => manual::run_manual(&arguments, program, global),
            Command::DemoApi(arguments) => demo_api::run(&arguments, global),
        }
    }
}
