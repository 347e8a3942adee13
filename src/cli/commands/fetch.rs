//! `kew-tui fetch`: writes the links of targets, from the archive for free or fetched within a credit limit.

use std::sync::Arc;

use clap::value_parser;

use crate::cli::batch::{BatchFetcher, BatchResult, no_links_note};
use crate::cli::command_archive::{CommandArchive, CommandArchiveError};
use crate::cli::context::{Context, access, run_on};
use crate::cli::error::{ARCHIVE, CliError, Code, CommandError, capitalize};
use crate::cli::global_args::GlobalArgs;
use crate::cli::interrupt::Interrupt;
use crate::cli::link_output::{LinkOutput, LinkSink};
use crate::cli::plan::Plan;
use crate::cli::progress::Progress;
use crate::cli::report;
use crate::cli::request_args::{
    AccountArgs, ArchiveArgs, BudgetArgs, REQUEST, RefreshArgs, RequestArgs, SPENDING, help_overrides,
};
use crate::cli::row_filter::{LinkFilter, RowFilterArgs};
use crate::cli::targets::{TargetArgs, TargetListError};
use crate::config::Settings;
use crate::domain::columns::Schema;
use crate::domain::number::{Thousands, pluralize};
use crate::domain::purchase::Terms;
use crate::domain::signs::DOT;
use crate::domain::snapshot::{RequestLog, unmatched_files_note};
use crate::domain::{Credits, Request};
use crate::fetch::Account;
use crate::runtime::bootstrap::Bootstrap;
use crate::runtime::clock::{unix_now, utc_offset};
use crate::runtime::connector;

#[derive(Debug, clap::Args)]
#[command(
    after_long_help = EXAMPLES,
    mut_args = help_overrides(&[("number", "Maximum links per target, 1 to 10,000 [default: 100]\n\nNo more than this are fetched, nor \
            written from a saved snapshot. Change the default with number in the settings.")]),
)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    targets: TargetArgs,

    #[command(flatten)]
    request: RequestArgs,

    #[command(flatten)]
    refresh: RefreshArgs,

    #[command(flatten)]
    archive: ArchiveArgs,

    #[command(flatten)]
    budget: BudgetArgs,

    /// Show the maximum cost without sending anything
    ///
    /// Also lists what is already saved. Needs no API key.
    #[arg(long, help_heading = SPENDING)]
    dry_run: bool,

    /// Targets to fetch at a time, 1 to 8
    #[arg(long, help_heading = REQUEST, value_name = "N", default_value_t = 1, value_parser = value_parser!(u8).range(1..=8))]
    jobs: u8,

    #[command(flatten)]
    account: AccountArgs,

    #[command(flatten)]
    rows: RowFilterArgs,

    #[command(flatten)]
    output: LinkOutput,
}

const EXAMPLES: &str = "\
Examples:
  # Show the maximum cost; nothing is sent
  kew-tui fetch https://example.com/ -n 500 --dry-run

  # Write up to 500 links to an Excel workbook for at most 2,500 credits
  kew-tui fetch example.com -n 500 --max-credits 2500 -o links.xlsx

  # Print one referring page of each .edu domain for a list of targets
  kew-tui fetch --targets pages.txt --filter tld:edu --unique-domains -f urls

  # Use the snapshot of the last 30 days if there is one
  kew-tui fetch example.com --max-age 30d -f json | jq -r '.data[].url_source'

Saved snapshots are reused free of charge. The links of several targets are written as one list. Ctrl-C waits for the \
running request, which may already be charged; a second Ctrl-C abandons it.";

/// The filter uses tags or notes, and they can't be read.
#[derive(Debug, thiserror::Error)]
enum NotesError {
    #[error("{}. Nothing was written; the links are in the archive", capitalize(.0))]
    NothingWritten(CommandArchiveError),
    #[error("{}. Tags and notes can't be read, so all links were written, without --filter", capitalize(.0))]
    AllWritten(CommandArchiveError),
}

impl CommandError for NotesError {
    fn code(&self) -> Code {
        ARCHIVE
    }
}

pub(super) fn run_fetch(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    arguments.rows.filter.refuse_comparison()?;
    // Links from the API have no extra columns. Checked before credits are spent.
    arguments.rows.check(&Schema::default())?;
    let archive = if arguments.account.demo { CommandArchive::temporary() } else { CommandArchive::user() };
    run_on(&archive, global, async |context| {
        let Context { bootstrap, archive, global } = context;
        let settings = Arc::clone(&bootstrap.config.settings);
        let archive = Some(archive).filter(|_| !arguments.archive.no_archive);
        let requests = arguments.requests(&settings, global)?;
        let fetch = FetchRun { arguments, settings, archive, global };
        fetch.run(requests, bootstrap).await
    })
}

impl Arguments {
    fn requests(&self, settings: &Settings, global: GlobalArgs) -> Result<Vec<Request>, TargetListError> {
        let RequestArgs { count, kind } = self.request;
        let targets = self.targets.read(kind.scope_or(settings), global)?;
        let request = |target| Request { target, mode: kind.mode_or(settings), count: count.or_default(settings) };
        Ok(targets.into_iter().map(request).collect())
    }

    /// `--max-credits`; otherwise what the settings allow without confirmation.
    fn credit_limit(&self, settings: &Settings) -> Credits {
        self.budget.max_credits.unwrap_or(settings.max_unconfirmed())
    }
}

struct FetchRun<'a> {
    arguments: &'a Arguments,
    settings: Arc<Settings>,
    /// `None` with `--no-archive`.
    archive: Option<CommandArchive>,
    global: GlobalArgs,
}

impl FetchRun<'_> {
    async fn run(&self, requests: Vec<Request>, bootstrap: Bootstrap) -> Result<(), CliError> {
        let log = self.request_log().await?;
        let (agreed, max_age) = (self.arguments.refresh.agreed(), self.arguments.archive.max_age);
        let max_age = max_age.or(self.settings.max_age);
        let plan = Plan::new(requests, &log, &Terms { now: unix_now(), max_age, agreed });
        if self.arguments.dry_run {
            report::print(self.arguments.output.report_format(), &plan.records(utc_offset()))?;
            self.global.note(plan.summary());
            plan.possibly_charged().for_each(|request| self.global.note(request));
            return Ok(());
        }
        plan.check(self.arguments.credit_limit(&self.settings))?;
        let sink = self.arguments.output.open()?;
        let mut result = BatchResult::new(plan.requests.len());
        let mut progress = Progress::new(self.global, plan.requests.len());
        let outcome: Result<(), CliError> = async {
            self.load_saved(&plan, &mut result, &mut progress).await?;
            if plan.to_fetch() == 0 {
                return Ok(());
            }
            let account = self.account(bootstrap).await?;
            let (jobs, interrupt) = (usize::from(self.arguments.jobs), Interrupt::listen()?);
            let mut batch =
                BatchFetcher { account: &account, agreed, max_age, jobs, progress: &mut progress, interrupt };
            Ok(batch.fetch_all(&plan, &mut result).await?)
        }
        .await;
        progress.clear();
        let mut written = Ok(());
        if outcome.is_ok() || !result.is_saved {
            written = self.write(sink, &result).await;
            if written.is_ok() {
                self.global.note(summary(&progress, &result));
            }
        }
        outcome.and(written)
    }

    /// The earlier requests. Prints a note if records or files of the archive are unreadable.
    async fn request_log(&self) -> Result<RequestLog, CliError> {
        let Some(archive) = &self.archive else { return Ok(RequestLog::default()) };
        let log = archive.open().await?.log().await?;
        let recovered_files = archive.lazy()?.recovered_files().await;
        [unmatched_files_note(&recovered_files), log.unreadable_note()]
            .into_iter()
            .flatten()
            .for_each(|note| self.global.note(note));
        Ok(log)
    }

    async fn account(&self, bootstrap: Bootstrap) -> Result<Account, CliError> {
        let archive = self.archive.as_ref().map(|archive| archive.lazy().map(Arc::clone)).transpose()?;
        let (limits, account) = (self.settings.limits, &self.arguments.account);
        if account.demo {
            return Ok(connector::demo_account(limits, archive).await?);
        }
        let access = access(&account.key, bootstrap, "Nothing was sent. --demo and --dry-run work without a key.")?;
        Ok(connector::account(access, limits, archive))
    }

    /// Runs before anything is fetched: if the archive can't be read, no credits are spent.
    async fn load_saved(
        &self,
        plan: &Plan,
        result: &mut BatchResult,
        progress: &mut Progress,
    ) -> Result<(), CommandArchiveError> {
        for (target, planned) in plan.requests.iter().enumerate() {
            let Some((archive, snapshot)) = self.archive.as_ref().zip(planned.snapshot.as_ref()) else { continue };
            let response = archive.response(snapshot).await?;
            result.insert(target, &response.links);
            result.from_archive += 1;
            let max_links = usize::from(planned.request.count.get());
            if response.links.len() > max_links {
                let (first, all) = (Thousands(max_links as u64), Thousands(response.links.len() as u64));
                progress.note(&format!(
                    "{}: writing the first {first} of {all} saved links; use a larger -n for more",
                    planned.request.target
                ));
            }
            progress.advance(response.links.len().min(max_links), Credits::ZERO);
            if response.links.is_empty() {
                progress.note(&no_links_note(planned));
            }
        }
        Ok(())
    }

    async fn write(&self, sink: LinkSink, result: &BatchResult) -> Result<(), CliError> {
        let (rows, settings) = (&self.arguments.rows, &self.settings);
        let filter = match &self.archive {
            Some(archive) => rows.filter.prepare(archive, settings).await,
            None => Ok(rows.filter.without_notes(settings)),
        };
        let (filter, notes_read) = match filter {
            Ok(filter) => (filter, Ok(())),
            Err(why) if result.is_saved => return Err(NotesError::NothingWritten(why).into()),
            // These links are saved nowhere else, so they are written without the filter rather than lost.
            Err(why) => (LinkFilter::all(settings), Err(NotesError::AllWritten(why))),
        };
        let links = result.all_links();
        // A saved snapshot may hold more links than requested.
        let first = links.first_of_each_file(usize::from(self.arguments.request.count.or_default(settings).get()));
        let rows = rows.rows_where(&links, &[], &filter, |row| first.contains(row))?;
        sink.write(self.global, Vec::new(), async |writer| Ok(writer.add(&links, &rows)?)).await?;
        Ok(notes_read?)
    }
}

fn summary(progress: &Progress, result: &BatchResult) -> String {
    let links = pluralize(progress.links, "link", "links");
    let targets = pluralize(result.from_archive + result.fetched, "target", "targets");
    let from_archive = match result.from_archive {
        0 => String::new(),
        count => format!(", {count} from the archive"),
    };
    let balance = result.balance.map(|balance| format!(" {DOT} balance {balance}")).unwrap_or_default();
    let unknown = match result.sums.unknown {
        Credits::ZERO => String::new(),
        unknown => format!(" {DOT} {unknown} may have been charged"),
    };
    format!("{links} of {targets}{from_archive} {DOT} {} charged{unknown}{balance}", result.sums.charged)
}
