//! `kew-tui export`: writes saved snapshots or link files in another format. Never fetches.

use crate::cli::context::run;
use crate::cli::error::CliError;
use crate::cli::global_args::GlobalArgs;
use crate::cli::link_inputs::LinkInputs;
use crate::cli::link_output::LinkOutput;
use crate::cli::output::Sink;
use crate::cli::row_filter::RowFilterArgs;
use crate::cli::source::{INPUTS, SourceArgs};
use crate::formats::Writer;

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    #[arg(required = true, value_name = "TARGET|NUMBER|FILE", help = INPUTS)]
    words: Vec<String>,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    rows: RowFilterArgs,

    #[command(flatten)]
    output: LinkOutput,
}

const EXAMPLES: &str = "\
Examples:
  # Write the newest snapshot to an Excel workbook
  kew-tui export example.com -o links.xlsx

  # Print the referring pages that you tagged in snapshot 12
  kew-tui export 12 -f urls --filter 'tag:asked'

  # Combine the exports of two tools, 1 link per domain
  kew-tui export ahrefs.csv semrush.csv --unique-domains --sort source-domain -o all.csv

  # Say which columns of a file hold the links
  kew-tui export odd.csv --map source=Page,target=3 -f json

Nothing is ever fetched. Several inputs are written as one list. Files of any size are streamed; only --sort and \
--unique-domains load all links into memory.";

pub(super) fn run_export(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    let Arguments { words, source, rows, output } = arguments;
    rows.filter.refuse_comparison()?;
    run(global, async |context| {
        let inputs = LinkInputs { source_args: source, archive: &context.archive, global };
        let sources = inputs.find_all(words).await?;
        let settings = context.settings();
        let filter = rows.filter.prepare(&context.archive, &settings).await?;
        let sink = output.open()?;
        let written = if rows.is_streamable() {
            let fill = async |writer: &mut Writer<&mut Sink>| {
                inputs.for_each(&sources, &filter, |link| Ok(writer.push(link)?)).await
            };
            sink.write(global, fill).await?
        } else {
            let links = inputs.load_all(&sources).await?;
            let rows = rows.rows(&links, &filter);
            sink.write(global, async |writer| Ok(writer.add(&links, &rows)?)).await?
        };
        global.note(written);
        Ok(())
    })
}
