//! Reads targets from arguments, files and stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use super::error::{Code, CommandError, USAGE};
use super::global_args::GlobalArgs;
use super::request_args::REQUEST;
use crate::domain::encoding::{Encoding, decode};
use crate::domain::target_list::{UniqueTargets, parse_lines};
use crate::domain::{Scope, Target};

#[derive(Debug, thiserror::Error)]
pub(super) enum TargetListError {
    #[error("Can't read {name}: {error}")]
    Unreadable { name: String, error: io::Error },
    #[error("{}", .0.join("\n"))]
    Invalid(Vec<String>),
    #[error("The list contains no targets")]
    Empty,
}

impl CommandError for TargetListError {
    fn code(&self) -> Code {
        USAGE
    }
}

const STDIN: &str = "stdin";

#[derive(Debug, clap::Args)]
pub(super) struct TargetArgs {
    /// Pages or domains; - reads them from stdin, one per line
    #[arg(value_name = "TARGET", required_unless_present = "targets")]
    typed: Vec<String>,

    /// Read targets from a file, one per line
    ///
    /// Blank lines are ignored, and # at the start of a line or after a space starts a comment. - reads from stdin.
    #[arg(long = "targets", value_name = "FILE", id = "targets", help_heading = REQUEST)]
    file: Option<PathBuf>,
}

impl TargetArgs {
    /// In the given order, without duplicates. Prints a note about a file that is not UTF-8.
    ///
    /// # Errors
    /// All invalid targets, with their line numbers.
    pub(super) fn read(&self, scope: Scope, global: GlobalArgs) -> Result<Vec<Target>, TargetListError> {
        let mut list = TargetList { scope, global, targets: UniqueTargets::default(), invalid: Vec::new() };
        for typed in &self.typed {
            if typed == "-" {
                list.add_file(STDIN, io::stdin())?;
            } else {
                list.add(typed);
            }
        }
        match &self.file {
            Some(path) if path.as_os_str() == "-" => list.add_file(STDIN, io::stdin())?,
            Some(path) => {
                let name = path.display().to_string();
                let file = File::open(path).map_err(|error| unreadable(&name, error))?;
                list.add_file(&name, file)?;
            }
            None => {}
        }
        let targets = list.targets.into_vec();
        match (list.invalid.is_empty(), targets.is_empty()) {
            (false, _) => Err(TargetListError::Invalid(list.invalid)),
            (true, true) => Err(TargetListError::Empty),
            (true, false) => Ok(targets),
        }
    }
}

fn unreadable(name: &str, error: io::Error) -> TargetListError {
    TargetListError::Unreadable { name: name.to_owned(), error }
}

struct TargetList {
    scope: Scope,
    global: GlobalArgs,
    targets: UniqueTargets,
    /// What is wrong with each invalid target.
    invalid: Vec<String>,
}

impl TargetList {
    fn add(&mut self, typed: &str) {
        match Target::parse(typed, self.scope) {
            Ok(target) => self.targets.add(target),
            Err(error) if error.quotes_text() => self.invalid.push(error.to_string()),
            Err(error) => self.invalid.push(format!("{typed}: {error}")),
        }
    }

    fn add_file(&mut self, name: &str, mut file: impl Read) -> Result<(), TargetListError> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| unreadable(name, error))?;
        let (text, encoding) = decode(&bytes);
        if encoding != Encoding::Utf8 {
            self.global.note(format!("{name}: read as {}", encoding.name()));
        }
        for line in parse_lines(&text, self.scope) {
            match line {
                Ok(target) => self.targets.add(target),
                Err(refused) => self.invalid.push(format!("{name}:{refused}")),
            }
        }
        Ok(())
    }
}
