//! The HTTP client. Each call sends one request, once; whether it is sent again is for others to decide.

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

/// A client of the API for one account.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    origin: Origin,
    limits: Limits,
    key: ApiKey,
    redactor: Arc<Redactor>,
}

/// A whole answer, as it came.
#[derive(Clone, Debug)]
pub struct RawResponse {
    /// The body, after decompression and without the key.
    pub raw: Vec<u8>,
    /// The HTTP status.
    pub status: u16,
}

/// A request that failed.
#[derive(Clone, Debug)]
pub struct ApiFailure {
    pub failure: FetchError,
    /// What came of an answer all the same.
    pub raw: Vec<u8>,
    /// The HTTP status, if it came to one.
    pub status: Option<u16>,
}

impl From<FetchError> for ApiFailure {
    fn from(failure: FetchError) -> ApiFailure {
        ApiFailure { failure, raw: Vec::new(), status: None }
    }
}

/// More of an error's body is of no use.
const ERROR_BODY: u64 = 64 * 1024;
/// How often the arrival of an answer is reported at most.
const REPORT_EVERY: Duration = Duration::from_millis(50);

impl Client {
    /// A client that sends `key` to `origin` and nowhere else.
    ///
    /// # Errors
    /// The key holds what no header can, or the system's certificates can't be used.
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
            // The library must not send anything again by itself, which it does when a kept connection turns out dead.
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0);
        if origin.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|e| FetchError::Tls { reason: error::root_cause(&e) })?;
        Ok(Client { http, origin, limits, key: key.clone(), redactor: Arc::new(key.redactor()) })
    }

    /// A short fingerprint of the account: the same for the same key and salt, and no way back to the key.
    pub fn account(&self, salt: &str) -> String {
        self.key.fingerprint(salt)
    }

    /// Asks for backlinks, once, which costs. `arriving` hears how many bytes of the response are here, and `keep` gets each
    /// piece of it as it comes.
    ///
    /// # Errors
    /// See [`FetchError`]; what came of a response is handed over with it.
    pub async fn backlinks(
        &self,
        request: &Request,
        mut arriving: impl FnMut(u64),
        mut keep: impl FnMut(&[u8]),
    ) -> Result<RawResponse, ApiFailure> {
        let post = self.http.post(self.origin.call(request::call(request))).form(&request::form(request));
        let received = self.send(post, self.limits.response_bytes, &mut arriving, &mut keep).await;
        received.map_err(|failed| ApiFailure { failure: self.without_key(failed.failure), ..failed })
    }

    /// Reads the account's balance, once; free.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn balance(&self) -> Result<Credits, FetchError> {
        let get = self.http.get(self.origin.call("account/credits"));
        let received = self.send(get, ERROR_BODY, &mut |_| {}, &mut |_| {}).await;
        let balance =
            received.map_err(|failed| failed.failure).and_then(|received| response::read_balance(&received.raw));
        balance.map_err(|failure| self.without_key(failure))
    }

    /// A failure whose texts, which a server or the network may have written, do not hold the key.
    fn without_key(&self, failure: FetchError) -> FetchError {
        failure.map_texts(|text| self.redactor.text(text))
    }

    async fn send(
        &self,
        request: RequestBuilder,
        most_bytes: u64,
        arriving: &mut impl FnMut(u64),
        keep: &mut impl FnMut(&[u8]),
    ) -> Result<RawResponse, ApiFailure> {
        let deadline = Instant::now() + self.limits.total;
        let head_deadline = deadline.min(Instant::now() + self.limits.connect + self.limits.idle);
        let sent = timeout_at(head_deadline, request.send()).await;
        let mut answer = match sent {
            Ok(Ok(answer)) => answer,
            Ok(Err(e)) => return Err(error::while_sending(&e, &self.limits).into()),
            Err(_) => return Err(self.silence(deadline).into()),
        };
        let status = answer.status();
        let limit = if status.is_success() { most_bytes } else { ERROR_BODY };
        let mut raw = Vec::new();
        let mut received = 0;
        let mut clean = self.redactor.stream();
        let mut reported = Instant::now();
        let failure = loop {
            let next = timeout_at(deadline, timeout(self.limits.idle, answer.chunk())).await;
            match next {
                Ok(Ok(Ok(Some(bytes)))) => {
                    received += bytes.len() as u64;
                    let bytes = clean.push(&bytes);
                    if status.is_success() {
                        keep(&bytes);
                    }
                    raw.extend_from_slice(&bytes);
                }
                Ok(Ok(Ok(None))) => break None,
                Ok(Ok(Err(e))) => break Some(error::while_receiving(&e, received, &self.limits)),
                Ok(Err(_)) | Err(_) => break Some(self.silence(deadline)),
            }
            if received > limit {
                break Some(FetchError::TooLarge { limit });
            }
            if status.is_success() && reported.elapsed() >= REPORT_EVERY {
                reported = Instant::now();
                arriving(received);
            }
        };
        let rest = clean.finish();
        if status.is_success() && !rest.is_empty() {
            keep(&rest);
        }
        raw.extend_from_slice(&rest);
        raw.truncate(limit as usize);
        ended(status, answer.headers(), raw, failure)
    }

    fn silence(&self, deadline: Instant) -> FetchError {
        let after = if Instant::now() >= deadline { self.limits.total } else { self.limits.idle };
        FetchError::TimedOut { phase: Phase::AfterSending, after }
    }
}

/// Chooses the cryptography once for the whole process; a second choice would be refused, and is not needed.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("the cryptography was chosen before");
        }
    });
}

/// What came, or why it is no answer.
fn ended(
    status: StatusCode,
    headers: &HeaderMap,
    raw: Vec<u8>,
    failure: Option<FetchError>,
) -> Result<RawResponse, ApiFailure> {
    let code = status.as_u16();
    let failure = match failure {
        // Whatever became of its body, the status says what the server did.
        _ if !status.is_success() => Some(error::of_status(status, headers, &raw)),
        // An answer without anything in it is none, whatever the status says.
        None if status == StatusCode::NO_CONTENT => Some(FetchError::Status { status: code, message: None }),
        failure => failure,
    };
    match failure {
        Some(failure) => Err(ApiFailure { failure, raw, status: Some(code) }),
        None => Ok(RawResponse { raw, status: code }),
    }
}
