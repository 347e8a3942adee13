//! Fetching what a plan lacks: one request at a time or a few, each on the disk before it goes out, and stopping in order.

use crate::domain::signs::DIFFERS;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::buying_error::{AtStake, Before, BuyingError, FailedTarget};
use super::error::sentence;
use super::plan::{Plan, Planned};
use super::progress::{Progress, Steps};
use super::stop::Stop;
use crate::archive::PendingRequest;
use crate::domain::number::counted;
use crate::domain::purchase::{Agreed, Charge, Sums, Terms};
use crate::domain::{Answer, Credits, Failure, LinkSet, Request};
use crate::fetch::{Account, Event, Fetched, NotKept, fetch};
use crate::runtime::clock::unix_now;

/// How long a reading of the balance may hold up the rest.
const BALANCE: Duration = Duration::from_secs(10);

/// What there is of the links that were asked for.
pub(super) struct Basket {
    /// The links of each target of the plan.
    answers: Vec<Option<Arc<LinkSet>>>,
    /// How many of them came from the archive.
    pub(super) held: usize,
    pub(super) bought: usize,
    /// Whether the archive has all that was bought.
    pub(super) is_kept: bool,
    pub(super) balance: Option<Credits>,
    /// What all of it cost.
    pub(super) sums: Sums,
}

impl Basket {
    /// A basket for so many targets.
    pub(super) fn new(targets: usize) -> Basket {
        Basket { answers: vec![None; targets], held: 0, bought: 0, is_kept: true, balance: None, sums: Sums::default() }
    }

    /// Puts the links of a target in.
    pub(super) fn put(&mut self, target: usize, links: &Arc<LinkSet>) {
        if let Some(place) = self.answers.get_mut(target) {
            *place = Some(Arc::clone(links));
        }
    }

    fn before(&self) -> Before {
        Before { bought: self.bought, is_kept: self.is_kept }
    }

    /// The links of all targets in one list, in the order of the targets.
    pub(super) fn links(&self) -> LinkSet {
        let mut all = LinkSet::default();
        for (target, links) in self.answers.iter().enumerate() {
            for (_, segment) in links.iter().flat_map(|links| links.segments()) {
                all.append(Arc::clone(segment), target as u16);
            }
        }
        all
    }
}

/// How a plan is carried out.
pub(super) struct Buyer<'a> {
    pub(super) account: &'a Account,
    pub(super) agreed: Agreed,
    pub(super) max_age: Option<Duration>,
    /// How many requests run at a time.
    pub(super) jobs: usize,
    pub(super) progress: &'a mut Progress,
    pub(super) stop: Stop,
}

/// A request of the plan that has ended.
struct Done<'a> {
    target: usize,
    line: &'a Planned,
    fetched: Fetched,
}

impl Buyer<'_> {
    /// Fetches all that the archive does not hold.
    ///
    /// # Errors
    /// The first failure, or a wish to stop: nothing more goes out then, and what is running is waited for. What came is in
    /// the basket.
    pub(super) async fn buy_all(&mut self, plan: &Plan, basket: &mut Basket) -> Result<(), BuyingError> {
        basket.balance = self.first_balance(plan.quote()).await?;
        let mut queue = plan.lines.iter().enumerate().filter(|(_, line)| line.held.is_none());
        // Requests that are out and charged to us.
        let ours = Mutex::new(Vec::new());
        let mut running = FuturesUnordered::new();
        let mut failed = None;
        let (account, agreed, max_age) = (self.account, self.agreed, self.max_age);
        loop {
            while running.len() < self.jobs && failed.is_none() && !self.stop.is_wanted().await {
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
            let Some(done) = self.stop.paid(running.next(), first).await else { return Err(abandoned(&ours)) };
            if let Some(done) = done
                && let Err(failure) = self.settle(done, basket).await
            {
                failed.get_or_insert(failure);
            }
        }
        if let Some(failed) = failed {
            return Err(BuyingError::Failed { failed, before: basket.before() });
        }
        // The answer that was waited for may have been the last one, but the user wanted to stop all the same.
        if self.stop.is_wanted().await { Err(BuyingError::Stopped(basket.before())) } else { Ok(()) }
    }

    /// Where not even this free question is answered, the ones that cost would not be either.
    async fn first_balance(&mut self, quote: Credits) -> Result<Option<Credits>, BuyingError> {
        let reading = self.stop.free(self.account.balance()).await;
        match reading.ok_or(BuyingError::NotBegun)? {
            Ok((balance, _)) => {
                let balance = balance.credits;
                if balance < quote {
                    self.progress.note(&format!("Your balance may be too low: {balance}; the maximum cost is {quote}"));
                }
                Ok(Some(balance))
            }
            Err(failure)
                if Charge::of_failure(&failure) == Charge::NotSent || matches!(failure, Failure::KeyRefused { .. }) =>
            {
                Err(BuyingError::NoBalance(failure))
            }
            Err(failure) => {
                self.progress.note(&format!("Can't read the balance: {failure}"));
                Ok(None)
            }
        }
    }

    /// Puts what came into the basket, and says what a person should know of it.
    async fn settle(&mut self, done: Done<'_>, basket: &mut Basket) -> Result<(), FailedTarget> {
        let Done { target, line, fetched } = done;
        let before = basket.balance;
        // With others running, what it fell by tells nothing about this one.
        if !fetched.is_held && self.jobs == 1 {
            basket.balance = self.read_balance().await;
        }
        let fell = before.zip(basket.balance).map(|(before, after)| before.saturating_sub(after));
        if let Some(answer) = fetched.result.as_ref().ok().or(fetched.rescued.as_ref()) {
            basket.put(target, &answer.links);
        }
        // Without an archive, or where it could not take it, what came is nowhere but here.
        let is_kept = fetched.is_held || (fetched.snapshot.is_some() && fetched.not_kept.is_none());
        basket.is_kept &= is_kept || (fetched.result.is_err() && fetched.rescued.is_none());
        if let Some(NotKept { why, rescued }) = &fetched.not_kept {
            self.progress.note(&match rescued {
                Ok(path) => format!("{}. The response was saved to {} instead", sentence(why), path.display()),
                Err(worse) => format!("{}. The response could not be saved to a file either: {worse}", sentence(why)),
            });
        }
        basket.sums.add(line.request.quote(), fetched.charge);
        match &fetched.result {
            Ok(answer) => {
                self.progress.advance(answer.links.len(), basket.sums.charged);
                (basket.held, basket.bought) =
                    (basket.held + usize::from(fetched.is_held), basket.bought + usize::from(!fetched.is_held));
                self.remarks(line, answer, fell.filter(|_| !fetched.is_held && self.jobs == 1));
                Ok(())
            }
            Err(failure) => Err(FailedTarget::new(line, failure.clone(), &fetched)),
        }
    }

    /// What the account has; not waited for where it takes long.
    async fn read_balance(&mut self) -> Option<Credits> {
        let reading = tokio::time::timeout(BALANCE, self.account.balance());
        Some(self.stop.free(reading).await?.ok()?.ok()?.0.credits)
    }

    fn remarks(&self, line: &Planned, answer: &Answer, fell: Option<Credits>) {
        let target = &line.request.target;
        if answer.skipped > 0 {
            let entries = counted(answer.skipped, "unreadable entry", "unreadable entries");
            self.progress.note(&format!("{target}: skipped {entries} of the response"));
        }
        if let Some((fell, says)) = fell.zip(answer.consumed).filter(|(fell, says)| fell != says) {
            self.progress
                .note(&format!("{target}: {DIFFERS} the response says {says}, but your balance fell by {fell}"));
        }
        if answer.links.is_empty() {
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
    let tell = |event: Event| {
        if matches!(event, Event::Sending { attempt: 1 }) {
            lock().push(line.request.clone());
        }
        steps.step(line.request.target.as_str(), &event);
    };
    let fetched = fetch(account, pending, &tell).await;
    lock().retain(|request| *request != line.request);
    Done { target, line, fetched }
}

/// What is said when the user wants to stop while requests are running.
fn stopping(ours: &Mutex<Vec<Request>>) -> String {
    let Some(AtStake { targets, quote }) = AtStake::of(ours) else {
        return "Stopping; this command has no requests running".to_owned();
    };
    format!(
        "Stopping after the response for {targets}, which may already be charged. Press Ctrl-C again to abandon it: you may then \
         pay up to {quote} for nothing"
    )
}

fn abandoned(ours: &Mutex<Vec<Request>>) -> BuyingError {
    AtStake::of(ours).map_or(BuyingError::StoppedIdle, BuyingError::Abandoned)
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
