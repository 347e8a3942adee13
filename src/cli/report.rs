//! Lists that a command tells of itself, such as the ledger or the history: a table for people, the rest for programs.

use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;

use super::error::CliError;
use super::output::{FormatDefaults, OUTPUT, Output, OutputError};
use crate::domain::text::{is_unsafe_char, sanitize_line};
use crate::formats::{self, Formulas};
use crate::layout::cells::width;

/// An entry of such a list. Programs read its fields by their names; an empty one tells them for a list without any.
pub(super) trait Record: Serialize + Default {
    /// The columns of the table.
    const HEADER: &'static [&'static str];

    /// What stands in them.
    fn cells(&self) -> Vec<String>;
}

/// How such a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    Table,
    Csv,
    Tsv,
    Json,
    Ndjson,
}

/// Where and how it is written.
#[derive(Debug, clap::Args)]
pub(super) struct ReportOutput {
    /// Output format
    #[arg(short, long, value_enum, help_heading = OUTPUT)]
    format: Option<ReportFormat>,

    #[command(flatten)]
    pub(super) output: Output,
}

impl ReportOutput {
    pub(super) fn shape(&self) -> Result<ReportFormat, OutputError> {
        let otherwise = FormatDefaults { on_terminal: ReportFormat::Table, elsewhere: ReportFormat::Csv };
        self.output.format(self.format, ReportFormat::of_path, otherwise)
    }

    pub(super) fn write<R: Record>(&self, records: &[R]) -> Result<(), CliError> {
        let shape = self.shape()?;
        let mut out = self.output.open()?;
        write(&mut out, shape, records)?;
        Ok(out.finish()?)
    }
}

impl ReportFormat {
    pub(super) fn of_path(path: &str) -> Option<ReportFormat> {
        let (_, end) = path.rsplit_once('.')?;
        match end.to_ascii_lowercase().as_str() {
            "csv" => Some(ReportFormat::Csv),
            "tsv" => Some(ReportFormat::Tsv),
            "json" => Some(ReportFormat::Json),
            "ndjson" | "jsonl" => Some(ReportFormat::Ndjson),
            "txt" => Some(ReportFormat::Table),
            _ => None,
        }
    }
}

/// Writes records to the standard output.
pub(super) fn print<R: Record>(shape: ReportFormat, records: &[R]) -> io::Result<()> {
    let mut out = io::stdout();
    write(&mut out, shape, records)?;
    out.flush()
}

/// Writes records.
pub(super) fn write<R: Record>(out: &mut impl Write, shape: ReportFormat, records: &[R]) -> io::Result<()> {
    match shape {
        ReportFormat::Table => write_table(out, R::HEADER, &records.iter().map(R::cells).collect::<Vec<_>>()),
        ReportFormat::Csv => write_csv(out, b',', records),
        ReportFormat::Tsv => write_csv(out, b'\t', records),
        ReportFormat::Json => write_json(out, &records),
        ReportFormat::Ndjson => {
            records.iter().try_for_each(|record| writeln!(out, "{}", escaped(serde_json::to_string(record)?)))
        }
    }
}

/// Writes one value as JSON for people and programs.
pub(super) fn write_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", escaped(serde_json::to_string_pretty(value)?))
}

/// JSON in which nothing acts on a terminal.
fn escaped(json: String) -> String {
    if !json.chars().any(|letter| letter != '\n' && is_unsafe_char(letter)) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if letter != '\n' && is_unsafe_char(letter) {
            out.extend(letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(letter);
        }
    }
    out
}

/// The header stands there also where there are no records.
fn write_csv<R: Record>(out: &mut impl Write, delimiter: u8, records: &[R]) -> io::Result<()> {
    let mut plain = csv::Writer::from_writer(Vec::new());
    plain.serialize(R::default())?;
    for record in records {
        plain.serialize(record)?;
    }
    let plain = plain.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(plain.as_slice());
    let mut lines = Vec::new();
    for (line, record) in reader.records().enumerate() {
        // The record without anything in it was only there for the header.
        if line == 1 {
            continue;
        }
        for (column, text) in record?.iter().enumerate() {
            if column > 0 {
                lines.push(delimiter);
            }
            // Names and remarks may hold what others wrote: nothing in them runs in a spreadsheet.
            formats::write_value(&Formulas::Guarded.delimited_cell(text), delimiter, &mut lines);
        }
        lines.push(b'\n');
    }
    out.write_all(&lines)
}

/// Columns as wide as what stands in them; numbers at the right, and columns of which all cells are empty left out.
pub(super) fn write_table(out: &mut impl Write, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let cell = |row: &[String], column: usize| sanitize_line(row.get(column).map_or("", String::as_str)).into_owned();
    let shown = |column: &usize| rows.is_empty() || rows.iter().any(|row| !cell(row, *column).is_empty());
    let columns: Vec<usize> = (0..header.len()).filter(shown).collect();
    let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    let all: Vec<&[String]> = std::iter::once(&header).chain(rows).map(Vec::as_slice).collect();
    let widest = |column: usize| all.iter().map(|row| width(&cell(row, column))).max().unwrap_or(0);
    let is_number = |column: usize| {
        rows.iter().all(|row| cell(row, column).chars().all(|c| c.is_ascii_digit() || "?,.".contains(c)))
    };
    let laid_out: Vec<(usize, usize, bool)> = columns.iter().map(|&c| (c, widest(c), is_number(c))).collect();
    for row in &all {
        let mut line = String::new();
        for &(column, wide, is_number) in &laid_out {
            let text = cell(row, column);
            let pad = " ".repeat(wide.saturating_sub(width(&text)));
            line.push_str(&if is_number { format!("{pad}{text}  ") } else { format!("{text}{pad}  ") });
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Serialize)]
    struct Entry {
        name: String,
        links: u64,
        cost: Option<u64>,
    }

    impl Record for Entry {
        const HEADER: &'static [&'static str] = &["name", "links", "note", "cost"];

        fn cells(&self) -> Vec<String> {
            vec![
                self.name.clone(),
                self.links.to_string(),
                String::new(),
                self.cost.map_or("?".into(), |c| c.to_string()),
            ]
        }
    }

    fn text(shape: ReportFormat, records: &[Entry]) -> String {
        let mut out = Vec::new();
        write(&mut out, shape, records).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_shape_holds_the_same_and_nothing_in_it_acts() {
        let entries = [
            Entry { name: "=1+1\n\u{202e}x".to_owned(), links: 7, cost: None },
            Entry { name: "b".to_owned(), links: 1_200, cost: Some(5) },
        ];
        assert_eq!(text(ReportFormat::Csv, &entries), "name,links,cost\n'=1+1 ⟨202E⟩x,7,\nb,1200,5\n");
        assert_eq!(
            text(ReportFormat::Table, &entries),
            "name          links  cost\n=1+1 ⟨202E⟩x      7     ?\nb              1200     5\n"
        );
        for json in [
            text(ReportFormat::Json, &entries),
            format!("[{}]", text(ReportFormat::Ndjson, &entries).trim().replace('\n', ",")),
        ] {
            assert!(!json.contains('\u{202e}'));
            let read: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!((&read[0]["name"], &read[1]["cost"]), (&"=1+1\n\u{202e}x".into(), &5.into()));
        }
    }

    #[test]
    fn nothing_has_a_header_all_the_same() {
        assert_eq!(text(ReportFormat::Csv, &[]), "name,links,cost\n");
        assert_eq!(text(ReportFormat::Table, &[]), "name  links  note  cost\n");
        assert_eq!(text(ReportFormat::Json, &[]), "[]\n");
        assert_eq!(text(ReportFormat::Ndjson, &[]), "");
    }
}
