//! What can go wrong with a request, in words for the person whose credits are at stake: what happened, and what to do next.
//! What it means for the credits is for [`super::purchase::Charge`] to say.

use std::fmt;
use std::time::Duration;

use super::number::Thousands;

/// How far a request had come when its time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No byte of the request had left this machine.
    BeforeSending,
    /// The request may have reached the server.
    AfterSending,
}

/// What a person calls the ways in which a request can fail. The HTTP statuses are those of the Keywords Everywhere API
/// documentation where it names them (400, 401, 402); the rest is what servers and networks do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// No key is set, or the one that is set can not be sent in a header.
    NoKey {
        /// What is wrong with the key, without the key.
        reason: String,
    },
    /// The request could not be written down before it went out, so it did not go.
    NotArchived {
        /// What is wrong with the archive.
        reason: String,
    },
    /// An earlier request for the same thing was charged, or may have been, and the user has not agreed to pay again.
    MayBeCharged {
        /// Which one, and what is known of its charge.
        earlier: String,
    },
    /// Another session asked the same, was waited for, and got no whole answer.
    OtherSession {
        /// What became of it.
        reason: String,
    },
    /// 400: the server does not take the request's data.
    BadRequest {
        /// The server's own words, if it had any.
        said: Option<String>,
    },
    /// 401: the key is missing or wrong.
    KeyRefused {
        /// The server's own words, if it had any.
        said: Option<String>,
    },
    /// 402: no subscription, the wrong one, or too few credits.
    PaymentRequired {
        /// The server's `message`.
        message: String,
        /// The server's `description`, if it sent one.
        description: Option<String>,
    },
    /// 429: too many requests at a time.
    TooManyRequests {
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// 5xx: the server's own trouble.
    Server {
        /// The HTTP status.
        status: u16,
        /// The server's own words, if it had any.
        said: Option<String>,
    },
    /// Any other status.
    Status {
        /// The HTTP status.
        status: u16,
        /// The server's own words, if it had any.
        said: Option<String>,
    },
    /// 3xx: the server sends elsewhere. It is not followed, since the key must not travel.
    Redirect {
        /// The HTTP status.
        status: u16,
        /// Where to, if it said so.
        location: Option<String>,
    },
    /// A success whose body is not JSON.
    NotJson {
        /// What the reader stumbled on, and where.
        reason: String,
    },
    /// A success whose JSON is not an answer of this API.
    WrongShape {
        /// What was missing or of another kind.
        reason: String,
    },
    /// The answer stopped before its end.
    Truncated {
        /// Bytes that arrived.
        received: u64,
    },
    /// The answer grew past the limit and was stopped.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// A time limit ran out.
    TimedOut {
        /// Whether the request may have reached the server.
        phase: Phase,
        /// The limit that ran out.
        after: Duration,
    },
    /// Nothing listens at the API's address.
    Refused,
    /// The API's name could not be looked up.
    Dns,
    /// No connection could be made, such as without a network or a route to the API.
    Unreachable {
        /// What the system said.
        reason: String,
    },
    /// No secure connection could be made.
    Tls {
        /// What the handshake failed on.
        reason: String,
    },
    /// The connection broke after the request went out and before an answer came.
    Broken {
        /// What the network said.
        reason: String,
    },
    /// The program itself broke down, before or after the request went out.
    InternalError {
        /// Where, as far as that is known.
        reason: String,
    },
}

impl FetchError {
    /// The same failure with each of its texts changed.
    pub fn map_texts(mut self, change: impl Fn(&str) -> String) -> FetchError {
        let (one, other) = self.texts();
        for text in [one, other].into_iter().flatten() {
            *text = change(text);
        }
        self
    }

    fn texts(&mut self) -> (Option<&mut String>, Option<&mut String>) {
        match self {
            FetchError::NoKey { reason: text }
            | FetchError::NotArchived { reason: text }
            | FetchError::MayBeCharged { earlier: text }
            | FetchError::OtherSession { reason: text }
            | FetchError::NotJson { reason: text }
            | FetchError::WrongShape { reason: text }
            | FetchError::Unreachable { reason: text }
            | FetchError::Tls { reason: text }
            | FetchError::Broken { reason: text }
            | FetchError::InternalError { reason: text } => (Some(text), None),
            FetchError::BadRequest { said }
            | FetchError::KeyRefused { said }
            | FetchError::Server { said, .. }
            | FetchError::Status { said, .. } => (said.as_mut(), None),
            FetchError::PaymentRequired { message, description } => (Some(message), description.as_mut()),
            FetchError::Redirect { location, .. } => (location.as_mut(), None),
            FetchError::TooManyRequests { .. }
            | FetchError::Truncated { .. }
            | FetchError::TooLarge { .. }
            | FetchError::TimedOut { .. }
            | FetchError::Refused
            | FetchError::Dns => (None, None),
        }
    }

    /// A stable word for it, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            FetchError::NoKey { .. } => "no-key",
            FetchError::NotArchived { .. } => "archive",
            FetchError::OtherSession { .. } => "other-session",
            FetchError::MayBeCharged { .. } => "may-be-paid",
            FetchError::BadRequest { .. } => "bad-request",
            FetchError::KeyRefused { .. } => "key-refused",
            FetchError::PaymentRequired { .. } => "payment-required",
            FetchError::TooManyRequests { .. } => "too-many-requests",
            FetchError::Server { .. } => "server",
            FetchError::Status { .. } | FetchError::Redirect { .. } => "unexpected-status",
            FetchError::NotJson { .. } | FetchError::WrongShape { .. } => "unreadable",
            FetchError::Truncated { .. } => "cut-off",
            FetchError::TooLarge { .. } => "too-large",
            FetchError::TimedOut { .. } => "timed-out",
            FetchError::Refused | FetchError::Dns | FetchError::Unreachable { .. } | FetchError::Tls { .. } => {
                "no-connection"
            }
            FetchError::Broken { .. } => "broken",
            FetchError::InternalError { .. } => "fault",
        }
    }

    /// A few words for the head of a message.
    pub fn title(&self) -> &'static str {
        match self {
            FetchError::NoKey { .. } => "No API key",
            FetchError::NotArchived { .. } => "The archive can't take it, so it was not sent",
            FetchError::OtherSession { .. } => "The other session got no answer",
            FetchError::MayBeCharged { .. } => "It may have been charged already",
            FetchError::BadRequest { .. } => "The API did not take the request (400)",
            FetchError::KeyRefused { .. } => "The API key was refused (401)",
            FetchError::PaymentRequired { .. } => "The account can't pay for this (402)",
            FetchError::TooManyRequests { .. } => "Too many requests at a time (429)",
            FetchError::Server { .. } => "The API has trouble of its own",
            FetchError::Status { .. } => "The API gave an unexpected answer",
            FetchError::Redirect { .. } => "The API points elsewhere",
            FetchError::NotJson { .. } | FetchError::WrongShape { .. } => "The answer can't be read",
            FetchError::Truncated { .. } => "The answer was cut off",
            FetchError::TooLarge { .. } => "The answer is too large",
            FetchError::TimedOut { .. } => "No answer in time",
            FetchError::Refused => "Nothing answers at the API's address",
            FetchError::Dns => "The API's name can't be found",
            FetchError::Unreachable { .. } => "Can't connect to the API",
            FetchError::Tls { .. } => "No secure connection to the API",
            FetchError::Broken { .. } => "The connection broke",
            FetchError::InternalError { .. } => "kew-tui has a fault",
        }
    }

    /// What to do next, as a sentence.
    pub fn next_step(&self) -> &'static str {
        match self {
            FetchError::NoKey { .. } => {
                "Set KEYWORDS_EVERYWHERE_API_KEY, or api_key_command or api_key in the settings file."
            }
            FetchError::NotArchived { .. } => "Mend the archive, or start with --no-archive to spend without it.",
            FetchError::MayBeCharged { .. } => "Look at the ledger and the balance, then fetch again.",
            FetchError::OtherSession { .. } => "Look at the ledger and the balance, then ask again.",
            FetchError::BadRequest { .. } => "Check the address and the number of links, then ask again.",
            FetchError::KeyRefused { .. } => "Check the key on keywordseverywhere.com, set it, and start again.",
            FetchError::PaymentRequired { .. } => {
                "Look at your plan and credits on keywordseverywhere.com, or ask for fewer links."
            }
            FetchError::TooManyRequests { .. } => "Wait a little, then ask again.",
            FetchError::Server { .. } => "Wait a few minutes, then ask again.",
            FetchError::Status { .. } | FetchError::Redirect { .. } => {
                "Check KEW_API_URL if you set it; else try later, the API may have changed."
            }
            FetchError::NotJson { .. } | FetchError::WrongShape { .. } => {
                "Fetching it again may be charged again; a newer version of kew-tui may read it."
            }
            FetchError::Truncated { .. } | FetchError::Broken { .. } => "Fetching it again may be charged again.",
            FetchError::InternalError { .. } => {
                "Fetching it again may be charged again. Please report what kew-tui writes when it ends."
            }
            FetchError::TooLarge { .. } => "Ask for fewer links, or raise max_answer_mib in the settings.",
            FetchError::TimedOut { phase: Phase::BeforeSending, .. } | FetchError::Refused | FetchError::Dns => {
                "Check the network connection, then ask again."
            }
            FetchError::Unreachable { .. } => "Check the network connection and any VPN or proxy, then fetch again.",
            FetchError::TimedOut { .. } => "Fetching it again may be charged again; fewer links come sooner.",
            FetchError::Tls { .. } => {
                "Check this machine's clock and any proxy between it and the API, then ask again."
            }
        }
    }
}

/// What happened, as one sentence. The server's own words in it are not yet safe to show.
impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |f: &mut fmt::Formatter<'_>, what: &str, said: &Option<String>| match said {
            Some(said) => write!(f, "{what}: {said}"),
            None => write!(f, "{what}"),
        };
        match self {
            FetchError::NoKey { reason }
            | FetchError::NotArchived { reason }
            | FetchError::OtherSession { reason }
            | FetchError::MayBeCharged { earlier: reason }
            | FetchError::InternalError { reason } => f.write_str(reason),
            FetchError::BadRequest { said: s } => said(f, "400 bad request", s),
            FetchError::KeyRefused { said: s } => said(f, "401 unauthorized", s),
            FetchError::PaymentRequired { message, description: Some(description) } => {
                write!(f, "{message}: {description}")
            }
            FetchError::PaymentRequired { message, description: None } => f.write_str(message),
            FetchError::TooManyRequests { retry_after: Some(pause) } => {
                write!(f, "429 too many requests; it asks to wait {} s", pause.as_secs())
            }
            FetchError::TooManyRequests { retry_after: None } => f.write_str("429 too many requests"),
            FetchError::Server { status, said: s } => said(f, &format!("{status} from the server"), s),
            FetchError::Status { status, said: s } => said(f, &format!("status {status}"), s),
            FetchError::Redirect { status, location: Some(location) } => {
                write!(f, "status {status} to {location}, not followed")
            }
            FetchError::Redirect { status, location: None } => write!(f, "status {status}, not followed"),
            FetchError::NotJson { reason } => write!(f, "not JSON: {reason}"),
            FetchError::WrongShape { reason } => write!(f, "not an answer of this API: {reason}"),
            FetchError::Truncated { received } => {
                write!(f, "it ended after {} bytes, before it was whole", Thousands(*received))
            }
            FetchError::TooLarge { limit } => {
                write!(f, "it grew past {} MiB and was stopped", Thousands(*limit / (1024 * 1024)))
            }
            FetchError::TimedOut { phase: Phase::BeforeSending, after } => {
                write!(f, "no connection within {} s", after.as_secs())
            }
            FetchError::TimedOut { phase: Phase::AfterSending, after } => {
                write!(f, "nothing came for {} s", after.as_secs())
            }
            FetchError::Refused => f.write_str("the connection was refused"),
            FetchError::Dns => f.write_str("the name look-up failed"),
            FetchError::Unreachable { reason } => write!(f, "no connection could be made: {reason}"),
            FetchError::Tls { reason } => write!(f, "the TLS handshake failed: {reason}"),
            FetchError::Broken { reason } => write!(f, "the connection broke: {reason}"),
        }
    }
}

impl std::error::Error for FetchError {}
