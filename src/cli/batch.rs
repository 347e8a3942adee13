//! Fetches what a plan needs, up to `jobs` requests at a time, and stops in order on Ctrl-C.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::batch_error::{BatchError, CreditsAtRisk, FailedTarget, PriorFetches};
use super::error::capitalize;
use super::interrupt::Interrupt;
use super::plan::{Plan, PlannedRequest};
use super::progress::{Progress, Steps};
use crate::archive::PendingRequest;
use crate::domain::number::pluralize;
use crate::domain::purchase::{Agreed, Charge, Sums, Terms};
use crate::domain::signs::DIFFERS;
use crate::domain::{Credits, FetchError, LinkSet, Request, Response};
use crate::fetch::{Account, ArchiveFailure, Event, Fetched, fetch};
use crate::runtime::clock::unix_now;

/// How long a balance check may delay the next request.
const BALANCE_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct BatchResult {
    /// By the position of the target in the plan; `None` if there are no links yet.
    links: Vec<Option<Arc<LinkSet>>>,
    /// Targets whose links came from the archive.
    pub(super) from_archive: usize,
    pub(super) fetched: usize,
    /// Whether everything that was fetched is in the archive.
    pub(super) is_saved: bool,
    pub(super) balance: Option<Credits>,
    pub(super) sums: Sums,
}

impl BatchResult {
    pub(super) fn new(targets: usize) -> BatchResult {
        BatchResult {
            links: vec![None; targets],
            from_archive: 0,
            fetched: 0,
            is_saved: true,
            balance: None,
            sums: Sums::default(),
        }
    }

    pub(super) fn insert(&mut self, target: usize, links: &Arc<LinkSet>) {
        if let Some(slot) = self.links.get_mut(target) {
            *slot = Some(Arc::clone(links));
        }
    }

    fn prior_fetches(&self) -> PriorFetches {
        PriorFetches { fetched: self.fetched, is_saved: self.is_saved }
    }

    /// All links in one set, in the order of the targets.
    pub(super) fn all_links(&self) -> LinkSet {
        let mut all = LinkSet::default();
        for (target, links) in self.links.iter().enumerate() {
            for (_, segment) in links.iter().flat_map(|links| links.segments()) {
                all.append(Arc::clone(segment), target as u16);
            }
        }
        all
    }
}

pub(super) struct BatchFetcher<'a> {
    pub(super) account: &'a Account,
    pub(super) agreed: Agreed,
    pub(super) max_age: Option<Duration>,
    /// The number of concurrent requests.
    pub(super) jobs: usize,
    pub(super) progress: &'a mut Progress,
    pub(super) interrupt: Interrupt,
}

struct FinishedRequest<'a> {
    target: usize,
    planned: &'a PlannedRequest,
    fetched: Fetched,
}

impl BatchFetcher<'_> {
    /// Fetches every target without a usable snapshot in the archive.
    ///
    /// # Errors
    /// The first failure, or an interrupt. No further requests are sent then, but those in flight are awaited, and `result`
    /// contains what arrived.
    pub(super) async fn fetch_all(&mut self, plan: &Plan, result: &mut BatchResult) -> Result<(), BatchError> {
        result.balance = self.first_balance(plan.quote()).await?;
        let mut queue = plan.requests.iter().enumerate().filter(|(_, planned)| planned.snapshot.is_none());
        // Requests that are in flight and charged to this process.
        let in_flight = Mutex::new(Vec::new());
        let mut running = FuturesUnordered::new();
        let mut failed = None;
        let (account, agreed, max_age) = (self.account, self.agreed, self.max_age);
        loop {
            while running.len() < self.jobs && failed.is_none() && !self.interrupt.is_requested().await {
                let Some((target, planned)) = queue.next() else { break };
                let pending = PendingRequest {
                    request: planned.request.clone(),
                    terms: Terms { now: unix_now(), max_age, agreed },
                };
                running.push(fetch_one(account, target, planned, pending, self.progress.steps(), &in_flight));
            }
            if running.is_empty() {
                break;
            }
            let steps = self.progress.steps();
            let on_first = || steps.note(&stopping_note(&in_flight));
            let Some(finished) = self.interrupt.until_second_interrupt(running.next(), on_first).await else {
                return Err(abandoned(&in_flight));
            };
            if let Some(finished) = finished
                && let Err(failure) = self.record(finished, result).await
            {
                failed.get_or_insert(failure);
            }
        }
        if let Some(failed) = failed {
            return Err(BatchError::Failed { failed, before: result.prior_fetches() });
        }
        // Even if the last response has arrived, an interrupted command ends with the exit code of an interrupt.
        if self.interrupt.is_requested().await { Err(BatchError::Stopped(result.prior_fetches())) } else { Ok(()) }
    }

    /// Reads the balance before the first paid request. If this free request fails, the paid ones would fail too.
    async fn first_balance(&mut self, quote: Credits) -> Result<Option<Credits>, BatchError> {
        let reading = self.interrupt.until_interrupted(self.account.balance()).await;
        match reading.ok_or(BatchError::NotStarted)? {
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

    /// Adds a finished request to `result` and prints notes about it.
    async fn record(&mut self, finished: FinishedRequest<'_>, result: &mut BatchResult) -> Result<(), FailedTarget> {
        let FinishedRequest { target, planned, fetched } = finished;
        let balance_before = result.balance;
        // With several requests in flight, the change of the balance does not tell what this one cost.
        if !fetched.from_archive && self.jobs == 1 {
            result.balance = self.read_balance().await;
        }
        let balance_drop = balance_before.zip(result.balance).map(|(before, after)| before.saturating_sub(after));
        if let Some(response) = fetched.result.as_ref().ok().or(fetched.rescued.as_ref()) {
            result.insert(target, &response.links);
        }
        // Without an archive, or if it failed, these links exist only in memory.
        let is_saved = fetched.from_archive || (fetched.snapshot.is_some() && fetched.archive_failure.is_none());
        result.is_saved &= is_saved || (fetched.result.is_err() && fetched.rescued.is_none());
        if let Some(ArchiveFailure { why, rescued }) = &fetched.archive_failure {
            self.progress.note(&match rescued {
                Ok(path) => format!("{}. The response was saved to {} instead", capitalize(why), path.display()),
                Err(error) => format!("{}. The response could not be saved to a file either: {error}", capitalize(why)),
            });
        }
        result.sums.add(planned.request.quote(), fetched.charge);
        match &fetched.result {
            Ok(response) => {
                self.progress.advance(response.links.len(), result.sums.charged);
                (result.from_archive, result.fetched) = (
                    result.from_archive + usize::from(fetched.from_archive),
                    result.fetched + usize::from(!fetched.from_archive),
                );
                self.note_response(planned, response, balance_drop.filter(|_| !fetched.from_archive && self.jobs == 1));
                Ok(())
            }
            Err(failure) => Err(FailedTarget::new(planned, failure.clone(), &fetched)),
        }
    }

    async fn read_balance(&mut self) -> Option<Credits> {
        let reading = tokio::time::timeout(BALANCE_TIMEOUT, self.account.balance());
        Some(self.interrupt.until_interrupted(reading).await?.ok()?.ok()?.0.credits)
    }

    fn note_response(&self, planned: &PlannedRequest, response: &Response, balance_drop: Option<Credits>) {
        let target = &planned.request.target;
        if response.skipped > 0 {
            let entries = pluralize(response.skipped, "unreadable entry", "unreadable entries");
            self.progress.note(&format!("{target}: skipped {entries} of the response"));
        }
        if let Some((fell, charged)) = balance_drop.zip(response.charged).filter(|(fell, charged)| fell != charged) {
            self.progress
                .note(&format!("{target}: {DIFFERS} the response says {charged}, but your balance fell by {fell}"));
        }
        if response.links.is_empty() {
            self.progress.note(&no_links_note(planned));
        }
    }
}

/// Fetches one target. `in_flight` holds the request while this process may be charged for it.
async fn fetch_one<'a>(
    account: &Account,
    target: usize,
    planned: &'a PlannedRequest,
    pending: PendingRequest,
    steps: Steps,
    in_flight: &Mutex<Vec<Request>>,
) -> FinishedRequest<'a> {
    let lock = || in_flight.lock().unwrap_or_else(PoisonError::into_inner);
    let on_event = |event: Event| {
        if matches!(event, Event::Sending { attempt: 1 }) {
            lock().push(planned.request.clone());
        }
        steps.step(planned.request.target.as_str(), &event);
    };
    let fetched = fetch(account, pending, &on_event).await;
    lock().retain(|request| *request != planned.request);
    FinishedRequest { target, planned, fetched }
}

fn stopping_note(in_flight: &Mutex<Vec<Request>>) -> String {
    let Some(CreditsAtRisk { targets, quote }) = CreditsAtRisk::of(in_flight) else {
        return "Stopping; this command has no requests running".to_owned();
    };
    format!(
        "Stopping after the response for {targets}, which may already be charged. Press Ctrl-C again to abandon it: \
         up to {quote} may still be charged"
    )
}

fn abandoned(in_flight: &Mutex<Vec<Request>>) -> BatchError {
    CreditsAtRisk::of(in_flight).map_or(BatchError::StoppedIdle, BatchError::Abandoned)
}

/// An empty response does not prove that there are no links, so the note lists other spellings of the URL.
pub(super) fn no_links_note(planned: &PlannedRequest) -> String {
    let variants: Vec<String> = planned.request.target.variants().iter().map(ToString::to_string).collect();
    format!(
        "No links for {}. The API treats each URL variant separately. Try: {} (maximum {} each)",
        planned.request.target,
        variants.join(" "),
        planned.request.quote()
    )
}
