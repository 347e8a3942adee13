//! The HTTP client. Each call sends one request once; the caller decides about retries.

use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, StatusCode};
use tokio::time::{Instant, timeout, timeout_at};

use super::error;
use super::key::ApiKey;
use super::origin::Origin;
use super::redact::Redactor;
use super::{request, response};
use crate::domain::fetch_error::Phase;
use crate::domain::{Credits, FetchError, Limits, Request};

/// A client for one account.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    origin: Origin,
    limits: Limits,
    key: ApiKey,
    redactor: Arc<Redactor>,
}

/// A complete response.
#[derive(Clone, Debug)]
pub struct RawResponse {
    /// After decompression, with the API key redacted.
    pub raw: Vec<u8>,
    pub status: u16,
}

#[derive(Clone, Debug)]
pub struct ApiFailure {
    pub failure: FetchError,
    /// The part of the body that arrived.
    pub raw: Vec<u8>,
    /// `None` if there was no response.
    pub status: Option<u16>,
}

impl From<FetchError> for ApiFailure {
    fn from(failure: FetchError) -> ApiFailure {
        ApiFailure { failure, raw: Vec::new(), status: None }
    }
}

/// A longer error body is truncated.
const MAX_ERROR_BYTES: u64 = 64 * 1024;
/// The minimum time between progress reports.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

impl Client {
    /// A client that sends `key` to `origin` and nowhere else.
    ///
    /// # Errors
    /// The key contains characters that a header can't, or the system's certificates can't be loaded.
    pub fn new(origin: Origin, key: &ApiKey, limits: Limits) -> Result<Client, FetchError> {
        install_crypto();
        let authorization = key.header().ok_or_else(|| FetchError::NoKey {
            reason: "the key contains characters that no API key has".to_owned(),
        })?;
        let headers = HeaderMap::from_iter([
            (AUTHORIZATION, authorization),
            (ACCEPT, HeaderValue::from_static("application/json")),
        ]);
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("kew-tui/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            // reqwest would resend by itself if a kept-alive connection is closed, and could charge the user twice.
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0);
        if origin.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|e| FetchError::Tls { reason: error::root_cause(&e) })?;
        Ok(Client { http, origin, limits, key: key.clone(), redactor: Arc::new(key.redactor()) })
    }

    /// A salted fingerprint of the account, which does not reveal the key.
    pub fn account(&self, salt: &str) -> String {
        self.key.fingerprint(salt)
    }

    /// Requests backlinks once, which is charged. `on_progress` receives the number of bytes that have arrived,
    /// `on_chunk` each chunk.
    ///
    /// # Errors
    /// Includes the part of the body that arrived.
    pub async fn backlinks(
        &self,
        request: &Request,
        mut on_progress: impl FnMut(u64),
        mut on_chunk: impl FnMut(&[u8]),
    ) -> Result<RawResponse, ApiFailure> {
        let post = self.http.post(self.origin.endpoint(request::endpoint(request))).form(&request::form(request));
        let received = self.send(post, self.limits.response_bytes, &mut on_progress, &mut on_chunk).await;
        received.map_err(|failed| ApiFailure { failure: self.redact(failed.failure), ..failed })
    }

    /// Requests the account's balance once, which is free.
    pub async fn balance(&self) -> Result<Credits, FetchError> {
        let get = self.http.get(self.origin.endpoint("account/credits"));
        let received = self.send(get, MAX_ERROR_BYTES, &mut |_| {}, &mut |_| {}).await;
        let balance =
            received.map_err(|failed| failed.failure).and_then(|received| response::read_balance(&received.raw));
        balance.map_err(|failure| self.redact(failure))
    }

    /// Redacts the texts of an error, which the server may have written.
    fn redact(&self, failure: FetchError) -> FetchError {
        failure.map_texts(|text| self.redactor.redact(text))
    }

    async fn send(
        &self,
        request: RequestBuilder,
        max_bytes: u64,
        on_progress: &mut impl FnMut(u64),
        on_chunk: &mut impl FnMut(&[u8]),
    ) -> Result<RawResponse, ApiFailure> {
        let deadline = Instant::now() + self.limits.total;
        let head_deadline = deadline.min(Instant::now() + self.limits.connect + self.limits.idle);
        let sent = timeout_at(head_deadline, request.send()).await;
        let mut response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(e)) => return Err(error::send_error(&e, &self.limits).into()),
            Err(_) => return Err(self.timed_out(deadline).into()),
        };
        let status = response.status();
        let limit = if status.is_success() { max_bytes } else { MAX_ERROR_BYTES };
        let mut raw = Vec::new();
        let mut received = 0;
        let mut redacted = self.redactor.stream();
        let mut reported = Instant::now();
        let failure = loop {
            let next = timeout_at(deadline, timeout(self.limits.idle, response.chunk())).await;
            match next {
                Ok(Ok(Ok(Some(bytes)))) => {
                    received += bytes.len() as u64;
                    let bytes = redacted.push(&bytes);
                    if status.is_success() {
                        on_chunk(&bytes);
                    }
                    raw.extend_from_slice(&bytes);
                }
                Ok(Ok(Ok(None))) => break None,
                Ok(Ok(Err(e))) => break Some(error::receive_error(&e, received, &self.limits)),
                Ok(Err(_)) | Err(_) => break Some(self.timed_out(deadline)),
            }
            if received > limit {
                break Some(FetchError::TooLarge { limit });
            }
            if status.is_success() && reported.elapsed() >= PROGRESS_INTERVAL {
                reported = Instant::now();
                on_progress(received);
            }
        };
        let rest = redacted.finish();
        if status.is_success() && !rest.is_empty() {
            on_chunk(&rest);
        }
        raw.extend_from_slice(&rest);
        raw.truncate(limit as usize);
        to_result(status, response.headers(), raw, failure)
    }

    fn timed_out(&self, deadline: Instant) -> FetchError {
        let after = if Instant::now() >= deadline { self.limits.total } else { self.limits.idle };
        FetchError::TimedOut { phase: Phase::AfterSending, after }
    }
}

/// Selects the crypto provider once per process: rustls refuses a second one, and none is needed.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("a crypto provider is already installed");
        }
    });
}

fn to_result(
    status: StatusCode,
    headers: &HeaderMap,
    raw: Vec<u8>,
    failure: Option<FetchError>,
) -> Result<RawResponse, ApiFailure> {
    let code = status.as_u16();
    let failure = match failure {
        // The status says what the server did, even if the body is incomplete.
        _ if !status.is_success() => Some(error::status_error(status, headers, &raw)),
        // 204 is a success status, but it has no body with links.
        None if status == StatusCode::NO_CONTENT => Some(FetchError::Status { status: code, message: None }),
        failure => failure,
    };
    match failure {
        Some(failure) => Err(ApiFailure { failure, raw, status: Some(code) }),
        None => Ok(RawResponse { raw, status: code }),
    }
}
