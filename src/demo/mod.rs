//! The built-in API: the documented protocol over HTTP on loopback, with generated data. It needs no API key, no network and no
//! credits, and shares no code with the client.

mod generator;
mod protocol;
mod server;
mod world;

pub use server::{Options, Server};
pub use world::{GuideLine, WorldError, guide};

/// The only key that the built-in API accepts.
pub const KEY: &str = "demo-key";
