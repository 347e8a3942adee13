//! The command line: what it says, and the exit code of what comes of it. One file for each command.

#![warn(clippy::too_many_lines)]

mod archive;
mod arguments;
mod buying;
mod config;
mod context;
mod credits;
mod demo_api;
mod diff;
mod disavow;
mod doctor;
mod environment;
mod error;
mod exit;
mod export;
mod fetch;
mod gap;
mod history;
mod lazy_archive;
mod link_inputs;
mod links;
mod manner;
mod manual;
mod missing;
mod open;
mod output;
mod plan;
mod print;
mod progress;
mod records;
mod request_args;
mod row_filter;
mod snapshots;
mod source;
mod stderr;
mod stop;
mod targets;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory;

use self::arguments::{Arguments, Command};
use self::error::{CliError, Code, EndsCommand, Interrupted, OTHER, USAGE};
pub use self::exit::Exit;
use crate::runtime::event_loop::Outcome;
use crate::runtime::session::{self, SessionError};
use crate::runtime::{browser, clipboard, core_dump, panics};

/// Does what the command line says.
pub fn run() -> ExitCode {
    core_dump::forbid();
    panics::install_hook();
    let words: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = browser::serve(&words).or_else(|| clipboard::serve(&words)) {
        return code;
    }
    let exit = usage::read(&words).map_or_else(
        |exit| exit,
        |arguments| {
            let as_json = arguments.manner.json_errors;
            dispatch(arguments).map_or_else(|error| error.report(as_json), |()| Exit::Done)
        },
    );
    ExitCode::from(exit.number())
}

fn dispatch(arguments: Arguments) -> Result<(), CliError> {
    let manner = arguments.manner;
    match arguments.command {
        Some(Command::Open(arguments)) => {
            session(&session::Options { files: Some(arguments.into_files()?), ..session::Options::default() })
        }
        Some(Command::Fetch(arguments)) => fetch::run_fetch(&arguments, manner),
        Some(Command::Export(arguments)) => export::run_export(&arguments, manner),
        Some(Command::History(arguments)) => history::run_history(&arguments, manner),
        Some(Command::Credits(arguments)) => credits::run_credits(&arguments, manner),
        Some(Command::Diff(arguments)) => diff::run_diff(&arguments, manner),
        Some(Command::Gap(arguments)) => gap::run_gap(&arguments, manner),
        Some(Command::Disavow(arguments)) => disavow::run_disavow(&arguments, manner),
        Some(Command::Archive { task }) => archive::run_task(task, manner),
        Some(Command::Config { task }) => config::run_task(task, manner),
        Some(Command::Doctor(arguments)) => doctor::run_doctor(&arguments, manner),
        Some(Command::Completions(arguments)) => manual::run_completions(&arguments, Arguments::command()),
        Some(Command::Man(arguments)) => manual::run_manual(&arguments, Arguments::command(), manner),
        Some(Command::DemoApi(arguments)) => demo_api::run(&arguments, manner),
        None => interactive(arguments),
    }
}

fn interactive(arguments: Arguments) -> Result<(), CliError> {
    let Arguments { target, request, account, budget, archive, .. } = arguments;
    session(&session::Options {
        target,
        number: request.count.number,
        scope: request.kind.scope,
        mode: request.kind.mode(),
        demo: account.demo,
        api_key_file: account.key.api_key_file,
        max_credits: budget.max_credits,
        max_age: archive.max_age,
        no_archive: archive.no_archive,
        files: None,
    })
}

fn session(options: &session::Options) -> Result<(), CliError> {
    match session::run(options)? {
        Outcome::Quit => Ok(()),
        Outcome::Interrupted => Err(Interrupted.into()),
    }
}

impl EndsCommand for SessionError {
    fn code(&self) -> Code {
        match self {
            SessionError::Settings(_) | SessionError::NoTerminal(_) | SessionError::DumbTerminal => USAGE,
            SessionError::Terminal(_) | SessionError::Fault => OTHER,
        }
    }
}
