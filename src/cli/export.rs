//! `kew-tui export`: links of the archive or of files in another format. It never buys.

use std::sync::Arc;

use super::choice::{Choice, Known};
use super::given::{Given, Options};
use super::links::LinkOutput;
use super::manner::Manner;
use super::office::{Shelf, run_with_shelf};
use super::output::Sink;
use super::refusal::Refusal;
use crate::domain::LinkSet;
use crate::domain::link_set::Segment;
use crate::formats::Writer;

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// What the links come from: files, `-`, numbers of answers in the archive, or targets, of which the newest answer is
    /// taken. Several make one list
    #[arg(required = true, value_name = "TARGET|NUMBER|FILE")]
    given: Vec<String>,

    #[command(flatten)]
    options: Options,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    output: LinkOutput,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui export example.com -o links.xlsx               the newest answer in the archive, as a workbook
  kew-tui export 12 -f urls --filter 'tag:asked'         of answer 12, the links that you tagged
  kew-tui export ahrefs.csv semrush.csv --unique-domains --sort source-domain -o all.csv
  zcat links.ndjson.gz | kew-tui export - --filter 'tld:edu' -f csv
  kew-tui export odd.csv --map source=Page,target=3 -f json

Files are converted piece by piece and need no more memory the longer they are, unless the list is to be sorted or to have
one link for each domain.";

pub(super) fn run_export(arguments: Arguments, manner: Manner) -> Result<(), Refusal> {
    arguments.choice.without_comparison().map_err(Refusal::usage)?;
    run_with_shelf(|setup, shelf| async move {
        let Arguments { given: words, options, choice, output } = &arguments;
        let mut given = Vec::new();
        for word in words {
            given.push(options.find(word, &shelf, manner).await?);
        }
        let notebook = shelf.notebook(choice.filter()).await?;
        let known = Known { rules: &setup.config.settings.anchor_rules, notebook: &notebook };
        let from = From { given: &given, options, shelf: &shelf, manner };
        let sink = output.open()?;
        let written = if choice.is_link_by_link() {
            sink.write(manner, async |writer| from.stream(choice, known, writer).await).await?
        } else {
            let links = from.load().await?;
            let rows = choice.rows(&links, known);
            sink.write(manner, async |writer| Ok(writer.add(&links, &rows)?)).await?
        };
        manner.note(written);
        Ok(())
    })
}

/// Where the links come from.
struct From<'a> {
    given: &'a [Given],
    options: &'a Options,
    shelf: &'a Shelf,
    manner: Manner,
}

impl From<'_> {
    /// Writes each link as it is read.
    async fn stream(&self, choice: &Choice, known: Known<'_>, writer: &mut Writer<&mut Sink>) -> Result<(), Refusal> {
        for given in self.given {
            let take = |segment: &Arc<Segment>| {
                let rows = known.find(choice.filter(), &LinkSet::of_segment(segment), &[]);
                Ok(rows.iter().try_for_each(|row| writer.push(&segment.link(row as usize)))?)
            };
            self.options.read(given, self.shelf, self.manner, take).await?;
        }
        Ok(())
    }

    /// All links in one list.
    async fn load(&self) -> Result<LinkSet, Refusal> {
        let mut links = LinkSet::default();
        for (number, given) in self.given.iter().enumerate() {
            let take = |segment: &Arc<Segment>| {
                links.append(Arc::clone(segment), number as u16);
                Ok(())
            };
            self.options.read(given, self.shelf, self.manner, take).await?;
        }
        Ok(links)
    }
}
