//! The output of commands that write links: the format and the destination.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use super::error::CliError;
use super::global_args::GlobalArgs;
use super::output::{FormatDefaults, OUTPUT, OutputArgs, OutputError, Sink};
use super::report::ReportFormat;
use crate::domain::columns::ExtraName;
use crate::formats::{Format, Formulas, Writer};

fn format_help() -> String {
    format!("Output format: {}", Format::names().collect::<Vec<_>>().join(", "))
}

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct WebArgs {
    /// Leave out links whose URL is not http or https
    #[arg(long)]
    pub(super) web_only: bool,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = OUTPUT)]
pub(super) struct LinkOutput {
    #[arg(short, long, value_name = "FORMAT", value_parser = Format::parse, help = format_help())]
    format: Option<Format>,

    /// Write text exactly as it came, without escaping
    ///
    /// Otherwise control characters are made visible, line breaks become spaces, and cells that a spreadsheet would run as
    /// a formula get a leading '.
    #[arg(long)]
    raw: bool,

    #[command(flatten)]
    web: WebArgs,

    #[command(flatten)]
    output: OutputArgs,
}

impl LinkOutput {
    /// Whether the user set a format, `--web-only` or a file.
    pub(super) fn is_explicit(&self) -> bool {
        self.format.is_some() || self.web.web_only || self.output.is_file()
    }

    fn format(&self) -> Result<Format, OutputError> {
        let defaults = FormatDefaults { on_terminal: Format::Table, elsewhere: Format::Csv };
        self.output.format(self.format, Format::of_path, defaults)
    }

    /// The format for a list of records, closest to the format that the user set for links.
    pub(super) fn report_format(&self) -> ReportFormat {
        match self.format {
            Some(Format::Table) => ReportFormat::Table,
            Some(Format::Csv) => ReportFormat::Csv,
            Some(Format::Tsv) => ReportFormat::Tsv,
            Some(Format::Json) => ReportFormat::Json,
            Some(Format::Ndjson) => ReportFormat::Ndjson,
            _ if io::stdout().is_terminal() => ReportFormat::Table,
            _ => ReportFormat::Csv,
        }
    }

    /// Opens the destination. Called before anything is fetched, so that no credits are spent on links that can't be written.
    pub(super) fn open(&self) -> Result<LinkSink, OutputError> {
        let format = self.format()?;
        if format == Format::Xlsx && self.output.is_terminal() {
            return Err(OutputError::WorkbookOnTerminal);
        }
        let formulas = if self.raw { Formulas::Raw } else { Formulas::Guarded };
        Ok(LinkSink { format, formulas, web_only: self.web.web_only, sink: self.output.open()? })
    }
}

pub(super) struct LinkSink {
    format: Format,
    formulas: Formulas,
    web_only: bool,
    sink: Sink,
}

impl LinkSink {
    /// Writes what `fill` pushes, and returns the count as text. If `fill` fails, no file is left behind.
    pub(super) async fn write(
        mut self,
        global: GlobalArgs,
        extras: Vec<Arc<ExtraName>>,
        fill: impl AsyncFnOnce(&mut Writer<&mut Sink>) -> Result<(), CliError>,
    ) -> Result<String, CliError> {
        let mut writer = Writer::with_extras(self.format, self.formulas, extras, &mut self.sink)?;
        if self.web_only {
            writer = writer.web_only(self.format);
        }
        fill(&mut writer).await?;
        if let Some(notice) = writer.notice() {
            global.note(notice);
        }
        let entries = writer.finish()?;
        self.sink.finish()?;
        Ok(self.format.counted(entries))
    }
}
