//! Starts an interactive session from the command line.

use super::error::{CliError, Code, CommandError, Interrupted, OTHER, USAGE};
use crate::runtime::event_loop::Outcome;
use crate::runtime::session::{self, Options, SessionError};

pub(super) fn run(options: &Options) -> Result<(), CliError> {
    match session::run(options)? {
        Outcome::Quit => Ok(()),
        Outcome::Interrupted => Err(Interrupted.into()),
    }
}

impl CommandError for SessionError {
    fn code(&self) -> Code {
        match self {
            SessionError::Bootstrap(_) | SessionError::NoTerminal(_) | SessionError::DumbTerminal => USAGE,
            SessionError::Terminal(_) | SessionError::InternalError => OTHER,
        }
    }
}
