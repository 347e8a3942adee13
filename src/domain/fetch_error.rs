//! The errors of a request, with messages for the user: what happened, and what to do next.
//! [`super::purchase::Charge`] says what an error means for the charge.

use std::fmt;
use std::time::Duration;

use super::number::Thousands;

/// How far a request had got when it timed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No byte of the request had been sent.
    BeforeSending,
    /// The request may have reached the server.
    AfterSending,
}

/// Why a request failed. The Keywords Everywhere API documentation names 400, 401 and 402; the other variants cover
/// what servers and networks do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// There is no API key, or it can't be sent in a header.
    NoKey {
        /// Does not contain the key.
        reason: String,
    },
    /// The request could not be recorded in the archive first, so it was not sent.
    NotArchived {
        reason: String,
    },
    /// An earlier request for the same links was charged, or may have been, and the user has not agreed to pay again.
    MayBeCharged {
        /// Describes the earlier request and its charge.
        earlier: String,
    },
    /// Another session was running the same request, and got no complete response.
    OtherSession {
        reason: String,
    },
    /// 400: the server rejected the data of the request.
    BadRequest {
        message: Option<String>,
    },
    /// 401: the key is missing or wrong.
    KeyRefused {
        message: Option<String>,
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
        /// How long the server asks the client to wait.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    Server {
        status: u16,
        message: Option<String>,
    },
    /// Any other status.
    Status {
        status: u16,
        message: Option<String>,
    },
    /// 3xx. Not followed, since the API key must not be sent to another server.
    Redirect {
        status: u16,
        location: Option<String>,
    },
    /// A successful response that is not JSON.
    NotJson {
        /// The parse error.
        reason: String,
    },
    /// A successful response with JSON of an unexpected structure.
    WrongShape {
        /// What is missing or has the wrong type.
        reason: String,
    },
    /// The response ended early.
    Truncated {
        /// In bytes.
        received: u64,
    },
    /// The response exceeded the size limit and was aborted.
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    TimedOut {
        phase: Phase,
        /// The limit that was exceeded.
        after: Duration,
    },
    /// The connection was refused.
    Refused,
    /// The API's host name could not be resolved.
    Dns,
    /// Any other failure to connect, such as no network or no route.
    Unreachable {
        reason: String,
    },
    Tls {
        reason: String,
    },
    /// The connection was lost after the request was sent and before the response was complete.
    Broken {
        reason: String,
    },
    /// A bug in kew-tui, before or after the request was sent.
    InternalError {
        /// The location, as far as it is known.
        reason: String,
    },
}

impl FetchError {
    /// Applies `change` to every text in the error.
    pub fn map_texts(mut self, change: impl Fn(&str) -> String) -> FetchError {
        let (first, second) = self.texts();
        for text in [first, second].into_iter().flatten() {
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
            FetchError::BadRequest { message: text }
            | FetchError::KeyRefused { message: text }
            | FetchError::Server { message: text, .. }
            | FetchError::Status { message: text, .. } => (text.as_mut(), None),
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

    /// A stable name for scripts.
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

    /// The title of a message.
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

    /// A sentence on what to do next.
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

/// What happened. May contain the server's own words, which are unsanitized.
impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_message = |f: &mut fmt::Formatter<'_>, what: &str, message: &Option<String>| match message {
            Some(message) => write!(f, "{what}: {message}"),
            None => write!(f, "{what}"),
        };
        match self {
            FetchError::NoKey { reason }
            | FetchError::NotArchived { reason }
            | FetchError::OtherSession { reason }
            | FetchError::MayBeCharged { earlier: reason }
            | FetchError::InternalError { reason } => f.write_str(reason),
            FetchError::BadRequest { message } => with_message(f, "400 bad request", message),
            FetchError::KeyRefused { message } => with_message(f, "401 unauthorized", message),
            FetchError::PaymentRequired { message, description: Some(description) } => {
                write!(f, "{message}: {description}")
            }
            FetchError::PaymentRequired { message, description: None } => f.write_str(message),
            FetchError::TooManyRequests { retry_after: Some(pause) } => {
                write!(f, "429 too many requests; retry after {} s", pause.as_secs())
            }
            FetchError::TooManyRequests { retry_after: None } => f.write_str("429 too many requests"),
            FetchError::Server { status, message } => with_message(f, &format!("status {status}"), message),
            FetchError::Status { status, message } => with_message(f, &format!("status {status}"), message),
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
