//! What the balance, read before a request and after it, proves about an unknown charge.

use std::time::Duration;

use crate::domain::credits::Credits;
use crate::domain::request_status::RequestStatus;

/// A balance older than this does not count as the one before a request.
pub const FRESH: Duration = Duration::from_secs(60);

/// How often the balance is read after a request before an unchanged one counts as proof: the account may lag.
pub const READINGS: u8 = 3;

/// How long after a request went out a server may still be working on it when nobody waits for the response any more.
pub const STILL_WORKING: Duration = Duration::from_secs(180);

/// What two readings of the balance show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub before: Credits,
    pub after: Credits,
    /// Whether another request of the account was running between the two, so that the difference is not this one's alone.
    pub shared: bool,
}

impl Seen {
    /// By how much the balance fell; `None` if it rose.
    pub fn fell(&self) -> Option<Credits> {
        self.before.0.checked_sub(self.after.0).map(Credits)
    }

    /// The charge of a request that could cost `maximum`, if these readings prove it.
    pub fn charge(&self, maximum: Credits) -> Option<Credits> {
        self.fell().filter(|fell| !self.shared && *fell <= maximum)
    }
}

/// How long an account may lag behind what was charged.
const LAG: Duration = Duration::from_secs(5);

/// Whether the server may still charge for a request: nobody waited for its response to the end, and it went out less than
/// [`STILL_WORKING`] ago.
pub fn may_still_charge(status: RequestStatus, server_finished: bool, since_start: Duration) -> bool {
    status != RequestStatus::Completed && !server_finished && since_start < STILL_WORKING
}

/// Whether an unchanged balance proves that nothing was charged. It does not while the server may still charge. And it takes
/// more than one reading (`read_often`), or some time, since the account may lag.
pub fn zero_is_proof(status: RequestStatus, server_finished: bool, since_start: Duration, read_often: bool) -> bool {
    !may_still_charge(status, server_finished, since_start) && (read_often || since_start >= LAG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_difference_that_is_this_requests_alone_settles_it() {
        let charge = |before, after, shared| {
            let seen = Seen { before: Credits(before), after: Credits(after), shared };
            seen.charge(Credits(250)).map(|credits| credits.0)
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
        assert!(zero_is_proof(RequestStatus::Failed, true, Duration::ZERO, true), "it answered 503: it is done");
        assert!(!zero_is_proof(RequestStatus::Failed, true, Duration::ZERO, false), "the account may lag");
        assert!(zero_is_proof(RequestStatus::Completed, false, LAG, false));
    }
}
