//! Why a command did not do what it was to do, and what a script or a person is told of it.

use std::fmt::Display;
use std::io;

use serde::Serialize;

use super::manner::{say, write_line};
use crate::archive::ArchiveError;
use crate::domain::text::safe;
use crate::domain::{Credits, Failure};
pub(super) use crate::runtime::signals::INTERRUPTED;

/// Anything that has no code of its own.
pub(super) const OTHER: u8 = 1;
/// Usage or settings.
pub(super) const USAGE: u8 = 2;
/// An answer or a file that can't be read.
pub(super) const UNREADABLE: u8 = 7;
/// It would cost more than is allowed.
pub(super) const TOO_EXPENSIVE: u8 = 8;

/// The exit code and the words for the user.
#[derive(Debug)]
pub(super) struct Refusal {
    code: u8,
    /// A stable word for scripts.
    kind: &'static str,
    /// Empty where all is said already.
    message: String,
    /// The credits that it is about: what it would cost at most, or may have cost.
    credits: Option<Credits>,
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

impl Refusal {
    pub(super) fn new(code: u8, kind: &'static str, message: impl Display) -> Refusal {
        Refusal { code, kind, message: message.to_string(), credits: None }
    }

    /// Anything that has no code of its own.
    pub(super) fn other(error: impl Display) -> Refusal {
        Refusal::new(OTHER, "other", error)
    }

    /// Usage or settings.
    pub(super) fn usage(error: impl Display) -> Refusal {
        Refusal::new(USAGE, "usage", error)
    }

    /// Ctrl-C, or the system asks the program to end.
    pub(super) fn interrupted(message: impl Display) -> Refusal {
        Refusal::new(INTERRUPTED, "interrupted", message)
    }

    /// The same with the credits that it is about.
    pub(super) fn about(self, credits: Credits) -> Refusal {
        Refusal { credits: Some(credits), ..self }
    }

    /// The same, of one of many things.
    pub(super) fn of(self, what: &str) -> Refusal {
        Refusal { message: format!("{what}: {}", self.message), ..self }
    }

    /// The same with more to say.
    pub(super) fn and(self, more: &str) -> Refusal {
        Refusal { message: format!("{} {more}", self.message).trim().to_owned(), ..self }
    }

    /// Tells it, to a person or as JSON to a script, and returns the exit code.
    pub(super) fn tell(&self, as_json: bool) -> u8 {
        if as_json && self.code != 0 {
            let message: Vec<_> = self.message.lines().map(safe).collect();
            let credits = self.credits.map(|credits| credits.0);
            let line = ErrorLine { code: self.code, kind: self.kind, message: &message.join("\n"), credits };
            // A number and texts always have a form in JSON.
            write_line(&serde_json::to_string(&line).unwrap_or_default());
        } else if self.code != 0 {
            say(&self.message);
        }
        self.code
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        // What a server says may end with a full stop of its own.
        let said = failure.to_string();
        let message = format!("{}: {}. {}", failure.title(), said.trim_end_matches('.'), failure.next_step());
        Refusal::new(failure.exit_code(), failure.kind(), message)
    }
}

impl From<ArchiveError> for Refusal {
    fn from(error: ArchiveError) -> Refusal {
        Refusal::new(OTHER, "archive", error)
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        // Whoever reads our output has seen enough (`| head`): that is no error of ours.
        let code = if error.kind() == io::ErrorKind::BrokenPipe { 0 } else { OTHER };
        Refusal::new(code, "io", error)
    }
}
