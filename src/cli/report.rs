//! Writes lists of records such as the ledger or the history: as a table for people, in the other formats for scripts.

use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;

use super::error::CliError;
use super::output::{FormatDefaults, OUTPUT, OutputArgs, OutputError};
use crate::domain::text::{is_unsafe_char, sanitize_line};
use crate::formats::{self, Formulas};
use crate::layout::cells::width;

/// Scripts read the serialized fields by name. `Default` gives the CSV header of an empty list.
pub(super) trait Record: Serialize + Default {
    /// The columns of the table.
    const HEADER: &'static [&'static str];

    fn cells(&self) -> Vec<String>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    Table,
    Csv,
    Tsv,
    Json,
    Ndjson,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReportOutput {
    /// Output format
    #[arg(short, long, value_enum, help_heading = OUTPUT)]
    format: Option<ReportFormat>,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

impl ReportOutput {
    pub(super) fn report_format(&self) -> Result<ReportFormat, OutputError> {
        let defaults = FormatDefaults { on_terminal: ReportFormat::Table, elsewhere: ReportFormat::Csv };
        self.output.format(self.format, ReportFormat::of_path, defaults)
    }

    pub(super) fn write<R: Record>(&self, records: &[R]) -> Result<(), CliError> {
        let report_format = self.report_format()?;
        let mut out = self.output.open()?;
        write(&mut out, report_format, records)?;
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

pub(super) fn print<R: Record>(report_format: ReportFormat, records: &[R]) -> io::Result<()> {
    let mut out = io::stdout();
    write(&mut out, report_format, records)?;
    out.flush()
}

pub(super) fn write<R: Record>(out: &mut impl Write, report_format: ReportFormat, records: &[R]) -> io::Result<()> {
    match report_format {
        ReportFormat::Table => write_table(out, R::HEADER, &records.iter().map(R::cells).collect::<Vec<_>>()),
        ReportFormat::Csv => write_csv(out, b',', records),
        ReportFormat::Tsv => write_csv(out, b'\t', records),
        ReportFormat::Json => write_json(out, &records),
        ReportFormat::Ndjson => {
            records.iter().try_for_each(|record| writeln!(out, "{}", escaped(serde_json::to_string(record)?)))
        }
    }
}

pub(super) fn write_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", escaped(serde_json::to_string_pretty(value)?))
}

/// Escapes characters that a terminal would act on.
fn escaped(json: String) -> String {
    if !json.chars().any(|c| c != '\n' && is_unsafe_char(c)) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if c != '\n' && is_unsafe_char(c) {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// Writes the header even if there are no records.
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
        // The default record, which only makes csv write the header.
        if line == 1 {
            continue;
        }
        for (column, text) in record?.iter().enumerate() {
            if column > 0 {
                lines.push(delimiter);
            }
            // Cells may hold text from outside, which a spreadsheet must not run as a formula.
            formats::write_value(&Formulas::Guarded.delimited_cell(text), delimiter, &mut lines);
        }
        lines.push(b'\n');
    }
    out.write_all(&lines)
}

/// Aligns columns, numbers to the right, and leaves out columns without any content.
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

    fn text(report_format: ReportFormat, records: &[Entry]) -> String {
        let mut out = Vec::new();
        write(&mut out, report_format, records).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format_has_the_same_data_and_escapes_control_characters() {
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
    fn an_empty_list_has_a_header() {
        assert_eq!(text(ReportFormat::Csv, &[]), "name,links,cost\n");
        assert_eq!(text(ReportFormat::Table, &[]), "name  links  note  cost\n");
        assert_eq!(text(ReportFormat::Json, &[]), "[]\n");
        assert_eq!(text(ReportFormat::Ndjson, &[]), "");
    }
}
