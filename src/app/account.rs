//! Whose credits are spent: the key's state, the requests, what they cost, and what the account says of it.

use std::fmt;
use std::sync::Arc;

use crate::domain::purchase::{Charge, Sums};
use crate::domain::{Credits, Request, Snapshot, SnapshotId};

use super::key_prompt::KeyDestination;
use super::requests::{RequestId, Requests};

/// The account, and what this session does with it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Whether there is an API to ask.
    pub access: Access,
    /// Where an API key that is entered on the screen can be stored.
    pub key_destination: KeyDestination,
    /// What the demo knows; nothing outside of it.
    pub demo_targets: Arc<[DemoTarget]>,
    /// The running credit counter.
    pub meter: CreditMeter,
    /// The requests of this session.
    pub requests: Requests,
    /// What is asked as soon as the archive or the demo is there; the next key takes it back.
    pub deferred_request: Option<Request>,
}

impl Account {
    /// Nothing is asked yet.
    pub fn new(access: Access) -> Account {
        Account {
            access,
            key_destination: KeyDestination::default(),
            demo_targets: Arc::default(),
            meter: CreditMeter::default(),
            requests: Requests::default(),
            deferred_request: None,
        }
    }
}

/// Whether there is an API to ask, and on whose account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// A key is set.
    Key,
    /// No key, and why: nothing can be asked.
    NoKey {
        /// What is wrong, without any part of a key.
        reason: String,
    },
    /// The demo is starting.
    DemoStarting,
    /// The embedded API: nothing costs anything.
    Demo,
}

/// A target that the demo knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoTarget {
    /// What to type.
    pub address: String,
    /// What it shows.
    pub what: String,
    /// Whether it answers with an error.
    pub is_fault: bool,
}

/// The running credit counter: what each request of the session cost, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreditMeter {
    requests: Vec<MeteredRequest>,
    /// Over all of them.
    sums: Sums,
    balance: Option<Credits>,
    /// The balance first read, and what the session had spent by then: what later balances are held against.
    baseline: Option<(Credits, Sums)>,
    discrepancy: Option<Discrepancy>,
    readings: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MeteredRequest {
    id: RequestId,
    maximum: Credits,
    charge: Charge,
    /// Its number in the archive, once that has it.
    snapshot: Option<SnapshotId>,
}

/// The account and the session's answers do not agree on what was spent since the first reading of the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discrepancy {
    /// By how much the balance fell; `None` if it rose.
    pub fell: Option<Credits>,
    /// What the answers say they consumed.
    pub reported: Credits,
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fell {
            Some(fell) => {
                let (fell, charged) = (fell.in_words(), self.reported.in_words());
                write!(f, "your balance fell by {fell} this session, but the responses report {charged}")
            }
            None => f.write_str("your balance rose this session: credits were added, or the account changed"),
        }
    }
}

impl CreditMeter {
    /// What this session is known to have been charged.
    pub fn session(&self) -> Credits {
        self.sums.charged
    }

    /// What this session was charged, may have been, and may still be.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// The account's balance, as last read; `None` if unknown.
    pub fn balance(&self) -> Option<Credits> {
        self.balance
    }

    /// Counts a request that is about to be sent.
    pub fn add_request(&mut self, id: RequestId, maximum: Credits) {
        self.requests.push(MeteredRequest { id, maximum, charge: Charge::Running, snapshot: None });
        self.update_sums();
    }

    /// Notes what a request cost.
    pub fn set_charge(&mut self, id: RequestId, charge: Charge) {
        if let Some(metered) = self.requests.iter_mut().find(|metered| metered.id == id) {
            metered.charge = charge;
            self.update_sums();
        }
    }

    /// Notes what the archive has of a request of this session.
    pub fn link_snapshot(&mut self, id: RequestId, snapshot: &Snapshot) {
        if let Some(metered) = self.requests.iter_mut().find(|metered| metered.id == id) {
            metered.snapshot = Some(snapshot.id);
            metered.charge = snapshot.charge;
            self.update_sums();
        }
    }

    /// Notes that more is known of a request that the archive has, if it is one of this session.
    pub fn update_charge(&mut self, snapshot: &Snapshot) {
        if let Some(metered) = self.requests.iter_mut().find(|metered| metered.snapshot == Some(snapshot.id)) {
            metered.charge = snapshot.charge;
            self.update_sums();
        }
    }

    fn update_sums(&mut self) {
        self.sums = self.requests.iter().map(|metered| (metered.maximum, metered.charge)).collect();
    }

    /// Begins a reading of the balance and says which it is. Readings from before are worthless from now on.
    pub fn begin_reading(&mut self) -> u64 {
        self.readings += 1;
        self.readings
    }

    /// Whether a reading is the one that was begun last.
    pub fn is_newest(&self, reading: u64) -> bool {
        reading == self.readings
    }

    /// Takes a reading. Only if it is `is_conclusive` (no request was under way that the account may know of and we do not yet)
    /// is it held against what the answers say.
    pub fn set_balance(&mut self, balance: Credits, is_conclusive: bool) {
        self.balance = Some(balance);
        if !is_conclusive {
            return;
        }
        let (first, before) = *self.baseline.get_or_insert((balance, self.sums));
        let fell = first.0.checked_sub(balance.0).map(Credits);
        let reported = self.sums.charged.saturating_sub(before.charged);
        let at_most = reported + self.sums.unknown.saturating_sub(before.unknown);
        let adds_up = fell.is_some_and(|fell| (reported..=at_most).contains(&fell));
        self.discrepancy = (!adds_up).then_some(Discrepancy { fell, reported });
    }

    /// The reading failed: better unknown than out of date.
    pub fn clear_balance(&mut self) {
        self.balance = None;
    }

    /// What the balance and the answers do not agree on.
    pub fn discrepancy(&self) -> Option<Discrepancy> {
        self.discrepancy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request of the session, and what it cost.
    fn spend(meter: &mut CreditMeter, id: u64, maximum: u64, charge: Charge) {
        meter.add_request(RequestId(id), Credits(maximum));
        meter.set_charge(RequestId(id), charge);
    }

    #[test]
    fn a_balance_that_disagrees_with_the_reported_charges_is_a_discrepancy() {
        let mut meter = CreditMeter::default();
        meter.set_balance(Credits(1_000), true);
        spend(&mut meter, 1, 50, Charge::Response(Credits(25)));
        meter.set_balance(Credits(975), true);
        assert_eq!(meter.discrepancy(), None);
        meter.set_balance(Credits(970), true);
        let discrepancy = Discrepancy { fell: Some(Credits(30)), reported: Credits(25) };
        assert_eq!(meter.discrepancy(), Some(discrepancy));
        meter.set_balance(Credits(2_000), true);
        assert_eq!(meter.discrepancy().map(|d| d.fell), Some(None));
    }

    #[test]
    fn an_unknown_charge_may_explain_a_lower_balance() {
        let mut meter = CreditMeter::default();
        meter.set_balance(Credits(1_000), true);
        spend(&mut meter, 1, 50, Charge::Unknown);
        for (balance, adds_up) in [(1_000, true), (950, true), (949, false)] {
            meter.set_balance(Credits(balance), true);
            assert_eq!(meter.discrepancy().is_none(), adds_up, "{balance}");
        }
        assert_eq!((meter.session(), meter.sums().unknown), (Credits::ZERO, Credits(50)));
        meter.set_charge(RequestId(1), Charge::Balance(Credits(50)));
        assert_eq!((meter.session(), meter.sums().unknown), (Credits(50), Credits::ZERO));
    }

    #[test]
    fn a_reading_while_a_request_runs_is_not_compared() {
        let mut meter = CreditMeter::default();
        meter.set_balance(Credits(1_000), true);
        meter.set_balance(Credits(975), false);
        assert_eq!((meter.balance(), meter.discrepancy()), (Some(Credits(975)), None));
        let older = meter.begin_reading();
        let newer = meter.begin_reading();
        assert!(!meter.is_newest(older) && meter.is_newest(newer));
    }

    #[test]
    fn the_first_reading_is_the_baseline() {
        let mut meter = CreditMeter::default();
        spend(&mut meter, 1, 25, Charge::Response(Credits(25)));
        meter.set_balance(Credits(975), true);
        assert_eq!(meter.discrepancy(), None);
    }
}
