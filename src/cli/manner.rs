//! How every command speaks: what goes to the standard error, in which colours, and errors for scripts.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use clap::ColorChoice;

use super::office::environment;
use crate::config::Colours;
use crate::domain::text::safe;

/// The options that every command takes.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct Manner {
    /// Say nothing on the standard error but errors
    #[arg(short, long, global = true)]
    quiet: bool,

    /// When to use colours; NO_COLOR turns them off too
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,

    /// Errors as one JSON object a line on the standard error, for scripts: code, kind, message, credits
    #[arg(long, global = true)]
    pub(super) json_errors: bool,
}

impl Manner {
    /// Saying nothing but errors.
    pub(super) fn silent() -> Manner {
        Manner { quiet: true, ..Manner::default() }
    }

    /// Says something that is not the data, unless the user wants none of it.
    pub(super) fn note(self, text: impl Display) {
        if !self.quiet {
            say(&text.to_string());
        }
    }

    /// Whether something that moves may be shown on the standard error.
    pub(super) fn shows_progress(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Whether what goes to the standard output may have colours.
    pub(super) fn has_colors(self) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stdout().is_terminal() && Colours::of(&environment) != Colours::None,
        }
    }
}

/// Writes lines to the standard error, with nothing in them that a terminal would act on.
pub(super) fn say(text: &str) {
    for line in text.lines() {
        write_line(&safe(line));
    }
}

pub(super) fn write_line(line: &str) {
    // With the standard error closed there is nobody to tell, nor a way to tell it.
    drop(writeln!(io::stderr(), "{line}"));
}
