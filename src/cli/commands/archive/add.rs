//! `kew-tui archive add`: keeps link files of other tools as snapshots.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use std::{fs, io};

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::archive::{Added, Addition, Archive};
use crate::cli::error::{CliError, Code, CommandError, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::cli::link_files;
use crate::cli::print::print;
use crate::cli::request_args::{ScopeArgs, help_overrides};
use crate::cli::snapshots::ToolArgs;
use crate::cli::source::{ColumnArgs, LinkSource};
use crate::domain::common_target::common_target;
use crate::domain::ledger::day;
use crate::domain::number::pluralize;
use crate::domain::signs::{CLOSE, OPEN};
use crate::domain::{LinkSet, Scope, Snapshot, Target, UnixTime};
use crate::formats::stored;
use crate::runtime::clock::{unix_now, unix_time, utc_offset};

#[derive(Debug, clap::Args)]
#[command(mut_args = help_overrides(&[
    ("scope", "Whether the target is a page or a whole domain [default: domain, or page if --target has a path]"),
    ("tool", "Tool that exported the links, such as Ahrefs [default: file]"),
]))]
pub(in crate::cli) struct Arguments {
    /// Link files, or - for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Page or domain that the links point to [default: the one nearly all of them point to]
    #[arg(long)]
    target: Option<String>,

    #[command(flatten)]
    scope: ScopeArgs,

    /// Date of the links, such as 2026-01-31 [default: when the file was last changed; today for stdin]
    #[arg(long, value_parser = parse_date)]
    date: Option<Date>,

    #[command(flatten)]
    tool: ToolArgs,

    #[command(flatten)]
    columns: ColumnArgs,
}

#[derive(Debug, thiserror::Error)]
enum AddError {
    #[error("{}: {error}", .path.display())]
    NoFile { path: PathBuf, error: io::Error },
    #[error("{0}: the links point to several targets. Choose one with --target")]
    SeveralTargets(String),
    #[error("{0} is in the future")]
    Future(Date),
}

impl CommandError for AddError {
    fn code(&self) -> Code {
        USAGE
    }
}

#[derive(Debug, thiserror::Error)]
#[error("expected a date such as 2026-01-31")]
struct InvalidDate;

fn parse_date(text: &str) -> Result<Date, InvalidDate> {
    Date::strptime("%Y-%m-%d", text.trim()).map_err(|_| InvalidDate)
}

/// `recognized` is the tool that the file seems to come from.
fn tool_name(typed: Option<&str>, recognized: Option<&str>) -> String {
    typed.or(recognized).unwrap_or("file").to_owned()
}

pub(super) async fn add(arguments: &Arguments, archive: &Archive, global: GlobalArgs) -> Result<(), CliError> {
    let dates: Vec<UnixTime> = arguments.files.iter().map(|path| arguments.date_of(path)).collect::<Result<_, _>>()?;
    for (path, at) in arguments.files.iter().zip(dates) {
        let source = source(path);
        let (links, recognized) = load(&source, arguments, global)?;
        if links.is_empty() {
            print(format!("{}: 0 links, nothing to add", source.name()))?;
            continue;
        }
        let target = arguments.target_of(&links, &source.name())?;
        let tool = tool_name(arguments.tool.tool.as_deref(), recognized);
        let raw = stored::write(&links)?;
        let addition = Addition { target: &target, tool: &tool, at, now: unix_now(), links: links.len(), raw: &raw };
        print(match archive.add(&addition).await? {
            Added::New(snapshot) => describe(&source.name(), &snapshot, arguments.origin_of_date(&source)),
            Added::Known(id) => format!("{}: already in the archive as snapshot {}", source.name(), id.0),
        })?;
    }
    Ok(())
}

impl Arguments {
    fn scope(&self) -> Scope {
        let has_path = |target: &String| {
            let rest = target.split_once("://").map_or(target.as_str(), |(_, rest)| rest);
            rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
        };
        let default = if self.target.as_ref().is_some_and(has_path) { Scope::Page } else { Scope::Domain };
        self.scope.scope.unwrap_or(default)
    }

    fn target_of(&self, links: &LinkSet, name: &str) -> Result<Target, CliError> {
        match &self.target {
            Some(typed) => Ok(Target::parse(typed, self.scope())?),
            None => Ok(common_target(links, links.rows(), self.scope())
                .ok_or_else(|| AddError::SeveralTargets(name.to_owned()))?),
        }
    }

    /// For messages, unless the date was typed.
    fn origin_of_date(&self, source: &LinkSource) -> &'static str {
        match source {
            _ if self.date.is_some() => "",
            LinkSource::Stdin => " (today)",
            LinkSource::File(_) | LinkSource::Snapshot(_) => " (when the file was last changed)",
        }
    }

    /// At noon, so that it is the same day in any time zone nearby.
    fn date_of(&self, path: &Path) -> Result<UnixTime, AddError> {
        let Some(date) = self.date else { return modified(path) };
        let offset = Offset::from_seconds(utc_offset()).unwrap_or(Offset::UTC);
        let noon = offset.to_timestamp(date.at(12, 0, 0, 0)).map(|noon| UnixTime(noon.as_millisecond()));
        let latest = unix_now().plus(Duration::from_secs(24 * 60 * 60));
        noon.ok().filter(|noon| *noon <= latest).ok_or(AddError::Future(date))
    }
}

fn source(path: &Path) -> LinkSource {
    if path.as_os_str() == "-" { LinkSource::Stdin } else { LinkSource::File(path.to_owned()) }
}

/// When the file was last changed; now if it is stdin, or the file system does not tell.
fn modified(path: &Path) -> Result<UnixTime, AddError> {
    if path.as_os_str() == "-" {
        return Ok(unix_now());
    }
    let metadata = fs::metadata(path).and_then(|metadata| match metadata.is_dir() {
        true => Err(io::ErrorKind::IsADirectory.into()),
        false => Ok(metadata),
    });
    let metadata = metadata.map_err(|error| AddError::NoFile { path: path.to_owned(), error })?;
    Ok(metadata.modified().map_or_else(|_: io::Error| unix_now(), |at: SystemTime| unix_time(at)))
}

/// Also returns the tool that the file seems to come from.
fn load(
    source: &LinkSource,
    arguments: &Arguments,
    global: GlobalArgs,
) -> Result<(LinkSet, Option<&'static str>), CliError> {
    let reader = link_files::open(source, &arguments.columns.map())?;
    let recognized = reader.report().map(|report| report.tool.as_str());
    let mut links = LinkSet::default();
    link_files::read(source, reader, global, |segment| {
        links.append(Arc::clone(segment), 0);
        Ok(())
    })?;
    Ok((links, recognized))
}

fn describe(name: &str, snapshot: &Snapshot, origin: &str) -> String {
    let (links, target) = (pluralize(snapshot.links, "link", "links"), &snapshot.request.target);
    let (scope, tool) = (target.scope().name(), snapshot.kind());
    format!(
        "{name}: added as snapshot {}: {links} to {OPEN}{target}{CLOSE} ({scope}), {tool}, {}{origin}",
        snapshot.id.0,
        day(snapshot.at, utc_offset())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_checked() {
        assert_eq!(parse_date("2026-01-31").unwrap(), jiff::civil::date(2026, 1, 31));
        for bad in ["", "2026-02-30", "31.01.2026", "yesterday"] {
            assert!(parse_date(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_typed_name_of_a_tool_takes_precedence() {
        assert_eq!(tool_name(Some("Mine"), Some("Ahrefs")), "Mine");
        assert_eq!(tool_name(None, Some("Ahrefs")), "Ahrefs");
        assert_eq!(tool_name(None, None), "file");
    }
}
