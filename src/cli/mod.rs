//! The command line: parses it, runs a command or a session, and maps the result to an exit code. Each command is a file in
//! `commands`; the other files are shared by them.

#![warn(clippy::too_many_lines)]

mod arguments;
mod batch;
mod batch_error;
mod command_archive;
mod commands;
mod context;
mod environment;
mod error;
mod exit;
mod fetch_missing;
mod global_args;
mod interrupt;
mod link_files;
mod link_inputs;
mod link_output;
mod output;
mod parse;
mod plan;
mod print;
mod progress;
mod report;
mod request_args;
mod row_filter;
mod session;
mod shadowed;
mod snapshots;
mod source;
mod stderr;
mod targets;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory;

use self::arguments::Arguments;
use self::error::CliError;
pub use self::exit::Exit;
use crate::runtime::session::Options;
use crate::runtime::{browser, clipboard, core_dump, panics};

pub fn run() -> ExitCode {
    core_dump::forbid();
    panics::install_hook();
    let args: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = browser::serve(&args).or_else(|| clipboard::serve(&args)) {
        return code;
    }
    let exit = parse::parse(&args).map_or_else(|exit| exit, execute);
    ExitCode::from(exit.number())
}

fn execute(arguments: Arguments) -> Exit {
    let as_json = arguments.global.json_errors;
    match dispatch(arguments) {
        Ok(()) => Exit::Done,
        Err(error) => error.report(as_json),
    }
}

/// Without a command, starts an interactive session.
fn dispatch(arguments: Arguments) -> Result<(), CliError> {
    let Arguments { target, request, account, budget, archive, global, command } = arguments;
    if let Some(command) = command {
        return command.run(Arguments::command(), global);
    }
    session::run(&Options {
        target,
        number: request.count.number,
        scope: request.kind.scope(),
        mode: request.kind.mode(),
        demo: account.demo,
        api_key_file: account.key.api_key_file,
        max_credits: budget.max_credits,
        max_age: archive.max_age,
        no_archive: archive.no_archive,
        files: None,
    })
}
