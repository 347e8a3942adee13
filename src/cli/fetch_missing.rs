//! `--fetch`: fetches the snapshots that a command needs and the archive lacks, if their maximum cost is allowed.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use clap::Arg;

use super::batch::{BatchFetcher, BatchResult};
use super::context::access;
use super::error::{CliError, Code, CommandError};
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::link_inputs::LinkInputs;
use super::plan::Plan;
use super::progress::Progress;
use super::request_args::{BudgetArgs, CountArgs, KeyArgs, RefreshArgs, help_overrides};
use super::stderr::write_sanitized;
use crate::config::Settings;
use crate::domain::purchase::Terms;
use crate::domain::{Credits, Request};
use crate::runtime::bootstrap::Bootstrap;
use crate::runtime::clock::unix_now;
use crate::runtime::connector;

#[derive(Debug, clap::Args)]
#[command(
    mut_args = help_overrides(&[
        ("number", "Number of links to fetch per target [default: 100]"),
        ("max_credits", "Maximum credits to spend\n\nWithout it, kew-tui asks in a terminal; elsewhere, the settings \
            confirm_above and session_budget apply."),
        ("refresh", "Fetch even if an earlier request was charged, or may have been, without a complete response"),
    ]),
    mut_args = only_with_fetch,
)]
pub(super) struct FetchMissingArgs {
    /// Fetch targets that have no snapshot yet (charged)
    ///
    /// Without this option, nothing is ever fetched.
    #[arg(long, help_heading = FETCHING, conflicts_with = "tool")]
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

/// The options about fetching are an error without `--fetch`.
fn only_with_fetch(arg: Arg) -> Arg {
    let concerns_fetching = ["number", "max_credits", "refresh", "api_key_file"].iter().any(|id| arg.get_id() == id);
    if concerns_fetching { arg.requires("fetch").help_heading(FETCHING) } else { arg }
}

#[derive(Debug, thiserror::Error)]
#[error("Not confirmed, so nothing was sent")]
struct Declined;

impl CommandError for Declined {
    fn code(&self) -> Code {
        (Exit::TooExpensive, "not-agreed")
    }
}

impl FetchMissingArgs {
    /// Fetches each argument that is a target without a snapshot.
    ///
    /// # Errors
    /// The maximum cost is over the limit or was declined; or the first failure. Targets fetched before it are in the archive.
    pub(super) async fn fetch(
        &self,
        args: impl Iterator<Item = &String>,
        inputs: &LinkInputs<'_>,
        bootstrap: Bootstrap,
    ) -> Result<(), CliError> {
        if !self.fetch {
            return Ok(());
        }
        let settings = Arc::clone(&bootstrap.config.settings);
        let (mode, count) =
            (inputs.source_args.snapshots.mode().unwrap_or(settings.mode), self.count.or_default(&settings));
        let mut requests = Vec::new();
        for arg in args {
            let target = inputs.missing_target(arg, settings.scope).await;
            requests.extend(target.map(|target| Request { target, mode, count }));
        }
        let log = inputs.archive.open().await?.log().await?;
        let agreed = self.refresh.agreed();
        let plan = Plan::new(requests, &log, &Terms { now: unix_now(), max_age: None, agreed });
        if plan.to_fetch() == 0 {
            return Ok(());
        }
        plan.check(self.credit_limit(&plan, &settings)?)?;
        let archive = Arc::clone(inputs.archive.lazy()?);
        let access = access(&self.key, bootstrap, "Nothing was sent.")?;
        let account = connector::account(access, settings.limits, Some(archive));
        let mut result = BatchResult::new(plan.requests.len());
        let mut progress = Progress::new(inputs.global, plan.requests.len());
        let interrupt = Interrupt::listen()?;
        let mut batch =
            BatchFetcher { account: &account, agreed, max_age: None, jobs: 1, progress: &mut progress, interrupt };
        let fetched = batch.fetch_all(&plan, &mut result).await;
        progress.clear();
        inputs.global.note(format!("{} charged", result.sums.charged));
        Ok(fetched?)
    }

    /// `--max-credits`; otherwise what the user confirms in a terminal, or what the settings allow without confirmation.
    fn credit_limit(&self, plan: &Plan, settings: &Settings) -> Result<Credits, CliError> {
        if let Some(limit) = self.budget.max_credits {
            return Ok(limit);
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Ok(settings.max_unconfirmed());
        }
        // Over the session budget, the plan is rejected without a prompt.
        if let Some(budget) = settings.session_budget.filter(|budget| plan.quote() > *budget) {
            return Ok(budget);
        }
        for planned in &plan.requests {
            write_sanitized(&format!("{}: up to {} links", planned.request.target, planned.request.count));
        }
        write_sanitized(&format!("{}. Fetch? [y/N]", plan.summary()));
        let mut reply = String::new();
        io::stdin().read_line(&mut reply)?;
        match reply.trim() {
            "y" | "yes" => Ok(plan.quote()),
            _ => Err(Declined.into()),
        }
    }
}
