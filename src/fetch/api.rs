//! What `fetch` needs from an API, and how it connects to one.

use std::pin::Pin;
use std::sync::Arc;

use crate::api::{ApiFailure, Client, RawResponse};
use crate::domain::{Credits, FetchError, Request};

pub type ApiFuture<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// The API for one account. Each call sends one request once; `fetch` decides about retries.
pub trait Api: Send + Sync {
    /// A fingerprint, the same for the same account and salt.
    fn account(&self, salt: &str) -> String;

    /// Requests backlinks, which is charged. `on_progress` receives the number of bytes that have arrived, `on_chunk`
    /// each chunk.
    fn backlinks<'a>(
        &'a self,
        request: &'a Request,
        on_progress: &'a mut (dyn FnMut(u64) + Send),
        on_chunk: &'a mut (dyn FnMut(&[u8]) + Send),
    ) -> ApiFuture<'a, RawResponse, ApiFailure>;

    /// Requests the balance, which is free.
    fn balance(&self) -> ApiFuture<'_, Credits, FetchError>;
}

/// Creates the client on first use: that takes time, which the first frame must not wait for.
pub trait Connect: Send + Sync {
    fn connect(&self) -> ApiFuture<'_, Arc<dyn Api>, FetchError>;
}

impl Api for Client {
    fn account(&self, salt: &str) -> String {
        Client::account(self, salt)
    }

    fn backlinks<'a>(
        &'a self,
        request: &'a Request,
        on_progress: &'a mut (dyn FnMut(u64) + Send),
        on_chunk: &'a mut (dyn FnMut(&[u8]) + Send),
    ) -> ApiFuture<'a, RawResponse, ApiFailure> {
        Box::pin(Client::backlinks(self, request, on_progress, on_chunk))
    }

    fn balance(&self) -> ApiFuture<'_, Credits, FetchError> {
        Box::pin(Client::balance(self))
    }
}
