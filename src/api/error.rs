//! From what the network or the server did to a [`FetchError`].

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde::Deserialize;

use crate::domain::fetch_error::Phase;
use crate::domain::{FetchError, Limits};

/// What a server said of its refusal. Both are documented for 402; 401 has only the first.
#[derive(Default, Deserialize)]
struct ErrorBody {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    description: Option<String>,
}

/// A failure before an answer's head came: connecting, sending, waiting.
pub(super) fn while_sending(error: &reqwest::Error, limits: &Limits) -> FetchError {
    if error.is_connect() {
        return while_connecting(error, limits);
    }
    if error.is_timeout() {
        return FetchError::TimedOut { phase: Phase::AfterSending, after: limits.total };
    }
    if error.is_builder() {
        return FetchError::NoKey { reason: "the request could not be built".to_owned() };
    }
    FetchError::Broken { reason: root_cause(error) }
}

/// A failure before a connection was there: nothing was sent.
fn while_connecting(error: &reqwest::Error, limits: &Limits) -> FetchError {
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
    // The resolver's error has no type of its own that could be asked for.
    let is_dns = |e: String| e.starts_with("dns error") || e.contains("failed to lookup address");
    if chain(error).any(|e| is_dns(e.to_string())) {
        return FetchError::Dns;
    }
    let reason = root_cause(error);
    // A server that hangs up amid the handshake leaves no error of the TLS library.
    if is_io(|e| e.kind() == io::ErrorKind::UnexpectedEof && e.to_string().contains("handshake")) {
        return FetchError::Tls { reason };
    }
    FetchError::Unreachable { reason }
}

/// A failure while an answer's body came, after `received` bytes of it.
pub(super) fn while_receiving(error: &reqwest::Error, received: u64, limits: &Limits) -> FetchError {
    if error.is_timeout() {
        return FetchError::TimedOut { phase: Phase::AfterSending, after: limits.total };
    }
    if received == 0 {
        return FetchError::Broken { reason: root_cause(error) };
    }
    FetchError::Truncated { received }
}

/// An error and what caused it, down to the root.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    // `io::Error` leaves what it wraps out of its sources, so each has to be opened.
    let wrapped = |e: &'e (dyn Error + 'static)| -> Option<&'e (dyn Error + 'static)> {
        let inner: &(dyn Error + 'static) = e.downcast_ref::<io::Error>()?.get_ref()?;
        Some(inner)
    };
    std::iter::successors(Some(error), move |&e| wrapped(e).or_else(|| e.source()))
}

/// The words of what first went wrong: the library's own words around it tell a user nothing.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// What a status other than success means.
pub(super) fn of_status(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> FetchError {
    let ErrorBody { message, description } = said(body);
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

/// The server's own words, capped; an error body is never assumed to be JSON.
fn said(body: &[u8]) -> ErrorBody {
    let cap = |text: String| {
        let text = text.trim();
        (!text.is_empty()).then(|| text.chars().take(500).collect::<String>())
    };
    match serde_json::from_slice::<ErrorBody>(body) {
        Ok(said) => ErrorBody { message: said.message.and_then(cap), description: said.description.and_then(cap) },
        Err(_) => {
            let text = String::from_utf8_lossy(body);
            // A page for browsers says nothing that helps here.
            let page = text.trim_start().starts_with('<');
            ErrorBody { message: if page { None } else { cap(text.into_owned()) }, description: None }
        }
    }
}

/// The delay of a `Retry-After` in seconds (RFC 9110, section 10.2.3). Its other form, a date, would need a clock that
/// agrees with the server's; the usual pause serves as well.
fn retry_after(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> FetchError {
        of_status(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn the_servers_own_words() {
        let insufficient =
            r#"{"message":"402 Insufficient Credits","description":"You do not have sufficient credits."}"#;
        assert_eq!(
            of(402, insufficient),
            FetchError::PaymentRequired {
                message: "402 Insufficient Credits".into(),
                description: Some("You do not have sufficient credits.".into()),
            }
        );
        assert_eq!(of(401, "{}"), FetchError::KeyRefused { message: None });
        assert_eq!(of(400, "num is wrong"), FetchError::BadRequest { message: Some("num is wrong".into()) });
        assert_eq!(of(502, "<html>…"), FetchError::Server { status: 502, message: None });
        assert_eq!(of(418, ""), FetchError::Status { status: 418, message: None });
    }

    #[test]
    fn waiting_is_as_long_as_the_server_says() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "7".parse().unwrap());
        let failure = of_status(StatusCode::TOO_MANY_REQUESTS, &headers, b"");
        assert_eq!(failure, FetchError::TooManyRequests { retry_after: Some(Duration::from_secs(7)) });
    }
}
