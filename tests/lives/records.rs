//! What really happened, recorded independently of the program: what the user asked for, what the server received, charged
//! and sent, and every event in order.

use std::collections::BTreeMap;

use kew_tui::domain::purchase::Agreed;
use kew_tui::domain::{Request, SnapshotId, UnixTime};

use crate::support::Rng;

/// One call of `fetch`.
#[derive(Debug)]
pub struct FetchCall {
    pub session: usize,
    /// As the user confirmed it.
    pub request: Request,
    pub agreed: Agreed,
    /// Its start time, unique, which identifies it in the ledger.
    pub at: UnixTime,
    /// The values of `event_count` at its start and at its end.
    pub began: usize,
    pub over: Option<usize>,
}

/// A paid request that reached the server.
#[derive(Debug)]
pub struct Purchase {
    pub session: usize,
    pub call: usize,
    pub line: SnapshotId,
    pub request: Request,
    /// The number of links the server found.
    pub rows: usize,
    pub charged: u64,
    /// When the balance falls, in milliseconds since the beginning.
    pub charged_at: u64,
    /// The bytes of a 200 response that arrived.
    pub arrived: Vec<u8>,
    /// Whether `arrived` is a complete, readable response.
    pub is_whole: bool,
    /// Whether the machine stopped before the archive had it; files that were not synced may be lost.
    pub may_be_lost: bool,
}

/// How reliably the balance can be read in this life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceAccess {
    Reliable,
    /// Each reading may fail or take too long.
    Flaky,
    Never,
}

/// Everything about a life so far. All its random numbers come from `rng`.
#[derive(Debug)]
pub struct Records {
    pub rng: Rng,
    pub balance_access: BalanceAccess,
    /// How late the balance shows a charge, in milliseconds.
    pub lag: u64,
    /// Until when the server may still work on a request that the program gave up.
    pub busy_until: u64,
    /// Whether a balance was read that did not yet include the charge of an earlier request. From then on, a difference
    /// can't be attributed to one request.
    pub has_stale_balance: bool,
    /// Whether another 5xx is likely.
    pub is_failing: bool,
    pub calls: Vec<FetchCall>,
    pub purchases: Vec<Purchase>,
    pub violations: Vec<String>,
    pub counts: BTreeMap<&'static str, u64>,
    pub log: Vec<String>,
    pub keeps_log: bool,
    pub event_count: usize,
    pub last_call: UnixTime,
    /// Whether anything happened that keeps the balance from proving the charge of a single request.
    pub is_ambiguous: bool,
}

pub const BALANCE: u64 = 100_000;

impl Records {
    pub fn new(rng: Rng, keeps_log: bool) -> Records {
        Records {
            rng,
            balance_access: BalanceAccess::Reliable,
            lag: 0,
            busy_until: 0,
            has_stale_balance: false,
            is_failing: false,
            calls: Vec::new(),
            purchases: Vec::new(),
            violations: Vec::new(),
            counts: BTreeMap::new(),
            log: Vec::new(),
            keeps_log,
            event_count: 0,
            last_call: UnixTime(0),
            is_ambiguous: false,
        }
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.rng.below(100) < percent
    }

    /// A number in `from..to`.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.rng.below((to - from) as usize) as u64
    }

    pub fn count(&mut self, fate: &'static str) {
        *self.counts.entry(fate).or_default() += 1;
    }

    pub fn note(&mut self, now: u64, what: impl FnOnce() -> String) {
        self.event_count += 1;
        if self.keeps_log {
            self.log.push(format!("{now:>9} {}", what()));
        }
    }

    pub fn report_violation(&mut self, now: u64, what: String) {
        self.note(now, || format!("VIOLATION: {what}"));
        self.violations.push(what);
    }

    /// The balance that the server reports now.
    pub fn balance(&self, now: u64) -> u64 {
        let shown_until = now.checked_sub(self.lag);
        let is_booked = |purchase: &&Purchase| shown_until.is_some_and(|until| purchase.charged_at <= until);
        BALANCE - self.purchases.iter().filter(is_booked).map(|purchase| purchase.charged).sum::<u64>()
    }

    /// Whether that balance misses the charge of a call that has ended.
    pub fn lags_behind(&self, now: u64) -> bool {
        let is_hidden = |purchase: &Purchase| purchase.charged_at <= now && now < purchase.charged_at + self.lag;
        self.purchases
            .iter()
            .any(|purchase| purchase.charged > 0 && is_hidden(purchase) && self.calls[purchase.call].over.is_some())
    }

    /// Ends all running calls of a session.
    pub fn end_session(&mut self, session: usize) {
        let now = self.event_count;
        for call in self.calls.iter_mut().filter(|call| call.session == session && call.over.is_none()) {
            call.over = Some(now);
        }
    }
}
