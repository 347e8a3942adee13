//! `kew-tui completions`: shell completions, generated from the definition of the command line.

use std::io::{self, Write};

use clap::Command;
use clap_complete::Shell;

use crate::cli::error::CliError;

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Shell to generate completions for
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui completions bash > ~/.local/share/bash-completion/completions/kew-tui
  kew-tui completions fish > ~/.config/fish/completions/kew-tui.fish
  kew-tui completions zsh > \"${fpath[1]}/_kew-tui\"";

pub(super) fn run_completions(arguments: &Arguments, mut program: Command) -> Result<(), CliError> {
    // Into memory first: clap_complete panics if writing fails, as it does on a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "kew-tui", &mut script);
    Ok(io::stdout().write_all(&script)?)
}
