//! The formats: their names, their files, what is counted in them.

use crate::domain::nearest::suggestion;
use crate::domain::number::pluralize;

/// A way to write links down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The source URLs, one a line.
    Urls,
    /// The referring domains, each once, one a line.
    Domains,
    /// The target URLs, one a line.
    Targets,
    /// The anchors, one a line.
    Anchors,
    /// Comma-separated values (RFC 4180) with the API's field names as header.
    Csv,
    /// The same, separated by tabs.
    Tsv,
    /// JSON in the API's own shape.
    Json,
    /// A JSON object a line.
    Ndjson,
    /// A Markdown table.
    Markdown,
    /// A workbook for Excel and its relatives.
    Xlsx,
    /// The referring domains as lines of a disavow file.
    Disavow,
    /// Plain text in columns, for a person at a terminal.
    Table,
}

/// What is the name of no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {}{}", Format::NAMES.map(|(_, name)| name).join(", "), suggestion(.0, Format::NAMES.map(|(_, name)| name)))]
pub struct NoFormat(String);

impl Format {
    /// Every format with its name on the command line.
    pub const NAMES: [(Format, &'static str); 12] = [
        (Format::Urls, "urls"),
        (Format::Domains, "domains"),
        (Format::Targets, "targets"),
        (Format::Anchors, "anchors"),
        (Format::Csv, "csv"),
        (Format::Tsv, "tsv"),
        (Format::Json, "json"),
        (Format::Ndjson, "ndjson"),
        (Format::Markdown, "markdown"),
        (Format::Xlsx, "xlsx"),
        (Format::Disavow, "disavow"),
        (Format::Table, "table"),
    ];

    /// The ends of names of files, and what is written into them.
    pub const EXTENSIONS: [(&'static str, Format); 9] = [
        ("csv", Format::Csv),
        ("tsv", Format::Tsv),
        ("json", Format::Json),
        ("ndjson", Format::Ndjson),
        ("jsonl", Format::Ndjson),
        ("xlsx", Format::Xlsx),
        ("md", Format::Markdown),
        ("markdown", Format::Markdown),
        ("txt", Format::Urls),
    ];

    /// What the end of a path asks for.
    pub fn of_path(path: &str) -> Option<Format> {
        let (_, end) = path.rsplit_once('.')?;
        Format::EXTENSIONS.iter().find(|(known, _)| end.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
    }

    /// The format of that name.
    ///
    /// # Errors
    /// The names there are, and the one that was probably meant.
    pub fn parse(name: &str) -> Result<Format, NoFormat> {
        let known = Format::NAMES.iter().find(|(_, known)| *known == name).map(|(format, _)| *format);
        known.ok_or_else(|| NoFormat(name.to_owned()))
    }

    /// What it is, for a menu.
    pub fn title(self) -> &'static str {
        match self {
            Format::Urls => "Referring pages",
            Format::Domains => "Referring domains",
            Format::Targets => "Target pages",
            Format::Anchors => "Anchor texts",
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
            Format::Json => "JSON",
            Format::Ndjson => "JSON Lines",
            Format::Markdown => "Markdown table",
            Format::Xlsx => "Excel workbook",
            Format::Disavow => "Disavow list",
            Format::Table => "Table",
        }
    }

    /// The usual end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Urls | Format::Domains | Format::Targets | Format::Anchors | Format::Disavow | Format::Table => {
                "txt"
            }
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Markdown => "md",
            Format::Xlsx => "xlsx",
        }
    }

    /// What was written, counted: `12 referring pages`.
    pub fn counted(self, entries: usize) -> String {
        let (one, many) = match self {
            Format::Urls => ("referring page", "referring pages"),
            Format::Domains => ("referring domain", "referring domains"),
            Format::Targets => ("target page", "target pages"),
            Format::Anchors => ("anchor text", "anchor texts"),
            Format::Csv => ("link as CSV", "links as CSV"),
            Format::Tsv => ("link as TSV", "links as TSV"),
            Format::Json => ("link as JSON", "links as JSON"),
            Format::Ndjson => ("link as JSON Lines", "links as JSON Lines"),
            Format::Markdown => ("link as Markdown", "links as Markdown"),
            Format::Xlsx => ("link as an Excel workbook", "links as an Excel workbook"),
            Format::Disavow => ("disavow line", "disavow lines"),
            Format::Table => ("link", "links"),
        };
        pluralize(entries, one, many)
    }
}
