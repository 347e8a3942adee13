//! `kew-tui export`: writes saved snapshots or link files in another format. Never fetches.

use std::collections::HashSet;
use std::sync::Arc;

use crate::cli::context::run;
use crate::cli::error::CliError;
use crate::cli::global_args::GlobalArgs;
use crate::cli::link_inputs::{LinkInputs, OpenSource};
use crate::cli::link_output::LinkOutput;
use crate::cli::output::Sink;
use crate::cli::row_filter::RowFilterArgs;
use crate::cli::source::{INPUTS, SourceArgs};
use crate::domain::columns::ExtraName;
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
        let written = if rows.is_streamable() {
            let sources = inputs.open_all(&sources, &filter).await?;
            let extras = union(&sources);
            let fill = async |writer: &mut Writer<&mut Sink>| {
                inputs.stream(sources, &filter, |links, rows| Ok(writer.add(links, &rows.iter().collect::<Vec<_>>())?))
            };
            output.open()?.write(global, extras, fill).await?
        } else {
            let sink = output.open()?;
            let links = inputs.load_all(&sources).await?;
            rows.shadow_notes(&links).into_iter().for_each(|note| global.note(note));
            let rows = rows.rows(&links, &filter)?;
            let extras = links.schema().names().cloned().collect();
            sink.write(global, extras, async |writer| Ok(writer.add(&links, &rows)?)).await?
        };
        global.note(written);
        Ok(())
    })
}

/// The extra columns of all sources, each once.
fn union(sources: &[OpenSource]) -> Vec<Arc<ExtraName>> {
    let mut seen = HashSet::new();
    let names = sources.iter().flat_map(|source| &source.extras);
    names.filter(|name| seen.insert(name.key().to_owned())).cloned().collect()
}
