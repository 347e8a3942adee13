//! `kew-tui gap`: referring domains that link to competitors but not to the user's own site.

use clap::ValueEnum;
use serde::Serialize;

use crate::cli::context::run;
use crate::cli::error::CliError;
use crate::cli::fetch_missing::FetchMissingArgs;
use crate::cli::global_args::GlobalArgs;
use crate::cli::link_inputs::LinkInputs;
use crate::cli::link_output::WebArgs;
use crate::cli::output::{FormatDefaults, OUTPUT, OutputArgs, OutputError, Sink};
use crate::cli::report::{Record, ReportFormat, write};
use crate::cli::request_args::help_overrides;
use crate::cli::source::{LinkSource, SourceArgs};
use crate::domain::gap::{Gap, gap};
use crate::domain::number::{Thousands, pluralize};
use crate::domain::paste::paste_safe_url;
use crate::domain::url_parts::is_web;
use crate::domain::{Link, LinkSet};
use crate::formats::{self, Format, Formulas};

#[derive(Debug, clap::Args)]
#[command(
    after_long_help = EXAMPLES,
    mut_args = help_overrides(&[("web_only", "Leave out domains whose example link is not http or https")]),
)]
pub(in crate::cli) struct Arguments {
    /// Your own site: a target with a saved snapshot, a snapshot number, or a file
    mine: String,

    /// Your competitors, given in the same way
    #[arg(required = true)]
    theirs: Vec<String>,

    /// List only domains that link to at least N competitors
    #[arg(long, value_name = "N", default_value_t = 1)]
    at_least: usize,

    #[command(flatten)]
    web: WebArgs,

    #[command(flatten)]
    missing: FetchMissingArgs,

    #[command(flatten)]
    source: SourceArgs,

    /// Output format: table, csv, tsv, json, ndjson, domains, urls (1 per domain)
    #[arg(short, long, value_parser = parse_format, help_heading = OUTPUT)]
    format: Option<GapFormat>,

    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  # List domains to contact, those linking to most competitors first
  kew-tui gap example.com rival.com other.com -o outreach.csv

  # Fetch missing snapshots first, for at most 5,000 credits
  kew-tui gap example.com rival.com --fetch -n 500 --max-credits 5000

  # Compare files and print only the domains
  kew-tui gap mine.csv rival.csv -f domains

Free unless you use --fetch.";

/// Either a list of records, or one domain or URL per line.
#[derive(Clone, Copy, Debug)]
enum GapFormat {
    Records(ReportFormat),
    Links(Format),
}

#[derive(Debug, thiserror::Error)]
#[error("expected one of table, csv, tsv, json, ndjson, domains, urls")]
struct InvalidFormat;

fn parse_format(name: &str) -> Result<GapFormat, InvalidFormat> {
    match name {
        "domains" => Ok(GapFormat::Links(Format::Domains)),
        "urls" => Ok(GapFormat::Links(Format::Urls)),
        _ => ReportFormat::from_str(name, false).map(GapFormat::Records).map_err(|_| InvalidFormat),
    }
}

// Scripts depend on the names of the fields.
#[derive(Debug, Default, Serialize)]
struct GapLine<'a> {
    domain_source: &'a str,
    /// The number of competitors that it links to.
    targets: usize,
    /// Their names, separated by spaces.
    linked: String,
    anchor_text: &'a str,
    url_source: &'a str,
    url_target: &'a str,
}

impl Record for GapLine<'_> {
    const HEADER: &'static [&'static str] = &["domain_source", "targets", "linked", "anchor_text", "url_source"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.domain_source.to_owned(),
            Thousands(self.targets as u64).to_string(),
            self.linked.clone(),
            self.anchor_text.to_owned(),
            self.url_source.to_owned(),
        ]
    }
}

pub(super) fn run_gap(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    run(global, async |context| {
        let inputs = LinkInputs { source_args: &arguments.source, archive: &context.archive, global };
        let args = std::iter::once(&arguments.mine).chain(&arguments.theirs);
        arguments.missing.fetch(args, &inputs, context.bootstrap).await?;
        let format = arguments.format()?;
        let mine = inputs.find(&arguments.mine).await?;
        let theirs = inputs.find_all(&arguments.theirs).await?;
        let my_links = inputs.load(&mine).await?;
        let mut their_links = Vec::with_capacity(theirs.len());
        for source in &theirs {
            their_links.push(inputs.load(source).await?);
        }
        let sites = std::iter::once(&mine).chain(&theirs).filter_map(LinkSource::target);
        let sites: Vec<String> = sites.map(|target| target.site().to_owned()).collect();
        let their_links: Vec<&LinkSet> = their_links.iter().collect();
        let mut found = gap(&my_links, &their_links, &sites);
        found.retain(|gap| gap.linked.len() >= arguments.at_least);
        found.retain(|gap| !arguments.web.web_only || is_web(gap.example.source_url));
        let mut out = arguments.output.open()?;
        match format {
            GapFormat::Records(format) => write(&mut out, format, &lines(&found, &theirs))?,
            GapFormat::Links(format) => write_links(&mut out, format, &found)?,
        }
        out.finish()?;
        global.note(pluralize(found.len(), "referring domain", "referring domains"));
        if let Some(note) = limit_note(&mine) {
            global.note(note);
        }
        Ok(())
    })
}

impl Arguments {
    fn format(&self) -> Result<GapFormat, OutputError> {
        let defaults = FormatDefaults {
            on_terminal: GapFormat::Records(ReportFormat::Table),
            elsewhere: GapFormat::Records(ReportFormat::Csv),
        };
        let of_path = |path: &str| ReportFormat::of_path(path).map(GapFormat::Records);
        self.output.format(self.format, of_path, defaults)
    }
}

/// One link of each domain.
fn write_links(out: &mut Sink, format: Format, found: &[Gap<'_>]) -> Result<(), CliError> {
    let links = found.iter().map(|gap| Link { source_domain: gap.domain, ..gap.example });
    let links = LinkSet::from_links(links)?;
    let rows: Vec<_> = links.rows().collect();
    formats::write(format, &links, &rows, Formulas::Guarded, out)?;
    Ok(())
}

/// A snapshot holds only the top links, so a domain that is not in it may still link.
fn limit_note(mine: &LinkSource) -> Option<String> {
    let LinkSource::Snapshot(snapshot) = mine else { return None };
    (snapshot.links >= snapshot.limit()).then(|| {
        let target = &snapshot.request.target;
        let links = pluralize(snapshot.links, "link", "links");
        format!("The snapshot of {target} is limited to {links}; some of these domains may link to it beyond that")
    })
}

fn lines<'a>(found: &'a [Gap<'_>], theirs: &[LinkSource]) -> Vec<GapLine<'a>> {
    let names: Vec<String> = theirs.iter().map(|source| paste_safe_url(&source.name()).into_owned()).collect();
    let linked =
        |gap: &Gap<'_>| gap.linked.iter().filter_map(|&at| names.get(at)).cloned().collect::<Vec<_>>().join(" ");
    let line = |gap: &'a Gap<'_>| GapLine {
        domain_source: gap.domain,
        targets: gap.linked.len(),
        linked: linked(gap),
        anchor_text: gap.example.anchor,
        url_source: gap.example.source_url,
        url_target: gap.example.target_url,
    };
    found.iter().map(line).collect()
}
