//! `kew-tui completions` and `kew-tui man`: made from the command line itself, so that they always tell the truth.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::error::{CliError, Code, EndsCommand, LIST_COMMANDS, OTHER, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::domain::nearest::suggestion;
use crate::domain::number::pluralize;
use crate::domain::signs::{CLOSE, OPEN};
use crate::files::AtomicFile;

/// The arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = COMPLETION_EXAMPLES)]
pub(in crate::cli) struct CompletionArguments {
    /// Shell to generate completions for
    shell: Shell,
}

const COMPLETION_EXAMPLES: &str = "\
Examples:
  kew-tui completions bash > ~/.local/share/bash-completion/completions/kew-tui
  kew-tui completions fish > ~/.config/fish/completions/kew-tui.fish
  kew-tui completions zsh > \"${fpath[1]}/_kew-tui\"";

/// The arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = MANUAL_EXAMPLES)]
pub(in crate::cli) struct ManArguments {
    /// Print the man page of this command instead of kew-tui itself
    #[arg(conflicts_with = "dir")]
    command: Option<String>,

    /// Write the man pages of all commands to this directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

const MANUAL_EXAMPLES: &str = "\
Examples:
  # Read the man page
  kew-tui man | man -l -

  # Read the man page of a command
  kew-tui man gap | man -l -

  # Install all man pages
  kew-tui man --dir ~/.local/share/man/man1";

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
enum ManError {
    #[error("Unknown command {OPEN}{name}{CLOSE}{meant}\n{LIST_COMMANDS}")]
    NoCommand { name: String, meant: String },
    #[error("Can't write to {}: {error}", .directory.display())]
    Unwritten { directory: PathBuf, error: io::Error },
}

impl EndsCommand for ManError {
    fn code(&self) -> Code {
        match self {
            ManError::NoCommand { .. } => USAGE,
            ManError::Unwritten { .. } => OTHER,
        }
    }
}

pub(super) fn run_completions(arguments: &CompletionArguments, mut program: Command) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "kew-tui", &mut script);
    Ok(io::stdout().write_all(&script)?)
}

pub(super) fn run_manual(arguments: &ManArguments, mut program: Command, global: GlobalArgs) -> Result<(), CliError> {
    program.build();
    if let Some(directory) = &arguments.dir {
        let pages = pages(&program);
        let in_directory = |error| ManError::Unwritten { directory: directory.clone(), error };
        fs::create_dir_all(directory).map_err(in_directory)?;
        for (name, page) in &pages {
            write_page(&directory.join(name), page).map_err(in_directory)?;
        }
        global.note(format!("Wrote {} to {}", pluralize(pages.len(), "man page", "man pages"), directory.display()));
        return Ok(());
    }
    let command = match &arguments.command {
        None => &program,
        Some(name) => program.find_subcommand(name).ok_or_else(|| {
            let meant = suggestion(name, program.get_subcommands().map(Command::get_name));
            ManError::NoCommand { name: name.clone(), meant }
        })?,
    };
    Ok(io::stdout().write_all(&page(command))?)
}

/// In a directory that others can write, a link of theirs is not followed.
fn write_page(path: &Path, page: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::begin(path, true)?;
    file.write_all(page)?;
    file.finish()
}

/// Every command's page by the name of its file.
fn pages(command: &Command) -> Vec<(String, Vec<u8>)> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let own = (format!("{name}.1"), page(command));
    let below = command.get_subcommands().filter(|command| command.get_name() != "help").flat_map(pages);
    std::iter::once(own).chain(below).collect()
}

fn page(command: &Command) -> Vec<u8> {
    let mut page = Vec::new();
    // Writing to memory can't fail.
    drop(Man::new(command.clone()).render(&mut page));
    page
}
