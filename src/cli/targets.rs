//! Targets from the command line, from files and from the standard input.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use super::refusal::Refusal;
use crate::domain::{Scope, Target};

/// The options of every command that takes many targets.
#[derive(Debug, clap::Args)]
pub(super) struct Targets {
    /// Pages or domains; `-` reads them from the standard input, one a line
    #[arg(value_name = "TARGET", required_unless_present = "targets")]
    typed: Vec<String>,

    /// A file with targets, one a line; blank lines and those that begin with # do not count
    #[arg(long = "targets", value_name = "FILE", id = "targets")]
    file: Option<PathBuf>,
}

impl Targets {
    /// All of them, each once, in the order in which they stand there.
    ///
    /// # Errors
    /// Everything that is no target, with its line.
    pub(super) fn read(&self, scope: Scope) -> Result<Vec<Target>, Refusal> {
        let mut list = List { scope, targets: Vec::new(), wrong: Vec::new() };
        for typed in &self.typed {
            if typed == "-" {
                list.add_lines("the standard input", io::read_to_string(io::stdin()))?;
            } else {
                list.add(typed, typed);
            }
        }
        match &self.file {
            Some(path) if path.as_os_str() == "-" => {
                list.add_lines("the standard input", io::read_to_string(io::stdin()))?;
            }
            Some(path) => list.add_lines(&path.display().to_string(), fs::File::open(path).and_then(text_of))?,
            None => {}
        }
        match (list.wrong.is_empty(), list.targets.is_empty()) {
            (false, _) => Err(Refusal::usage(list.wrong.join("\n"))),
            (true, true) => Err(Refusal::usage("there is no target in the list")),
            (true, false) => Ok(list.targets),
        }
    }
}

fn text_of(mut file: fs::File) -> io::Result<String> {
    let mut text = String::new();
    file.read_to_string(&mut text).map(|_| text)
}

struct List {
    scope: Scope,
    targets: Vec<Target>,
    wrong: Vec<String>,
}

impl List {
    fn add(&mut self, typed: &str, place: &str) {
        match Target::parse(typed, self.scope) {
            Ok(target) if self.targets.contains(&target) => {}
            Ok(target) => self.targets.push(target),
            Err(why) => self.wrong.push(format!("{place}: {why}")),
        }
    }

    fn add_lines(&mut self, name: &str, text: io::Result<String>) -> Result<(), Refusal> {
        let text = text.map_err(|error| Refusal::usage(format!("{name} can't be read: {error}")))?;
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
        let mut list = List { scope: Scope::Page, targets: Vec::new(), wrong: Vec::new() };
        let text = "\u{feff}example.com\r\n\r\n  # a remark\n https://example.com/ \nftp://x.com\nhttps://b.com/a\nlocalhost\n";
        list.add_lines("list.txt", Ok(text.to_owned())).unwrap();
        let targets: Vec<&str> = list.targets.iter().map(Target::as_str).collect();
        assert_eq!(targets, ["https://example.com/", "https://b.com/a"]);
        assert_eq!(list.wrong.len(), 2);
        assert!(list.wrong[0].starts_with("list.txt:5: ftp://x.com: only http"), "{}", list.wrong[0]);
    }
}
