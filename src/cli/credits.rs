//! `kew-tui credits`: the balance, and what was spent on what.

use std::io::Write;
use std::path::PathBuf;

use serde::Serialize;

use super::manner::Manner;
use super::office::{environment, run};
use super::records::{Record, RecordOutput, Shape, write, write_json, write_table};
use super::refusal::{NO_KEY, Refusal};
use crate::api::Client;
use crate::archive::Archive;
use crate::domain::ledger::{Sums, by_day, by_target, minute, money, remark, rfc3339};
use crate::domain::number::Grouped;
use crate::domain::{Credits, Snapshot};
use crate::runtime::clock::{unix_now, utc_offset};
use crate::runtime::setup::{Setup, find_key, origin};

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Every request, from the archive alone: no key, no network
    #[arg(long)]
    ledger: bool,

    /// A file that holds the API key
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,

    #[command(flatten)]
    output: RecordOutput,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui credits                            the balance, and what was spent by day and by target
  kew-tui credits -f json | jq .balance      the balance alone
  kew-tui credits --ledger -o ledger.csv     every request, for a sheet";

/// A request in the ledger.
#[derive(Debug, Default, Serialize)]
struct Line<'a> {
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
    outcome: &'a str,
    remark: String,
    money: Option<String>,
}

/// Sums in a row.
#[derive(Debug, Default, Serialize)]
struct SumLine<'a> {
    what: &'a str,
    requests: usize,
    quoted: u64,
    charged: u64,
    unknown: u64,
    money: Option<String>,
}

/// The account and what was spent.
#[derive(Debug, Serialize)]
struct Account<'a> {
    balance: u64,
    days: Vec<SumLine<'a>>,
    targets: Vec<SumLine<'a>>,
}

pub(super) fn run_credits(arguments: Arguments, manner: Manner) -> Result<(), Refusal> {
    run(|setup, archive| async move {
        let price = setup.config.settings.price_per_credit;
        if arguments.ledger {
            let snapshots = archive.snapshots().await?;
            let offset = utc_offset();
            let lines: Vec<Line<'_>> = snapshots.iter().map(|s| line(s, &snapshots, offset, price)).collect();
            return arguments.output.write(&lines);
        }
        let balance = read_balance(setup, &arguments).await?;
        // What the account has now tells what a request without an answer has cost.
        archive.note_balance(unix_now(), balance).await?;
        write_sums(&archive, balance, price, &arguments.output, manner).await
    })
}

async fn write_sums(
    archive: &Archive,
    balance: Credits,
    price: Option<f64>,
    output: &RecordOutput,
    manner: Manner,
) -> Result<(), Refusal> {
    let snapshots = archive.snapshots().await?;
    let (days, targets) = (by_day(&snapshots, utc_offset()), by_target(&snapshots));
    let (days, targets) = (sum_lines(&days, price), sum_lines(&targets, price));
    let shape = output.shape()?;
    let mut out = output.output.open()?;
    match shape {
        Shape::Table => {
            writeln!(out, "balance {balance}\n")?;
            let total = sum_line("in all", &Sums::of(&snapshots), price);
            let rows = |lines: &[SumLine<'_>]| lines.iter().map(SumLine::cells).collect::<Vec<_>>();
            write_table(&mut out, SumLine::HEADER, &[rows(&days), vec![total.cells()]].concat())?;
            writeln!(out)?;
            let header = [&["target"], SumLine::HEADER.get(1..).unwrap_or_default()].concat();
            write_table(&mut out, &header, &rows(&targets))?;
        }
        Shape::Json => write_json(&mut out, &Account { balance: balance.0, days, targets })?,
        Shape::Csv | Shape::Tsv | Shape::Ndjson => {
            manner.note(format!("balance {balance}"));
            write(&mut out, shape, &days)?;
        }
    }
    out.finish()
}

async fn read_balance(setup: Setup, arguments: &Arguments) -> Result<Credits, Refusal> {
    let origin = origin(&environment).map_err(Refusal::usage)?;
    let limits = setup.config.settings.limits;
    let key = find_key(arguments.api_key_file.as_deref(), &environment, setup.config.key, setup.settings_file);
    let key = key.map_err(|why| Refusal::new(NO_KEY, "no-key", format!("{why} credits --ledger needs none")))?;
    Ok(Client::new(origin, &key, limits)?.balance().await?)
}

fn line<'a>(snapshot: &'a Snapshot, ledger: &[Snapshot], offset: i32, price: Option<f64>) -> Line<'a> {
    Line {
        number: snapshot.id.0,
        at: rfc3339(snapshot.at),
        local: minute(snapshot.at, offset),
        target: snapshot.request.target.as_str(),
        scope: snapshot.request.target.scope().name(),
        mode: snapshot.request.mode.name(),
        asked: snapshot.request.count.get(),
        links: snapshot.links,
        quoted: snapshot.quoted.0,
        charged: snapshot.charged.map(|charged| charged.0),
        outcome: snapshot.ending.name(),
        remark: remark(snapshot, ledger),
        money: price.zip(snapshot.charged).map(|(price, charged)| money(charged, price)),
    }
}

fn sum_lines(rows: &[(String, Sums)], price: Option<f64>) -> Vec<SumLine<'_>> {
    rows.iter().map(|(what, sums)| sum_line(what, sums, price)).collect()
}

fn sum_line<'a>(what: &'a str, sums: &Sums, price: Option<f64>) -> SumLine<'a> {
    SumLine {
        what,
        requests: sums.requests,
        quoted: sums.quoted.0,
        charged: sums.charged.0,
        unknown: sums.unknown.0,
        money: price.map(|price| money(sums.charged, price)),
    }
}

impl Record for Line<'_> {
    const HEADER: &'static [&'static str] =
        &["number", "at", "target", "asked", "links", "quoted", "charged", "outcome", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.local.clone(),
            self.target.to_owned(),
            Grouped(u64::from(self.asked)).to_string(),
            Grouped(self.links as u64).to_string(),
            Grouped(self.quoted).to_string(),
            self.charged.map_or_else(|| "?".to_owned(), |charged| Grouped(charged).to_string()),
            self.outcome.to_owned(),
            self.remark.clone(),
        ]
    }
}

impl Record for SumLine<'_> {
    const HEADER: &'static [&'static str] = &["day", "requests", "quoted", "charged", "unknown", "money"];

    fn cells(&self) -> Vec<String> {
        let grouped = |n: u64| Grouped(n).to_string();
        vec![
            self.what.to_owned(),
            grouped(self.requests as u64),
            grouped(self.quoted),
            grouped(self.charged),
            grouped(self.unknown),
            self.money.clone().unwrap_or_default(),
        ]
    }
}
