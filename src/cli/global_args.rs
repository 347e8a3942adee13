//! The options that every command takes: quiet, color, and errors as JSON.

use std::fmt::Display;
use std::io::{self, IsTerminal};

use clap::ColorChoice;

use super::environment::environment;
use super::stderr::write_sanitized;
use crate::config::ColorSupport;

#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct GlobalArgs {
    /// Print only errors to stderr
    #[arg(short, long, global = true)]
    quiet: bool,

    /// Use color: auto, always or never
    ///
    /// With auto, color is used in a terminal unless NO_COLOR is set.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    color: ColorChoice,

    /// Print errors as JSON, one object per line
    ///
    /// Each has the fields code, kind and message, and where money is involved, credits.
    #[arg(long, global = true)]
    pub(super) json_errors: bool,
}

impl GlobalArgs {
    /// Prints a note to stderr, unless `--quiet` is set.
    pub(super) fn note(self, text: impl Display) {
        if !self.quiet {
            write_sanitized(&text.to_string());
        }
    }

    pub(super) fn shows_progress(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Whether stdout may be colored.
    pub(super) fn has_colors(self) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stdout().is_terminal() && ColorSupport::of(&environment) != ColorSupport::None,
        }
    }
}
