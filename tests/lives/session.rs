//! One session of the program as a user may run it: requests, some of them concurrent, pauses, balance readings, a full disk.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use kew_tui::archive::{PendingRequest, StoreError};
use kew_tui::domain::purchase::{Agreed, Charge, Sums, Terms, check_budget};
use kew_tui::domain::{Credits, FetchError, Limits, LinkCount, Mode, Request, Scope, Target, UnixTime};
use kew_tui::fetch::{Account, Event, Fetched, LazyArchive, fetch};
use tokio::time::timeout;

use super::books::Wish;
use super::server::Line;
use super::world::World;

/// No wish takes longer, whatever happens: four times as long as the server may take, with every pause and every reading, and
/// as long again for another one that it waits for.
const BOUND: Duration = Duration::from_secs(40 * 60);

pub struct Session {
    pub world: Arc<World>,
    pub number: usize,
    pub account: Account,
    pub lazy: Arc<LazyArchive>,
    budget: Option<Credits>,
    /// Of each wish, as the counter on the screen has it.
    counted: Mutex<Vec<(Credits, Charge)>>,
}

impl Session {
    pub fn begin(world: &Arc<World>, number: usize) -> Session {
        let limits = Limits::default();
        let clock = Arc::clone(world);
        let lazy = Arc::new(LazyArchive::new(world.place(), move || clock.clock()));
        let line = Line { world: Arc::clone(world), session: number, limits };
        let account = Account::new(Arc::new(line), limits, Some(Arc::clone(&lazy)));
        world.note(|| format!("session {number} begins"));
        world.books().count("sessions");
        Session { world: Arc::clone(world), number, account, lazy, budget: None, counted: Mutex::default() }
    }

    /// All that the user does in it.
    pub async fn lead(mut self) {
        if self.lazy.open().await.is_err() {
            return;
        }
        if self.world.chance(25) {
            self.budget = Some(Credits(20 + self.world.roll(150) as u64));
        }
        for _ in 0..=self.world.roll(4) {
            match self.world.roll(100) {
                0..75 => self.wish_for_some().await,
                75..85 => self.world.pass(0, 300_000).await,
                85..93 => self.look_at_balance(0).await,
                _ => self.fill_the_disk(),
            }
        }
        if self.world.chance(8) {
            self.world.pass(0, 4 * 3_600_000).await;
        }
        self.check_budget();
        let number = self.number;
        self.world.note(|| format!("session {number} ends"));
    }

    /// The disk is full, or has room again.
    fn fill_the_disk(&self) {
        let is_full = self.world.chance(60);
        self.world.note(|| format!("the disk is full: {is_full}"));
        self.world.disk.fail_writes(if is_full { Some(|| StoreError::Full) } else { None });
        let mut books = self.world.books();
        books.is_disturbed |= is_full;
        if is_full {
            books.count("disk full");
        }
    }

    async fn look_at_balance(&self, after: u64) {
        self.world.pass(after, after + 1).await;
        // Whether it can be read is the server's affair; what it settles is looked at in the end.
        drop(self.account.balance().await);
    }

    async fn keep_looking(&self) {
        loop {
            self.look_at_balance(300).await;
        }
    }

    async fn wish_for_some(&self) {
        let at_once = if self.world.chance(75) { 1 } else { 2 + self.world.roll(2) };
        if at_once > 1 {
            self.world.books().is_disturbed = true;
        }
        let wishes = (0..at_once).map(|_| self.wish());
        if self.world.is_impatient {
            tokio::select! {
                biased;
                _ = join_all(wishes) => {}
                () = self.keep_looking() => {}
            }
        } else if self.world.chance(20) {
            let after = self.world.roll(12_000) as u64;
            tokio::join!(biased; join_all(wishes), self.look_at_balance(after));
        } else {
            join_all(wishes).await;
        }
    }

    /// One wish, and again where the user agrees to pay for what may be paid for.
    async fn wish(&self) {
        self.world.pass(0, 3_000).await;
        let request = self.some_request();
        let mut agreed = match self.world.roll(100) {
            0..75 => Agreed::Nothing,
            75..85 => Agreed::AfterFailure,
            _ => Agreed::Refetch,
        };
        loop {
            let Some(fetched) = self.fetch(&request, agreed).await else { return };
            let is_asked = matches!(fetched.result, Err(FetchError::MayBeCharged { .. }));
            if !(is_asked && agreed == Agreed::Nothing && self.world.chance(50)) {
                return;
            }
            agreed = Agreed::AfterFailure;
        }
    }

    fn some_request(&self) -> Request {
        let target = ["aa.com", "b.com", "cccccc.com"][self.world.roll(3)];
        let mode = if self.world.chance(85) { Mode::OnePerDomain } else { Mode::AllLinks };
        let count = [1, 3, 4, 5, 8][self.world.roll(5)];
        Request { target: Target::parse(target, Scope::Page).unwrap(), mode, count: LinkCount::new(count).unwrap() }
    }

    /// `None` where the budget forbids it, or it hangs.
    async fn fetch(&self, request: &Request, agreed: Agreed) -> Option<Fetched> {
        let sums: Sums = self.counted.lock().unwrap().iter().copied().collect();
        if self.budget.is_some_and(|budget| check_budget(budget, &sums, request.quote()).is_err()) {
            self.world.books().count("over budget");
            return None;
        }
        let (wish, now) = self.begin_wish(request, agreed);
        let place = {
            let mut counted = self.counted.lock().unwrap();
            counted.push((request.quote(), Charge::Running));
            counted.len() - 1
        };
        let pending = PendingRequest { request: request.clone(), terms: Terms { now, max_age: None, agreed } };
        let tell = |event| self.world.note(|| format!("wish {wish}: {}", told(&event)));
        let Ok(fetched) = timeout(BOUND, fetch(&self.account, pending, &tell)).await else {
            self.world.broke(format!("wish {wish} hangs"));
            return None;
        };
        self.counted.lock().unwrap()[place].1 = fetched.charge;
        self.end_wish(wish, &fetched);
        Some(fetched)
    }

    fn begin_wish(&self, request: &Request, agreed: Agreed) -> (usize, UnixTime) {
        let clock = self.world.clock();
        let mut books = self.world.books();
        let at = clock.max(UnixTime(books.last_wish.0 + 1));
        books.last_wish = at;
        let wish = books.wishes.len();
        let (target, count, mode) = (request.target.as_str(), request.count, request.mode);
        books.note(self.world.now(), || format!("wish {wish} for {count} of {target}, {mode:?}, agreed: {agreed:?}"));
        let began = books.happened;
        let (session, request) = (self.number, request.clone());
        books.wishes.push(Wish { session, request, agreed, at, began, over: None });
        books.count("wishes");
        (wish, at)
    }

    fn end_wish(&self, wish: usize, fetched: &Fetched) {
        let now = self.world.now();
        let mut books = self.world.books();
        books.note(now, || format!("wish {wish} is over"));
        books.wishes[wish].over = Some(books.happened);
        let is_whole = books.orders.iter().any(|order| order.wish == wish && order.is_whole);
        if is_whole && fetched.result.is_err() {
            books.broke(now, format!("wish {wish}: all of it came, and the user has {:?}", fetched.result));
        }
        let charged: u64 = books.orders.iter().filter(|order| order.wish == wish).map(|order| order.charged).sum();
        if !books.is_misled && fetched.charge.credits().is_some_and(|told| told.0 != charged) {
            books.broke(now, format!("wish {wish}: the user is told {:?}, and {charged} are charged", fetched.charge));
        }
        match &fetched.result {
            Ok(_) if fetched.from_archive => books.count("held or joined"),
            Err(FetchError::MayBeCharged { .. }) => books.count("asked about"),
            _ => {}
        }
        if fetched.archive_failure.is_some() {
            books.count("not kept");
        }
    }

    fn check_budget(&self) {
        let Some(budget) = self.budget else { return };
        let now = self.world.now();
        let mut books = self.world.books();
        let charged: u64 = books.orders.iter().filter(|o| o.session == self.number).map(|o| o.charged).sum();
        if Credits(charged) > budget {
            books.broke(now, format!("{charged} were spent of {budget}"));
        }
    }
}

/// An event without what differs between runs: file names.
fn told(event: &Event) -> String {
    match event {
        Event::ArchiveFailure(archive_failure) => {
            format!("not kept, a file has it: {}", archive_failure.rescued.is_ok())
        }
        Event::Ended(fetched) => {
            let came = fetched.result.as_ref().map(|response| response.links.len()).map_err(ToString::to_string);
            format!("ended with {came:?}, {:?}", fetched.charge)
        }
        Event::Recorded(line) | Event::Updated(line) => {
            format!("line {} is {:?}, {:?}", line.id.0, line.status, line.charge)
        }
        other => format!("{other:?}"),
    }
}
