//! Fetching what a plan lacks: one request at a time or a few, each on the disk before it goes out, and stopping in order.

use crate::domain::signs::DIFFERS;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::batch_error::{BatchError, CreditsAtRisk, FailedTarget, Remaining};
use super::error::sentence;
use super::interrupt::Interrupt;
use super::plan::{Plan, Planned};
use super::progress::{Progress, Steps};
use crate::archive::PendingRequest;
use crate::domain::number::pluralize;
use crate::domain::purchase::{Agreed, Charge, Sums, Terms};
use crate::domain::{Credits, FetchError, LinkSet, Request, Response};
use crate::fetch::{Account, ArchiveFailure, Event, Fetched, fetch};
use crate::runtime::clock::unix_now;

/// How long a reading of the balance may hold up the rest.
const BALANCE: Duration = Duration::from_secs(10);

/// What there is of the links that were asked for.
pub(super) struct BatchResult {
    /// The links of each target of the plan.
    responses: Vec<Option<Arc<LinkSet>>>,
    /// How many of them came from the archive.
    pub(super) held: usize,
    pub(super) fetched: usize,
    /// Whether the archive has all that was bought.
    pub(super) is_kept: bool,
    pub(super) balance: Option<Credits>,
    /// What all of it cost.
    pub(super) sums: Sums,
}

impl BatchResult {
    /// A basket for so many targets.
    pub(super) fn new(targets: usize) -> BatchResult {
        BatchResult {
            responses: vec![None; targets],
            held: 0,
            fetched: 0,
            is_kept: true,
            balance: None,
            sums: Sums::default(),
        }
    }

    /// Puts the links of a target in.
    pub(super) fn put(&mut self, target: usize, links: &Arc<LinkSet>) {
        if let Some(place) = self.responses.get_mut(target) {
            *place = Some(Arc::clone(links));
        }
    }

    fn before(&self) -> Remaining {
        Remaining { fetched: self.fetched, is_kept: self.is_kept }
    }

    /// The links of all targets in one list, in the order of the targets.
    pub(super) fn links(&self) -> LinkSet {
        let mut all = LinkSet::default();
        for (target, links) in self.responses.iter().enumerate() {
            for (_, segment) in links.iter().flat_map(|links| links.segments()) {
                all.append(Arc::clone(segment), target as u16);
            }
        }
        all
    }
}

/// How a plan is carried out.
pub(super) struct BatchFetcher<'a> {
    pub(super) account: &'a Account,
    pub(super) agreed: Agreed,
    pub(super) max_age: Option<Duration>,
    /// How many requests run at a time.
    pub(super) jobs: usize,
    pub(super) progress: &'a mut Progress,
    pub(super) interrupt: Interrupt,
}

/// A request of the plan that has ended.
struct Done<'a> {
    target: usize,
    line: &'a Planned,
    fetched: Fetched,
}

impl BatchFetcher<'_> {
    /// Fetches all that the archive does not hold.
    ///
    /// # Errors
    /// The first failure, or a wish to stop: nothing more goes out then, and what is running is waited for. What came is in
    /// the basket.
    pub(super) async fn fetch_all(&mut self, plan: &Plan, result: &mut BatchResult) -> Result<(), BatchError> {
        result.balance = self.first_balance(plan.quote()).await?;
        let mut queue = plan.lines.iter().enumerate().filter(|(_, line)| line.held.is_none());
        // Requests that are out and charged to us.
        let ours = Mutex::new(Vec::new());
        let mut running = FuturesUnordered::new();
        let mut failed = None;
        let (account, agreed, max_age) = (self.account, self.agreed, self.max_age);
        loop {
            while running.len() < self.jobs && failed.is_none() && !self.interrupt.is_requested().await {
                let Some((target, line)) = queue.next() else { break };
                let pending =
                    PendingRequest { request: line.request.clone(), terms: Terms { now: unix_now(), max_age, agreed } };
                running.push(fetch_one(account, target, line, pending, self.progress.steps(), &ours));
            }
            if running.is_empty() {
                break;
            }
            let steps = self.progress.steps();
            let first = || steps.note(&stopping(&ours));
            let Some(done) = self.interrupt.paid(running.next(), first).await else { return Err(abandoned(&ours)) };
            if let Some(done) = done
                && let Err(failure) = self.settle(done, result).await
            {
                failed.get_or_insert(failure);
            }
        }
        if let Some(failed) = failed {
            return Err(BatchError::Failed { failed, before: result.before() });
        }
        // The answer that was waited for may have been the last one, but the user wanted to stop all the same.
        if self.interrupt.is_requested().await { Err(BatchError::Stopped(result.before())) } else { Ok(()) }
    }

    /// Where not even this free question is answered, the ones that cost would not be either.
    async fn first_balance(&mut self, quote: Credits) -> Result<Option<Credits>, BatchError> {
        let reading = self.interrupt.free(self.account.balance()).await;
        match reading.ok_or(BatchError::NotBegun)? {
            Ok((balance, _)) => {
                let balance = balance.credits;
                if balance < quote {
                    self.progress.note(&format!("Your balance may be too low: {balance}; the maximum cost is {quote}"));
                }
                Ok(Some(balance))
            }
            Err(failure)
                if Charge::of_failure(&failure) == Charge::NotSent
                    || matches!(failure, FetchError::KeyRefused { .. }) =>
            {
                Err(BatchError::NoBalance(failure))
            }
            Err(failure) => {
                self.progress.note(&format!("Can't read the balance: {failure}"));
                Ok(None)
            }
        }
    }

    /// Puts what came into the basket, and says what a person should know of it.
    async fn settle(&mut self, done: Done<'_>, result: &mut BatchResult) -> Result<(), FailedTarget> {
        let Done { target, line, fetched } = done;
        let before = result.balance;
        // With others running, what it fell by tells nothing about this one.
        if !fetched.is_held && self.jobs == 1 {
            result.balance = self.read_balance().await;
        }
        let fell = before.zip(result.balance).map(|(before, after)| before.saturating_sub(after));
        if let Some(response) = fetched.result.as_ref().ok().or(fetched.rescued.as_ref()) {
            result.put(target, &response.links);
        }
        // Without an archive, or where it could not take it, what came is nowhere but here.
        let is_kept = fetched.is_held || (fetched.snapshot.is_some() && fetched.not_kept.is_none());
        result.is_kept &= is_kept || (fetched.result.is_err() && fetched.rescued.is_none());
        if let Some(ArchiveFailure { why, rescued }) = &fetched.not_kept {
            self.progress.note(&match rescued {
                Ok(path) => format!("{}. The response was saved to {} instead", sentence(why), path.display()),
                Err(worse) => format!("{}. The response could not be saved to a file either: {worse}", sentence(why)),
            });
        }
        result.sums.add(line.request.quote(), fetched.charge);
        match &fetched.result {
            Ok(response) => {
                self.progress.advance(response.links.len(), result.sums.charged);
                (result.held, result.fetched) =
                    (result.held + usize::from(fetched.is_held), result.fetched + usize::from(!fetched.is_held));
                self.remarks(line, response, fell.filter(|_| !fetched.is_held && self.jobs == 1));
                Ok(())
            }
            Err(failure) => Err(FailedTarget::new(line, failure.clone(), &fetched)),
        }
    }

    /// What the account has; not waited for where it takes long.
    async fn read_balance(&mut self) -> Option<Credits> {
        let reading = tokio::time::timeout(BALANCE, self.account.balance());
        Some(self.interrupt.free(reading).await?.ok()?.ok()?.0.credits)
    }

    fn remarks(&self, line: &Planned, response: &Response, fell: Option<Credits>) {
        let target = &line.request.target;
        if response.skipped > 0 {
            let entries = pluralize(response.skipped, "unreadable entry", "unreadable entries");
            self.progress.note(&format!("{target}: skipped {entries} of the response"));
        }
        if let Some((fell, says)) = fell.zip(response.charged).filter(|(fell, says)| fell != says) {
            self.progress
                .note(&format!("{target}: {DIFFERS} the response says {says}, but your balance fell by {fell}"));
        }
        if response.links.is_empty() {
            self.progress.note(&no_links(line));
        }
    }
}

/// Fetches one target. While the request is out and its charge is ours, it stands in `ours`.
async fn fetch_one<'a>(
    account: &Account,
    target: usize,
    line: &'a Planned,
    pending: PendingRequest,
    steps: Steps,
    ours: &Mutex<Vec<Request>>,
) -> Done<'a> {
    let lock = || ours.lock().unwrap_or_else(PoisonError::into_inner);
    let on_event = |event: Event| {
        if matches!(event, Event::Sending { attempt: 1 }) {
            lock().push(line.request.clone());
        }
        steps.step(line.request.target.as_str(), &event);
    };
    let fetched = fetch(account, pending, &on_event).await;
    lock().retain(|request| *request != line.request);
    Done { target, line, fetched }
}

/// What is said when the user wants to stop while requests are running.
fn stopping(ours: &Mutex<Vec<Request>>) -> String {
    let Some(CreditsAtRisk { targets, quote }) = CreditsAtRisk::of(ours) else {
        return "Stopping; this command has no requests running".to_owned();
    };
    format!(
        "Stopping after the response for {targets}, which may already be charged. Press Ctrl-C again to abandon it: you may then \
         pay up to {quote} for nothing"
    )
}

fn abandoned(ours: &Mutex<Vec<Request>>) -> BatchError {
    CreditsAtRisk::of(ours).map_or(BatchError::StoppedIdle, BatchError::Abandoned)
}

/// No answer proves that nobody links there.
pub(super) fn no_links(line: &Planned) -> String {
    let variants: Vec<String> = line.request.target.variants().iter().map(ToString::to_string).collect();
    format!(
        "No links for {}. The API treats each URL variant separately. Try: {} (maximum {} each)",
        line.request.target,
        variants.join(" "),
        line.request.quote()
    )
}
