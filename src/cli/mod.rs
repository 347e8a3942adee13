//! The command line: what it says, and the exit code of what comes of it. One file for each command.

mod archive;
mod buying;
mod choice;
mod config;
mod credits;
mod demo_api;
mod diff;
mod disavow;
mod doctor;
mod export;
mod fetch;
mod gap;
mod given;
mod history;
mod links;
mod manner;
mod manual;
mod missing;
mod mode;
mod office;
mod open;
mod output;
mod plan;
mod print;
mod progress;
mod records;
mod refusal;
mod stop;
mod targets;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use self::manner::Manner;
use self::mode::ModeArgs;
use self::refusal::Refusal;
use crate::domain::snapshot::parse_age;
use crate::domain::{Credits, LinkCount, Scope};
use crate::runtime::event_loop::Outcome;
use crate::runtime::session::{self, SessionError};
use crate::runtime::{browser, clipboard, core_dump, panics};

/// Read, filter and take away the backlinks of a page, in the terminal.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// The page or domain whose backlinks are wanted. It is put into the target box; nothing is asked before Enter
    #[arg(value_name = "TARGET")]
    target: Option<String>,

    /// How many links to ask for, 1 to 10,000
    #[arg(short, long = "num", value_name = "N", value_parser = LinkCount::parse)]
    number: Option<LinkCount>,

    /// Links to one page, or to a whole domain
    #[arg(long, value_name = "page|domain", value_parser = parse_scope)]
    scope: Option<Scope>,

    #[command(flatten)]
    mode: ModeArgs,

    /// Ask the embedded API: no key, no network, no credits
    #[arg(long)]
    demo: bool,

    /// A file that holds the API key
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,

    /// What the session may spend at most, in credits; what would go over it is refused
    #[arg(long, value_name = "N")]
    max_credits: Option<u64>,

    /// An answer in the archive that is older than this asks whether to buy a new one, such as 30d or 12h
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    max_age: Option<Duration>,

    /// Keep no answers on the disk: what is bought is gone when the session ends
    #[arg(long)]
    no_archive: bool,

    #[command(flatten)]
    manner: Manner,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
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

/// Does what the command line says.
pub fn run() -> ExitCode {
    core_dump::forbid();
    panics::install_hook();
    let words: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = browser::serve(&words).or_else(|| clipboard::serve(&words)) {
        return code;
    }
    let arguments = match usage::read(&words) {
        Ok(arguments) => arguments,
        Err(code) => return ExitCode::from(code),
    };
    let manner = arguments.manner;
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => ExitCode::from(refusal.tell(manner.json_errors)),
    }
}

fn dispatch(arguments: Arguments) -> Result<(), Refusal> {
    let manner = arguments.manner;
    match arguments.command {
        Some(Command::Open(arguments)) => {
            session(&session::Options { files: Some(arguments.into_files()?), ..session::Options::default() })
        }
        Some(Command::Fetch(arguments)) => fetch::run_fetch(&arguments, manner),
        Some(Command::Export(arguments)) => export::run_export(arguments, manner),
        Some(Command::History(arguments)) => history::run_history(arguments, manner),
        Some(Command::Credits(arguments)) => credits::run_credits(&arguments, manner),
        Some(Command::Diff(arguments)) => diff::run_diff(arguments, manner),
        Some(Command::Gap(arguments)) => gap::run_gap(arguments, manner),
        Some(Command::Disavow(arguments)) => disavow::run_disavow(arguments, manner),
        Some(Command::Archive { task }) => archive::run_task(task),
        Some(Command::Config { task }) => config::run_task(task, manner),
        Some(Command::Doctor(arguments)) => doctor::run_doctor(&arguments, manner),
        Some(Command::Completions(arguments)) => manual::run_completions(&arguments),
        Some(Command::Man(arguments)) => manual::run_manual(&arguments, manner),
        Some(Command::DemoApi(arguments)) => demo_api::run(&arguments, manner),
        None => interactive(arguments),
    }
}

fn interactive(arguments: Arguments) -> Result<(), Refusal> {
    let options = session::Options {
        target: arguments.target,
        number: arguments.number,
        scope: arguments.scope,
        mode: arguments.mode.said(),
        demo: arguments.demo,
        api_key_file: arguments.api_key_file,
        max_credits: arguments.max_credits.map(Credits),
        max_age: arguments.max_age,
        no_archive: arguments.no_archive,
        files: None,
    };
    session(&options)
}

fn session(options: &session::Options) -> Result<(), Refusal> {
    match session::run(options) {
        Ok(Outcome::Quit) => Ok(()),
        Ok(Outcome::Interrupted) => Err(Refusal::interrupted("")),
        Err(error @ (SessionError::Settings(_) | SessionError::NoTerminal(_) | SessionError::DumbTerminal)) => {
            Err(Refusal::usage(error))
        }
        Err(error @ (SessionError::Terminal(_) | SessionError::Fault)) => Err(Refusal::other(error)),
    }
}

fn parse_scope(name: &str) -> Result<Scope, String> {
    let scope = Scope::BOTH.into_iter().find(|scope| scope.name() == name);
    scope.ok_or_else(|| "page or domain is expected".to_owned())
}
