//! `kew-tui credits`: the balance, and the credits spent by day and target.

use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use crate::cli::command_archive::{CommandArchive, CommandArchiveError};
use crate::cli::context::{Context, access, run};
use crate::cli::error::{ARCHIVE, CliError, Code, CommandError, capitalize};
use crate::cli::global_args::GlobalArgs;
use crate::cli::report::{Record, ReportFormat, ReportOutput, write, write_json, write_table};
use crate::cli::request_args::KeyArgs;
use crate::domain::ledger::{audit_note, by_day, by_target, minute, money, rfc3339, total};
use crate::domain::number::Thousands;
use crate::domain::purchase::Sums;
use crate::domain::snapshot::{RequestLog, UnreadableRecord};
use crate::domain::{Credits, Snapshot};
use crate::runtime::clock::utc_offset;
use crate::runtime::connector;

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// List every request; needs no key and no network
    #[arg(long)]
    ledger: bool,

    #[command(flatten)]
    key: KeyArgs,

    #[command(flatten)]
    output: ReportOutput,
}

const EXAMPLES: &str = "\
Examples:
  # Show the balance, and spending by day and target
  kew-tui credits

  # Print only the balance
  kew-tui credits -f json | jq .balance

  # Export every request for a spreadsheet
  kew-tui credits --ledger -o ledger.csv";

// Scripts depend on the names of the fields.
#[derive(Debug, Default, Serialize)]
struct LedgerLine<'a> {
    number: i64,
    at: String,
    #[serde(skip)]
    local: String,
    target: &'a str,
    scope: &'a str,
    mode: &'a str,
    asked: u16,
    links: usize,
    quoted: u64,
    charged: Option<u64>,
    /// The source of the charge: response, balance or unknown; empty if nothing was charged.
    known_by: &'a str,
    outcome: &'a str,
    #[serde(rename = "remark")]
    audit_note: String,
    money: Option<String>,
}

#[derive(Debug, Default, Serialize)]
struct SumLine<'a> {
    what: &'a str,
    requests: usize,
    quoted: u64,
    charged: u64,
    unknown: u64,
    money: Option<String>,
}

#[derive(Debug, Serialize)]
struct AccountReport<'a> {
    balance: u64,
    days: Vec<SumLine<'a>>,
    targets: Vec<SumLine<'a>>,
}

#[derive(Debug, thiserror::Error)]
#[error("{}. The balance is correct, but spending is unknown without the archive", capitalize(.0))]
struct LedgerUnavailable(CommandArchiveError);

impl CommandError for LedgerUnavailable {
    fn code(&self) -> Code {
        ARCHIVE
    }
}

pub(super) fn run_credits(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        // Fails early without a data directory: the balance could not be recorded.
        context.archive.lazy()?;
        if arguments.ledger {
            write_ledger(&context, &arguments.output).await
        } else {
            write_account(context, arguments).await
        }
    })
}

async fn write_ledger(context: &Context, output: &ReportOutput) -> Result<(), CliError> {
    let log = context.archive.open().await?.log().await?;
    let (offset, price) = (utc_offset(), context.bootstrap.config.settings.price_per_credit);
    let snapshots = log.requests().map(|snapshot| ledger_line(snapshot, offset, price));
    let unreadable = log.unreadable.iter().map(|record| unreadable_line(record, offset, price));
    let mut lines: Vec<LedgerLine<'_>> = snapshots.chain(unreadable).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.number));
    output.write(&lines)
}

/// Prints the balance even if the archive can't be read.
async fn write_account(context: Context, arguments: &Arguments) -> Result<(), CliError> {
    let Context { bootstrap, archive, global } = context;
    let (limits, price) = (bootstrap.config.settings.limits, bootstrap.config.settings.price_per_credit);
    let access = access(&arguments.key, bootstrap, "kew-tui credits --ledger works without a key.")?;
    let account = connector::account(access, limits, Some(Arc::clone(archive.lazy()?)));
    let (balance, _) = account.balance().await?;
    let log = read_log(&archive).await;
    write_sums(log.as_ref().ok(), balance.credits, price, &arguments.output, global)?;
    log.map_err(LedgerUnavailable)?;
    if !balance.is_recorded() {
        global.note("The archive could not record this reading of the balance");
    }
    Ok(())
}

async fn read_log(archive: &CommandArchive) -> Result<RequestLog, CommandArchiveError> {
    Ok(archive.open().await?.log().await?)
}

fn write_sums(
    log: Option<&RequestLog>,
    balance: Credits,
    price: Option<f64>,
    output: &ReportOutput,
    global: GlobalArgs,
) -> Result<(), CliError> {
    let days = log.map(|log| by_day(log, utc_offset())).unwrap_or_default();
    let targets = log.map(by_target).unwrap_or_default();
    let (days, targets) = (sum_lines(&days, price), sum_lines(&targets, price));
    let report_format = output.report_format()?;
    let mut out = output.output.open()?;
    match report_format {
        ReportFormat::Table => {
            writeln!(out, "balance {balance}")?;
            if let Some(log) = log {
                writeln!(out)?;
                let total = sum_line("total", &total(log), price);
                let rows = |lines: &[SumLine<'_>]| lines.iter().map(SumLine::cells).collect::<Vec<_>>();
                write_table(&mut out, SumLine::HEADER, &[rows(&days), vec![total.cells()]].concat())?;
                writeln!(out)?;
                let header = [&["target"], SumLine::HEADER.get(1..).unwrap_or_default()].concat();
                write_table(&mut out, &header, &rows(&targets))?;
            }
        }
        ReportFormat::Json => write_json(&mut out, &AccountReport { balance: balance.0, days, targets })?,
        ReportFormat::Csv | ReportFormat::Tsv | ReportFormat::Ndjson => {
            global.note(format!("balance {balance}"));
            write(&mut out, report_format, &days)?;
        }
    }
    if let Some(note) = log.and_then(RequestLog::unreadable_note) {
        global.note(note);
    }
    Ok(out.finish()?)
}

fn ledger_line(snapshot: &Snapshot, offset: i32, price: Option<f64>) -> LedgerLine<'_> {
    LedgerLine {
        number: snapshot.id.0,
        at: rfc3339(snapshot.at),
        local: minute(snapshot.at, offset),
        target: snapshot.request.target.as_str(),
        scope: snapshot.request.target.scope().name(),
        mode: snapshot.request.mode.name(),
        asked: snapshot.request.count.get(),
        links: snapshot.links,
        quoted: snapshot.maximum_cost.0,
        charged: snapshot.charge.credits().map(|charged| charged.0),
        known_by: snapshot.charge.evidence(),
        outcome: snapshot.status.name(),
        audit_note: audit_note(snapshot),
        money: price.zip(snapshot.charge.credits()).map(|(price, charged)| money(charged, price)),
    }
}

fn unreadable_line(record: &UnreadableRecord, offset: i32, price: Option<f64>) -> LedgerLine<'_> {
    LedgerLine {
        number: record.id.0,
        at: rfc3339(record.at),
        local: minute(record.at, offset),
        target: &record.target,
        quoted: record.maximum.0,
        charged: record.charge.credits().map(|charged| charged.0),
        known_by: record.charge.evidence(),
        outcome: "unreadable",
        audit_note: "written by a newer version of kew-tui".to_owned(),
        money: price.zip(record.charge.credits()).map(|(price, charged)| money(charged, price)),
        ..LedgerLine::default()
    }
}

fn sum_lines(rows: &[(String, Sums)], price: Option<f64>) -> Vec<SumLine<'_>> {
    rows.iter().map(|(what, sums)| sum_line(what, sums, price)).collect()
}

fn sum_line<'a>(what: &'a str, sums: &Sums, price: Option<f64>) -> SumLine<'a> {
    SumLine {
        what,
        requests: sums.requests,
        quoted: sums.maximum.0,
        charged: sums.charged.0,
        unknown: sums.unknown.0,
        money: price.map(|price| money(sums.charged, price)),
    }
}

impl Record for LedgerLine<'_> {
    const HEADER: &'static [&'static str] =
        &["number", "date", "target", "requested", "links", "maximum", "charged", "charge from", "outcome", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.local.clone(),
            self.target.to_owned(),
            Thousands(u64::from(self.asked)).to_string(),
            Thousands(self.links as u64).to_string(),
            Thousands(self.quoted).to_string(),
            self.charged.map_or_else(|| "?".to_owned(), |charged| Thousands(charged).to_string()),
            self.known_by.to_owned(),
            self.outcome.to_owned(),
            self.audit_note.clone(),
        ]
    }
}

impl Record for SumLine<'_> {
    const HEADER: &'static [&'static str] = &["day", "requests", "maximum", "charged", "unknown", "money"];

    fn cells(&self) -> Vec<String> {
        let thousands = |n: u64| Thousands(n).to_string();
        vec![
            self.what.to_owned(),
            thousands(self.requests as u64),
            thousands(self.quoted),
            thousands(self.charged),
            thousands(self.unknown),
            self.money.clone().unwrap_or_default(),
        ]
    }
}
