//! The account: whether there is a key, the requests of this session, and what they were charged.

use std::fmt;
use std::sync::Arc;

use crate::domain::purchase::{Charge, Sums};
use crate::domain::{Credits, Request, Snapshot, SnapshotId};

use super::fetch_list::FetchList;
use super::key_prompt::KeyDestination;
use super::requests::{RequestId, Requests};

#[derive(Clone, Debug)]
pub struct Account {
    pub access: Access,
    pub key_destination: KeyDestination,
    /// Empty outside the demo.
    pub demo_targets: Arc<[DemoTarget]>,
    pub meter: CreditMeter,
    pub requests: Requests,
    /// A request that waits for the archive to open or the demo to start. Any key cancels it.
    pub deferred_request: Option<Request>,
    /// The list that is being fetched.
    pub list: Option<FetchList>,
}

impl Account {
    pub fn new(access: Access) -> Account {
        Account {
            access,
            key_destination: KeyDestination::default(),
            demo_targets: Arc::default(),
            meter: CreditMeter::default(),
            requests: Requests::default(),
            deferred_request: None,
            list: None,
        }
    }
}

/// Whether requests can be sent, and who pays for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    Key,
    /// Nothing can be fetched.
    NoKey {
        /// Contains no part of a key.
        reason: String,
    },
    DemoStarting,
    /// The embedded API, which charges nothing.
    Demo,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoTarget {
    /// What to type in the target box.
    pub address: String,
    /// What the target demonstrates.
    pub what: String,
    pub is_error: bool,
}

/// What each request of this session was charged, as far as it is known, and the account's balance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreditMeter {
    requests: Vec<MeteredRequest>,
    /// Totals of `requests`.
    sums: Sums,
    balance: Option<Credits>,
    /// The first balance read and the session's sums at that time. Later balances are checked against them.
    baseline: Option<(Credits, Sums)>,
    discrepancy: Option<Discrepancy>,
    readings: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MeteredRequest {
    id: RequestId,
    maximum: Credits,
    charge: Charge,
    /// Set once the archive has recorded the request.
    snapshot: Option<SnapshotId>,
}

/// The balance fell by an amount that the reported charges since the first reading don't explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discrepancy {
    /// `None` if the balance rose.
    pub fell: Option<Credits>,
    /// The sum of the charges in the responses.
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
    /// The known charges of this session.
    pub fn session(&self) -> Credits {
        self.sums.charged
    }

    /// Known, possible and pending charges of this session.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// As last read; `None` if unknown.
    pub fn balance(&self) -> Option<Credits> {
        self.balance
    }

    /// Adds a request that is about to be sent.
    pub fn add_request(&mut self, id: RequestId, maximum: Credits) {
        self.requests.push(MeteredRequest { id, maximum, charge: Charge::Running, snapshot: None });
        self.update_sums();
    }

    pub fn set_charge(&mut self, id: RequestId, charge: Charge) {
        if let Some(metered) = self.requests.iter_mut().find(|metered| metered.id == id) {
            metered.charge = charge;
            self.update_sums();
        }
    }

    /// Takes over the charge that the archive recorded for a request of this session.
    pub fn link_snapshot(&mut self, id: RequestId, snapshot: &Snapshot) {
        if let Some(metered) = self.requests.iter_mut().find(|metered| metered.id == id) {
            metered.snapshot = Some(snapshot.id);
            metered.charge = snapshot.charge;
            self.update_sums();
        }
    }

    /// Updates the charge of a recorded request. Does nothing if it belongs to another session.
    pub fn update_charge(&mut self, snapshot: &Snapshot) {
        if let Some(metered) = self.requests.iter_mut().find(|metered| metered.snapshot == Some(snapshot.id)) {
            metered.charge = snapshot.charge;
            self.update_sums();
        }
    }

    fn update_sums(&mut self) {
        self.sums = self.requests.iter().map(|metered| (metered.maximum, metered.charge)).collect();
    }

    /// Starts a reading of the balance and returns its number. Results of earlier readings are then ignored.
    pub fn begin_reading(&mut self) -> u64 {
        self.readings += 1;
        self.readings
    }

    pub fn is_newest(&self, reading: u64) -> bool {
        reading == self.readings
    }

    /// Sets the balance. It is compared with the reported charges only if `is_conclusive`: while a request runs, the
    /// account may already include a charge that we don't know yet.
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

    /// Called when a reading fails: no balance is better than an outdated one.
    pub fn clear_balance(&mut self) {
        self.balance = None;
    }

    pub fn discrepancy(&self) -> Option<Discrepancy> {
        self.discrepancy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
