//! What can go wrong with a request, in words for the person whose credits are at stake: what happened, and what to do next.
//! What it means for the credits is for [`super::purchase::Charge`] to say.

use std::fmt;
use std::time::Duration;

use super::number::Grouped;

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
pub enum Failure {
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
    Fault {
        /// Where, as far as that is known.
        reason: String,
    },
}

impl Failure {
    /// The same failure with each of its texts changed.
    pub fn map_texts(mut self, change: impl Fn(&str) -> String) -> Failure {
        let (one, other) = self.texts();
        for text in [one, other].into_iter().flatten() {
            *text = change(text);
        }
        self
    }

    fn texts(&mut self) -> (Option<&mut String>, Option<&mut String>) {
        match self {
            Failure::NoKey { reason: text }
            | Failure::NotArchived { reason: text }
            | Failure::MayBeCharged { earlier: text }
            | Failure::OtherSession { reason: text }
            | Failure::NotJson { reason: text }
            | Failure::WrongShape { reason: text }
            | Failure::Unreachable { reason: text }
            | Failure::Tls { reason: text }
            | Failure::Broken { reason: text }
            | Failure::Fault { reason: text } => (Some(text), None),
            Failure::BadRequest { said }
            | Failure::KeyRefused { said }
            | Failure::Server { said, .. }
            | Failure::Status { said, .. } => (said.as_mut(), None),
            Failure::PaymentRequired { message, description } => (Some(message), description.as_mut()),
            Failure::Redirect { location, .. } => (location.as_mut(), None),
            Failure::TooManyRequests { .. }
            | Failure::Truncated { .. }
            | Failure::TooLarge { .. }
            | Failure::TimedOut { .. }
            | Failure::Refused
            | Failure::Dns => (None, None),
        }
    }

    /// A stable word for it, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Failure::NoKey { .. } => "no-key",
            Failure::NotArchived { .. } => "archive",
            Failure::OtherSession { .. } => "other-session",
            Failure::MayBeCharged { .. } => "may-be-paid",
            Failure::BadRequest { .. } => "bad-request",
            Failure::KeyRefused { .. } => "key-refused",
            Failure::PaymentRequired { .. } => "payment-required",
            Failure::TooManyRequests { .. } => "too-many-requests",
            Failure::Server { .. } => "server",
            Failure::Status { .. } | Failure::Redirect { .. } => "unexpected-status",
            Failure::NotJson { .. } | Failure::WrongShape { .. } => "unreadable",
            Failure::Truncated { .. } => "cut-off",
            Failure::TooLarge { .. } => "too-large",
            Failure::TimedOut { .. } => "timed-out",
            Failure::Refused | Failure::Dns | Failure::Unreachable { .. } | Failure::Tls { .. } => "no-connection",
            Failure::Broken { .. } => "broken",
            Failure::Fault { .. } => "fault",
        }
    }

    /// A few words for the head of a message.
    pub fn title(&self) -> &'static str {
        match self {
            Failure::NoKey { .. } => "No API key",
            Failure::NotArchived { .. } => "Not sent: the archive can't save it",
            Failure::OtherSession { .. } => "The other session got no response",
            Failure::MayBeCharged { .. } => "This may already have been charged",
            Failure::BadRequest { .. } => "The API rejected the request (400)",
            Failure::KeyRefused { .. } => "API key rejected (401)",
            Failure::PaymentRequired { .. } => "Not enough credits, or not in your plan (402)",
            Failure::TooManyRequests { .. } => "Too many requests (429)",
            Failure::Server { .. } => "API server error",
            Failure::Status { .. } => "Unexpected response from the API",
            Failure::Redirect { .. } => "Unexpected redirect",
            Failure::NotJson { .. } | Failure::WrongShape { .. } => "The response can't be read",
            Failure::Truncated { .. } => "The response was cut off",
            Failure::TooLarge { .. } => "The response is too large",
            Failure::TimedOut { .. } => "No response in time",
            Failure::Refused | Failure::Unreachable { .. } => "Can't connect to the API",
            Failure::Dns => "Can't find the API's address (DNS)",
            Failure::Tls { .. } => "Can't connect to the API securely",
            Failure::Broken { .. } => "Connection lost",
            Failure::Fault { .. } => "Internal error",
        }
    }

    /// What to do next, as a sentence.
    pub fn next_step(&self) -> &'static str {
        match self {
            Failure::NoKey { .. } => {
                "Set KEYWORDS_EVERYWHERE_API_KEY, or api_key_command or api_key in the settings file."
            }
            Failure::NotArchived { .. } => "Repair the archive, or start with --no-archive to fetch without saving.",
            Failure::MayBeCharged { .. } | Failure::OtherSession { .. } => {
                "Check the ledger and your balance, then fetch again."
            }
            Failure::BadRequest { .. } => "Check the target and the number of links, then try again.",
            Failure::KeyRefused { .. } => "Check the key at keywordseverywhere.com, set it, and try again.",
            Failure::PaymentRequired { .. } => {
                "Check your plan and credits at keywordseverywhere.com, or fetch fewer links."
            }
            Failure::TooManyRequests { .. } => "Wait a moment, then try again.",
            Failure::Server { .. } => "Wait a few minutes, then try again.",
            Failure::Status { .. } | Failure::Redirect { .. } => {
                "Check KEW_API_URL if you set it. Otherwise try later; the API may have changed."
            }
            Failure::NotJson { .. } | Failure::WrongShape { .. } => {
                "Fetching again may be charged again. A newer version of kew-tui may be able to read it."
            }
            Failure::Truncated { .. } | Failure::Broken { .. } => "Fetching again may be charged again.",
            Failure::Fault { .. } => {
                "Fetching again may be charged again. Please report what kew-tui prints when it exits."
            }
            Failure::TooLarge { .. } => "Fetch fewer links, or raise max_answer_mib in the settings.",
            Failure::TimedOut { phase: Phase::BeforeSending, .. } | Failure::Refused | Failure::Dns => {
                "Check your network connection, then try again."
            }
            Failure::Unreachable { .. } => "Check your network connection and any VPN or proxy, then try again.",
            Failure::TimedOut { .. } => "Fetching again may be charged again. Fewer links are faster.",
            Failure::Tls { .. } => "Check this computer's clock and any proxy, then try again.",
        }
    }
}

/// What happened, as one sentence. The server's own words in it are not yet safe to show.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |f: &mut fmt::Formatter<'_>, what: &str, said: &Option<String>| match said {
            Some(said) => write!(f, "{what}: {said}"),
            None => write!(f, "{what}"),
        };
        match self {
            Failure::NoKey { reason }
            | Failure::NotArchived { reason }
            | Failure::OtherSession { reason }
            | Failure::MayBeCharged { earlier: reason }
            | Failure::Fault { reason } => f.write_str(reason),
            Failure::BadRequest { said: s } => said(f, "400 bad request", s),
            Failure::KeyRefused { said: s } => said(f, "401 unauthorized", s),
            Failure::PaymentRequired { message, description: Some(description) } => {
                write!(f, "{message}: {description}")
            }
            Failure::PaymentRequired { message, description: None } => f.write_str(message),
            Failure::TooManyRequests { retry_after: Some(pause) } => {
                write!(f, "429 too many requests; retry after {} s", pause.as_secs())
            }
            Failure::TooManyRequests { retry_after: None } => f.write_str("429 too many requests"),
            Failure::Server { status, said: s } => said(f, &format!("status {status}"), s),
            Failure::Status { status, said: s } => said(f, &format!("status {status}"), s),
            Failure::Redirect { status, location: Some(location) } => {
                write!(f, "status {status} to {location}, not followed")
            }
            Failure::Redirect { status, location: None } => write!(f, "status {status}, not followed"),
            Failure::NotJson { reason } => write!(f, "not JSON: {reason}"),
            Failure::WrongShape { reason } => write!(f, "not a response of this API: {reason}"),
            Failure::Truncated { received } => {
                write!(f, "the response ended early, after {} bytes", Grouped(*received))
            }
            Failure::TooLarge { limit } => {
                write!(f, "stopped because it is larger than {} MiB", Grouped(*limit / (1024 * 1024)))
            }
            Failure::TimedOut { phase: Phase::BeforeSending, after } => {
                write!(f, "no connection within {} s", after.as_secs())
            }
            Failure::TimedOut { phase: Phase::AfterSending, after } => {
                write!(f, "no complete response within {} s", after.as_secs())
            }
            Failure::Refused => f.write_str("connection refused"),
            Failure::Dns => f.write_str("DNS lookup failed"),
            Failure::Unreachable { reason } => write!(f, "could not connect: {reason}"),
            Failure::Tls { reason } => write!(f, "TLS handshake failed: {reason}"),
            Failure::Broken { reason } => write!(f, "the connection was lost: {reason}"),
        }
    }
}

impl std::error::Error for Failure {}
