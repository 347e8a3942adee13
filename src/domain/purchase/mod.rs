//! The rules about money. They exist only here: the screen, the commands, the archive and the ledger all use these.
//!
//! | question | module |
//! |---|---|
//! | What did a request cost, and how is that known? | [`mod@charge`] |
//! | May a failed request be sent again automatically? | [`mod@resend`] |
//! | What does the balance prove about an unknown charge? | [`settlement`] |
//! | May a request be sent at all: are its links already in the archive, being fetched, or possibly paid for? | [`admission`] |
//! | Does a request fit into the budget? | [`budget`] |

pub mod admission;
pub mod budget;
pub mod charge;
pub mod resend;
pub mod settlement;

pub use admission::{Admission, Agreed, Terms, admit};
pub use budget::{OverBudget, check_budget};
pub use charge::{Charge, Sums};
pub use resend::{Resend, resend};

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::fetch_error::{FetchError, Phase};

    /// Each failure with the charge that it implies, and whether the request may be sent again automatically.
    #[test]
    fn charge_and_resend_policy_for_each_failure() {
        let after = Duration::from_secs(60);
        let message = || None;
        let reason = String::new;
        let server = |status| FetchError::Server { status, message: None };
        for (failure, charge, policy) in [
            (FetchError::NoKey { reason: reason() }, Charge::NotSent, Resend::Never),
            (FetchError::NotArchived { reason: reason() }, Charge::NotSent, Resend::Never),
            (FetchError::OtherSession { reason: reason() }, Charge::NotSent, Resend::Never),
            (FetchError::MayBeCharged { earlier: reason() }, Charge::NotSent, Resend::Never),
            (FetchError::Refused, Charge::NotSent, Resend::Yes),
            (FetchError::Dns, Charge::NotSent, Resend::Yes),
            (FetchError::Unreachable { reason: reason() }, Charge::NotSent, Resend::Yes),
            (FetchError::Tls { reason: reason() }, Charge::NotSent, Resend::Yes),
            (FetchError::TimedOut { phase: Phase::BeforeSending, after }, Charge::NotSent, Resend::Yes),
            (FetchError::TooManyRequests { retry_after: None }, Charge::Rejected, Resend::Yes),
            (FetchError::BadRequest { message: message() }, Charge::Rejected, Resend::Never),
            (FetchError::KeyRefused { message: message() }, Charge::Rejected, Resend::Never),
            (FetchError::PaymentRequired { message: reason(), description: None }, Charge::Rejected, Resend::Never),
            (FetchError::Status { status: 403, message: message() }, Charge::Rejected, Resend::Never),
            (FetchError::Status { status: 404, message: message() }, Charge::Rejected, Resend::Never),
            (FetchError::Redirect { status: 302, location: None }, Charge::Rejected, Resend::Never),
            (server(500), Charge::Unknown, Resend::IfBalanceUnchanged),
            (server(502), Charge::Unknown, Resend::IfBalanceUnchanged),
            (server(503), Charge::Unknown, Resend::IfBalanceUnchanged),
            (server(504), Charge::Unknown, Resend::IfBalanceUnchanged),
            (server(522), Charge::Unknown, Resend::IfBalanceUnchanged),
            (server(599), Charge::Unknown, Resend::IfBalanceUnchanged),
            (FetchError::TimedOut { phase: Phase::AfterSending, after }, Charge::Unknown, Resend::Never),
            (FetchError::Broken { reason: reason() }, Charge::Unknown, Resend::Never),
            (FetchError::Truncated { received: 1 }, Charge::Unknown, Resend::Never),
            (FetchError::NotJson { reason: reason() }, Charge::Unknown, Resend::Never),
            (FetchError::WrongShape { reason: reason() }, Charge::Unknown, Resend::Never),
            (FetchError::TooLarge { limit: 1 }, Charge::Unknown, Resend::Never),
            (FetchError::InternalError { reason: reason() }, Charge::Unknown, Resend::Never),
        ] {
            assert_eq!(Charge::of_failure(&failure), charge, "{failure:?}");
            assert_eq!(resend(&failure), policy, "{failure:?}");
            assert!(policy != Resend::Yes || charge != Charge::Unknown, "{failure:?} may be paid for twice");
        }
    }
}
