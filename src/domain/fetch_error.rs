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
            FetchError::NotArchived { .. } => "Not sent: the archive can't save it",
            FetchError::OtherSession { .. } => "The other session got no response",
            FetchError::MayBeCharged { .. } => "This may already have been charged",
            FetchError::BadRequest { .. } => "The API rejected the request (400)",
            FetchError::KeyRefused { .. } => "API key rejected (401)",
            FetchError::PaymentRequired { .. } => "Not enough credits, or not in your plan (402)",
            FetchError::TooManyRequests { .. } => "Too many requests (429)",
            FetchError::Server { .. } => "API server error",
            FetchError::Status { .. } => "Unexpected response from the API",
            FetchError::Redirect { .. } => "Unexpected redirect",
            FetchError::NotJson { .. } | FetchError::WrongShape { .. } => "The response can't be read",
            FetchError::Truncated { .. } => "The response was cut off",
            FetchError::TooLarge { .. } => "The response is too large",
            FetchError::TimedOut { .. } => "No response in time",
            FetchError::Refused | FetchError::Unreachable { .. } => "Can't connect to the API",
            FetchError::Dns => "Can't find the API's address (DNS)",
            FetchError::Tls { .. } => "Can't connect to the API securely",
            FetchError::Broken { .. } => "Connection lost",
            FetchError::InternalError { .. } => "Internal error",
        }
    }

    /// What to do next, as a sentence.
    pub fn next_step(&self) -> &'static str {
        match self {
            FetchError::NoKey { .. } => {
                "Set KEYWORDS_EVERYWHERE_API_KEY, or api_key_command or api_key in the settings file."
            }
            FetchError::NotArchived { .. } => "Repair the archive, or start with --no-archive to fetch without saving.",
            FetchError::MayBeCharged { .. } | FetchError::OtherSession { .. } => {
                "Check the ledger and your balance, then fetch again."
            }
            FetchError::BadRequest { .. } => "Check the target and the number of links, then try again.",
            FetchError::KeyRefused { .. } => "Check the key at keywordseverywhere.com, set it, and try again.",
            FetchError::PaymentRequired { .. } => {
                "Check your plan and credits at keywordseverywhere.com, or fetch fewer links."
            }
            FetchError::TooManyRequests { .. } => "Wait a moment, then try again.",
            FetchError::Server { .. } => "Wait a few minutes, then try again.",
            FetchError::Status { .. } | FetchError::Redirect { .. } => {
                "Check KEW_API_URL if you set it. Otherwise try later; the API may have changed."
            }
            FetchError::NotJson { .. } | FetchError::WrongShape { .. } => {
                "Fetching again may be charged again. A newer version of kew-tui may be able to read it."
            }
            FetchError::Truncated { .. } | FetchError::Broken { .. } => "Fetching again may be charged again.",
            FetchError::InternalError { .. } => {
                "Fetching again may be charged again. Please report what kew-tui prints when it exits."
            }
            FetchError::TooLarge { .. } => "Fetch fewer links, or raise max_answer_mib in the settings.",
            FetchError::TimedOut { phase: Phase::BeforeSending, .. } | FetchError::Refused | FetchError::Dns => {
                "Check your network connection, then try again."
            }
            FetchError::Unreachable { .. } => "Check your network connection and any VPN or proxy, then try again.",
            FetchError::TimedOut { .. } => "Fetching again may be charged again. Fewer links are faster.",
            FetchError::Tls { .. } => "Check this computer's clock and any proxy, then try again.",
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
                write!(f, "429 too many requests; retry after {} s", pause.as_secs())
            }
            FetchError::TooManyRequests { retry_after: None } => f.write_str("429 too many requests"),
            FetchError::Server { status, said: s } => said(f, &format!("status {status}"), s),
            FetchError::Status { status, said: s } => said(f, &format!("status {status}"), s),
            FetchError::Redirect { status, location: Some(location) } => {
                write!(f, "status {status} to {location}, not followed")
            }
            FetchError::Redirect { status, location: None } => write!(f, "status {status}, not followed"),
            FetchError::NotJson { reason } => write!(f, "not JSON: {reason}"),
            FetchError::WrongShape { reason } => write!(f, "not a response of this API: {reason}"),
            FetchError::Truncated { received } => {
                write!(f, "the response ended early, after {} bytes", Thousands(*received))
            }
            FetchError::TooLarge { limit } => {
                write!(f, "stopped because it is larger than {} MiB", Thousands(*limit / (1024 * 1024)))
            }
            FetchError::TimedOut { phase: Phase::BeforeSending, after } => {
                write!(f, "no connection within {} s", after.as_secs())
            }
            FetchError::TimedOut { phase: Phase::AfterSending, after } => {
                write!(f, "no complete response within {} s", after.as_secs())
            }
            FetchError::Refused => f.write_str("connection refused"),
            FetchError::Dns => f.write_str("DNS lookup failed"),
            FetchError::Unreachable { reason } => write!(f, "could not connect: {reason}"),
            FetchError::Tls { reason } => write!(f, "TLS handshake failed: {reason}"),
            FetchError::Broken { reason } => write!(f, "the connection was lost: {reason}"),
        }
    }
}

impl std::error::Error for FetchError {}
