//! Which failed requests are sent again automatically, how many times, and after which pauses.

use std::time::Duration;

use crate::domain::fetch_error::{FetchError, Phase};

/// Whether a failed request is sent again without asking the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// Only if the user asks for it.
    Never,
    /// The server did not handle the request, so nothing was charged.
    Yes,
    /// Only if the balance proves that nothing was charged.
    IfBalanceUnchanged,
}

/// The maximum number of times that a request is sent again.
pub const MAX_RESENDS: u8 = 3;

/// The user decides about longer waits.
pub const MAX_PAUSE: Duration = Duration::from_secs(60);

/// The policy for a failed paid request.
pub fn resend(failure: &FetchError) -> Resend {
    match failure {
        FetchError::Refused
        | FetchError::Dns
        | FetchError::Unreachable { .. }
        | FetchError::Tls { .. }
        | FetchError::TimedOut { phase: Phase::BeforeSending, .. }
        | FetchError::TooManyRequests { .. } => Resend::Yes,
        FetchError::Server { .. } => Resend::IfBalanceUnchanged,
        // A catch-all on purpose: a failure that is added later is not sent again until someone shows that it costs
        // nothing.
        _ => Resend::Never,
    }
}

/// The pause before a request is sent again for the `nth` time, counted from 1: what the server asks for, else `first`,
/// doubled each time. `None` if it must not be sent again.
pub fn pause(nth: u8, first: Duration, failure: &FetchError) -> Option<Duration> {
    if nth > MAX_RESENDS {
        return None;
    }
    let requested = match failure {
        FetchError::TooManyRequests { retry_after } => *retry_after,
        _ => None,
    };
    let pause = requested.unwrap_or_else(|| first.saturating_mul(1 << nth.saturating_sub(1)));
    Some(pause).filter(|pause| *pause <= MAX_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_are_limited() {
        let first = Duration::from_millis(500);
        let pauses: Vec<_> = (1..=4).map(|nth| pause(nth, first, &FetchError::Refused)).collect();
        assert_eq!(pauses, [Some(first), Some(2 * first), Some(4 * first), None]);
        let retry_after = |seconds| FetchError::TooManyRequests { retry_after: Some(Duration::from_secs(seconds)) };
        assert_eq!(pause(3, first, &retry_after(7)), Some(Duration::from_secs(7)));
        assert_eq!(pause(1, first, &retry_after(3_600)), None, "the user decides about a long wait");
        assert_eq!(pause(4, first, &retry_after(1)), None);
    }
}
