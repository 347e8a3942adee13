//! The exit codes, which scripts rely on.

use crate::domain::FetchError;
use crate::runtime::signals::INTERRUPTED;

/// A test renders the table of exit codes in the guides from this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    Other = 1,
    Usage = 2,
    ApiKeyError = 3,
    CannotPay = 4,
    BadRequest = 5,
    Network = 6,
    Unreadable = 7,
    TooExpensive = 8,
    Interrupted = INTERRUPTED,
}

impl Exit {
    /// In the order of their numbers.
    pub const ALL: [Exit; 10] = [
        Exit::Done,
        Exit::Other,
        Exit::Usage,
        Exit::ApiKeyError,
        Exit::CannotPay,
        Exit::BadRequest,
        Exit::Network,
        Exit::Unreadable,
        Exit::TooExpensive,
        Exit::Interrupted,
    ];

    pub const fn number(self) -> u8 {
        self as u8
    }

    pub const fn description(self) -> &'static str {
        match self {
            Exit::Done => "done, also if no links were found or the reader of a pipe closed it",
            Exit::Other => "any other error, such as a file or the archive",
            Exit::Usage => "wrong usage or invalid settings",
            Exit::ApiKeyError => "no API key, or the API rejected it (401)",
            Exit::CannotPay => "not enough credits, or not in your plan (402)",
            Exit::BadRequest => "the API rejected the request (400)",
            Exit::Network => "network error, time-out, too many requests (429) or API server error (5xx)",
            Exit::Unreadable => "a response or file can't be read; links that arrived are in the archive",
            Exit::TooExpensive => "over the credit limit, or may have been charged already; nothing was sent",
            Exit::Interrupted => "interrupted",
        }
    }
}

impl From<&FetchError> for Exit {
    fn from(failure: &FetchError) -> Exit {
        match failure {
            FetchError::NoKey { .. } | FetchError::KeyRefused { .. } => Exit::ApiKeyError,
            FetchError::PaymentRequired { .. } => Exit::CannotPay,
            FetchError::BadRequest { .. } => Exit::BadRequest,
            FetchError::NotJson { .. }
            | FetchError::WrongShape { .. }
            | FetchError::Truncated { .. }
            | FetchError::TooLarge { .. } => Exit::Unreadable,
            FetchError::MayBeCharged { .. } => Exit::TooExpensive,
            FetchError::NotArchived { .. }
            | FetchError::OtherSession { .. }
            | FetchError::Status { .. }
            | FetchError::Redirect { .. }
            | FetchError::InternalError { .. } => Exit::Other,
            FetchError::TooManyRequests { .. }
            | FetchError::Server { .. }
            | FetchError::TimedOut { .. }
            | FetchError::Refused
            | FetchError::Dns
            | FetchError::Unreachable { .. }
            | FetchError::Tls { .. }
            | FetchError::Broken { .. } => Exit::Network,
        }
    }
}
