//! The Keywords Everywhere API over HTTP: the four backlink calls and the account's balance.
//!
//! `api` uses `domain` only. Each call sends one request once and reads the response. Whether a request may be sent is
//! decided elsewhere.

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
