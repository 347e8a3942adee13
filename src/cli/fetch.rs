//! `kew-tui fetch`: the links of one target or many, from the archive for nothing, or bought within a limit.

use crate::domain::signs::DOT;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::value_parser;

use super::buying::{Basket, Buyer, no_links};
use super::choice::{Choice, Known};
use super::links::{LinkOutput, LinkSink};
use super::manner::Manner;
use super::mode::ModeArgs;
use super::office::{access, environment, no_archive, notebook, read, runtime};
use super::plan::Plan;
use super::progress::Progress;
use super::records;
use super::refusal::Refusal;
use super::stop::Stop;
use super::targets::Targets;
use crate::archive::Archive;
use crate::config::Settings;
use crate::domain::note::Notebook;
use crate::domain::number::{Grouped, counted};
use crate::domain::purchase::{Agreed, Terms};
use crate::domain::snapshot::{RequestLog, parse_age, strays_note};
use crate::domain::{Credits, LinkCount, Request, Scope};
use crate::fetch::{Account, LazyArchive};
use crate::runtime::archive::{archive_in, temporary_archive};
use crate::runtime::clock::{unix_now, utc_offset};
use crate::runtime::connector;
use crate::runtime::setup::{self, Setup};

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    targets: Targets,

    /// How many links of each to fetch and to write at most, 1 to 10,000
    #[arg(short, long = "num", value_name = "N", value_parser = LinkCount::parse)]
    number: Option<LinkCount>,

    /// Links to one page, or to a whole domain
    #[arg(long, value_name = "page|domain", value_parser = super::parse_scope)]
    scope: Option<Scope>,

    #[command(flatten)]
    mode: ModeArgs,

    /// Fetch again even what is saved, or was charged or may have been without a whole response
    #[arg(long)]
    refresh: bool,

    /// Buy anew what the archive holds for longer than this, such as 30d or 12h
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    max_age: Option<Duration>,

    /// The most that all of it may cost, in credits; the settings' confirm_above if it is not said here
    #[arg(long, value_name = "N")]
    max_credits: Option<u64>,

    /// Say what it would cost at most and what the archive holds already; nothing is sent, and no key is needed
    #[arg(long)]
    dry_run: bool,

    /// How many targets to fetch at a time, 1 to 8
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u8).range(1..=8))]
    jobs: u8,

    /// Ask the embedded API: no key, no network, no credits
    #[arg(long)]
    demo: bool,

    /// A file that holds the API key
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,

    /// Neither look into the archive nor keep anything there
    #[arg(long)]
    no_archive: bool,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    output: LinkOutput,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui fetch --demo tidepool.example                  try it: nothing is charged
  kew-tui fetch https://example.com/ -n 500 --dry-run    what it would cost at most
  kew-tui fetch example.com -n 500 --max-credits 2500 -o links.xlsx
  kew-tui fetch --targets pages.txt --filter 'tld:org|edu' --unique-domains -f urls
  kew-tui fetch example.com --max-age 30d -f json | jq -r '.data[].url_source'

What the archive holds costs nothing. Several targets make one table. Ctrl-C lets the request that is under way finish,
since it is paid for; a second one abandons it.";

pub(super) fn run_fetch(arguments: &Arguments, manner: Manner) -> Result<(), Refusal> {
    arguments.choice.without_comparison().map_err(Refusal::usage)?;
    let setup = setup::read(&environment).map_err(Refusal::usage)?;
    let requests = arguments.requests(&setup.config.settings)?;
    let tokio = runtime()?;
    let result = tokio.block_on(fetch(arguments, setup, requests, manner));
    // A request that was abandoned is not waited for.
    tokio.shutdown_background();
    result
}

impl Arguments {
    fn requests(&self, settings: &Settings) -> Result<Vec<Request>, Refusal> {
        let mode = self.mode.said().unwrap_or(settings.mode);
        let count = self.count(settings);
        let targets = self.targets.read(self.scope.unwrap_or(settings.scope))?;
        Ok(targets.into_iter().map(|target| Request { target, mode, count }).collect())
    }

    fn count(&self, settings: &Settings) -> LinkCount {
        self.number.unwrap_or(settings.number)
    }

    /// What may be spent: what the command line says, else no more than a person would be asked about.
    fn limit(&self, settings: &Settings) -> Credits {
        self.max_credits.map_or(settings.unasked(), Credits)
    }

    /// The demo throws its archive away.
    fn lazy_archive(&self) -> Result<Option<Arc<LazyArchive>>, Refusal> {
        let lazy_archive = match (self.no_archive, self.demo) {
            (true, _) => return Ok(None),
            (false, true) => temporary_archive()?,
            (false, false) => archive_in(setup::data_dir(&environment).map_err(Refusal::usage)?),
        };
        Ok(Some(Arc::new(lazy_archive)))
    }

    async fn account(&self, setup: Setup, lazy_archive: Option<Arc<LazyArchive>>) -> Result<Account, Refusal> {
        let limits = setup.config.settings.limits;
        if self.demo {
            return Ok(connector::demo_account(limits, lazy_archive).await?);
        }
        let access = access(self.api_key_file.as_deref(), setup, "Nothing was sent; --demo and --dry-run need none.")?;
        Ok(connector::account(access, limits, lazy_archive))
    }
}

async fn fetch(arguments: &Arguments, setup: Setup, requests: Vec<Request>, manner: Manner) -> Result<(), Refusal> {
    let settings = Arc::clone(&setup.config.settings);
    let max_age = arguments.max_age.or(settings.max_age);
    let lazy_archive = arguments.lazy_archive()?;
    let archive = match &lazy_archive {
        Some(lazy_archive) => Some(lazy_archive.open().await.map_err(no_archive)?),
        None => None,
    };
    let log = match &archive {
        Some(archive) => archive.log().await?,
        None => RequestLog::default(),
    };
    let agreed = if arguments.refresh { Agreed::Refetch } else { Agreed::Nothing };
    let plan = Plan::new(requests, &log, &Terms { now: unix_now(), max_age, agreed });
    let strays = match &lazy_archive {
        Some(lazy_archive) => lazy_archive.strays().await,
        None => Vec::new(),
    };
    [strays_note(&strays), log.unreadable_note()].into_iter().flatten().for_each(|note| manner.note(note));
    if arguments.dry_run {
        records::print(arguments.output.shape(), &plan.records(utc_offset()))?;
        manner.note(plan.summary());
        plan.obstacles().for_each(|(_, obstacle)| manner.note(obstacle));
        return Ok(());
    }
    plan.check(arguments.limit(&settings))?;
    let sink = arguments.output.open()?;
    let mut basket = Basket::new(plan.lines.len());
    let mut progress = Progress::new(manner, plan.lines.len());
    let ended = async {
        take_held(archive.as_ref(), &plan, &mut basket, &mut progress).await?;
        if plan.to_buy() == 0 {
            return Ok(());
        }
        let account = arguments.account(setup, lazy_archive).await?;
        let (jobs, stop) = (usize::from(arguments.jobs), Stop::listen()?);
        Buyer { account: &account, agreed, max_age, jobs, progress: &mut progress, stop }
            .buy_all(&plan, &mut basket)
            .await
    };
    let ended = ended.await;
    progress.end();
    let mut written = Ok(());
    if ended.is_ok() || !basket.is_kept {
        written = write(arguments, archive.as_ref(), sink, &basket, &settings, manner).await;
        if written.is_ok() {
            manner.note(summary(&progress, &basket));
        }
    }
    if let (Ok(()), Some(archive)) = (&ended, &archive) {
        archive.close().await;
    }
    ended.and(written)
}

/// What the archive holds comes first: if it can't be read, nothing is spent on the rest.
async fn take_held(
    archive: Option<&Archive>,
    plan: &Plan,
    basket: &mut Basket,
    progress: &mut Progress,
) -> Result<(), Refusal> {
    for (target, line) in plan.lines.iter().enumerate() {
        let Some((archive, held)) = archive.zip(line.held.as_ref()) else { continue };
        let answer = read(archive, held).await?;
        basket.put(target, &answer.links);
        basket.held += 1;
        let most = usize::from(line.request.count.get());
        if answer.links.len() > most {
            let (first, all) = (Grouped(most as u64), Grouped(answer.links.len() as u64));
            progress.note(&format!(
                "{}: the first {first} of {all} saved links; a larger -n writes more",
                line.request.target
            ));
        }
        progress.advance(answer.links.len().min(most), Credits::ZERO);
        if answer.links.is_empty() {
            progress.note(&no_links(line));
        }
    }
    Ok(())
}

async fn write(
    arguments: &Arguments,
    archive: Option<&Archive>,
    sink: LinkSink,
    basket: &Basket,
    settings: &Settings,
    manner: Manner,
) -> Result<(), Refusal> {
    let notebook = match archive {
        Some(archive) => notebook(archive, arguments.choice.filter()).await,
        None => Ok(Notebook::default()),
    };
    let (notebook, choice, unread) = match notebook {
        Ok(notebook) => (notebook, Cow::Borrowed(&arguments.choice), Ok(())),
        Err(why) if basket.is_kept => return Err(why.and("Nothing was written; the links are in the archive.")),
        // What is kept nowhere else has to go out, if not as it was asked for.
        Err(why) => {
            let why = why.and("The notes can't be read, so all links were written, without --filter.");
            (Notebook::default(), Cow::Owned(arguments.choice.without_filter()), Err(why))
        }
    };
    let links = basket.links();
    // As if no more had been fetched, whatever the archive holds.
    let first = links.first_of_each_file(usize::from(arguments.count(settings).get()));
    let known = Known { rules: &settings.anchor_rules, notebook: &notebook };
    let rows = choice.rows_of(&links, &[], known, |row| first.contains(row));
    sink.write(manner, async |writer| Ok(writer.add(&links, &rows)?)).await?;
    unread
}

fn summary(progress: &Progress, basket: &Basket) -> String {
    let links = counted(progress.links, "link", "links");
    let targets = counted(basket.held + basket.bought, "target", "targets");
    let held = match basket.held {
        0 => String::new(),
        held => format!(", {held} from the archive"),
    };
    let balance = basket.balance.map(|balance| format!(" {DOT} balance {balance}")).unwrap_or_default();
    let unknown = match basket.sums.unknown {
        Credits::ZERO => String::new(),
        unknown => format!(" {DOT} {unknown} may have been charged"),
    };
    format!("{links} of {targets}{held} {DOT} {}{unknown}{balance}", basket.sums.charged)
}
