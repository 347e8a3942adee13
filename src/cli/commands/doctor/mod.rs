//! `kew-tui doctor`: checks what the program needs, and says how to fix what fails. Free of charge.

mod checks;
mod finding;

use std::io::{self, Write};

use clap::builder::styling::{AnsiColor, Style};

use self::finding::{CheckState, Finding};
use crate::cli::context::runtime;
use crate::cli::error::{CliError, Code, CommandError};
use crate::cli::exit::Exit;
use crate::cli::global_args::GlobalArgs;
use crate::cli::report::{Record, ReportFormat, write};
use crate::cli::request_args::KeyArgs;
use crate::domain::number::pluralize;
use crate::domain::text::sanitize_line;

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    key: KeyArgs,

    /// Output format
    #[arg(short, long, value_enum, default_value_t = ReportFormat::Table)]
    format: ReportFormat,
}

const EXAMPLES: &str = "\
Examples:
  # Check the setup (free)
  kew-tui doctor

  # Print only what fails, for scripts
  kew-tui doctor -f json | jq '.[] | select(.state == \"fail\")'";

/// For the exit code; the findings are printed already.
#[derive(Debug, thiserror::Error)]
#[error("{}", pluralize(*.0, "check failed", "checks failed"))]
struct ChecksFailed(usize);

impl CommandError for ChecksFailed {
    fn code(&self) -> Code {
        (Exit::Other, "doctor")
    }
}

pub(super) fn run_doctor(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    let (context, settings) = checks::settings();
    let clipboard = checks::clipboard(context.settings.clipboard);
    let limits = context.settings.limits;
    let characters = checks::characters(&context.settings);
    let (key, key_found) = checks::key(arguments.key.api_key_file.as_deref(), context);
    let (account, archive) =
        runtime()?.block_on(async { (checks::account(key, limits).await, checks::archive().await) });
    let terminal = [checks::terminal(), checks::colors(), characters, checks::version()];
    let findings = [vec![settings, key_found, account, archive, clipboard], terminal.into()].concat();
    let mut out = io::stdout().lock();
    if arguments.format == ReportFormat::Table {
        findings.iter().try_for_each(|finding| write_line(&mut out, finding, global))?;
    } else {
        write(&mut out, arguments.format, &findings)?;
    }
    match findings.iter().filter(|finding| finding.state == CheckState::Fail).count() {
        0 => Ok(()),
        failed => Err(ChecksFailed(failed).into()),
    }
}

fn write_line(out: &mut impl Write, finding: &Finding, global: GlobalArgs) -> io::Result<()> {
    let color = match finding.state {
        CheckState::Ok => AnsiColor::Green.on_default(),
        CheckState::Warn => AnsiColor::Yellow.on_default(),
        CheckState::Fail => AnsiColor::Red.on_default(),
    };
    let color = if global.has_colors() { color } else { Style::new() };
    let cells = finding.cells();
    let cell = |at: usize| cells.get(at).map(|cell| sanitize_line(cell)).unwrap_or_default();
    writeln!(out, "{color}{:4}{color:#}  {:10}  {}", cell(1), cell(0), cell(2))?;
    if finding.advice.is_empty() { Ok(()) } else { writeln!(out, "{:18}{}", "", cell(3)) }
}
