//! One session as a user might run it: requests, some of them concurrent, pauses, balance readings, a full disk.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use kew_tui::archive::{PendingRequest, StoreError};
use kew_tui::domain::purchase::{Agreed, Charge, Sums, Terms, check_budget};
use kew_tui::domain::{Credits, FetchError, Limits, LinkCount, Mode, Request, Scope, Target, UnixTime};
use kew_tui::fetch::{Account, Event, Fetched, LazyArchive, fetch};
use tokio::time::timeout;

use super::records::FetchCall;
use super::server::SessionApi;
use super::world::World;

/// The longest that a call may take: four attempts of a slow server with every pause and balance reading, and the same again
/// for a call in another session that it waits for.
const MAX_CALL_TIME: Duration = Duration::from_secs(40 * 60);

pub struct Session {
    pub world: Arc<World>,
    pub number: usize,
    pub account: Account,
    pub lazy: Arc<LazyArchive>,
    budget: Option<Credits>,
    /// The quote and the charge of each call, as the screen counts them.
    credit_meter: Mutex<Vec<(Credits, Charge)>>,
}

impl Session {
    pub fn begin(world: &Arc<World>, number: usize) -> Session {
        let limits = Limits::default();
        let clock = Arc::clone(world);
        let lazy = Arc::new(LazyArchive::new(world.location(), move || clock.clock()));
        let line = SessionApi { world: Arc::clone(world), session: number, limits };
        let account = Account::new(Arc::new(line), limits, Some(Arc::clone(&lazy)));
        world.note(|| format!("session {number} begins"));
        world.records().count("sessions");
        Session { world: Arc::clone(world), number, account, lazy, budget: None, credit_meter: Mutex::default() }
    }

    /// Everything the user does in this session.
    pub async fn run(mut self) {
        if self.lazy.open().await.is_err() {
            return;
        }
        if self.world.chance(25) {
            self.budget = Some(Credits(20 + self.world.below(150) as u64));
        }
        for _ in 0..=self.world.below(4) {
            match self.world.below(100) {
                0..75 => self.make_calls().await,
                75..85 => self.world.sleep_between(0, 300_000).await,
                85..93 => self.read_balance(0).await,
                _ => self.toggle_full_disk(),
            }
        }
        if self.world.chance(8) {
            self.world.sleep_between(0, 4 * 3_600_000).await;
        }
        self.check_budget();
        let number = self.number;
        self.world.note(|| format!("session {number} ends"));
    }

    /// Fills the disk or frees space.
    fn toggle_full_disk(&self) {
        let is_full = self.world.chance(60);
        self.world.note(|| format!("the disk is full: {is_full}"));
        self.world.disk.fail_writes(if is_full { Some(|| StoreError::Full) } else { None });
        let mut records = self.world.records();
        records.is_ambiguous |= is_full;
        if is_full {
            records.count("disk full");
        }
    }

    async fn read_balance(&self, after: u64) {
        self.world.sleep_between(after, after + 1).await;
        // It may fail; what it settles is checked after the life.
        drop(self.account.balance().await);
    }

    async fn keep_reading_balance(&self) {
        loop {
            self.read_balance(300).await;
        }
    }

    async fn make_calls(&self) {
        let count = if self.world.chance(75) { 1 } else { 2 + self.world.below(2) };
        if count > 1 {
            self.world.records().is_ambiguous = true;
        }
        let calls = (0..count).map(|_| self.call());
        if self.world.is_impatient {
            tokio::select! {
                biased;
                _ = join_all(calls) => {}
                () = self.keep_reading_balance() => {}
            }
        } else if self.world.chance(20) {
            let after = self.world.below(12_000) as u64;
            tokio::join!(biased; join_all(calls), self.read_balance(after));
        } else {
            join_all(calls).await;
        }
    }

    /// One call, repeated if the user agrees to pay again for a request that may have been charged.
    async fn call(&self) {
        self.world.sleep_between(0, 3_000).await;
        let request = self.random_request();
        let mut agreed = match self.world.below(100) {
            0..75 => Agreed::Nothing,
            75..85 => Agreed::AfterFailure,
            _ => Agreed::Refetch,
        };
        loop {
            let Some(fetched) = self.fetch(&request, agreed).await else { return };
            let needs_consent = matches!(fetched.result, Err(FetchError::MayBeCharged { .. }));
            if !(needs_consent && agreed == Agreed::Nothing && self.world.chance(50)) {
                return;
            }
            agreed = Agreed::AfterFailure;
        }
    }

    fn random_request(&self) -> Request {
        let target = ["aa.com", "b.com", "cccccc.com"][self.world.below(3)];
        let mode = if self.world.chance(85) { Mode::OnePerDomain } else { Mode::AllLinks };
        let count = [1, 3, 4, 5, 8][self.world.below(5)];
        Request { target: Target::parse(target, Scope::Page).unwrap(), mode, count: LinkCount::new(count).unwrap() }
    }

    /// `None` if the budget does not allow it, or if it hangs.
    async fn fetch(&self, request: &Request, agreed: Agreed) -> Option<Fetched> {
        let sums: Sums = self.credit_meter.lock().unwrap().iter().copied().collect();
        if self.budget.is_some_and(|budget| check_budget(budget, &sums, request.quote()).is_err()) {
            self.world.records().count("over budget");
            return None;
        }
        let (call, now) = self.begin_call(request, agreed);
        let index = {
            let mut credit_meter = self.credit_meter.lock().unwrap();
            credit_meter.push((request.quote(), Charge::Running));
            credit_meter.len() - 1
        };
        let pending = PendingRequest { request: request.clone(), terms: Terms { now, max_age: None, agreed } };
        let log = |event| self.world.note(|| format!("call {call}: {}", describe_event(&event)));
        let Ok(fetched) = timeout(MAX_CALL_TIME, fetch(&self.account, pending, &log)).await else {
            self.world.report_violation(format!("call {call} hangs"));
            return None;
        };
        self.credit_meter.lock().unwrap()[index].1 = fetched.charge;
        self.end_call(call, &fetched);
        Some(fetched)
    }

    fn begin_call(&self, request: &Request, agreed: Agreed) -> (usize, UnixTime) {
        let clock = self.world.clock();
        let mut records = self.world.records();
        let at = clock.max(UnixTime(records.last_call.0 + 1));
        records.last_call = at;
        let call = records.calls.len();
        let (target, count, mode) = (request.target.as_str(), request.count, request.mode);
        records.note(self.world.now(), || format!("call {call} for {count} of {target}, {mode:?}, agreed: {agreed:?}"));
        let began = records.event_count;
        let (session, request) = (self.number, request.clone());
        records.calls.push(FetchCall { session, request, agreed, at, began, over: None });
        records.count("calls");
        (call, at)
    }

    fn end_call(&self, call: usize, fetched: &Fetched) {
        let now = self.world.now();
        let mut records = self.world.records();
        records.note(now, || format!("call {call} is over"));
        records.calls[call].over = Some(records.event_count);
        let is_whole = records.purchases.iter().any(|purchase| purchase.call == call && purchase.is_whole);
        if is_whole && fetched.result.is_err() {
            records.report_violation(
                now,
                format!("call {call}: the complete response arrived, but the user got {:?}", fetched.result),
            );
        }
        let charged: u64 =
            records.purchases.iter().filter(|purchase| purchase.call == call).map(|purchase| purchase.charged).sum();
        if !records.has_stale_balance && fetched.charge.credits().is_some_and(|shown| shown.0 != charged) {
            records.report_violation(
                now,
                format!("call {call}: the user sees {:?}, but {charged} were charged", fetched.charge),
            );
        }
        match &fetched.result {
            Ok(_) if fetched.from_archive => records.count("from the archive"),
            Err(FetchError::MayBeCharged { .. }) => records.count("confirmation required"),
            _ => {}
        }
        if fetched.archive_failure.is_some() {
            records.count("not archived");
        }
    }

    fn check_budget(&self) {
        let Some(budget) = self.budget else { return };
        let now = self.world.now();
        let mut records = self.world.records();
        let charged: u64 = records.purchases.iter().filter(|o| o.session == self.number).map(|o| o.charged).sum();
        if Credits(charged) > budget {
            records.report_violation(now, format!("{charged} were charged, over the budget of {budget}"));
        }
    }
}

/// Describes an event without the file names, which differ between runs.
fn describe_event(event: &Event) -> String {
    match event {
        Event::ArchiveFailure(archive_failure) => {
            format!("not archived, saved to a file: {}", archive_failure.rescued.is_ok())
        }
        Event::Ended(fetched) => {
            let links = fetched.result.as_ref().map(|response| response.links.len()).map_err(ToString::to_string);
            format!("ended with {links:?}, {:?}", fetched.charge)
        }
        Event::Recorded(line) | Event::Updated(line) => {
            format!("line {} is {:?}, {:?}", line.id.0, line.status, line.charge)
        }
        other => format!("{other:?}"),
    }
}
