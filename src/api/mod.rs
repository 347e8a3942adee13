//! The Keywords Everywhere API over HTTP: the four backlink calls and the account's balance.
//!
//! `api` uses `domain` only. It sends what it is told to send, once, and reads what comes back; whether something may be
//! asked at all is decided elsewhere.

mod client;
mod error;
mod key;
mod origin;
mod redact;
mod request;
pub mod response;

pub use client::{ApiFailure, Client, RawResponse};
pub use key::ApiKey;
pub use origin::{Origin, OriginError};
