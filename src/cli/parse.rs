//! Parses the command line and reports usage errors.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, ColorChoice, Command, CommandFactory, FromArgMatches};

use super::arguments::Arguments;
use super::error::{CliError, Code, CommandError, LIST_COMMANDS, USAGE};
use super::exit::Exit;
use crate::domain::nearest::nearest;
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::text::is_unsafe_char;

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UsageError(String);

impl CommandError for UsageError {
    fn code(&self) -> Code {
        USAGE
    }
}

/// Prints help, the version and usage errors itself; `Err` is the exit code.
pub(super) fn parse(args: &[OsString]) -> Result<Arguments, Exit> {
    let mut command = Arguments::command().color(color(args));
    let parsed = command.try_get_matches_from_mut(args).and_then(|matches| {
        reject_options_before_command(&mut command, &matches)?;
        Arguments::from_arg_matches(&matches)
    });
    match parsed {
        Ok(arguments) => match misspelled_command(&command, args).filter(|_| arguments.command.is_none()) {
            Some(message) => Err(CliError::from(UsageError(message)).report(arguments.global.json_errors)),
            None => Ok(arguments),
        },
        Err(error) => Err(report_usage_error(&command, args, &error)),
    }
}

fn report_usage_error(command: &Command, args: &[OsString], error: &clap::Error) -> Exit {
    let is_requested = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let as_json = !is_requested && options(args).any(|arg| arg == "--json-errors");
    let misspelled_command = misspelled_command(command, args).filter(|_| error.kind() == ErrorKind::UnknownArgument);
    // clap quotes arguments without escaping them.
    let has_unsafe_chars = args.iter().any(|arg| arg.to_string_lossy().chars().any(is_unsafe_char));
    if as_json || misspelled_command.is_some() || has_unsafe_chars {
        let message = misspelled_command.unwrap_or_else(|| error.render().to_string());
        let message = message.trim_start_matches("error: ").trim();
        return CliError::from(UsageError(message.to_owned())).report(as_json);
    }
    // Fails only if the output is closed, and then nothing can be reported.
    drop(error.print());
    if is_requested { Exit::Done } else { Exit::Usage }
}

/// Rejects options of the interactive session before a command, since the command would ignore them.
fn reject_options_before_command(command: &mut Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    let Some(name) = matches.subcommand_name() else { return Ok(()) };
    let stray = command.get_arguments().find(|argument| {
        let given = matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine);
        given && !argument.is_global_set()
    });
    let Some(option) = stray.map(ToString::to_string) else { return Ok(()) };
    let message = format!("{option} can't be used before {name}; put the options of a command after its name");
    Err(command.error(ErrorKind::ArgumentConflict, message))
}

/// The message for a first argument that is no command or target but resembles a command.
fn misspelled_command(command: &Command, args: &[OsString]) -> Option<String> {
    let first = args.iter().skip(1).filter_map(|arg| arg.to_str()).find(|arg| !arg.starts_with('-'))?;
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    if first.contains(['.', '/', ':']) || names.contains(&first) {
        return None;
    }
    let meant = nearest(first, names)?;
    Some(format!(
        "{OPEN}{first}{CLOSE} is not a command, page or domain; did you mean {OPEN}{meant}{CLOSE}?\n{LIST_COMMANDS}"
    ))
}

/// The value of `--color`, which is needed before parsing because help is colored too.
fn color(args: &[OsString]) -> ColorChoice {
    let args: Vec<&str> = options(args).collect();
    let separate = args.windows(2).rev().find_map(|pair| match pair {
        ["--color", when] => Some(*when),
        _ => None,
    });
    let when = args.iter().rev().find_map(|arg| arg.strip_prefix("--color=")).or(separate);
    when.and_then(|when| when.parse().ok()).unwrap_or(ColorChoice::Auto)
}

/// The arguments before `--`.
fn options(args: &[OsString]) -> impl Iterator<Item = &str> {
    args.iter().skip(1).filter_map(|arg| arg.to_str()).take_while(|arg| *arg != "--")
}
