//! The truth, recorded independently of the program: what the user asked for, what the server was asked, charged and sent,
//! and every event in order.

use std::collections::BTreeMap;

use kew_tui::domain::purchase::Agreed;
use kew_tui::domain::{Request, SnapshotId, UnixTime};

use crate::support::Rng;

/// A call of the user: one call of `fetch`.
#[derive(Debug)]
pub struct FetchCall {
    pub session: usize,
    /// What the user saw when agreeing to its maximum.
    pub request: Request,
    pub agreed: Agreed,
    /// When it began, unlike that of any other: by this it is found in the ledger.
    pub at: UnixTime,
    /// Places in the row of everything that happened.
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
    /// How many links the server found.
    pub rows: usize,
    pub charged: u64,
    /// From when on the account has been charged, in milliseconds since the beginning.
    pub charged_at: u64,
    /// What arrived of a success.
    pub arrived: Vec<u8>,
    /// Whether that is a whole response that can be read.
    pub is_whole: bool,
    /// Whether the machine stopped before it was in the archive: files that were not there for certain may be gone.
    pub may_be_lost: bool,
}

/// How the balance shows itself in this life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceAccess {
    Reliable,
    /// Each reading may fail or take too long.
    Flaky,
    Never,
}

/// A life so far. All its random numbers come from `rng`.
#[derive(Debug)]
pub struct Records {
    pub rng: Rng,
    pub balance_access: BalanceAccess,
    /// How far the balance that is shown lags behind, in milliseconds.
    pub lag: u64,
    /// Until when the server may be working on something that nobody waits for any more.
    pub busy_until: u64,
    /// Whether a balance was shown that did not know yet what an earlier request had cost. Then nobody can tell whose charge
    /// the next difference is.
    pub has_stale_balance: bool,
    /// Another 5xx is likely to follow.
    pub is_failing: bool,
    pub calls: Vec<FetchCall>,
    pub purchases: Vec<Purchase>,
    /// What broke a promise.
    pub violations: Vec<String>,
    /// How often each thing occurred.
    pub counts: BTreeMap<&'static str, u64>,
    pub log: Vec<String>,
    pub keeps_log: bool,
    /// How many things have happened.
    pub event_count: usize,
    pub last_call: UnixTime,
    /// Anything that makes it impossible for the balance to tell one request's charge for certain.
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

    /// Whether something happens that happens `times` in a hundred.
    pub fn chance(&mut self, times: usize) -> bool {
        self.rng.below(100) < times
    }

    /// A number between these, the second left out.
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

    /// A promise was broken.
    pub fn report_violation(&mut self, now: u64, what: String) {
        self.note(now, || format!("BROKEN: {what}"));
        self.violations.push(what);
    }

    /// The balance as the server shows it at this moment.
    pub fn balance(&self, now: u64) -> u64 {
        let seen = now.checked_sub(self.lag);
        let is_booked = |purchase: &&Purchase| seen.is_some_and(|seen| purchase.charged_at <= seen);
        BALANCE - self.purchases.iter().filter(is_booked).map(|purchase| purchase.charged).sum::<u64>()
    }

    /// Whether the balance that is shown at this moment lacks what a request cost that is over.
    pub fn lags_behind(&self, now: u64) -> bool {
        let is_hidden = |purchase: &Purchase| purchase.charged_at <= now && now < purchase.charged_at + self.lag;
        self.purchases
            .iter()
            .any(|purchase| purchase.charged > 0 && is_hidden(purchase) && self.calls[purchase.call].over.is_some())
    }

    /// All that is running in a session is over.
    pub fn end_session(&mut self, session: usize) {
        let now = self.event_count;
        for call in self.calls.iter_mut().filter(|call| call.session == session && call.over.is_none()) {
            call.over = Some(now);
        }
    }
}
