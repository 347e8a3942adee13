//! The truth, recorded independently of the program: what the user asked for, what the server was asked, charged and sent,
//! and every event in order.

use std::collections::BTreeMap;

use kew_tui::domain::purchase::Agreed;
use kew_tui::domain::{Request, SnapshotId, UnixTime};

use crate::support::Dice;

/// A wish of the user: one call of `fetch`.
#[derive(Debug)]
pub struct Wish {
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
pub struct Order {
    pub session: usize,
    pub wish: usize,
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
pub enum Sight {
    Clear,
    /// Each reading may fail or take too long.
    Flaky,
    Never,
}

/// A life so far. All its random numbers come from `dice`.
#[derive(Debug)]
pub struct Books {
    pub dice: Dice,
    pub sight: Sight,
    /// How far the balance that is shown lags behind, in milliseconds.
    pub lag: u64,
    /// Until when the server may be working on something that nobody waits for any more.
    pub works_until: u64,
    /// Whether a balance was shown that did not know yet what an earlier request had cost. Then nobody can tell whose charge
    /// the next difference is.
    pub is_misled: bool,
    /// Another 5xx is likely to follow.
    pub is_troubled: bool,
    pub wishes: Vec<Wish>,
    pub orders: Vec<Order>,
    /// What broke a promise.
    pub broken: Vec<String>,
    /// How often each thing occurred.
    pub fates: BTreeMap<&'static str, u64>,
    pub log: Vec<String>,
    pub keeps_log: bool,
    /// How many things have happened.
    pub happened: usize,
    pub last_wish: UnixTime,
    /// Anything that makes it impossible for the balance to tell one request's charge for certain.
    pub is_disturbed: bool,
}

pub const BALANCE: u64 = 100_000;

impl Books {
    pub fn new(dice: Dice, keeps_log: bool) -> Books {
        Books {
            dice,
            sight: Sight::Clear,
            lag: 0,
            works_until: 0,
            is_misled: false,
            is_troubled: false,
            wishes: Vec::new(),
            orders: Vec::new(),
            broken: Vec::new(),
            fates: BTreeMap::new(),
            log: Vec::new(),
            keeps_log,
            happened: 0,
            last_wish: UnixTime(0),
            is_disturbed: false,
        }
    }

    /// Whether something happens that happens `times` in a hundred.
    pub fn chance(&mut self, times: usize) -> bool {
        self.dice.roll(100) < times
    }

    /// A number between these, the second left out.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.dice.roll((to - from) as usize) as u64
    }

    pub fn count(&mut self, fate: &'static str) {
        *self.fates.entry(fate).or_default() += 1;
    }

    pub fn note(&mut self, now: u64, what: impl FnOnce() -> String) {
        self.happened += 1;
        if self.keeps_log {
            self.log.push(format!("{now:>9} {}", what()));
        }
    }

    /// A promise was broken.
    pub fn broke(&mut self, now: u64, what: String) {
        self.note(now, || format!("BROKEN: {what}"));
        self.broken.push(what);
    }

    /// The balance as the server shows it at this moment.
    pub fn balance(&self, now: u64) -> u64 {
        let seen = now.checked_sub(self.lag);
        let is_booked = |order: &&Order| seen.is_some_and(|seen| order.charged_at <= seen);
        BALANCE - self.orders.iter().filter(is_booked).map(|order| order.charged).sum::<u64>()
    }

    /// Whether the balance that is shown at this moment lacks what a request cost that is over.
    pub fn lags_behind(&self, now: u64) -> bool {
        let is_hidden = |order: &Order| order.charged_at <= now && now < order.charged_at + self.lag;
        self.orders.iter().any(|order| order.charged > 0 && is_hidden(order) && self.wishes[order.wish].over.is_some())
    }

    /// All that is running in a session is over.
    pub fn end_session(&mut self, session: usize) {
        let now = self.happened;
        for wish in self.wishes.iter_mut().filter(|wish| wish.session == session && wish.over.is_none()) {
            wish.over = Some(now);
        }
    }
}
