//! What the balance before and after a request proves about an unknown charge.

use std::time::Duration;

use crate::domain::credits::Credits;
use crate::domain::request_status::RequestStatus;

/// An older reading does not count as the balance before a request.
pub const MAX_BALANCE_AGE: Duration = Duration::from_secs(60);

/// How many times the balance is read after a request before an unchanged one counts as proof, since the balance may
/// lag.
pub const MAX_READINGS: u8 = 3;

/// How long after sending a server may still be working on an abandoned request.
pub const STILL_WORKING: Duration = Duration::from_secs(180);

/// The balance before and after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceReadings {
    pub before: Credits,
    pub after: Credits,
    /// Whether another request of the account was running in between, so that the difference is not due to this one
    /// alone.
    pub shared: bool,
}

impl BalanceReadings {
    /// `None` if the balance rose.
    pub fn decrease(&self) -> Option<Credits> {
        self.before.0.checked_sub(self.after.0).map(Credits)
    }

    /// The charge of a request with this maximum cost, if the readings prove it.
    pub fn charge(&self, maximum: Credits) -> Option<Credits> {
        self.decrease().filter(|decrease| !self.shared && *decrease <= maximum)
    }
}

/// How long the balance may lag behind a charge.
const BALANCE_LAG: Duration = Duration::from_secs(5);

/// Whether the server may still charge for a request: the client stopped waiting for its response, and it was
/// sent less than [`STILL_WORKING`] ago.
pub fn may_still_charge(status: RequestStatus, server_finished: bool, since_start: Duration) -> bool {
    status != RequestStatus::Completed && !server_finished && since_start < STILL_WORKING
}

/// Whether an unchanged balance proves that nothing was charged. It proves nothing while the server may still charge,
/// and it takes several readings (`read_often`), or some time, since the balance may lag.
pub fn zero_is_proof(status: RequestStatus, server_finished: bool, since_start: Duration, read_often: bool) -> bool {
    !may_still_charge(status, server_finished, since_start) && (read_often || since_start >= BALANCE_LAG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_difference_due_to_this_request_alone_settles_its_charge() {
        let charge = |before, after, shared| {
            let readings = BalanceReadings { before: Credits(before), after: Credits(after), shared };
            readings.charge(Credits(250)).map(|credits| credits.0)
        };
        assert_eq!(charge(1_000, 1_000, false), Some(0), "nothing was charged");
        assert_eq!(charge(1_000, 835, false), Some(165));
        assert_eq!(charge(1_000, 750, false), Some(250), "all of the maximum");
        assert_eq!(charge(1_000, 749, false), None, "more than this request can cost");
        assert_eq!(charge(1_000, 1_001, false), None, "credits were added");
        assert_eq!(charge(1_000, 1_000, true), None, "another request was running");
        assert_eq!(charge(1_000, 835, true), None);
    }

    #[test]
    fn an_unchanged_balance_proves_nothing_while_the_server_may_be_working() {
        let minute = Duration::from_secs(60);
        assert!(!zero_is_proof(RequestStatus::Failed, false, minute, true));
        assert!(zero_is_proof(RequestStatus::Failed, false, STILL_WORKING, false));
        assert!(zero_is_proof(RequestStatus::Failed, true, Duration::ZERO, true), "after a 503 the server is done");
        assert!(!zero_is_proof(RequestStatus::Failed, true, Duration::ZERO, false), "the account may lag");
        assert!(zero_is_proof(RequestStatus::Completed, false, BALANCE_LAG, false));
    }
}
