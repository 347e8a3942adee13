//! `kew-tui doctor`: whether all that the program needs is there, and what to do where it is not. Nothing here costs.

mod checks;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Style};
use serde::Serialize;

use super::manner::Manner;
use super::office::runtime;
use super::records::{Record, Shape, write};
use super::refusal::{OTHER, Refusal};
use crate::domain::number::counted;
use crate::domain::text::one_line;

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A file that holds the API key
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,

    /// How to write it
    #[arg(short, long, value_enum, default_value_t = Shape::Table)]
    format: Shape,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui doctor                                     what works and what does not
  kew-tui doctor -f json | jq '.[] | select(.state == \"fail\")'";

/// How something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    #[default]
    Ok,
    Warn,
    Fail,
}

/// What was found of one thing. The names are part of the interface.
#[derive(Clone, Debug, Default, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    found: String,
    /// What to do about it.
    advice: String,
}

impl Finding {
    fn ok(what: &'static str, found: impl Into<String>) -> Finding {
        Finding { what, state: State::Ok, found: found.into(), advice: String::new() }
    }

    fn bad(what: &'static str, state: State, found: impl Into<String>, advice: impl Into<String>) -> Finding {
        Finding { what, state, found: found.into(), advice: advice.into() }
    }
}

impl Record for Finding {
    const HEADER: &'static [&'static str] = &["what", "state", "found", "advice"];

    fn cells(&self) -> Vec<String> {
        let state = match self.state {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fail => "fail",
        };
        vec![self.what.to_owned(), state.to_owned(), self.found.clone(), self.advice.clone()]
    }
}

pub(super) fn run_doctor(arguments: &Arguments, manner: Manner) -> Result<(), Refusal> {
    let (known, settings) = checks::settings();
    let clipboard = checks::clipboard(known.settings.clipboard);
    let limits = known.settings.limits;
    let letters = checks::letters(&known.settings);
    let (key, key_found) = checks::key(arguments.api_key_file.as_deref(), known);
    let (account, archive) =
        runtime()?.block_on(async { (checks::account(key, limits).await, checks::archive().await) });
    let terminal = [checks::terminal(), checks::colours(), letters, checks::version()];
    let findings = [vec![settings, key_found, account, archive, clipboard], terminal.into()].concat();
    let mut out = io::stdout().lock();
    if arguments.format == Shape::Table {
        findings.iter().try_for_each(|finding| write_line(&mut out, finding, manner))?;
    } else {
        write(&mut out, arguments.format, &findings)?;
    }
    match findings.iter().filter(|finding| finding.state == State::Fail).count() {
        0 => Ok(()),
        failed => Err(Refusal::new(OTHER, "doctor", counted(failed, "thing does not work", "things do not work"))),
    }
}

fn write_line(out: &mut impl Write, finding: &Finding, manner: Manner) -> io::Result<()> {
    let color = match finding.state {
        State::Ok => AnsiColor::Green.on_default(),
        State::Warn => AnsiColor::Yellow.on_default(),
        State::Fail => AnsiColor::Red.on_default(),
    };
    let color = if manner.has_colors() { color } else { Style::new() };
    let cells = finding.cells();
    let cell = |at: usize| cells.get(at).map(|cell| one_line(cell)).unwrap_or_default();
    writeln!(out, "{color}{:4}{color:#}  {:9}  {}", cell(1), cell(0), cell(2))?;
    if finding.advice.is_empty() { Ok(()) } else { writeln!(out, "{:17}{}", "", cell(3)) }
}
