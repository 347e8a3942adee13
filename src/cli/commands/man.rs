//! `kew-tui man`: man pages, generated from the definition of the command line.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;

use crate::cli::error::{CliError, Code, CommandError, LIST_COMMANDS, OTHER, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::domain::nearest::suggestion;
use crate::domain::number::pluralize;
use crate::domain::signs::{CLOSE, OPEN};
use crate::files::AtomicFile;

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Print the man page of this command instead of kew-tui itself
    #[arg(conflicts_with = "dir")]
    command: Option<String>,

    /// Write the man pages of all commands to this directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  # Read the man page
  kew-tui man | man -l -

  # Read the man page of a command
  kew-tui man gap | man -l -

  # Install all man pages
  kew-tui man --dir ~/.local/share/man/man1";

#[derive(Debug, thiserror::Error)]
enum ManError {
    #[error("Unknown command {OPEN}{name}{CLOSE}{suggestion}\n{LIST_COMMANDS}")]
    UnknownCommand { name: String, suggestion: String },
    #[error("Can't write to {}: {error}", .directory.display())]
    Unwritable { directory: PathBuf, error: io::Error },
}

impl CommandError for ManError {
    fn code(&self) -> Code {
        match self {
            ManError::UnknownCommand { .. } => USAGE,
            ManError::Unwritable { .. } => OTHER,
        }
    }
}

pub(super) fn run_man(arguments: &Arguments, mut program: Command, global: GlobalArgs) -> Result<(), CliError> {
    program.build();
    match &arguments.dir {
        Some(directory) => Ok(write_pages(directory, &program, global)?),
        None => print_page(arguments.command.as_deref(), &program),
    }
}

fn print_page(name: Option<&str>, program: &Command) -> Result<(), CliError> {
    let command = match name {
        None => program,
        Some(name) => program.find_subcommand(name).ok_or_else(|| {
            let suggestion = suggestion(name, program.get_subcommands().map(Command::get_name));
            ManError::UnknownCommand { name: name.to_owned(), suggestion }
        })?,
    };
    Ok(io::stdout().write_all(&page(command))?)
}

fn write_pages(directory: &Path, program: &Command, global: GlobalArgs) -> Result<(), ManError> {
    let pages = pages(program);
    let unwritable = |error| ManError::Unwritable { directory: directory.to_owned(), error };
    fs::create_dir_all(directory).map_err(unwritable)?;
    for (name, page) in &pages {
        write_page(&directory.join(name), page).map_err(unwritable)?;
    }
    global.note(format!("Wrote {} to {}", pluralize(pages.len(), "man page", "man pages"), directory.display()));
    Ok(())
}

/// Replaces the file instead of writing to it, so that a symbolic link that another user created is not followed.
fn write_page(path: &Path, page: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::begin(path, true)?;
    file.write_all(page)?;
    file.finish()
}

/// File names and pages of a command and all its subcommands.
fn pages(command: &Command) -> Vec<(String, Vec<u8>)> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let own = (format!("{name}.1"), page(command));
    let subcommands = command.get_subcommands().filter(|command| command.get_name() != "help");
    std::iter::once(own).chain(subcommands.flat_map(pages)).collect()
}

fn page(command: &Command) -> Vec<u8> {
    let mut page = Vec::new();
    // Writing to memory can't fail.
    drop(Man::new(command.clone()).render(&mut page));
    page
}
