//! Buying the answers that a command lacks, after a quote for all of them.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use super::buying::{Basket, Buyer};
use super::given::Options;
use super::manner::{Manner, say};
use super::office::{Shelf, access};
use super::plan::Plan;
use super::progress::Progress;
use super::refusal::{Refusal, TOO_EXPENSIVE};
use super::stop::Stop;
use crate::config::Settings;
use crate::domain::purchase::{Agreed, Terms};
use crate::domain::{Credits, LinkCount, Request};
use crate::runtime::clock::unix_now;
use crate::runtime::connector;
use crate::runtime::setup::Setup;

/// The options of a command that can buy what it lacks.
#[derive(Debug, clap::Args)]
pub(super) struct Missing {
    /// Buy what the archive has no answer for; without it, nothing is ever bought
    #[arg(long)]
    fetch: bool,

    /// How many links of each to ask for, 1 to 10,000
    #[arg(short, long = "num", value_name = "N", value_parser = LinkCount::parse, requires = "fetch")]
    number: Option<LinkCount>,

    /// The most that all of it may cost, in credits. Without it a person at a terminal is asked, and elsewhere the settings'
    /// confirm_above and session_budget hold
    #[arg(long, value_name = "N", requires = "fetch")]
    max_credits: Option<u64>,

    /// Fetch also where an earlier request was charged, or may have been, without a whole response
    #[arg(long, requires = "fetch")]
    refresh: bool,

    /// A file that holds the API key
    #[arg(long, value_name = "FILE", requires = "fetch")]
    api_key_file: Option<PathBuf>,
}

impl Missing {
    /// Buys an answer for each word that is a target without one.
    ///
    /// # Errors
    /// It would cost more than is allowed or agreed to; or the first failure. What was bought before it is in the archive.
    pub(super) async fn buy(
        &self,
        words: impl Iterator<Item = &String>,
        options: &Options,
        setup: Setup,
        shelf: &Shelf,
        manner: Manner,
    ) -> Result<(), Refusal> {
        if !self.fetch {
            return Ok(());
        }
        let settings = Arc::clone(&setup.config.settings);
        let mode = options.mode.only().unwrap_or(settings.mode);
        let count = self.number.unwrap_or(settings.number);
        let mut requests = Vec::new();
        for word in words {
            requests.extend(options.lacking(word, shelf, settings.scope).await.map(|target| Request {
                target,
                mode,
                count,
            }));
        }
        let log = shelf.archive().await?.log().await?;
        let agreed = if self.refresh { Agreed::Refetch } else { Agreed::Nothing };
        let plan = Plan::new(requests, &log, &Terms { now: unix_now(), max_age: None, agreed });
        if plan.to_buy() == 0 {
            return Ok(());
        }
        plan.check(self.limit(&plan, &settings)?)?;
        let lazy_archive = Arc::clone(shelf.lazy_archive()?);
        let access = access(self.api_key_file.as_deref(), setup, "Nothing was sent.")?;
        let account = connector::account(access, settings.limits, Some(lazy_archive));
        let mut basket = Basket::new(plan.lines.len());
        let mut progress = Progress::new(manner, plan.lines.len());
        let stop = Stop::listen()?;
        let mut buyer = Buyer { account: &account, agreed, max_age: None, jobs: 1, progress: &mut progress, stop };
        let bought = buyer.buy_all(&plan, &mut basket).await;
        progress.end();
        manner.note(format!("{} spent", basket.sums.charged));
        bought
    }

    /// What may be spent: what the command line says, what a person agrees to, or what nobody need be asked about.
    fn limit(&self, plan: &Plan, settings: &Settings) -> Result<Credits, Refusal> {
        if let Some(most) = self.max_credits {
            return Ok(Credits(most));
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Ok(settings.unasked());
        }
        // Nobody is asked about what the settings forbid.
        if let Some(budget) = settings.session_budget.filter(|budget| plan.quote() > *budget) {
            return Ok(budget);
        }
        for line in &plan.lines {
            say(&format!("{} links to {}", line.request.count, line.request.target));
        }
        say(&format!("{}. Buy? y, or anything else for no", plan.summary()));
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        match answer.trim() {
            "y" | "yes" => Ok(plan.quote()),
            _ => Err(Refusal::new(TOO_EXPENSIVE, "not-agreed", "nothing was sent")),
        }
    }
}
