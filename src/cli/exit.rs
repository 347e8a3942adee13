//! The exit codes of the program: what each of them promises to a script.

use crate::domain::FetchError;
use crate::runtime::signals::INTERRUPTED;

/// How a command ended. The guides render their table from this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    Other = 1,
    Usage = 2,
    NoKey = 3,
    CannotPay = 4,
    BadRequest = 5,
    Network = 6,
    Unreadable = 7,
    TooExpensive = 8,
    Interrupted = INTERRUPTED,
}

impl Exit {
    /// All of them, in the order of their numbers.
    pub const ALL: [Exit; 10] = [
        Exit::Done,
        Exit::Other,
        Exit::Usage,
        Exit::NoKey,
        Exit::CannotPay,
        Exit::BadRequest,
        Exit::Network,
        Exit::Unreadable,
        Exit::TooExpensive,
        Exit::Interrupted,
    ];

    /// The number that the shell gets.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// What it promises, in words for people.
    pub const fn means(self) -> &'static str {
        match self {
            Exit::Done => "done; also where there are no links, or the reader of a pipe had enough",
            Exit::Other => "anything else: a file, the archive",
            Exit::Usage => "usage or settings",
            Exit::NoKey => "no API key, or it was refused (401)",
            Exit::CannotPay => "the account can't pay (402)",
            Exit::BadRequest => "the API does not take the request (400)",
            Exit::Network => "network, time-out, too many requests (429), trouble of the server (5xx)",
            Exit::Unreadable => "an answer or a file that can't be read; what came of an answer is in the archive",
            Exit::TooExpensive => "it would cost more than is allowed, or may be paid for already; nothing was sent",
            Exit::Interrupted => "interrupted",
        }
    }
}

impl From<&FetchError> for Exit {
    fn from(failure: &FetchError) -> Exit {
        match failure {
            FetchError::NoKey { .. } | FetchError::KeyRefused { .. } => Exit::NoKey,
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
