//! What requests cost, as far as it is known.

use crate::domain::credits::Credits;
use crate::domain::fetch_error::{FetchError, Phase};
use crate::domain::request_status::RequestStatus;

/// What a request cost, and the evidence for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Charge {
    /// The request is running: anything up to its maximum cost.
    Running,
    /// Nothing was sent, so nothing was charged.
    NotSent,
    /// The server rejected the request. Rejections do not state a charge; they are normally free.
    Rejected,
    /// `credits_consumed` in the response.
    Response(Credits),
    /// The difference between the balance before and after.
    Balance(Credits),
    /// Anything up to the maximum cost.
    Unknown,
}

impl Charge {
    /// The charge that a failure alone implies. After a 5xx the charge is unknown: a gateway may report a failure although
    /// the server it forwards to did the work.
    pub fn of_failure(failure: &FetchError) -> Charge {
        match failure {
            FetchError::NoKey { .. }
            | FetchError::NotArchived { .. }
            | FetchError::OtherSession { .. }
            | FetchError::MayBeCharged { .. }
            | FetchError::Refused
            | FetchError::Dns
            | FetchError::Unreachable { .. }
            | FetchError::Tls { .. }
            | FetchError::TimedOut { phase: Phase::BeforeSending, .. } => Charge::NotSent,
            FetchError::BadRequest { .. }
            | FetchError::KeyRefused { .. }
            | FetchError::PaymentRequired { .. }
            | FetchError::TooManyRequests { .. }
            | FetchError::Status { .. }
            | FetchError::Redirect { .. } => Charge::Rejected,
            FetchError::Server { .. }
            | FetchError::NotJson { .. }
            | FetchError::WrongShape { .. }
            | FetchError::Truncated { .. }
            | FetchError::TooLarge { .. }
            | FetchError::TimedOut { phase: Phase::AfterSending, .. }
            | FetchError::Broken { .. }
            | FetchError::InternalError { .. } => Charge::Unknown,
        }
    }

    /// The charge of a recorded request, by its status, the charge that its response states and the charge that the
    /// balance shows. The response takes precedence over the balance.
    pub fn recorded(status: RequestStatus, response: Option<Credits>, balance: Option<Credits>) -> Charge {
        match status {
            RequestStatus::Running => Charge::Running,
            RequestStatus::Unsent => Charge::NotSent,
            RequestStatus::Rejected => Charge::Rejected,
            RequestStatus::Completed | RequestStatus::Partial | RequestStatus::Failed => match (response, balance) {
                (Some(credits), _) => Charge::Response(credits),
                (None, Some(credits)) => Charge::Balance(credits),
                (None, None) => Charge::Unknown,
            },
        }
    }

    /// `None` if not known.
    pub fn credits(self) -> Option<Credits> {
        match self {
            Charge::NotSent | Charge::Rejected => Some(Credits::ZERO),
            Charge::Response(credits) | Charge::Balance(credits) => Some(credits),
            Charge::Running | Charge::Unknown => None,
        }
    }

    /// The evidence, in one word for scripts and the ledger. Empty if nothing was sent, or the request is running.
    pub fn evidence(self) -> &'static str {
        match self {
            Charge::Running | Charge::NotSent => "",
            Charge::Rejected | Charge::Response(_) => "response",
            Charge::Balance(_) => "balance",
            Charge::Unknown => "unknown",
        }
    }

    /// A sentence for the user.
    pub fn note(self) -> String {
        match self {
            Charge::Running => "The request is running.".to_owned(),
            Charge::NotSent => "Nothing was sent, so nothing was charged.".to_owned(),
            Charge::Rejected => "Rejected requests are normally not charged.".to_owned(),
            Charge::Response(credits) => format!("The response reports a charge of {}.", credits.in_words()),
            Charge::Balance(Credits::ZERO) => "Your balance did not change, so nothing was charged.".to_owned(),
            Charge::Balance(credits) => format!("Your balance shows a charge of {}.", credits.in_words()),
            Charge::Unknown => {
                "The request was sent and may have been charged. It is not sent again automatically. Your balance may show \
                 later what it cost."
                    .to_owned()
            }
        }
    }
}

/// Sums over some requests. The credit counter, the ledger, the `credits` command and the budgets all use these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub requests: usize,
    /// The sum of the maximum costs.
    pub maximum: Credits,
    /// The sum of the known charges.
    pub charged: Credits,
    /// The sum of the maximum costs of requests with an unknown charge.
    pub unknown: Credits,
    /// The sum of the maximum costs of running requests.
    pub running: Credits,
}

impl Sums {
    pub fn add(&mut self, maximum: Credits, charge: Charge) {
        self.requests += 1;
        self.maximum += maximum;
        match charge {
            Charge::Running => self.running += maximum,
            Charge::Unknown => self.unknown += maximum,
            Charge::NotSent | Charge::Rejected => {}
            Charge::Response(credits) | Charge::Balance(credits) => self.charged += credits,
        }
    }

    /// What counts against a budget: known charges, and the maximum cost of requests that may still be charged.
    pub fn committed(&self) -> Credits {
        self.charged + self.unknown + self.running
    }
}

impl FromIterator<(Credits, Charge)> for Sums {
    fn from_iter<I: IntoIterator<Item = (Credits, Charge)>>(requests: I) -> Sums {
        let mut sums = Sums::default();
        requests.into_iter().for_each(|(maximum, charge)| sums.add(maximum, charge));
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_takes_precedence_over_the_balance() {
        let (five, nine) = (Some(Credits(5)), Some(Credits(9)));
        for (status, response, balance, expected) in [
            (RequestStatus::Running, None, None, Charge::Running),
            (RequestStatus::Unsent, None, nine, Charge::NotSent),
            (RequestStatus::Rejected, None, nine, Charge::Rejected),
            (RequestStatus::Completed, five, nine, Charge::Response(Credits(5))),
            (RequestStatus::Completed, None, nine, Charge::Balance(Credits(9))),
            (RequestStatus::Completed, None, None, Charge::Unknown),
            (RequestStatus::Partial, five, None, Charge::Response(Credits(5))),
            (RequestStatus::Partial, None, None, Charge::Unknown),
            (RequestStatus::Failed, None, nine, Charge::Balance(Credits(9))),
            (RequestStatus::Failed, None, None, Charge::Unknown),
        ] {
            assert_eq!(Charge::recorded(status, response, balance), expected, "{status:?} {response:?} {balance:?}");
        }
    }

    #[test]
    fn sums_commit_the_maximum_of_unknown_and_running_requests() {
        let sums: Sums = [
            (Credits(500), Charge::Response(Credits(200))),
            (Credits(100), Charge::Balance(Credits(30))),
            (Credits(50), Charge::Unknown),
            (Credits(250), Charge::Running),
            (Credits(10), Charge::NotSent),
            (Credits(20), Charge::Rejected),
        ]
        .into_iter()
        .collect();
        let expected = Sums {
            requests: 6,
            maximum: Credits(930),
            charged: Credits(230),
            unknown: Credits(50),
            running: Credits(250),
        };
        assert_eq!(sums, expected);
        assert_eq!(sums.committed(), Credits(530));
    }
}
