//! Where typed errors become an exit code and a message, or a line of JSON for scripts.

use std::fmt::Display;
use std::io;

use serde::Serialize;

use super::exit::Exit;
use super::stderr::{write_line, write_sanitized};
use crate::archive::ArchiveError;
use crate::domain::link_set::TooMuchText;
use crate::domain::target::TargetError;
use crate::domain::text::sanitize;
use crate::domain::{Credits, FetchError};

/// The exit code, and a stable identifier for scripts that is more specific.
pub(super) type Code = (Exit, &'static str);

pub(super) const OTHER: Code = (Exit::Other, "other");
pub(super) const USAGE: Code = (Exit::Usage, "usage");
pub(super) const INTERRUPTED: Code = (Exit::Interrupted, "interrupted");
pub(super) const IO: Code = (Exit::Other, "io");
pub(super) const ARCHIVE: Code = (Exit::Other, "archive");

pub(super) const LIST_COMMANDS: &str = "Run kew-tui --help for a list of commands";
pub(super) const LIST_SNAPSHOTS: &str = "Run kew-tui history for a list of snapshots";

/// An error that ends a command. Each module has its own error type and maps it to a code.
pub(super) trait CommandError: std::error::Error + 'static {
    fn code(&self) -> Code;

    /// The maximum cost, or what may have been charged.
    fn credits(&self) -> Option<Credits> {
        None
    }

    fn message(&self) -> String {
        self.to_string()
    }
}

#[derive(Debug)]
pub(super) struct CliError(Box<dyn CommandError>);

impl<E: CommandError> From<E> for CliError {
    fn from(error: E) -> CliError {
        CliError(Box::new(error))
    }
}

impl CliError {
    pub(super) fn is_interrupted(&self) -> bool {
        self.0.code().0 == Exit::Interrupted
    }

    /// Writes the message to stderr and returns the exit code.
    pub(super) fn report(&self, as_json: bool) -> Exit {
        let (exit, kind) = self.0.code();
        let message = self.0.message();
        if exit != Exit::Done && as_json {
            let message = message.lines().map(sanitize).collect::<Vec<_>>().join("\n");
            let credits = self.0.credits().map(|credits| credits.0);
            let line = ErrorLine { code: exit.number(), kind, message: &message, credits };
            // Serializing numbers and strings can't fail.
            write_line(&serde_json::to_string(&line).unwrap_or_default());
        } else if exit != Exit::Done {
            write_sanitized(&message);
        }
        exit
    }
}

// Scripts depend on the names of the fields.
#[derive(Serialize)]
struct ErrorLine<'a> {
    code: u8,
    kind: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<u64>,
}

/// Ctrl-C or a termination signal; prints nothing.
#[derive(Debug, thiserror::Error)]
#[error("")]
pub(super) struct Interrupted;

impl CommandError for Interrupted {
    fn code(&self) -> Code {
        INTERRUPTED
    }
}

impl CommandError for FetchError {
    fn code(&self) -> Code {
        (Exit::from(self), self.kind())
    }

    fn message(&self) -> String {
        // A message from the server may already end with a period.
        let message = self.to_string();
        format!("{}: {}. {}", self.title(), message.trim_end_matches('.'), self.next_step())
    }
}

impl CommandError for ArchiveError {
    fn code(&self) -> Code {
        ARCHIVE
    }

    fn message(&self) -> String {
        capitalize(self)
    }
}

impl CommandError for io::Error {
    fn code(&self) -> Code {
        // The reader of the pipe closed it, as `| head` does: not an error.
        if self.kind() == io::ErrorKind::BrokenPipe { (Exit::Done, "io") } else { IO }
    }
}

impl CommandError for TargetError {
    fn code(&self) -> Code {
        USAGE
    }
}

impl CommandError for TooMuchText {
    fn code(&self) -> Code {
        OTHER
    }
}

/// Capitalizes a message that is written to follow a colon.
pub(super) fn capitalize(text: &impl Display) -> String {
    let text = text.to_string();
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Joins sentences with spaces, without empty ones.
pub(super) fn join_sentences(parts: &[&dyn Display]) -> String {
    let parts = parts.iter().map(ToString::to_string).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}
