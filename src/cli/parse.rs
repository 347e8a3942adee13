//! Reading the command line, and what is said where it can't be read.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, ColorChoice, Command, CommandFactory, Error, FromArgMatches};

use super::arguments::Arguments;
use super::error::{CliError, Code, EndsCommand, LIST_COMMANDS, USAGE};
use super::exit::Exit;
use crate::domain::nearest::nearest;
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::text::is_unsafe_char;

/// What can't be understood, as clap or we say it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UsageError(String);

impl EndsCommand for UsageError {
    fn code(&self) -> Code {
        USAGE
    }
}

/// Reads the command line. Help and version are printed here; `Err` is the exit code of what was said.
pub(super) fn read(words: &[OsString]) -> Result<Arguments, Exit> {
    let mut command = Arguments::command().color(color(words));
    let read = command.try_get_matches_from_mut(words).and_then(|matches| {
        session_options_stand_alone(&mut command, &matches)?;
        Arguments::from_arg_matches(&matches)
    });
    match read {
        Ok(arguments) => match misspelled_command(&command, words).filter(|_| arguments.command.is_none()) {
            Some(why) => Err(CliError::from(UsageError(why)).report(arguments.global.json_errors)),
            None => Ok(arguments),
        },
        Err(error) => Err(refuse(&command, words, &error)),
    }
}

fn refuse(command: &Command, words: &[OsString], error: &Error) -> Exit {
    let is_requested = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let as_json = !is_requested && options(words).any(|word| word == "--json-errors");
    let misspelled_command = misspelled_command(command, words).filter(|_| error.kind() == ErrorKind::UnknownArgument);
    // What clap prints itself quotes the words as they came.
    let acts = words.iter().any(|word| word.to_string_lossy().chars().any(is_unsafe_char));
    if as_json || misspelled_command.is_some() || acts {
        let why = misspelled_command.unwrap_or_else(|| error.render().to_string());
        let why = why.trim_start_matches("error: ").trim();
        return CliError::from(UsageError(why.to_owned())).report(as_json);
    }
    // Where help can't be printed, whoever wanted it is gone.
    drop(error.print());
    if is_requested { Exit::Done } else { Exit::Usage }
}

/// The options of the screen stand without a command: of one, they would have to stand behind it.
fn session_options_stand_alone(command: &mut Command, matches: &ArgMatches) -> Result<(), Error> {
    let Some(name) = matches.subcommand_name() else { return Ok(()) };
    let stray = command.get_arguments().find(|argument| {
        let given = matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine);
        given && !argument.is_global_set()
    });
    let Some(stray) = stray.map(ToString::to_string) else { return Ok(()) };
    let message = format!("{stray} can't be used before {name}; put the options of a command after its name");
    Err(command.error(ErrorKind::ArgumentConflict, message))
}

/// A first word that is neither a command nor an address, but much like a command.
fn misspelled_command(command: &Command, words: &[OsString]) -> Option<String> {
    let first = words.iter().skip(1).filter_map(|word| word.to_str()).find(|word| !word.starts_with('-'))?;
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    if first.contains(['.', '/', ':']) || names.contains(&first) {
        return None;
    }
    let meant = nearest(first, names)?;
    Some(format!(
        "{OPEN}{first}{CLOSE} is not a command, page or domain; did you mean {OPEN}{meant}{CLOSE}?\n{LIST_COMMANDS}"
    ))
}

/// What `--color` says, needed before the line is read: help has colours too.
fn color(words: &[OsString]) -> ColorChoice {
    let words: Vec<&str> = options(words).collect();
    let behind = words.windows(2).rev().find_map(|pair| match pair {
        ["--color", when] => Some(*when),
        _ => None,
    });
    let when = words.iter().rev().find_map(|word| word.strip_prefix("--color=")).or(behind);
    when.and_then(|when| when.parse().ok()).unwrap_or(ColorChoice::Auto)
}

/// The words before `--`.
fn options(words: &[OsString]) -> impl Iterator<Item = &str> {
    words.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--")
}
