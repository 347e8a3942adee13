//! What `fetch` needs of an API, and how it comes to one.

use std::pin::Pin;
use std::sync::Arc;

use crate::api::{ApiFailure, Client, RawResponse};
use crate::domain::{Credits, FetchError, Request};

/// A question on its way.
pub type ApiFuture<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// An API for one account. Each question is asked once; whether it is asked again is decided in `fetch`.
pub trait Api: Send + Sync {
    /// A short fingerprint of the account: the same for the same account and salt.
    fn account(&self, salt: &str) -> String;

    /// Asks for backlinks, which costs. `arriving` hears how many bytes of the response are here, and `keep` gets each piece
    /// of it as it comes.
    fn backlinks<'a>(
        &'a self,
        request: &'a Request,
        arriving: &'a mut (dyn FnMut(u64) + Send),
        keep: &'a mut (dyn FnMut(&[u8]) + Send),
    ) -> ApiFuture<'a, RawResponse, ApiFailure>;

    /// Reads the balance, for free.
    fn balance(&self) -> ApiFuture<'_, Credits, FetchError>;
}

/// Comes to an API when one is first needed: making a client takes time, which the first frame must not wait for.
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
        arriving: &'a mut (dyn FnMut(u64) + Send),
        keep: &'a mut (dyn FnMut(&[u8]) + Send),
    ) -> ApiFuture<'a, RawResponse, ApiFailure> {
        Box::pin(Client::backlinks(self, request, arriving, keep))
    }

    fn balance(&self) -> ApiFuture<'_, Credits, FetchError> {
        Box::pin(Client::balance(self))
    }
}
