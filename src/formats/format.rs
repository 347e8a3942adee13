//! The output formats: names, file extensions, and how their entries are counted.

use crate::domain::nearest::suggestion;
use crate::domain::number::pluralize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The URLs of the referring pages, one per line.
    Urls,
    /// The referring domains without duplicates, one per line.
    Domains,
    /// The URLs of the target pages, one per line.
    Targets,
    /// The anchor texts, one per line.
    Anchors,
    /// RFC 4180, with the API's field names as header.
    Csv,
    Tsv,
    /// JSON in the structure of an API response.
    Json,
    /// One JSON object per line.
    Ndjson,
    Markdown,
    Xlsx,
    /// The referring domains as lines of a disavow file.
    Disavow,
    /// Aligned columns for a terminal.
    Table,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {}{}", Format::names().collect::<Vec<_>>().join(", "), suggestion(.0, Format::names()))]
pub struct UnknownFormat(String);

impl Format {
    /// The names on the command line.
    pub const NAMES: &[(Format, &'static str)] = &[
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

    /// In lower case; case is ignored when a path is matched.
    pub const EXTENSIONS: &[(&'static str, Format)] = &[
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

    /// The names in the order of help.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Format::NAMES.iter().map(|(_, name)| *name)
    }

    pub fn of_path(path: &str) -> Option<Format> {
        let (_, extension) = path.rsplit_once('.')?;
        Format::EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
    }

    /// # Errors
    /// Lists the valid names, and suggests the most similar one.
    pub fn parse(name: &str) -> Result<Format, UnknownFormat> {
        let known = Format::NAMES.iter().find(|(_, known)| *known == name).map(|(format, _)| *format);
        known.ok_or_else(|| UnknownFormat(name.to_owned()))
    }

    /// Whether it has a column for everything that is known of a link.
    pub fn has_extras(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv | Format::Ndjson | Format::Markdown | Format::Xlsx | Format::Table)
    }

    /// For the menus of a session.
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

    /// For a suggested file name.
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

    /// Such as `12 referring pages`.
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
