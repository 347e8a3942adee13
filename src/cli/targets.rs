//! Targets from the command line, from files and from the standard input.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use super::error::{Code, EndsCommand, USAGE};
use super::request_args::REQUEST;
use crate::domain::target::TargetError;
use crate::domain::{Scope, Target};

/// Why there is no list of targets.
#[derive(Debug, thiserror::Error)]
pub(super) enum TargetsError {
    #[error("Can't read {name}: {error}")]
    Unreadable { name: String, error: io::Error },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Wrong(Vec<InvalidTarget>),
    #[error("The list contains no targets")]
    Empty,
}

/// What is no target, and where it stands.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {error}")]
pub(super) struct InvalidTarget {
    place: String,
    error: TargetError,
}

impl EndsCommand for TargetsError {
    fn code(&self) -> Code {
        USAGE
    }
}

/// What the standard input is called.
const STDIN: &str = "stdin";

/// The options of every command that takes many targets.
#[derive(Debug, clap::Args)]
pub(super) struct Targets {
    /// Pages or domains; - reads them from stdin, one per line
    #[arg(value_name = "TARGET", required_unless_present = "targets")]
    typed: Vec<String>,

    /// Read targets from a file, one per line
    ///
    /// Blank lines and lines that start with # are ignored. - reads from stdin.
    #[arg(long = "targets", value_name = "FILE", id = "targets", help_heading = REQUEST)]
    file: Option<PathBuf>,
}

impl Targets {
    /// All of them, each once, in the order in which they stand there.
    ///
    /// # Errors
    /// Everything that is no target, with its line.
    pub(super) fn read(&self, scope: Scope) -> Result<Vec<Target>, TargetsError> {
        let mut list = List::new(scope);
        for typed in &self.typed {
            if typed == "-" {
                list.add_lines(STDIN, io::read_to_string(io::stdin()))?;
            } else {
                list.add(typed, typed);
            }
        }
        match &self.file {
            Some(path) if path.as_os_str() == "-" => {
                list.add_lines(STDIN, io::read_to_string(io::stdin()))?;
            }
            Some(path) => list.add_lines(&path.display().to_string(), fs::File::open(path).and_then(text_of))?,
            None => {}
        }
        match (list.wrong.is_empty(), list.targets.in_order.is_empty()) {
            (false, _) => Err(TargetsError::Wrong(list.wrong)),
            (true, true) => Err(TargetsError::Empty),
            (true, false) => Ok(list.targets.in_order),
        }
    }
}

fn text_of(mut file: fs::File) -> io::Result<String> {
    let mut text = String::new();
    file.read_to_string(&mut text).map(|_| text)
}

/// Targets in the order in which they were added, each once. Lists are as long as people make them, so that no target may be
/// compared with all before it.
#[derive(Default)]
struct Distinct {
    in_order: Vec<Target>,
    known: HashSet<Target>,
}

impl Distinct {
    fn add(&mut self, target: Target) {
        if self.known.insert(target.clone()) {
            self.in_order.push(target);
        }
    }
}

struct List {
    scope: Scope,
    targets: Distinct,
    wrong: Vec<InvalidTarget>,
}

impl List {
    fn new(scope: Scope) -> List {
        List { scope, targets: Distinct::default(), wrong: Vec::new() }
    }

    fn add(&mut self, typed: &str, place: &str) {
        match Target::parse(typed, self.scope) {
            Ok(target) => self.targets.add(target),
            Err(error) => self.wrong.push(InvalidTarget { place: place.to_owned(), error }),
        }
    }

    fn add_lines(&mut self, name: &str, text: io::Result<String>) -> Result<(), TargetsError> {
        let text = text.map_err(|error| TargetsError::Unreadable { name: name.to_owned(), error })?;
        for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                self.add(line, &format!("{name}:{}: {line}", number + 1));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_leniently_and_what_is_wrong_has_its_line() {
        let mut list = List::new(Scope::Page);
        let text = "\u{feff}example.com\r\n\r\n  # a remark\n https://example.com/ \nftp://x.com\nhttps://b.com/a\nlocalhost\n";
        list.add_lines("list.txt", Ok(text.to_owned())).unwrap();
        let targets: Vec<&str> = list.targets.in_order.iter().map(Target::as_str).collect();
        assert_eq!(targets, ["https://example.com/", "https://b.com/a"]);
        assert_eq!(list.wrong.len(), 2);
        let wrong = list.wrong[0].to_string();
        assert!(wrong.starts_with("list.txt:5: ftp://x.com: only http"), "{wrong}");
    }

    #[test]
    fn of_a_long_list_each_target_is_taken_once_in_its_place() {
        let mut list = List::new(Scope::Page);
        let lines = |numbers: std::ops::Range<u32>| numbers.map(|n| format!("site{n}.com\n")).collect::<String>();
        list.add_lines("list.txt", Ok(format!("{}{}", lines(0..50_000), lines(25_000..50_001)))).unwrap();
        let targets = &list.targets.in_order;
        assert_eq!((targets.len(), list.wrong.len()), (50_001, 0));
        assert!(targets.iter().enumerate().all(|(n, target)| target.as_str() == format!("https://site{n}.com/")));
    }
}
