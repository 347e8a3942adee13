//! Converts network errors and HTTP statuses to [`FetchError`].

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde::Deserialize;

use crate::domain::fetch_error::Phase;
use crate::domain::{FetchError, Limits};

/// The body of an error response. The documentation has both fields for 402, and only the first for 401.
#[derive(Default, Deserialize)]
struct ErrorBody {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    description: Option<String>,
}

/// An error before the response head: connecting, sending, waiting.
pub(super) fn send_error(error: &reqwest::Error, limits: &Limits) -> FetchError {
    if error.is_connect() {
        return connect_error(error, limits);
    }
    if error.is_timeout() {
        return FetchError::TimedOut { phase: Phase::AfterSending, after: limits.total };
    }
    if error.is_builder() {
        return FetchError::NoKey { reason: "the request could not be built".to_owned() };
    }
    FetchError::Broken { reason: root_cause(error) }
}

/// An error before the connection was established: nothing was sent.
fn connect_error(error: &reqwest::Error, limits: &Limits) -> FetchError {
    if error.is_timeout() {
        return FetchError::TimedOut { phase: Phase::BeforeSending, after: limits.connect };
    }
    if let Some(tls) = chain(error).find_map(|e| e.downcast_ref::<rustls::Error>()) {
        return FetchError::Tls { reason: tls.to_string() };
    }
    let is_io = |is: fn(&io::Error) -> bool| chain(error).filter_map(|e| e.downcast_ref()).any(is);
    if is_io(|e| e.kind() == io::ErrorKind::ConnectionRefused) {
        return FetchError::Refused;
    }
    // The resolver's error has no type that could be matched.
    let is_dns = |e: String| e.starts_with("dns error") || e.contains("failed to lookup address");
    if chain(error).any(|e| is_dns(e.to_string())) {
        return FetchError::Dns;
    }
    let reason = root_cause(error);
    // If the server hangs up during the handshake, there is no error of rustls.
    if is_io(|e| e.kind() == io::ErrorKind::UnexpectedEof && e.to_string().contains("handshake")) {
        return FetchError::Tls { reason };
    }
    FetchError::Unreachable { reason }
}

/// An error after `received` bytes of the body.
pub(super) fn receive_error(error: &reqwest::Error, received: u64, limits: &Limits) -> FetchError {
    if error.is_timeout() {
        return FetchError::TimedOut { phase: Phase::AfterSending, after: limits.total };
    }
    if received == 0 {
        return FetchError::Broken { reason: root_cause(error) };
    }
    FetchError::Truncated { received }
}

/// An error and its sources, down to the root cause.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    // `io::Error::source` skips the error that it wraps.
    let wrapped = |e: &'e (dyn Error + 'static)| -> Option<&'e (dyn Error + 'static)> {
        let inner: &(dyn Error + 'static) = e.downcast_ref::<io::Error>()?.get_ref()?;
        Some(inner)
    };
    std::iter::successors(Some(error), move |&e| wrapped(e).or_else(|| e.source()))
}

/// The message of the root cause. The outer messages come from libraries and tell the user nothing.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

pub(super) fn status_error(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> FetchError {
    let ErrorBody { message, description } = error_body(body);
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let both = match (&message, &description) {
        (Some(message), Some(description)) => Some(format!("{message}: {description}")),
        (one, other) => one.clone().or_else(|| other.clone()),
    };
    match status.as_u16() {
        400 => FetchError::BadRequest { message: both },
        401 => FetchError::KeyRefused { message: both },
        402 => FetchError::PaymentRequired {
            message: message.unwrap_or_else(|| "the server gave no reason".to_owned()),
            description,
        },
        429 => FetchError::TooManyRequests { retry_after: text(RETRY_AFTER).and_then(|t| retry_after(&t)) },
        status @ 300..=399 => FetchError::Redirect { status, location: text(LOCATION) },
        status @ 500..=599 => FetchError::Server { status, message: both },
        status => FetchError::Status { status, message: both },
    }
}

/// The server's message, at most 500 characters. An error body need not be JSON.
fn error_body(body: &[u8]) -> ErrorBody {
    let cap = |text: String| {
        let text = text.trim();
        (!text.is_empty()).then(|| text.chars().take(500).collect::<String>())
    };
    match serde_json::from_slice::<ErrorBody>(body) {
        Ok(body) => ErrorBody { message: body.message.and_then(cap), description: body.description.and_then(cap) },
        Err(_) => {
            let text = String::from_utf8_lossy(body);
            // An HTML page says nothing useful.
            let is_html = text.trim_start().starts_with('<');
            ErrorBody { message: if is_html { None } else { cap(text.into_owned()) }, description: None }
        }
    }
}

/// The delay of a `Retry-After` header in seconds (RFC 9110, section 10.2.3). The other form, a date, would need a
/// clock that agrees with the server's; the usual pause works as well.
fn retry_after(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(status: u16, body: &str) -> FetchError {
        status_error(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn error_bodies_are_parsed() {
        let insufficient =
            r#"{"message":"402 Insufficient Credits","description":"You do not have sufficient credits."}"#;
        assert_eq!(
            error_of(402, insufficient),
            FetchError::PaymentRequired {
                message: "402 Insufficient Credits".into(),
                description: Some("You do not have sufficient credits.".into()),
            }
        );
        assert_eq!(error_of(401, "{}"), FetchError::KeyRefused { message: None });
        assert_eq!(error_of(400, "num is wrong"), FetchError::BadRequest { message: Some("num is wrong".into()) });
        assert_eq!(error_of(502, "<html>…"), FetchError::Server { status: 502, message: None });
        assert_eq!(error_of(418, ""), FetchError::Status { status: 418, message: None });
    }

    #[test]
    fn retry_after_is_respected() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "7".parse().unwrap());
        let failure = status_error(StatusCode::TOO_MANY_REQUESTS, &headers, b"");
        assert_eq!(failure, FetchError::TooManyRequests { retry_after: Some(Duration::from_secs(7)) });
    }
}
