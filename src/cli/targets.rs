//! Reads targets from arguments, files and stdin.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use super::error::{Code, CommandError, USAGE};
use super::request_args::REQUEST;
use crate::domain::target::TargetError;
use crate::domain::{Scope, Target};

#[derive(Debug, thiserror::Error)]
pub(super) enum TargetListError {
    #[error("Can't read {name}: {error}")]
    Unreadable { name: String, error: io::Error },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<InvalidTarget>),
    #[error("The list contains no targets")]
    Empty,
}

#[derive(Debug, thiserror::Error)]
#[error("{location}: {error}")]
pub(super) struct InvalidTarget {
    location: String,
    error: TargetError,
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
    /// Blank lines and lines that start with # are ignored. - reads from stdin.
    #[arg(long = "targets", value_name = "FILE", id = "targets", help_heading = REQUEST)]
    file: Option<PathBuf>,
}

impl TargetArgs {
    /// In the given order, without duplicates.
    ///
    /// # Errors
    /// All invalid targets, with their line numbers.
    pub(super) fn read(&self, scope: Scope) -> Result<Vec<Target>, TargetListError> {
        let mut list = TargetList::new(scope);
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
            Some(path) => list.add_lines(&path.display().to_string(), fs::File::open(path).and_then(read_text))?,
            None => {}
        }
        match (list.invalid.is_empty(), list.targets.in_order.is_empty()) {
            (false, _) => Err(TargetListError::Invalid(list.invalid)),
            (true, true) => Err(TargetListError::Empty),
            (true, false) => Ok(list.targets.in_order),
        }
    }
}

fn read_text(mut file: fs::File) -> io::Result<String> {
    let mut text = String::new();
    file.read_to_string(&mut text).map(|_| text)
}

/// Targets in insertion order, without duplicates. A hash set, since lists can be long.
#[derive(Default)]
struct UniqueTargets {
    in_order: Vec<Target>,
    seen: HashSet<Target>,
}

impl UniqueTargets {
    fn add(&mut self, target: Target) {
        if self.seen.insert(target.clone()) {
            self.in_order.push(target);
        }
    }
}

struct TargetList {
    scope: Scope,
    targets: UniqueTargets,
    invalid: Vec<InvalidTarget>,
}

impl TargetList {
    fn new(scope: Scope) -> TargetList {
        TargetList { scope, targets: UniqueTargets::default(), invalid: Vec::new() }
    }

    fn add(&mut self, text: &str, location: &str) {
        match Target::parse(text, self.scope) {
            Ok(target) => self.targets.add(target),
            Err(error) => self.invalid.push(InvalidTarget { location: location.to_owned(), error }),
        }
    }

    fn add_lines(&mut self, name: &str, text: io::Result<String>) -> Result<(), TargetListError> {
        let text = text.map_err(|error| TargetListError::Unreadable { name: name.to_owned(), error })?;
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
    fn comments_and_blank_lines_are_ignored_and_errors_have_line_numbers() {
        let mut list = TargetList::new(Scope::Page);
        let text = "\u{feff}example.com\r\n\r\n  # a remark\n https://example.com/ \nftp://x.com\nhttps://b.com/a\nlocalhost\n";
        list.add_lines("list.txt", Ok(text.to_owned())).unwrap();
        let targets: Vec<&str> = list.targets.in_order.iter().map(Target::as_str).collect();
        assert_eq!(targets, ["https://example.com/", "https://b.com/a"]);
        assert_eq!(list.invalid.len(), 2);
        let error = list.invalid[0].to_string();
        assert!(error.starts_with("list.txt:5: ftp://x.com: only http"), "{error}");
    }

    #[test]
    fn a_long_list_keeps_its_order_without_duplicates() {
        let mut list = TargetList::new(Scope::Page);
        let lines = |numbers: std::ops::Range<u32>| numbers.map(|n| format!("site{n}.com\n")).collect::<String>();
        list.add_lines("list.txt", Ok(format!("{}{}", lines(0..50_000), lines(25_000..50_001)))).unwrap();
        let targets = &list.targets.in_order;
        assert_eq!((targets.len(), list.invalid.len()), (50_001, 0));
        assert!(targets.iter().enumerate().all(|(n, target)| target.as_str() == format!("https://site{n}.com/")));
    }
}
