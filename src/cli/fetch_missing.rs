//! Buying the answers that a command lacks, after a quote for all of them.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use clap::Arg;

use super::batch::{BatchFetcher, BatchResult};
use super::context::access;
use super::error::{CliError, Code, EndsCommand};
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::link_inputs::LinkInputs;
use super::plan::Plan;
use super::progress::Progress;
use super::request_args::{BudgetArgs, CountArgs, KeyArgs, RefreshArgs, means};
use super::stderr::say;
use crate::config::Settings;
use crate::domain::purchase::Terms;
use crate::domain::{Credits, Request};
use crate::runtime::bootstrap::Bootstrap;
use crate::runtime::clock::unix_now;
use crate::runtime::connector;

/// The options of a command that can buy what it lacks.
#[derive(Debug, clap::Args)]
#[command(
    mut_args = means(&[
        ("number", "Number of links to fetch per target [default: 100]"),
        ("max_credits", "Maximum credits to spend\n\nWithout it, kew-tui asks in a terminal; elsewhere, the settings \
            confirm_above and session_budget apply."),
        ("refresh", "Fetch even if an earlier request was charged, or may have been, without a complete response"),
    ]),
    mut_args = only_with_fetch,
)]
pub(super) struct FetchMissing {
    /// Fetch targets that have no snapshot yet (charged)
    ///
    /// Without this option, nothing is ever fetched.
    #[arg(long, help_heading = FETCHING)]
    fetch: bool,

    #[command(flatten)]
    count: CountArgs,

    #[command(flatten)]
    budget: BudgetArgs,

    #[command(flatten)]
    refresh: RefreshArgs,

    #[command(flatten)]
    key: KeyArgs,
}

const FETCHING: &str = "Fetch options";

/// Where nothing may be bought, what concerns buying is a mistake.
fn only_with_fetch(arg: Arg) -> Arg {
    let concerns_fetching = ["number", "max_credits", "refresh", "api_key_file"].iter().any(|id| arg.get_id() == id);
    if concerns_fetching { arg.requires("fetch").help_heading(FETCHING) } else { arg }
}

/// Whoever was asked did not agree.
#[derive(Debug, thiserror::Error)]
#[error("Not confirmed, so nothing was sent")]
struct Declined;

impl EndsCommand for Declined {
    fn code(&self) -> Code {
        (Exit::TooExpensive, "not-agreed")
    }
}

impl FetchMissing {
    /// Buys an answer for each word that is a target without one.
    ///
    /// # Errors
    /// It would cost more than is allowed or agreed to; or the first failure. What was bought before it is in the archive.
    pub(super) async fn fetch(
        &self,
        words: impl Iterator<Item = &String>,
        inputs: &LinkInputs<'_>,
        bootstrap: Bootstrap,
    ) -> Result<(), CliError> {
        if !self.fetch {
            return Ok(());
        }
        let settings = Arc::clone(&bootstrap.config.settings);
        let (mode, count) = (inputs.args.snapshots.mode().unwrap_or(settings.mode), self.count.or(&settings));
        let mut requests = Vec::new();
        for word in words {
            let target = inputs.lacking(word, settings.scope).await;
            requests.extend(target.map(|target| Request { target, mode, count }));
        }
        let log = inputs.archive.open().await?.log().await?;
        let agreed = self.refresh.agreed();
        let plan = Plan::new(requests, &log, &Terms { now: unix_now(), max_age: None, agreed });
        if plan.to_fetch() == 0 {
            return Ok(());
        }
        plan.check(self.limit(&plan, &settings)?)?;
        let archive = Arc::clone(inputs.archive.shared()?);
        let access = access(&self.key, bootstrap, "Nothing was sent.")?;
        let account = connector::account(access, settings.limits, Some(archive));
        let mut result = BatchResult::new(plan.lines.len());
        let mut progress = Progress::new(inputs.global, plan.lines.len());
        let interrupt = Interrupt::listen()?;
        let mut batch =
            BatchFetcher { account: &account, agreed, max_age: None, jobs: 1, progress: &mut progress, interrupt };
        let fetched = batch.fetch_all(&plan, &mut result).await;
        progress.end();
        inputs.global.note(format!("{} charged", result.sums.charged));
        Ok(fetched?)
    }

    /// What may be spent: what the command line says, what a person agrees to, or what nobody need be asked about.
    fn limit(&self, plan: &Plan, settings: &Settings) -> Result<Credits, CliError> {
        if let Some(most) = self.budget.max_credits {
            return Ok(most);
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Ok(settings.unasked());
        }
        // Nobody is asked about what the settings forbid.
        if let Some(budget) = settings.session_budget.filter(|budget| plan.quote() > *budget) {
            return Ok(budget);
        }
        for line in &plan.lines {
            say(&format!("{}: up to {} links", line.request.target, line.request.count));
        }
        say(&format!("{}. Fetch? [y/N]", plan.summary()));
        let mut response = String::new();
        io::stdin().read_line(&mut response)?;
        match response.trim() {
            "y" | "yes" => Ok(plan.quote()),
            _ => Err(Declined.into()),
        }
    }
}
