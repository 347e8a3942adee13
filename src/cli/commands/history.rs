//! `kew-tui history`: lists the snapshots in the archive.

use serde::Serialize;

use crate::cli::context::run;
use crate::cli::error::CliError;
use crate::cli::global_args::GlobalArgs;
use crate::cli::report::{Record, ReportOutput};
use crate::cli::snapshots::{SnapshotFilterArgs, both_scopes};
use crate::domain::Snapshot;
use crate::domain::ledger::{minute, rfc3339};
use crate::domain::number::Thousands;
use crate::runtime::clock::utc_offset;

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// List only snapshots of this page or domain
    target: Option<String>,

    #[command(flatten)]
    snapshots: SnapshotFilterArgs,

    #[command(flatten)]
    output: ReportOutput,
}

const EXAMPLES: &str = "\
Examples:
  # List all snapshots, newest first
  kew-tui history

  # List the snapshots of one page or domain
  kew-tui history example.com

  # Export the most recent snapshot
  kew-tui export $(kew-tui history -f csv | tail -n +2 | head -1 | cut -d, -f1)";

// Scripts depend on the names of the fields.
#[derive(Debug, Default, Serialize)]
struct SnapshotLine<'a> {
    number: i64,
    at: String,
    #[serde(skip)]
    local: String,
    target: &'a str,
    scope: &'a str,
    mode: &'a str,
    asked: Option<u16>,
    links: usize,
    charged: Option<u64>,
    whole: bool,
    name: &'a str,
    tag: &'a str,
    note: &'a str,
    pinned: bool,
    /// Empty for a request to the API.
    tool: &'a str,
}

pub(super) fn run_history(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    let targets = arguments.target.as_deref().map(both_scopes).transpose()?;
    run(global, async |context| {
        let log = context.archive.open().await?.log().await?;
        let wanted = |snapshot: &&Snapshot| {
            arguments.snapshots.matches(snapshot)
                && targets.as_ref().is_none_or(|targets| targets.contains(&snapshot.request.target))
        };
        let offset = utc_offset();
        let lines: Vec<SnapshotLine<'_>> =
            log.snapshots.iter().filter(wanted).map(|snapshot| snapshot_line(snapshot, offset)).collect();
        arguments.output.write(&lines)?;
        if let Some(note) = log.unreadable_note() {
            global.note(note);
        }
        if lines.is_empty() {
            global.note("No matching snapshots in the archive");
        }
        Ok(())
    })
}

fn snapshot_line(snapshot: &Snapshot, offset: i32) -> SnapshotLine<'_> {
    let (request, annotations) = (&snapshot.request, &snapshot.annotations);
    SnapshotLine {
        number: snapshot.id.0,
        at: rfc3339(snapshot.at),
        local: minute(snapshot.at, offset),
        target: request.target.as_str(),
        scope: request.target.scope().name(),
        mode: snapshot.kind(),
        asked: snapshot.tool.is_none().then(|| request.count.get()),
        links: snapshot.links,
        charged: snapshot.charge.credits().map(|charged| charged.0),
        whole: snapshot.status == crate::domain::snapshot::RequestStatus::Completed,
        name: &annotations.name,
        tag: &annotations.tag,
        note: &annotations.note,
        pinned: annotations.pinned,
        tool: snapshot.tool.as_deref().unwrap_or_default(),
    }
}

impl Record for SnapshotLine<'_> {
    const HEADER: &'static [&'static str] =
        &["number", "date", "target", "scope", "mode", "requested", "links", "charged", "name", "tag", "note"];

    fn cells(&self) -> Vec<String> {
        let links = match (self.links, self.whole) {
            (0, false) => "failed".to_owned(),
            (links, true) => Thousands(links as u64).to_string(),
            (links, false) => format!("{} (partial)", Thousands(links as u64)),
        };
        vec![
            self.number.to_string(),
            self.local.clone(),
            self.target.to_owned(),
            self.scope.to_owned(),
            self.mode.to_owned(),
            self.asked.map(|asked| Thousands(u64::from(asked)).to_string()).unwrap_or_default(),
            links,
            self.charged.map_or_else(|| "?".to_owned(), |charged| Thousands(charged).to_string()),
            self.name.to_owned(),
            self.tag.to_owned(),
            self.note.to_owned(),
        ]
    }
}
