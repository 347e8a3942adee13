//! Buying what a plan lacks: one request at a time, each on the disk before the next goes out, and stopping in order.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use super::plan::{Plan, Planned};
use super::progress::Progress;
use super::refusal::Refusal;
use super::stop::Stop;
use crate::archive::Intent;
use crate::domain::failure::Charge;
use crate::domain::number::counted;
use crate::domain::{Answer, Credits, Failure, LinkSet};
use crate::runtime::asker::Asker;
use crate::runtime::buy::{Bought, Step, buy};
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
}

impl Basket {
    /// A basket for so many targets.
    pub(super) fn new(targets: usize) -> Basket {
        Basket { answers: vec![None; targets], held: 0, bought: 0, is_kept: true, balance: None }
    }

    /// Puts the links of a target in.
    pub(super) fn put(&mut self, target: usize, links: &Arc<LinkSet>) {
        if let Some(place) = self.answers.get_mut(target) {
            *place = Some(Arc::clone(links));
        }
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
    pub(super) asker: &'a Asker,
    pub(super) refresh: bool,
    pub(super) max_age: Option<Duration>,
    pub(super) progress: &'a mut Progress,
    pub(super) stop: Stop,
}

impl Buyer<'_> {
    /// Buys all that the archive does not hold.
    ///
    /// # Errors
    /// The first failure, or a wish to stop. What was bought before it is in the basket.
    pub(super) async fn buy_all(&mut self, plan: &Plan, basket: &mut Basket) -> Result<(), Refusal> {
        basket.balance = self.first_balance(plan.quote()).await?;
        for (target, line) in plan.lines.iter().enumerate().filter(|(_, line)| line.held.is_none()) {
            if self.stop.is_wanted().await {
                return Err(stopped(basket));
            }
            let bought = self.buy_one(line, basket).await?;
            self.settle(target, line, bought, basket).await?;
        }
        // The answer that was waited for may have been the last one, but the user wanted to stop all the same.
        if self.stop.is_wanted().await { Err(stopped(basket)) } else { Ok(()) }
    }

    /// Where not even this free question is answered, the ones that cost would not be either.
    async fn first_balance(&mut self, quote: Credits) -> Result<Option<Credits>, Refusal> {
        let reading = self.stop.free(self.asker.balance()).await;
        match reading.ok_or_else(|| Refusal::interrupted("stopped before anything was sent"))? {
            Ok(balance) => {
                if balance < quote {
                    self.progress.note(&format!("the balance is {balance}, and it can cost up to {quote}"));
                }
                Ok(Some(balance))
            }
            Err(failure) if failure.charge() == Charge::Nothing || matches!(failure, Failure::KeyRefused { .. }) => {
                Err(failure.into())
            }
            Err(failure) => {
                self.progress.note(&format!("the balance is not known: {failure}"));
                Ok(None)
            }
        }
    }

    async fn buy_one(&mut self, line: &Planned, basket: &Basket) -> Result<Bought, Refusal> {
        let request = line.request.clone();
        let (target, quote) = (request.target.as_str(), request.quote());
        let progress = &*self.progress;
        let is_ours = Cell::new(true);
        let intent = Intent {
            request: request.clone(),
            balance_before: basket.balance,
            refresh: self.refresh,
            max_age: self.max_age,
            now: unix_now(),
        };
        let tell = |step: Step| {
            is_ours.set(!matches!(step, Step::Joined));
            progress.step(target, &step);
        };
        let first = || {
            progress.note(&format!(
                "stopping once the answer for {target} is here, since it is paid for; Ctrl-C again abandons it, which may \
                 cost up to {quote} for nothing"
            ));
        };
        let bought = self.stop.paid(buy(self.asker, intent, tell), first).await;
        bought.ok_or_else(|| match is_ours.get() {
            true => Refusal::interrupted(format!(
                "abandoned: the request for {target} is out and may cost up to {quote}. The ledger has it as unknown; what \
                 had arrived of it is taken over at the next start."
            ))
            .about(quote),
            false => Refusal::interrupted("stopped; nothing of this program was under way"),
        })
    }

    /// Puts what came into the basket, and says what a person should know of it.
    async fn settle(
        &mut self,
        target: usize,
        line: &Planned,
        bought: Bought,
        basket: &mut Basket,
    ) -> Result<(), Refusal> {
        let before = basket.balance;
        if !bought.is_held {
            basket.balance = self.read_balance().await;
        }
        let fell = before.zip(basket.balance).map(|(before, after)| before.saturating_sub(after));
        if let Some(answer) = bought.result.as_ref().ok().or(bought.rescued.as_ref()) {
            basket.put(target, &answer.links);
        }
        // Without an archive, or where it could not take it, what came is nowhere but here.
        let is_kept = bought.is_held || (bought.snapshot.is_some() && bought.not_kept.is_none());
        basket.is_kept &= is_kept || (bought.result.is_err() && bought.rescued.is_none());
        if let Some(why) = &bought.not_kept {
            self.progress.note(why);
        }
        match &bought.result {
            Ok(answer) => {
                let cost = if bought.is_held { Credits::ZERO } else { answer.consumed.unwrap_or_default() };
                self.progress.advance(answer.links.len(), cost);
                (basket.held, basket.bought) =
                    (basket.held + usize::from(bought.is_held), basket.bought + usize::from(!bought.is_held));
                self.remarks(line, answer, fell.filter(|_| !bought.is_held));
                Ok(())
            }
            Err(failure) => Err(failed(line, failure, &bought, fell, basket)),
        }
    }

    /// What the account has; not waited for where it takes long.
    async fn read_balance(&mut self) -> Option<Credits> {
        let reading = tokio::time::timeout(BALANCE, self.asker.balance());
        self.stop.free(reading).await?.ok()?.ok()
    }

    fn remarks(&self, line: &Planned, answer: &Answer, fell: Option<Credits>) {
        let target = &line.request.target;
        if answer.skipped > 0 {
            let entries = counted(answer.skipped, "entry", "entries");
            self.progress.note(&format!("{target}: {entries} of the answer could not be read"));
        }
        if let Some((fell, says)) = fell.zip(answer.consumed).filter(|(fell, says)| fell != says) {
            self.progress.note(&format!("{target}: ≠ the answer says it cost {says}, the balance fell by {fell}"));
        }
        if answer.links.is_empty() {
            self.progress.note(&no_links(line));
        }
    }
}

/// No answer proves that nobody links there.
pub(super) fn no_links(line: &Planned) -> String {
    let variants: Vec<String> = line.request.target.variants().iter().map(ToString::to_string).collect();
    format!(
        "no links for {}. The API may know it by another address: {}, at most {} each",
        line.request.target,
        variants.join(" "),
        line.request.quote()
    )
}

fn stopped(basket: &Basket) -> Refusal {
    Refusal::interrupted("stopped.").and(&before(basket))
}

fn failed(line: &Planned, failure: &Failure, bought: &Bought, fell: Option<Credits>, basket: &Basket) -> Refusal {
    let charge = failure.charge();
    let mut refusal = Refusal::from(failure.clone()).of(line.request.target.as_str()).and(failure.credits_note());
    if charge == Charge::Unknown {
        let balance = match fell {
            Some(Credits::ZERO) => "The balance did not fall.".to_owned(),
            Some(fell) => format!("The balance fell by {fell}."),
            None => String::new(),
        };
        refusal = refusal.about(line.request.quote()).and(&balance);
    }
    if let Some(rescued) = &bought.rescued {
        let links = counted(rescued.links.len(), "link", "links");
        let place = bought.snapshot.as_ref().filter(|snapshot| snapshot.has_answer);
        let place = place.map(|snapshot| format!(": kew-tui export {}", snapshot.id.0));
        refusal = refusal.and(&format!("{links} arrived whole{}.", place.unwrap_or_default()));
    }
    refusal.and(&before(basket))
}

/// What became of the targets before the one that it ended with.
fn before(basket: &Basket) -> String {
    match (basket.bought, basket.is_kept) {
        (0, _) => String::new(),
        (bought, true) => format!(
            "What was bought before ({}) is in the archive: the same command brings it for nothing.",
            counted(bought, "target", "targets")
        ),
        (_, false) => "What came before is in no archive, so it is written all the same.".to_owned(),
    }
}
