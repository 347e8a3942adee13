//! Which failed requests go out again on their own, how often, and after which pauses.

use std::time::Duration;

use crate::domain::fetch_error::{FetchError, Phase};

/// Whether a request that failed is sent again without asking the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// Not without the user's word.
    Never,
    /// Nothing was handled, so nothing was charged.
    Yes,
    /// Only where the balance proves that nothing was charged.
    IfBalanceUnchanged,
}

/// A request is sent again at most so often.
pub const MOST_RESENDS: u8 = 3;

/// A longer wait than this is the user's to decide.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What the failure of a paid request allows.
pub fn resend(failure: &FetchError) -> Resend {
    match failure {
        FetchError::Refused
        | FetchError::Dns
        | FetchError::Unreachable { .. }
        | FetchError::Tls { .. }
        | FetchError::TimedOut { phase: Phase::BeforeSending, .. }
        | FetchError::TooManyRequests { .. } => Resend::Yes,
        FetchError::Server { .. } => Resend::IfBalanceUnchanged,
        // Also whatever failure may be added: only what provably cost nothing goes out again.
        _ => Resend::Never,
    }
}

/// The pause before the `nth` time that a request goes out again, counted from 1: what the server asks for, else `first`
/// doubled each time. `None` where it must not go out again.
pub fn pause(nth: u8, first: Duration, failure: &FetchError) -> Option<Duration> {
    if nth > MOST_RESENDS {
        return None;
    }
    let asked = match failure {
        FetchError::TooManyRequests { retry_after } => *retry_after,
        _ => None,
    };
    let pause = asked.unwrap_or_else(|| first.saturating_mul(1 << nth.saturating_sub(1)));
    Some(pause).filter(|pause| *pause <= LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let first = Duration::from_millis(500);
        let pauses: Vec<_> = (1..=4).map(|nth| pause(nth, first, &FetchError::Refused)).collect();
        assert_eq!(pauses, [Some(first), Some(2 * first), Some(4 * first), None]);
        let asks = |seconds| FetchError::TooManyRequests { retry_after: Some(Duration::from_secs(seconds)) };
        assert_eq!(pause(3, first, &asks(7)), Some(Duration::from_secs(7)));
        assert_eq!(pause(1, first, &asks(3_600)), None, "so long a wait is the user's to decide");
        assert_eq!(pause(4, first, &asks(1)), None);
    }
}
