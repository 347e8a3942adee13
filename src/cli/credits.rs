//! `kew-tui credits`: the balance, and what was spent on what.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;

use super::office::{Refusal, environment, run};
use crate::api::{Client, Origin};
use crate::domain::ledger::{Sums, by_day, by_target, minute, money, remark};
use crate::domain::number::Grouped;
use crate::domain::{Credits, Snapshot};
use crate::runtime::clock::{unix_now, utc_offset};
use crate::runtime::setup::{Setup, find_key};

/// The command's own arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Every request, from the archive alone: no key, no network
    #[arg(long)]
    ledger: bool,

    /// How to write it
    #[arg(short, long, value_enum, default_value_t = Shape::Table)]
    format: Shape,

    /// A file that holds the API key
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    Table,
    Csv,
    Json,
}

/// A request in the ledger.
#[derive(Debug, Serialize)]
struct Line<'a> {
    at: String,
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
#[derive(Debug, Serialize)]
struct SumLine<'a> {
    what: &'a str,
    requests: usize,
    quoted: u64,
    charged: u64,
    unknown: u64,
    money: Option<String>,
}

pub(super) fn run_credits(arguments: Arguments) -> ExitCode {
    run(|setup, archive| async move {
        let price = setup.config.settings.price_per_credit;
        let balance = if arguments.ledger {
            None
        } else {
            let balance = read_balance(setup, &arguments).await?;
            // What the account has now tells what a request without an answer has cost.
            archive.note_balance(unix_now(), balance).await.map_err(Refusal::other)?;
            Some(balance)
        };
        let snapshots = archive.snapshots().await.map_err(Refusal::other)?;
        let offset = utc_offset();
        let mut out = io::stdout().lock();
        if arguments.ledger {
            let lines: Vec<Line<'_>> =
                snapshots.iter().map(|snapshot| line(snapshot, &snapshots, offset, price)).collect();
            return write_lines(&mut out, arguments.format, &lines);
        }
        let (days, targets) = (by_day(&snapshots, offset), by_target(&snapshots));
        let total = Sums::of(&snapshots);
        let sums = |rows: &'_ [(String, Sums)]| -> Vec<Vec<String>> {
            rows.iter().map(|(what, sums)| table_row(&sum_line(what, sums, price))).collect()
        };
        match arguments.format {
            Shape::Table => {
                if let Some(balance) = balance {
                    writeln!(out, "balance {balance}\n")?;
                }
                let mut rows = sums(&days);
                rows.push(table_row(&sum_line("in all", &total, price)));
                write_table(&mut out, &["day", "requests", "quoted", "charged", "unknown", "money"], &rows)?;
                writeln!(out)?;
                write_table(
                    &mut out,
                    &["target", "requests", "quoted", "charged", "unknown", "money"],
                    &sums(&targets),
                )?;
            }
            Shape::Csv | Shape::Json => {
                let lines: Vec<SumLine<'_>> = days.iter().map(|(day, sums)| sum_line(day, sums, price)).collect();
                write_lines(&mut out, arguments.format, &lines)?;
            }
        }
        Ok(())
    })
}

async fn read_balance(setup: Setup, arguments: &Arguments) -> Result<Credits, Refusal> {
    let origin = std::env::var("KEW_API_URL").ok();
    let origin = Origin::parse(origin.as_deref()).map_err(Refusal::usage)?;
    let limits = setup.config.settings.limits;
    let key = find_key(arguments.api_key_file.as_deref(), &environment, setup.config.key, setup.settings_file);
    let key = key.map_err(|why| Refusal { code: 3, message: format!("{why} credits --ledger needs none") })?;
    Ok(Client::new(origin, &key, limits)?.balance().await?)
}

fn line<'a>(snapshot: &'a Snapshot, ledger: &[Snapshot], offset: i32, price: Option<f64>) -> Line<'a> {
    Line {
        at: minute(snapshot.at, offset),
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

fn table_row(line: &SumLine<'_>) -> Vec<String> {
    let grouped = |n: u64| Grouped(n).to_string();
    vec![
        line.what.to_owned(),
        grouped(line.requests as u64),
        grouped(line.quoted),
        grouped(line.charged),
        grouped(line.unknown),
        line.money.clone().unwrap_or_default(),
    ]
}

fn write_lines<T: Serialize + Tabular>(out: &mut impl Write, shape: Shape, lines: &[T]) -> Result<(), Refusal> {
    match shape {
        Shape::Json => {
            serde_json::to_writer_pretty(&mut *out, lines).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Shape::Csv => {
            let mut csv = csv::Writer::from_writer(out);
            for line in lines {
                csv.serialize(line).map_err(io::Error::from)?;
            }
            csv.flush()?;
        }
        Shape::Table => write_table(out, T::HEADER, &lines.iter().map(T::cells).collect::<Vec<_>>())?,
    }
    Ok(())
}

/// A line of a table.
trait Tabular {
    const HEADER: &'static [&'static str];
    fn cells(&self) -> Vec<String>;
}

impl Tabular for Line<'_> {
    const HEADER: &'static [&'static str] =
        &["at", "target", "asked", "links", "quoted", "charged", "outcome", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.at.clone(),
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

impl Tabular for SumLine<'_> {
    const HEADER: &'static [&'static str] = &["day", "requests", "quoted", "charged", "unknown", "money"];

    fn cells(&self) -> Vec<String> {
        table_row(self)
    }
}

/// Columns as wide as what stands in them; numbers at the right.
fn write_table(out: &mut impl Write, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    use crate::domain::text::one_line;
    use crate::geometry::cells::width;
    let shown = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
    let columns: Vec<usize> = (0..header.len()).filter(|&column| shown(column)).collect();
    let all = std::iter::once(header.iter().map(|name| (*name).to_owned()).collect()).chain(rows.iter().cloned());
    let all: Vec<Vec<String>> = all.collect();
    let cell = |row: &[String], column: usize| one_line(row.get(column).map_or("", String::as_str)).into_owned();
    let widest = |column: usize| all.iter().map(|row| width(&cell(row, column))).max().unwrap_or(0);
    let widths: Vec<usize> = columns.iter().map(|&column| widest(column)).collect();
    for row in &all {
        let mut line = String::new();
        for (&column, &wide) in columns.iter().zip(&widths) {
            let text = cell(row, column);
            let pad = " ".repeat(wide.saturating_sub(width(&text)));
            let is_number =
                rows.iter().all(|row| cell(row, column).chars().all(|c| c.is_ascii_digit() || "?,.".contains(c)));
            line.push_str(&if is_number { format!("{pad}{text}  ") } else { format!("{text}{pad}  ") });
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
