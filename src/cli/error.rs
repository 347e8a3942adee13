//! The edge at which typed errors become an exit code, and words for a person or a line of JSON for a script.

use std::fmt::Display;
use std::io;

use serde::Serialize;

use super::exit::Exit;
use super::stderr::{say, write_line};
use crate::archive::ArchiveError;
use crate::domain::link_set::TooMuchText;
use crate::domain::target::TargetError;
use crate::domain::text::sanitize;
use crate::domain::{Credits, FetchError};

/// The exit code, and a stable word for scripts that says more than the code.
pub(super) type Code = (Exit, &'static str);

pub(super) const OTHER: Code = (Exit::Other, "other");
pub(super) const USAGE: Code = (Exit::Usage, "usage");
pub(super) const INTERRUPTED: Code = (Exit::Interrupted, "interrupted");
pub(super) const IO: Code = (Exit::Other, "io");
pub(super) const ARCHIVE: Code = (Exit::Other, "archive");

/// What to do where a command is not known.
pub(super) const LIST_COMMANDS: &str = "Run kew-tui --help for a list of commands";
/// What to do where a snapshot is not there.
pub(super) const LIST_SNAPSHOTS: &str = "Run kew-tui history for a list of snapshots";

/// An error that a command may end with. Each module has its own, and says here what it means to a script.
pub(super) trait EndsCommand: std::error::Error + 'static {
    fn code(&self) -> Code;

    /// What it would cost at most, or may have cost.
    fn credits(&self) -> Option<Credits> {
        None
    }

    /// For people.
    fn message(&self) -> String {
        self.to_string()
    }
}

/// Any of these errors.
#[derive(Debug)]
pub(super) struct CliError(Box<dyn EndsCommand>);

impl<E: EndsCommand> From<E> for CliError {
    fn from(error: E) -> CliError {
        CliError(Box::new(error))
    }
}

impl CliError {
    /// Whether the user wanted the command to end.
    pub(super) fn is_interrupted(&self) -> bool {
        self.0.code().0 == Exit::Interrupted
    }

    /// Writes it to the standard error, as JSON for a script, and returns the exit code.
    pub(super) fn report(&self, as_json: bool) -> Exit {
        let (exit, kind) = self.0.code();
        let message = self.0.message();
        if exit != Exit::Done && as_json {
            let message = message.lines().map(sanitize).collect::<Vec<_>>().join("\n");
            let credits = self.0.credits().map(|credits| credits.0);
            let line = ErrorLine { code: exit.number(), kind, message: &message, credits };
            // A number and texts always have a form in JSON.
            write_line(&serde_json::to_string(&line).unwrap_or_default());
        } else if exit != Exit::Done {
            say(&message);
        }
        exit
    }
}

/// An error as scripts read it. The names are part of the interface.
#[derive(Serialize)]
struct ErrorLine<'a> {
    code: u8,
    kind: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<u64>,
}

/// Ctrl-C, or the system asks the program to end. Nothing need be said of it.
#[derive(Debug, thiserror::Error)]
#[error("")]
pub(super) struct Interrupted;

impl EndsCommand for Interrupted {
    fn code(&self) -> Code {
        INTERRUPTED
    }
}

impl EndsCommand for FetchError {
    fn code(&self) -> Code {
        (Exit::from(self), self.kind())
    }

    fn message(&self) -> String {
        // What a server says may end with a full stop of its own.
        let said = self.to_string();
        format!("{}: {}. {}", self.title(), said.trim_end_matches('.'), self.next_step())
    }
}

impl EndsCommand for ArchiveError {
    fn code(&self) -> Code {
        ARCHIVE
    }

    fn message(&self) -> String {
        sentence(self)
    }
}

impl EndsCommand for io::Error {
    fn code(&self) -> Code {
        // Whoever reads our output has seen enough (`| head`): that is no error of ours.
        if self.kind() == io::ErrorKind::BrokenPipe { (Exit::Done, "io") } else { IO }
    }
}

impl EndsCommand for TargetError {
    fn code(&self) -> Code {
        USAGE
    }
}

impl EndsCommand for TooMuchText {
    fn code(&self) -> Code {
        OTHER
    }
}

/// As a sentence of its own, what is written to go on after a colon.
pub(super) fn sentence(text: &impl Display) -> String {
    let text = text.to_string();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Sentences with blanks between; what is empty is left out.
pub(super) fn sentences(parts: &[&dyn Display]) -> String {
    let parts = parts.iter().map(ToString::to_string).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}
